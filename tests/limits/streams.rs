//! Event streams.

use http::Response;
use shapewire::decode::{DecodeErrorKind, DecodeOptions};
use shapewire::event_stream::Events;
use shapewire::server::reply;
use shapewire::{Error, OperationShape};

use super::depot::{ArrivedEvent, EndEvent, ShelfEvents, WatchShelf, WatchShelfOutput};
use super::options;

fn stream(events: Vec<ShelfEvents>) -> Vec<u8> {
    let mut output = WatchShelfOutput::new();
    output.events = events;
    reply(WatchShelf::OPERATION, &output, "r").unwrap().into_body()
}

fn read(body: &[u8], options: &DecodeOptions) -> Result<usize, (DecodeErrorKind, String)> {
    let mut output = WatchShelfOutput::new();
    match WatchShelf::OPERATION.decode_into(&Response::new(body), &mut output, options) {
        Ok(_) => Ok(output.events.len()),
        Err(Error::Decode(reply)) => Err((reply.error.kind().clone(), reply.error.path())),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn the_size_of_a_message_and_the_number_of_events() {
    let one = stream(vec![ShelfEvents::End(EndEvent::new())]);
    assert_eq!(read(&one, &options(|options| options.max_bytes = one.len())), Ok(1));
    let past = read(&one, &options(|options| options.max_bytes = one.len() - 1)).unwrap_err();
    assert_eq!(past, (DecodeErrorKind::TooLong(one.len() - 1), String::new()));
    // The same as they arrive, where all messages together may be longer.
    let three = one.repeat(3);
    let events = |limit: usize| {
        let events = Events::<ShelfEvents, _>::new(three.as_slice());
        events.with_decode_options(options(|options| options.max_bytes = limit)).flatten().count()
    };
    assert_eq!((events(one.len()), events(one.len() - 1)), (3, 0));
    assert_eq!(read(&three, &options(|options| options.max_items = 3)), Ok(3));
    assert_eq!(
        read(&three, &options(|options| options.max_items = 2)).unwrap_err().0,
        DecodeErrorKind::TooManyItems(2)
    );
}

#[test]
fn the_size_of_headers() {
    let message = |text: usize| {
        let arrived = ArrivedEvent::new().with_from("x".repeat(65_535)).with_proof(vec![0; text]);
        stream(vec![ShelfEvents::Arrived(arrived)])
    };
    // What is not the one long header, and not the content of the other.
    let rest = headers(&message(0)) - 65_535;
    let room = 128 * 1024 - 65_535 - rest;
    assert_eq!(headers(&message(room)), 128 * 1024);
    assert_eq!(read(&message(room), &DecodeOptions::DEFAULT), Ok(1));
    let past = (DecodeErrorKind::TooLong(128 * 1024), "headers".to_owned());
    assert_eq!(read(&message(room + 1), &DecodeOptions::DEFAULT), Err(past));
}

/// How many bytes the headers of the first message have.
fn headers(stream: &[u8]) -> usize {
    u32::from_be_bytes(stream[4..8].try_into().unwrap()) as usize
}

/// Lengths that are announced, and never come, take no memory.
#[test]
fn there_is_room_for_what_comes_only() {
    let mut prelude = (16_u32 << 20).to_be_bytes().to_vec();
    prelude.extend([0; 4]);
    prelude.extend(crc32fast::hash(&prelude).to_be_bytes());
    let mut kind = None;
    let held = allocation_counter::measure(|| kind = read(&prelude, &DecodeOptions::DEFAULT).err()).bytes_max;
    assert_eq!(kind, Some((DecodeErrorKind::Truncated, String::new())));
    assert!(held < 4_096, "{held}");
}

#[test]
fn an_event_without_its_document_is_one() {
    let empty = vec![ShelfEvents::Arrived(ArrivedEvent::new().with_count(1))];
    let bytes = stream(empty.clone());
    let read: Vec<ShelfEvents> = Events::new(bytes.as_slice()).map(Result::unwrap).collect();
    assert_eq!(read, empty);
}
