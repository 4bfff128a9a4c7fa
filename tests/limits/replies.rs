//! Replies in XML.

use http::Response;
use shapewire::decode::{DecodeErrorKind, DecodeOptions};
use shapewire::{Error, OperationShape};

use super::bookshop::{ListBooks, ListBooksResponse};
use super::{each, options};

pub(super) fn wrapped(result: &str) -> String {
    format!("<ListBooksResponse><ListBooksResult>{result}</ListBooksResult></ListBooksResponse>")
}

pub(super) fn read(result: &str, options: &DecodeOptions) -> Result<ListBooksResponse, (DecodeErrorKind, String)> {
    let mut output = ListBooksResponse::default();
    match ListBooks::OPERATION.decode_into(&Response::new(wrapped(result)), &mut output, options) {
        Ok(_) => Ok(output),
        Err(Error::Decode(reply)) => Err((reply.error.kind().clone(), reply.error.path())),
        Err(other) => panic!("{other}"),
    }
}

/// Reads with a limit that is just enough, and with one less.
fn at_and_past(
    result: &str,
    place: &str,
    limit: usize,
    set: fn(&mut DecodeOptions, usize),
    kind: fn(usize) -> DecodeErrorKind,
) {
    read(result, &options(|options| set(options, limit))).unwrap();
    let (found, path) = read(result, &options(|options| set(options, limit - 1))).unwrap_err();
    assert_eq!(found, kind(limit - 1), "{result}");
    assert_eq!(path, format!("ListBooksResponse/ListBooksResult{place}"), "{result}");
}

#[test]
fn depth() {
    let set = |options: &mut DecodeOptions, limit| options.max_depth = limit;
    // Two elements stand around.
    at_and_past("<Books><member><Title>t</Title></member></Books>", "/Books/member", 5, set, DecodeErrorKind::TooDeep);
    at_and_past("<New><a><b/></a></New>", "", 5, set, DecodeErrorKind::TooDeep);
    at_and_past("<Marker>m<b><c/></b></Marker>", "/Marker", 5, set, DecodeErrorKind::TooDeep);
    // No option raises it: readers recurse.
    let sequels = |count: usize| {
        format!("<Books><member>{}{}</member></Books>", "<Sequel>".repeat(count), "</Sequel>".repeat(count))
    };
    let unbounded = options(|options| options.max_depth = usize::MAX);
    read(&sequels(60), &unbounded).unwrap();
    assert_eq!(read(&sequels(61), &unbounded).unwrap_err().0, DecodeErrorKind::TooDeep(64));
}

#[test]
fn bytes() {
    let body = wrapped("<Marker>m</Marker>").len();
    at_and_past_whole(body);
}

fn at_and_past_whole(length: usize) {
    read("<Marker>m</Marker>", &options(|options| options.max_bytes = length)).unwrap();
    let refused = read("<Marker>m</Marker>", &options(|options| options.max_bytes = length - 1)).unwrap_err();
    assert_eq!(refused, (DecodeErrorKind::TooLong(length - 1), String::new()));
}

