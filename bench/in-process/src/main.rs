//! Calls and replies in one process: shapewire beside what others use. Prints JSON.
//!
//! `in-process [--rounds N]` measures, `in-process --replies FOLDER` writes the replies that are read, for other programs.

#![forbid(unsafe_code)]

mod aws_sdk;
mod measure;
mod ours;
mod quick;
mod replies;

use std::error::Error;

use measure::{Case, contender};
use replies::Reply;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rounds = match &*arguments.iter().map(String::as_str).collect::<Vec<_>>() {
        [] => 25,
        ["--rounds", rounds] => rounds.parse()?,
        ["--replies", folder] => {
            for reply in
                [replies::credential(), replies::account()].into_iter().chain(replies::SIZES.map(replies::users))
            {
                std::fs::write(format!("{folder}/{}.xml", reply.name), &*reply.body)?;
            }
            return Ok(());
        }
        _ => return Err("usage: in-process [--rounds N | --replies FOLDER]".into()),
    };
    let mut cases = vec![call()];
    cases.extend(replies::SIZES.map(list));
    cases.push(account());
    let measured: serde_json::Map<_, _> =
        cases.into_iter().map(|case| (case.name.clone(), case.measure(rounds))).collect();
    println!("{}", serde_json::to_string_pretty(&measured)?);
    Ok(())
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
