//! Requests as forms.

use http::Request;
use shapewire::decode::DecodeOptions;
use shapewire::server::Call;

use super::{bookshop, each, options};

/// The structure that a form makes, as JSON; or status, code and message of what it is refused with.
pub(super) fn read(action: &str, rest: &str, options: &DecodeOptions) -> Result<String, (u16, String, String)> {
    let body = format!("Action={action}&Version=2020-01-02{rest}");
    let request = Request::post("http://localhost/").body(body).unwrap();
    let input = Call::parse(&[&bookshop::SERVICE], &request, options).and_then(Call::into_input);
    input
        .map(|input| shapewire::json::to_string(&*input, shapewire::json::Secrets::Expose))
        .map_err(|error| (error.status(), error.code().to_owned(), error.message().unwrap_or_default().to_owned()))
}

const BOOK: &str = "&Title=t&ShelfId=123456789012&Authors.Author.1=a&Cover.Colour=red";

/// Reads with a limit that is just enough, and with one less.
fn at_and_past(rest: &str, limit: usize, set: fn(&mut DecodeOptions, usize), place: &str, words: &str) {
    let rest = format!("{BOOK}{rest}");
    read("PutBook", &rest, &options(|options| set(options, limit))).unwrap();
    let (status, code, message) = read("PutBook", &rest, &options(|options| set(options, limit - 1))).unwrap_err();
    assert_eq!((status, code.as_str()), (413, "RequestEntityTooLarge"), "{message}");
    let words = format!("{place}{words}").replace("LIMIT", &(limit - 1).to_string());
    assert!(message.starts_with(&words), "{message:?} instead of {words:?}");
}

#[test]
fn bytes() {
    let length = format!("Action=PutBook&Version=2020-01-02{BOOK}").len();
    at_and_past("", length, |options, limit| options.max_bytes = limit, "", "more than LIMIT bytes");
}

#[test]
fn parameters() {
    at_and_past("", 6, |options, limit| options.max_parameters = limit, "", "more than LIMIT parameters");
    // Those of the query string count too.
    let request = Request::post("http://localhost/?Action=Ping").body("Version=2020-01-02").unwrap();
    let parse = |limit| {
        Call::parse(&[&bookshop::SERVICE], &request, &options(|options| options.max_parameters = limit)).map(|_| ())
    };
    parse(2).unwrap();
    assert_eq!(parse(1).unwrap_err().status(), 413);
}

#[test]
fn items() {
    let set = |options: &mut DecodeOptions, limit| options.max_items = limit;
    at_and_past("&Authors.Author.2=b&Authors.Author.3=c", 3, set, "Authors: ", "more than LIMIT members or entries");
    at_and_past(
        "&Counts.1.key=a&Counts.1.value=1&Counts.2.key=b&Counts.2.value=2",
        2,
        set,
        "Counts: ",
        "more than LIMIT",
    );
    let map = "&Attributes.entry.1.Name=%2A&Attributes.entry.1.Text=b&Attributes.entry.2.Name=Novel&Attributes.entry.2.Text=d";
    at_and_past(map, 2, set, "Attributes: ", "more than LIMIT members or entries");
}

#[test]
fn text() {
    // The shelf's is the longest of all.
    at_and_past("", 12, |options, limit| options.max_text = limit, "ShelfId: ", "a text of more than LIMIT bytes");
    at_and_past(
        "&Token=%41%41%41%41%41%41%41%41%41%41%41%41%41",
        13,
        |options, limit| options.max_text = limit,
        "Token: ",
        "a text of more than LIMIT bytes",
    );
}

#[test]
fn depth() {
    let within = |levels: usize| format!("{BOOK}&Source{}.Url=u", ".Within".repeat(levels));
    // The request and the source are a level each.
    read("PutBook", &within(62), &DecodeOptions::strict()).unwrap();
    let (status, code, message) = read("PutBook", &within(63), &DecodeOptions::strict()).unwrap_err();
    assert_eq!((status, code.as_str()), (400, "ValidationError"));
    assert!(message.starts_with("Source.Within.") && message.contains(": nested deeper than 64 (byte "), "{message}");
    let (status, _, message) = read("PutBook", &within(1_000_000), &DecodeOptions::strict()).unwrap_err();
    assert!(status == 400 && message.contains("nested deeper than 64") && message.len() < 1_000, "{message}");
    // A list is a level of its own.
    read("PutBook", &format!("{BOOK}&Source.Parts.member.1.Url=u"), &options(|options| options.max_depth = 4)).unwrap();
    read("PutBook", &format!("{BOOK}&Source.Parts.member.1.Url=u"), &options(|options| options.max_depth = 3))
        .unwrap_err();
}

#[test]
fn what_is_large_in_some_way_is_read_to_its_end_or_refused() {
    const MANY: usize = 1_000_000;
    let (defaults, wide) =
        (&DecodeOptions::strict(), &options(|options| (options.max_items, options.max_parameters) = (MANY, MANY)));
    let keys: String = each(0..MANY, |index| format!("&{index}="));
    let refused = (413, "RequestEntityTooLarge".to_owned());
    let status =
        |rest: &str, options| read("PutBook", rest, options).map_err(|(status, code, _)| (status, code)).unwrap_err();
    assert_eq!(status(&keys, defaults), refused);
    assert_eq!(status(&"&=".repeat(MANY), defaults), refused);
    assert_eq!(status(&"&a=b".repeat(50_000), wide), (400, "MalformedQueryString".to_owned()));
    let many = |prefix: &str, count: usize| each(0..count, |index| format!("&{prefix}{index}="));
    assert_eq!(status(&many("a", 50_000), wide), (400, "ValidationError".to_owned()));
    assert_eq!(status(&many("Authors.Author.x", 50_000), wide), (400, "ValidationError".to_owned()));
    assert_eq!(status(&many("Authors.Author.1", 50_000), wide), (400, "ValidationError".to_owned()));
    let long = format!("{}.", "long".repeat(10));
    assert_eq!(status(&many(&long.repeat(15), 5_000), wide), (400, "ValidationError".to_owned()));
    let authors: String = each(2..=50_000, |index| format!("&Authors.Author.{index}=a"));
    assert!(read("PutBook", &format!("{BOOK}{authors}"), wide).unwrap().len() > 200_000);
    // Each of the parts has something wrong with it; not all of it is told.
    let parts: String = each(1..=20_000, |index| format!("&Source.Parts.member.{index}="));
    let (status, _, message) = read("PutBook", &format!("{BOOK}{parts}"), wide).unwrap_err();
    assert!(status == 400 && message.len() < 4_096, "{message}");
}
