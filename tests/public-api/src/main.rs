//! Compares the public items of a library, which rustdoc tells as JSON, with a committed listing.
//!
//! Usage: public-api-listing JSON LISTING [MODULE…]
//!
//! Modules are left out with all that names what is in them: those that are generated. Of the traits that the compiler implements by
//! itself (`Send`, `Sync`, `Unpin`, …) only those are listed that a type has not. With `SHAPEWIRE_BLESS=1` the listing is
//! written anew.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::{env, fs};

use public_api::{Builder, PublicItem};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(json), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("usage: public-api-listing JSON LISTING [MODULE…]".into());
    };
    let generated: Vec<String> = arguments.map(|module| format!("{module}::")).collect();
    let api = Builder::from_rustdoc_json(json).omit_blanket_impls(true).build()?;
    let mut listing = String::new();
    for item in api.items().map(PublicItem::to_string) {
        let is_generated = generated.iter().any(|module| item.contains(module.as_str()));
        let is_implied = item.starts_with("impl") && IMPLIED.iter().any(|name| item.contains(&format!(" {name} for ")));
        if !is_generated && !is_implied && !INTERNAL.iter().any(|name| item.contains(name)) {
            listing.push_str(&item);
            listing.push('\n');
        }
    }
    if env::var_os("SHAPEWIRE_BLESS").is_some() {
        fs::write(&path, listing)?;
        return Ok(());
    }
    let committed = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let (then, now): (BTreeSet<&str>, BTreeSet<&str>) = (committed.lines().collect(), listing.lines().collect());
    if then == now {
        return Ok(());
    }
    let removed = then.difference(&now).map(|line| format!("-{line}\n"));
    let added = now.difference(&then).map(|line| format!("+{line}\n"));
    let changes: String = removed.chain(added).collect();
    Err(format!(
        "{changes}The public items are not those of {path}. If they shall be: SHAPEWIRE_BLESS=1 .ci/run public-api"
    )
    .into())
}

/// Traits that types have unless something in them has not: `impl !Trait for Type` says so.
const IMPLIED: [&str; 5] = [
    "core::marker::Send",
    "core::marker::Sync",
    "core::marker::Unpin",
    "core::panic::unwind_safe::RefUnwindSafe",
    "core::panic::unwind_safe::UnwindSafe",
];

/// Traits that only the compiler can name.
const INTERNAL: [&str; 3] =
    ["core::marker::Freeze for ", "core::marker::StructuralPartialEq for ", "core::marker::UnsafeUnpin for "];
