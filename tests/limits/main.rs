//! Limits of what is read: at each limit, and one past it; how much memory is taken below them; and input that is large in
//! some way that a careless reader takes the square of.
//!
//! Nothing here judges time: what is counted are bytes and allocations. Where a reader took the square, the largest inputs
//! would not come to an end.
#![cfg(all(feature = "iam", feature = "server", feature = "credentials", feature = "json"))]

#[allow(clippy::all, clippy::pedantic, dead_code, unreachable_pub, reason = "generated, and each test uses a part")]
mod bookshop {
    include!("../../codegen/tests/golden/bookshop.rs");
}

#[allow(clippy::all, clippy::pedantic, dead_code, unreachable_pub, reason = "generated, and each test uses a part")]
mod depot {
    include!("../../codegen/tests/golden/depot.rs");
}

mod files;
mod forms;
mod json;
mod memory;
mod replies;
mod streams;
mod values;

use shapewire::decode::DecodeOptions;

/// The defaults but for one limit.
fn options(change: impl FnOnce(&mut DecodeOptions)) -> DecodeOptions {
    let mut options = DecodeOptions::DEFAULT;
    change(&mut options);
    options
}

/// The texts of all these numbers, one after the other.
fn each(numbers: impl IntoIterator<Item = usize>, text: impl Fn(usize) -> String) -> String {
    let texts: Vec<String> = numbers.into_iter().map(text).collect();
    texts.concat()
}
