//! `in-process [--rounds N]` measures the times of all cases and prints JSON; `in-process --replies FOLDER` writes the replies that
//! are read, for other programs. Contenders take turns, so that what else the machine does falls on all of them; a ratio is one of
//! the same round. The allocator is what every program has: one that counts takes its time, and is in `allocations`.

#![forbid(unsafe_code)]

use std::error::Error;
use std::time::Duration;

use in_process::{Case, Contender};
use serde_json::{Map, Value, json};

/// How long a sample is at least: the clock's own time must not matter.
const SAMPLE: Duration = Duration::from_millis(2);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rounds = match &*arguments.iter().map(String::as_str).collect::<Vec<_>>() {
        [] => 5,
        ["--rounds", rounds] => rounds.parse()?,
        ["--replies", folder] => {
            for reply in in_process::replies() {
                std::fs::write(format!("{folder}/{}.xml", reply.name), &*reply.body)?;
            }
            return Ok(());
        }
        _ => return Err("usage: in-process [--rounds N | --replies FOLDER]".into()),
    };
    let measured: Map<_, _> =
        in_process::cases().into_iter().map(|mut case| (case.name.clone(), measure(&mut case, rounds))).collect();
    println!("{}", Value::Object(measured));
    Ok(())
}

/// What is shorter takes ten times as many rounds: machines have faster and slower moments, and a few milliseconds would see one.
const LARGE_BYTES: usize = 1_000_000;

/// Nanoseconds of each, a sample a round.
fn measure(case: &mut Case, rounds: usize) -> Value {
    let rounds = if case.bytes < LARGE_BYTES { 10 * rounds } else { rounds };
    let times: Vec<usize> = case.contenders.iter_mut().map(enough).collect();
    let mut samples = vec![Vec::with_capacity(rounds); times.len()];
    for _ in 0..rounds {
        for ((contender, times), samples) in case.contenders.iter_mut().zip(&times).zip(&mut samples) {
            let nanoseconds = contender.run(*times).as_secs_f64() * 1e9;
            samples.push(nanoseconds / f64::from(u32::try_from(*times).unwrap_or(u32::MAX)));
        }
    }
    let samples: Map<String, Value> =
        case.contenders.iter().zip(samples).map(|(contender, own)| (contender.name.to_owned(), json!(own))).collect();
    json!({ "bytes": case.bytes, "samples": samples })
}

/// How many runs make a sample.
fn enough(contender: &mut Contender) -> usize {
    let mut times = 1;
    // The first run of all fills caches.
    contender.run(1);
    while contender.run(times) < SAMPLE {
        times *= 2;
    }
    times
}
