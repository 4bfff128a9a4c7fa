//! The golden files are Rust that compiles without warnings and does what the schema says.

#![deny(warnings, missing_docs)]

use shapewire::schema::{Fault, Member, Number, Service, Shape, ShapeKind, TimestampFormat};
use shapewire::value::{Slot, Structure, View};

/// The model with every construct.
#[allow(clippy::all, clippy::pedantic)]
pub mod bookshop {
    include!("golden/bookshop.rs");
}
/// One operation of it.
#[allow(clippy::all, clippy::pedantic)]
pub mod books {
    include!("golden/bookshop.list.rs");
}
/// A model in Smithy's JSON AST.
#[allow(clippy::all, clippy::pedantic)]
pub mod ferry {
    include!("golden/ferry.rs");
}
// The same in a module of its own, with attributes and serde's traits and without documentation.
include!("golden/bookshop.shelves.rs");
/// The protocol `ec2`.
#[allow(clippy::all, clippy::pedantic)]
pub mod harbour {
    include!("golden/harbour.rs");
}
/// Names that are hard to take.
#[allow(clippy::all, clippy::pedantic)]
pub mod obstacles {
    include!("golden/obstacles.rs");
}
/// Bindings to parts of HTTP messages.
#[allow(clippy::all, clippy::pedantic)]
pub mod depot {
    include!("golden/depot.rs");
}

const SERVICES: [&Service; 6] =
    [&bookshop::SERVICE, &books::SERVICE, &ferry::SERVICE, &harbour::SERVICE, &obstacles::SERVICE, &depot::SERVICE];

/// Compares a structure's table with its accessors: every member has a place of the kind that its target has.
fn walk(shape: &'static Shape, value: &mut dyn Structure, depth: usize) {
    assert!(std::ptr::eq(shape, value.shape()), "{}", shape.name());
    for (index, member) in shape.members().iter().enumerate() {
        let target = member.target();
        if let ShapeKind::Union(_) = shape.kind() {
            assert!(matches!(value.member(index).view(), View::Absent), "{}.{}", shape.name(), member.name());
        }
        let slot = value.member_mut(index).slot();
        let fits = match (target.kind(), slot) {
            (ShapeKind::Boolean, Slot::Boolean(_))
            | (ShapeKind::Integer, Slot::Integer(_))
            | (ShapeKind::Long, Slot::Long(_))
            | (ShapeKind::Float, Slot::Float(_))
            | (ShapeKind::Double, Slot::Double(_))
            | (ShapeKind::String | ShapeKind::Enum(_), Slot::String(_))
            | (ShapeKind::Blob, Slot::Blob(_))
            | (ShapeKind::Timestamp(_), Slot::Timestamp(_))
            | (ShapeKind::List(_), Slot::List(_))
            | (ShapeKind::Map(_), Slot::Map(_)) => true,
            (ShapeKind::Structure(_) | ShapeKind::Union(_), Slot::Structure(inner)) => {
                if depth < 4 {
                    walk(target, inner, depth + 1);
                }
                true
            }
            _ => false,
        };
        assert!(fits, "{}.{} has no place of its kind", shape.name(), member.name());
        assert!(!matches!(value.member(index).view(), View::Absent), "{}.{}", shape.name(), member.name());
    }
}

#[test]
fn tables_and_accessors_agree() {
    for service in SERVICES {
        for operation in service.operations() {
            walk(operation.input().shape(), &mut *operation.new_input(), 0);
            walk(operation.output().shape(), &mut *operation.new_output(), 0);
        }
        for error in service.errors() {
            walk(error.shape(), &mut *error.create(), 0);
        }
    }
}

#[test]
fn schemas_say_what_the_model_says() {
    let put = bookshop::SERVICE.operation("PutBook").unwrap();
    let shape = put.input().shape();
    let member = |name: &str| &shape.members()[shape.member_index(name).unwrap()];
    assert_eq!(member("Shelf").wire_name(), "ShelfId");
    assert!(member("Tags").is_flattened() && member("Counts").is_flattened() && !member("Genres").is_flattened());
    assert!(member("Token").is_idempotency_token() && member("Pages").is_deprecated());
    assert!(member("Password").is_sensitive() && !member("Title").is_sensitive());
    let pattern = member("Title").target().pattern().unwrap();
    assert_eq!(pattern.text(), "[^`<>]+");
    assert!(pattern.is_enforced() && pattern.matches("Emma") && !pattern.matches("<Emma>"));
    assert_eq!(put.result_wrapper(), Some("PutBookResult"));
    assert!(put.is_idempotent() && bookshop::SERVICE.operation("Ping").unwrap().is_unauthenticated());
    assert_eq!(bookshop::SERVICE.errors().len(), 3);
    assert_eq!(bookshop::SERVICE.signing_name(), "bookshop");
    assert!(books::SERVICE.operation("PutBook").is_none() && books::SERVICE.operation("ListBooks").is_some());
}

