//! Our reader of XML beside another one, quick-xml: what that refuses we refuse, and where both read they read the same text.
#![cfg(feature = "iam")]

use fastrand::Rng;
use http::Response;
use quick_xml::Reader;
use quick_xml::events::Event;
use shapewire::decode::DecodeErrorKind;
use shapewire::iam::ListUsers;
use shapewire::{Error, OperationShape};

/// Content of an element: text, references, sections, comments, instructions, elements.
fn content(random: &mut Rng, depth: usize) -> String {
    let mut text = String::new();
    for _ in 0..random.usize(..4) {
        let part = match random.usize(..12) {
            0 => "plain",
            1 => " \r\n\t\r",
            2 => "é\u{1F600}\u{85}",
            3 => "&lt;&amp;&#65;&#x1F600;",
            4 => "<![CDATA[ <&amp;]] > ]]>",
            5 => "<!-- <a> & \u{e9} -->",
            6 => "<?target <a> ?>",
            7 => "<empty/>",
            8 => "<n:e xmlns:n = 'a>b' b=\"'\"\n/>",
            9 => "]",
            10 => ">",
            _ if depth < 4 => &format!("<e.{depth} >{}</e.{depth}\n>", content(random, depth + 1)),
            _ => "",
        };
        text += part;
    }
    text
}

const HITS: [char; 18] =
    ['<', '>', '/', '!', '?', '-', '[', ']', '&', ';', '#', '=', '\'', '"', ' ', 'x', '\r', '\u{e9}'];

/// The same text with a few places changed.
fn broken(random: &mut Rng, text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..random.usize(..3) {
        let place = random.usize(..characters.len());
        let character = random.choice(HITS).unwrap_or('<');
        match random.usize(..3) {
            0 => characters[place] = character,
            1 => characters.insert(place, character),
            _ => {
                characters.remove(place);
            }
        }
    }
    characters.into_iter().collect()
}

/// What stands directly in `Marker`, or `None` where the document is not well-formed.
fn expected(document: &str) -> Option<String> {
    let mut reader = Reader::from_str(document);
    let (mut open, mut marker) = (Vec::new(), String::new());
    loop {
        let in_marker = open.last().is_some_and(|name: &String| name == "Marker");
        match reader.read_event().ok()? {
            Event::Start(start) => {
                start.attributes().collect::<Result<Vec<_>, _>>().ok()?;
                open.push(start.local_name().into_inner().to_owned());
            }
            Event::Empty(start) => {
                start.attributes().collect::<Result<Vec<_>, _>>().ok()?;
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) if in_marker => marker += &text.xml10_content(),
            Event::CData(text) if in_marker => marker += &text.xml10_content(),
            Event::GeneralRef(reference) => {
                let character = match &*reference {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "apos" => '\'',
                    "quot" => '"',
                    _ => reference.resolve_char_ref().ok()??,
                };
                if in_marker {
                    marker.push(character);
                }
            }
            Event::Eof => return open.is_empty().then_some(marker),
            Event::DocType(_) => return None,
            _ => {}
        }
    }
}

#[test]
fn agrees_with_another_reader() {
    let mut random = Rng::new();
    let seed = random.u64(..);
    println!("seed {seed}");
    random.seed(seed);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..5_000 {
        let marker = content(&mut random, 0);
        let whole = format!(
            "<ListUsersResponse><ListUsersResult><Marker>{marker}</Marker></ListUsersResult></ListUsersResponse>"
        );
        let document = broken(&mut random, &whole);
        let expected = expected(&document);
        match (ListUsers::OPERATION.decode(&Response::new(&document)), expected) {
            (Ok(output), Some(expected)) => {
                let output: &dyn std::any::Any = &*output;
                let output: &shapewire::iam::ListUsersResponse = output.downcast_ref().unwrap();
                // Where the element's name was hit, there is none.
                if let Some(marker) = &output.marker {
                    assert_eq!(*marker, expected, "{document}");
                }
                read += 1;
            }
            (Err(Error::Decode(reply)), Some(_)) => match reply.error.kind() {
                // Names and values of attributes that the other reader does not look at, and what is not the operation's.
                DecodeErrorKind::Malformed(_)
                | DecodeErrorKind::MissingMember(_)
                | DecodeErrorKind::UnexpectedRoot(_)
                | DecodeErrorKind::NotXml => refused += 1,
                kind => panic!("{kind:?} for {document}"),
            },
            (Err(Error::Decode(_)), None) => refused += 1,
            (result, expected) => panic!("{result:?} beside {expected:?} for {document}", result = result.err()),
        }
    }
    assert!(read > 1_000 && refused > 500, "{read} read, {refused} refused");
}
