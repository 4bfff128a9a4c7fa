//! Event streams, as bytes and as messages whose checksums are right.

use http::Response;
use shapewire::OperationShape;
use shapewire::event_stream::Events;

use crate::choices::Choices;
use crate::services::{depot, look, shown};

/// With an even first byte, the rest is the stream. With an odd one, messages are made of the rest: for each two bytes the
/// length of the headers, two the length of the payload, then both.
pub fn event_streams(data: &[u8]) {
    let mut choices = Choices::new(data);
    let made;
    let stream = if choices.flag() {
        made = messages(choices);
        made.as_slice()
    } else {
        choices.rest()
    };
    let one_by_one: Vec<_> = Events::<depot::ShelfEvents, _>::new(stream).collect();
    let all = depot::WatchShelf::decode(&Response::new(stream));
    match all {
        Ok(output) => {
            look(&output);
            let read: Vec<_> = one_by_one.into_iter().map(|event| event.expect("both ways read the same")).collect();
            assert_eq!(format!("{read:?}"), format!("{:?}", output.events));
            let reply = shapewire::server::reply(depot::WatchShelf::OPERATION, &output, "the-request");
            // XML has not all characters, and headers have a length.
            let Ok(reply) = reply else { return };
            let first = depot::WatchShelf::decode(&reply).expect("what was written is read");
            let reply = shapewire::server::reply(depot::WatchShelf::OPERATION, &first, "the-request");
            let second = depot::WatchShelf::decode(&reply.expect("what was read is written")).expect("and read again");
            assert_eq!(shown(&first), shown(&second));
        }
        Err(error) => {
            assert!(one_by_one.last().is_some_and(Result::is_err), "one way finds a fault: {error}");
        }
    }
}

fn messages(mut choices: Choices<'_>) -> Vec<u8> {
    let mut stream = Vec::new();
    while !choices.is_over() {
        let [headers, payload] = [(); 2].map(|()| usize::from(u16::from_be_bytes(choices.array())) % 1024);
        push(&mut stream, choices.bytes(headers), choices.bytes(payload));
    }
    stream
}

/// Appends a message.
pub(crate) fn push(stream: &mut Vec<u8>, headers: &[u8], payload: &[u8]) {
    let start = stream.len();
    let length = |bytes: usize| u32::try_from(bytes).expect("a message is short").to_be_bytes();
    stream.extend(length(16 + headers.len() + payload.len()));
    stream.extend(length(headers.len()));
    stream.extend(crc32fast::hash(&stream[start..]).to_be_bytes());
    stream.extend(headers);
    stream.extend(payload);
    stream.extend(crc32fast::hash(&stream[start..]).to_be_bytes());
}