#[test]
fn attributes() {
    let set = |options: &mut DecodeOptions, limit| options.max_attributes = limit;
    at_and_past(r#"<Marker a="" b="" c="">m</Marker>"#, "", 3, set, DecodeErrorKind::TooManyAttributes);
    at_and_past(r#"<New a="" b=""/>"#, "", 2, set, DecodeErrorKind::TooManyAttributes);
}

/// However the root is spelled: as services spell it, with more in it, with another namespace, after a declaration.
#[test]
fn root() {
    let namespace = ListBooks::OPERATION.service().xml_namespace();
    assert!(!namespace.is_empty());
    let decode = |body: &str, limits: fn(&mut DecodeOptions)| {
        let mut output = ListBooksResponse::default();
        match ListBooks::OPERATION.decode_into(&Response::new(body), &mut output, &options(limits)) {
            Ok(_) => Ok(output.marker),
            Err(Error::Decode(reply)) => Err((reply.error.kind().clone(), reply.error.offset())),
            Err(other) => panic!("{other}"),
        }
    };
    let read = |start: &str, limits| {
        let result = "<ListBooksResult><Marker>m</Marker></ListBooksResult></ListBooksResponse>";
        decode(&format!("{start}{result}"), limits)
    };
    let plain = format!("<ListBooksResponse xmlns=\"{namespace}\">");
    let spellings = [
        plain.clone(),
        format!("\u{FEFF}{plain}"),
        format!("<?xml version=\"1.0\"?>\n{plain}"),
        plain.replace('"', "'"),
        plain.replace('>', " >"),
        plain.replace(namespace, "urn:other"),
        "<ListBooksResponse a=\"\">".to_owned(),
    ];
    for start in &spellings {
        assert_eq!(read(start, |_| {}), Ok(Some("m".to_owned())), "{start}");
        let marker = start.len() + "<ListBooksResult><Marker>".len();
        assert_eq!(read(start, |limits| limits.max_depth = 2), Err((DecodeErrorKind::TooDeep(2), marker)), "{start}");
        let without_attributes = read(start, |limits| limits.max_attributes = 0);
        let refused = (DecodeErrorKind::TooManyAttributes(0), start.len());
        assert_eq!(without_attributes, Err(refused), "{start}");
        assert_eq!(read(start, |limits| limits.max_depth = 0).unwrap_err().0, DecodeErrorKind::TooDeep(0), "{start}");
    }
    for cut in 1..=plain.len() {
        let (kind, _) = decode(&plain[..cut], |_| {}).unwrap_err();
        assert_eq!(kind, DecodeErrorKind::Truncated, "{}", &plain[..cut]);
    }
}

#[test]
fn items() {
    let set = |options: &mut DecodeOptions, limit| options.max_items = limit;
    let kind = DecodeErrorKind::TooManyItems;
    at_and_past("<Books><member/><member/><x/><member/></Books>", "/Books", 3, set, kind);
    // A list may come in pieces.
    at_and_past("<Books><member/><member/></Books><Books><member/></Books>", "/Books", 3, set, kind);
    let flattened = "<Books><member><Keywords>a</Keywords><Keywords/><Keywords>a</Keywords></member></Books>";
    at_and_past(flattened, "/Books/member/Keywords", 3, set, kind);
    let map = "<ByShelf><entry><key>a</key></entry><entry><value/><key>b</key></entry></ByShelf>";
    at_and_past(map, "/ByShelf/entry", 2, set, kind);
    assert_eq!(read(map, &DecodeOptions::DEFAULT).unwrap().by_shelf.len(), 2);
}

#[test]
fn text() {
    let set = |options: &mut DecodeOptions, limit| options.max_text = limit;
    let kind = DecodeErrorKind::TextTooLong;
    at_and_past("<Marker>four</Marker>", "/Marker", 4, set, kind);
    at_and_past("<Marker>a&amp;<![CDATA[bc]]></Marker>", "/Marker", 4, set, kind);
    at_and_past("<ByShelf><entry><key>four</key></entry></ByShelf>", "/ByShelf/entry/key", 4, set, kind);
    at_and_past("<Books><member><Keywords>four</Keywords></member></Books>", "/Books/member/Keywords", 4, set, kind);
    // What is not read has no such limit.
    read("<New>four</New>", &options(|options| options.max_text = 3)).unwrap();
}

#[test]
fn what_is_large_in_some_way_is_read_to_its_end_or_refused() {
    const MANY: usize = 1_000_000;
    let defaults = &DecodeOptions::DEFAULT;
    let kind = |result: &str| read(result, defaults).unwrap_err().0;
    assert_eq!(kind(&"<Sequel>".repeat(MANY)), DecodeErrorKind::TooDeep(64));
    assert_eq!(
        kind(&format!("<New{}/>", " a=\"\"".repeat(MANY))),
        DecodeErrorKind::Malformed("the attribute a twice".to_owned())
    );
    let attributes: String = each(0..MANY, |index| format!(" a{index}=''"));
    assert_eq!(kind(&format!("<New{attributes}/>")), DecodeErrorKind::TooManyAttributes(32));
    assert_eq!(kind(&format!("<Books>{}</Books>", "<member/>".repeat(MANY))), DecodeErrorKind::TooManyItems(100_000));
    // Entities have no definitions; references to characters are one character each.
    let bomb =
        "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;&b;\">]><ListBooksResponse>&c;</ListBooksResponse>";
    match ListBooks::decode(&Response::new(bomb)).map_err(Error::from) {
        Err(Error::Decode(reply)) => assert_eq!(*reply.error.kind(), DecodeErrorKind::DocumentType),
        other => panic!("{other:?}"),
    }
    let references = read(&format!("<Marker>{}</Marker>", "&#65;".repeat(MANY)), defaults).unwrap();
    assert_eq!(references.marker.unwrap().len(), MANY);
    assert!(
        matches!(kind(&format!("<Marker>&#{};</Marker>", "9".repeat(MANY))), DecodeErrorKind::Entity(name) if name.len() == 64)
    );
    assert!(
        matches!(kind(&format!("<Marker>&{};</Marker>", "a".repeat(MANY))), DecodeErrorKind::Entity(name) if name.len() == 64)
    );
    // Names and namespaces.
    let long = "n".repeat(MANY);
    let namespaced = format!("<{long}:Marker xmlns:{long}='{long}'>m</{long}:Marker>");
    assert_eq!(read(&namespaced, defaults).unwrap().marker.as_deref(), Some("m"));
    let (_, path) = read(&format!("<{long}>"), &DecodeOptions::strict()).unwrap_err();
    assert_eq!(path.len(), "ListBooksResponse/ListBooksResult/".len() + 256);
    // Numbers, comments, sections, text in between.
    assert!(matches!(kind(&format!("<IsTruncated>{}</IsTruncated>", "1".repeat(MANY))), DecodeErrorKind::Value { .. }));
    let pieces = read(&format!("<Marker>{}</Marker>", "a<!-- --><![CDATA[b]]>".repeat(MANY / 10)), defaults).unwrap();
    assert_eq!(pieces.marker.unwrap().len(), MANY / 5);
    read(&"<!-- - -->x<?p?>".repeat(MANY / 10), defaults).unwrap();
}

/// The value of an entry that comes before its key is passed over and read later, at every level.
#[test]
fn values_before_their_keys_are_not_read_twice_at_each_level() {
    let mut result = "<Marker/>".to_owned();
    for _ in 0..11 {
        // Each level takes four elements.
        result = format!(
            "<ByShelf><entry><value><member><Editions><member>{result}</member></Editions></member></value><key>k</key></entry></ByShelf>"
        );
    }
    let read_all = |copies: usize| {
        let result = result.repeat(copies);
        allocation_counter::measure(|| drop(read(&result, &options(|options| options.max_items = 1_000)))).count_total
    };
    assert!(read_all(8) <= 2 * read_all(4) + 64);
}