#[test]
fn a_smithy_model_says_it_in_its_own_way() {
    let service = &ferry::SERVICE;
    assert_eq!((service.service_id(), service.full_name()), ("Ferry Line", "Example Ferry Line"));
    assert_eq!((service.endpoint_prefix(), service.signing_name()), ("ferries", "ferry"));
    let names: Vec<&str> = service.operations().iter().map(|operation| operation.name()).collect();
    assert_eq!(names, ["BookCrossing", "Horn", "ListCrossings", "TearTicket"], "those of resources too");
    let horn = service.operation("Horn").unwrap();
    assert!(horn.is_unauthenticated() && horn.is_deprecated() && horn.result_wrapper().is_none());
    let book = service.operation("BookCrossing").unwrap();
    assert_eq!((book.result_wrapper(), book.is_idempotent()), (Some("BookCrossingResult"), true));
    let errors: Vec<_> = book.errors().iter().map(|error| error.error().unwrap()).collect();
    assert_eq!((errors[0].code, errors[0].status, errors[0].fault), ("Full", 409, Some(Fault::Sender)));
    assert_eq!((errors[1].code, errors[1].status, errors[1].fault), ("FogFault", 503, Some(Fault::Receiver)));
    let pages = service.operation("ListCrossings").unwrap().paginator().unwrap();
    assert_eq!((pages.input_tokens, pages.limit_key, pages.result_keys.len()), (&["marker"][..], Some("limit"), 1));

    let shape = book.input().shape();
    assert!(!shape.is_sensitive(), "a mixin's local traits are its own");
    let names: Vec<&str> = shape.members().iter().map(Member::name).collect();
    assert_eq!(names[..3], ["note", "crossingId", "passengers"], "members of mixins come first");
    let member = |name: &str| &shape.members()[shape.member_index(name).unwrap()];
    assert!(member("crossingId").is_required() && member("token").is_idempotency_token());
    assert_eq!(member("note").target().length().unwrap().max, Some(20));
    assert_eq!((member("cars").wire_name(), member("cars").is_flattened()), ("car", true));
    assert_eq!(member("at").timestamp_format(), TimestampFormat::EpochSeconds);
    assert_eq!(member("code").documentation(), "The code on the ticket.");
    assert!(member("code").is_sensitive());
    assert_eq!(member("seats").target().range().unwrap().max, Some(Number::Integer(32767)));
    assert_eq!(member("to").target().name(), "CommonPlace");
    let values = |name: &str| match member(name).target().kind() {
        ShapeKind::Enum(values) => *values,
        other => panic!("{other:?}"),
    };
    assert_eq!((values("class"), values("deck")), (&["first", "BOOKED"][..], &["upper", "car.deck"][..]));

    // Patterns search; anchors hold them where they stand.
    let pattern = |name: &str| member(name).target().pattern().unwrap();
    assert!(pattern("code").matches("a1b") && !pattern("code").matches("ab"));
    assert!(pattern("crossingId").matches("c-1") && !pattern("crossingId").matches("xc-1"));
    let ShapeKind::List(list) = member("passengers").target().kind() else { panic!() };
    assert_eq!(list.member.wire_name(), "name");
    assert!(
        list.member.target().pattern().unwrap().matches("Anne")
            && !list.member.target().pattern().unwrap().matches("x")
    );
}

