//! Counts the allocations of one run of each contender in all cases, and prints JSON.

#![forbid(unsafe_code)]

use serde_json::{Map, Value, json};

fn main() -> Result<(), serde_json::Error> {
    let counted: Map<String, Value> = in_process::cases()
        .into_iter()
        .map(|case| {
            let contenders: Map<String, Value> = case
                .contenders
                .into_iter()
                .map(|mut contender| {
                    // The first run of all fills caches.
                    contender.run(1);
                    let allocated = allocation_counter::measure(|| {
                        contender.run(1);
                    });
                    let counted = json!({
                        // The list that keeps what was made is one of them.
                        "allocations": allocated.count_total - 1,
                        "allocated_bytes": allocated.bytes_total,
                        "peak_bytes": allocated.bytes_max,
                    });
                    (contender.name.to_owned(), counted)
                })
                .collect();
            (case.name, contenders.into())
        })
        .collect();
    println!("{}", serde_json::to_string_pretty(&counted)?);
    Ok(())
}
