//! Calls and replies in one process: shapewire beside what others use.

#![forbid(unsafe_code)]

mod aws_sdk;
mod case;
mod ours;
mod quick;
mod replies;

pub use case::{Case, Contender};
pub use replies::Reply;

use case::contender;

/// The replies that are read.
#[must_use]
pub fn replies() -> Vec<Reply> {
    [replies::credential(), replies::account()].into_iter().chain(replies::SIZES.map(replies::users)).collect()
}

/// All that is measured.
#[must_use]
pub fn cases() -> Vec<Case> {
    let mut cases = vec![call()];
    cases.extend(replies::SIZES.map(list));
    cases.push(account());
    cases
}

/// The small call: everything that is not the network.
fn call() -> Case {
    let reply = replies::credential();
    let mut ours = ours::Ours::new(&reply);
    let mut client = ours::Ours::new(&reply);
    let mut sdk = aws_sdk::Sdk::new(&reply);
    Case::new(&reply)
        .with(contender("shapewire", move || ours.encode_sign_decode()))
        .with(contender("shapewire, client", move || client.create_credential()))
        .with(contender("aws-sdk-iam, client", move || sdk.create_credential()))
}

/// A list of users, of so many.
fn list(users: usize) -> Case {
    let reply = replies::users(users);
    let mut client = ours::Ours::new(&reply);
    let mut sdk = aws_sdk::Sdk::new(&reply);
    let [decoded, events, typed] = [(); 3].map(|()| reply.clone());
    Case::new(&reply)
        .with(contender("shapewire", move || ours::decode_users(&decoded)))
        .with(contender("quick-xml, events", move || quick::events(&events)))
        .with(contender("quick-xml, serde", move || quick::users(&typed)))
        .with(contender("shapewire, client", move || client.list_users()))
        .with(contender("aws-sdk-iam, client", move || sdk.list_users()))
}

/// An account with all that is in it.
fn account() -> Case {
    let reply: Reply = replies::account();
    let mut client = ours::Ours::new(&reply);
    let mut sdk = aws_sdk::Sdk::new(&reply);
    let [decoded, events, typed] = [(); 3].map(|()| reply.clone());
    Case::new(&reply)
        .with(contender("shapewire", move || ours::decode_account(&decoded)))
        .with(contender("quick-xml, events", move || quick::events(&events)))
        .with(contender("quick-xml, serde", move || quick::account(&typed)))
        .with(contender("shapewire, client", move || client.account()))
        .with(contender("aws-sdk-iam, client", move || sdk.account()))
}