#[test]
fn structures_are_made_and_changed_by_name() {
    let request =
        bookshop::PutBookRequest::new("Emma", "abcdefghijkl", ["Austen".to_owned()], bookshop::BookCover::new())
            .with_pages(400)
            .with_source(bookshop::Source::Url("https://example.com".to_owned()))
            .with_genres([bookshop::Genre::Novel, "unheard of".into()]);
    assert_eq!(request.title, "Emma");
    assert_eq!(request.genres.as_deref().unwrap()[1].as_str(), "unheard of");
    assert!(bookshop::ListBooksResponse::new().books.is_empty(), "replies have plain lists");
    let obstacles = obstacles::Keywords::new("a", "b", "c", 1).with_gen(2).with_value("d");
    assert_eq!((obstacles.r#match.as_str(), obstacles.r#type, obstacles.r#gen), ("a", 1, Some(2)));
    assert_eq!((obstacles.self_.as_str(), obstacles.self_2.as_str()), ("b", "c"));
    assert_eq!(obstacles::Awkward::from("unknown").as_str(), "unknown");
    assert!(matches!(obstacles::Awkward::from("Unknown"), obstacles::Awkward::UnknownValue));
}

#[test]
fn writing_to_a_union_selects_the_member() {
    let mut source = bookshop::Source::Url("a".to_owned());
    let Slot::String(text) = source.member_mut(0).slot() else { panic!("not text") };
    text.set("b".into());
    assert!(matches!(&source, bookshop::Source::Url(url) if url == "b"));
    source.member_mut(1);
    assert!(matches!(&source, bookshop::Source::Copy(_)));
    assert!(matches!(source.member(0).view(), View::Absent));
    assert!(matches!(source.member(1).view(), View::Structure(_)));
}

#[test]
fn waiters_are_data() {
    let names: Vec<&str> = bookshop::SERVICE.waiters().iter().map(|waiter| waiter.name()).collect();
    assert_eq!(names, ["BookListed", "BookSold"]);
    let waiter = bookshop::waiters::BOOK_SOLD.waiter();
    assert!(std::ptr::eq(waiter, bookshop::SERVICE.waiter("BookSold").unwrap()));
    assert!(std::ptr::eq(waiter.operation(), bookshop::SERVICE.operation("ListBooks").unwrap()));
    assert_eq!((waiter.delay(), waiter.max_delay(), waiter.max_attempts()), (30, None, Some(3)));
    assert_eq!(waiter.documentation(), "Waits until nothing is left.");
    let conditions: Vec<String> =
        waiter.acceptors().iter().map(|acceptor| format!("{:?}: {}", acceptor.state(), acceptor.matcher())).collect();
    let expected = [
        "Success: all of `Books[].Status` are sold",
        "Success: `Marker` is none",
        "Failure: `length(Books[?!(Status == 'sold')]) > `1000`` is true",
        "Failure: one of `Books[-1].[Title, Sequel.Title || 'none']` is none",
        "Retry: `ByShelf.* && contains(Books[].Keywords[], 'rare')` is true",
        "Failure: the error is NoSuchShelf",
        "Retry: there is an error",
    ];
    assert_eq!(conditions, expected);
    assert!(books::SERVICE.waiter("BookListed").is_some() && obstacles::SERVICE.waiters().is_empty());
}

/// The acceptor, by its place, that a reply with this output satisfies.
fn accepted(output: &serde_json::Value) -> Option<usize> {
    let waiter = bookshop::waiters::BOOK_SOLD.waiter();
    let mut reply = bookshop::ListBooksResponse::new();
    shapewire::json::read(output, &mut reply).unwrap();
    let metadata = shapewire::operation::ReplyMetadata::default();
    let acceptor = waiter.accept(Ok((&metadata, &reply)))?;
    waiter.acceptors().iter().position(|other| std::ptr::eq(other, acceptor))
}

#[test]
fn emitted_trees_mean_what_their_text_says() {
    use serde_json::json;

    assert_eq!(accepted(&json!({})), None);
    assert_eq!(accepted(&json!({"Books": [{"Title": "a", "Status": "sold"}]})), Some(0));
    assert_eq!(accepted(&json!({"Books": [], "Marker": "none"})), Some(1));
    let unsold: Vec<_> = (0..1001).map(|_| json!({"Title": "a", "Status": "in stock"})).collect();
    assert_eq!(accepted(&json!({"Books": unsold})), Some(2));
    assert_eq!(accepted(&json!({"Books": unsold[1..]})), Some(3));
    let sequel = json!({"Title": "a", "Sequel": {"Title": "b"}});
    assert_eq!(accepted(&json!({"Books": [{"Title": "a"}, sequel]})), None);
    let rare = json!([{"Title": "a", "Keywords": ["old", "rare"], "Sequel": {"Title": "b"}}]);
    assert_eq!(accepted(&json!({"Books": rare})), None, "no shelf");
    assert_eq!(accepted(&json!({"Books": rare, "ByShelf": {"A1": []}})), Some(4));
}

#[test]
fn attributes_are_on_their_types() {
    fn is_eq<T: Eq>(_: &T) {}
    is_eq(&shelves::Tag::new("a"));
    assert_eq!(shelves::SERVICE.name(), "shelves");
}
