//! Expressions of paginators and waiters: what is refused, and why. What they mean is for the library's own tests.

use std::path::Path;

use shapewire_codegen::jmespath::{parse, read};
use shapewire_codegen::load;
use shapewire_codegen::model::Model;

fn bookshop() -> Model {
    load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/bookshop.json")).unwrap().model
}

#[test]
fn what_is_no_expression_is_refused() {
    for (text, reason) in [
        ("", "expected an expression at byte 0, found the end"),
        ("a b", "expected the end at byte 2, found the name `b`"),
        ("a.", "expected a name, `*` or `[` at byte 2, found the end"),
        ("a.1", "expected a name, `*` or `[` at byte 2, found the number 1"),
        ("a[", "expected an index or `*` at byte 2, found the end"),
        ("a[]b", "expected the end at byte 3, found the name `b`"),
        ("a[?b", "expected `]` at byte 4, found the end"),
        ("(a", "expected `)` at byte 2, found the end"),
        ("a ! b", "expected an operator at byte 2, found `!`"),
        ("\"a\"(b)", "expected an operator at byte 3, found `(`"),
        ("'a", "a text in quotes does not end"),
        ("\"a\\", "a name in quotes does not end"),
        ("`1", "a literal in back quotes does not end"),
        ("a = b", "`=` begins nothing, at byte 2"),
        ("a[99999999999]", "`99999999999` is no index"),
        ("a[1-2]", "`1-2` is no index"),
        ("\"a.b\"", "\"a.b\" is the name of no member"),
        ("a[0:2]", "slices, `[a:b]`, are not supported"),
        ("a[:2]", "slices, `[a:b]`, are not supported"),
        ("a.{b: c}", "hashes, `{…}`, are not supported"),
        ("&a", "references to expressions, `&…`, are not supported"),
        ("`[1]`", "literals that are arrays or objects are not supported"),
        ("length(a, b)", "`length` takes one argument"),
        ("contains(a)", "`contains` takes two arguments"),
        ("sort(a)", "the function `sort` is not supported; `length` and `contains` are"),
    ] {
        assert_eq!(parse(text).unwrap_err(), reason, "{text}");
    }
    let literal = parse("`x`").unwrap_err();
    assert!(literal.starts_with("the literal `x` is not JSON: "), "{literal}");
    let name = parse("\"\\x\"").unwrap_err();
    assert!(name.starts_with("the name \"\\x\" is not JSON: "), "{name}");
}

#[test]
fn what_is_too_long_is_refused() {
    for open in ["(", "!", "[", "a[?", "a.", "a||", "length("] {
        assert_eq!(parse(&open.repeat(100_000)).unwrap_err(), "more than 100 tokens", "{open}");
    }
    assert!(parse(&format!("{}a", "!".repeat(99))).is_ok());
}

#[test]
fn what_can_never_give_anything_is_refused() {
    let model = bookshop();
    for (text, reason) in [
        ("Nix", "`ListBooksResponse` has no member `Nix`"),
        ("Books[].Nix", "`Book` has no member `Nix`"),
        ("Books.Title", "the list `bookList` has no member `Title`"),
        ("Marker.Title", "a string has no member `Title`"),
        ("Books[].Title.Title", "a string has no member `Title`"),
        ("(Books[].Sequel).Title", "a list has no member `Title`"),
        ("Marker[0]", "expected a list, found a string"),
        ("Marker[]", "expected a list, found a string"),
        ("ByShelf[]", "expected a list, found the map `shelfMap`"),
        ("Books[?Nix]", "`Book` has no member `Nix`"),
        ("Books.*", "the list `bookList` has no values by name"),
        ("length(IsTruncated)", "a boolean has no length"),
        ("length(Books[0])", "the structure `Book` has no length"),
        ("Marker > `1`", "a string never equals a number"),
        ("Marker == `1`", "a string never equals a number"),
        ("Books == Marker", "the list `bookList` cannot be compared"),
        ("contains(Books[].Title, `1`)", "a string never equals a number"),
        ("contains(IsTruncated, 'a')", "expected a list, found a boolean"),
        ("!Nix", "`ListBooksResponse` has no member `Nix`"),
        ("[Marker, Nix]", "`ListBooksResponse` has no member `Nix`"),
        ("Marker || Nix", "`ListBooksResponse` has no member `Nix`"),
    ] {
        assert_eq!(read(&model, "ListBooksResponse", text).unwrap_err(), reason, "{text}");
    }
    for text in [
        "@",
        "*",
        "ByShelf.A1[0].Title",
        "ByShelf.*[][].Title",
        "Books[*].Editions[*].Sequel.Title | [0]",
        "Books[].[Title, Sequel][].Title",
        "[Marker, IsTruncated][0].Anything",
        "length(ByShelf) >= length(Books) && `null` != Marker",
        "contains(Marker, 'a')",
        "\"Books\"[-1].\"Title\"",
    ] {
        read(&model, "ListBooksResponse", text).unwrap_or_else(|reason| panic!("{text}: {reason}"));
    }
}
