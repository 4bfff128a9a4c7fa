//! Values that a program itself has nested, by any way from a structure to one of its kind: what is too deep is refused, or
//! shown as far as the limit, and no deeper is anything walked.

use std::collections::BTreeMap;
use std::iter::repeat_n;

use shapewire::encode::{EncodeError, EncodeErrorKind};
use shapewire::json::{self, Secrets};
use shapewire::server::reply;
use shapewire::validation::Rule;
use shapewire::{MAX_DEPTH, OperationShape, Structure, value};

use super::bookshop::{PutBook, PutBookRequest, Source};
use super::depot::{Color, CreateShelf, CreateShelfInput, CreateShelfOutput, Node};

/// Deeper than any stack of a test is.
const BOTTOMLESS: usize = 100_000;

/// A way from a structure to the one below.
#[derive(Clone, Copy, Debug)]
enum Step {
    Member,
    List,
    Map,
}

use Step::{List, Map, Member};

impl Step {
    /// How many levels it is.
    fn levels(self) -> usize {
        match self {
            Member => 1,
            List | Map => 2,
        }
    }
}

/// Ways down, `count` steps long. A limit that is looked for at each second level only would be passed by some of them.
fn ways(count: usize) -> [Vec<Step>; 6] {
    let then = |first: Step, others: Step| [first].into_iter().chain(repeat_n(others, count - 1)).collect();
    [
        vec![Member; count],
        vec![List; count],
        vec![Map; count],
        then(Member, List),
        then(Member, Map),
        [Member, List, Map].into_iter().cycle().take(count).collect(),
    ]
}

/// A structure with deep ones in it. Rust drops and clones these by recursion: they are taken apart from the top.
struct Deep<T>(T, fn(&mut T));

impl<T> Drop for Deep<T> {
    fn drop(&mut self) {
        (self.1)(&mut self.0);
    }
}

fn node(way: &[Step]) -> Node {
    way.iter().rev().fold(Node::default(), |below, step| match step {
        Member => Node::new().with_next(below),
        List => Node::new().with_children([below]),
        Map => Node::new().with_by_color(BTreeMap::from([(Color::Red, below)])),
    })
}

fn take_apart(root: &mut Option<Node>) {
    let mut top = root.take();
    while let Some(mut node) = top {
        let next = node.next.take().map(|next| *next);
        let child = || node.children.take()?.pop();
        top = next.or_else(child).or_else(|| Some(node.by_color.take()?.pop_first()?.1));
    }
}

fn input(way: &[Step]) -> Deep<CreateShelfInput> {
    Deep(CreateShelfInput::new("s").with_root(node(way)), |input| take_apart(&mut input.root))
}

fn output(way: &[Step]) -> Deep<CreateShelfOutput> {
    Deep(CreateShelfOutput::new("n").with_root(node(way)), |output| take_apart(&mut output.root))
}

/// A form's input; a union has no maps.
fn form(way: &[Step]) -> Deep<PutBookRequest> {
    let source = way.iter().rev().fold(Source::Url("u".to_owned()), |below, step| match step {
        Member => Source::Within(Box::new(below)),
        List | Map => Source::Parts(vec![below]),
    });
    Deep(PutBookRequest::default().with_source(source), |input| {
        let mut top = input.source.take().unwrap_or_default();
        while let Source::Within(_) | Source::Parts(_) = top {
            top = match top {
                Source::Within(below) => *below,
                Source::Parts(mut parts) => parts.pop().unwrap_or_default(),
                other => other,
            };
        }
    })
}

/// The part of a way that is just not too deep below a member of an input or an output, and the same with one step more.
fn at_and_past(way: &[Step]) -> (&[Step], &[Step]) {
    let mut depth = 1;
    let past = way.iter().position(|step| {
        depth += step.levels();
        depth >= MAX_DEPTH
    });
    let past = past.expect("the way is long enough");
    (&way[..past], &way[..=past])
}

#[track_caller]
fn assert_too_deep<T>(written: Result<T, EncodeError>, way: &[Step]) {
    let Err(error) = written else { panic!("{} steps of {:?} …, and all is written", way.len(), &way[..3]) };
    assert_eq!(error.kind(), &EncodeErrorKind::TooDeep(MAX_DEPTH));
    assert!(error.path().split('.').count() <= 2 * MAX_DEPTH, "{error}");
}

#[test]
fn what_is_too_deep_is_not_written() {
    let endpoint = "https://depot.example/".parse().unwrap();
    let as_document = |way: &[Step]| CreateShelf::encode(&input(way).0, &endpoint);
    let as_form = |way: &[Step]| PutBook::encode(&form(way).0, &endpoint);
    let as_reply = |way: &[Step]| reply(CreateShelf::OPERATION, &output(way).0, "the-request");
    for way in ways(MAX_DEPTH) {
        let (at, past) = at_and_past(&way);
        as_document(at).unwrap();
        as_form(at).unwrap();
        as_reply(at).unwrap();
        for way in [past, &way] {
            assert_too_deep(as_document(way), way);
            assert_too_deep(as_form(way), way);
            assert_too_deep(as_reply(way), way);
        }
    }
    for way in ways(BOTTOMLESS) {
        assert_too_deep(as_document(&way), &way);
        assert_too_deep(as_form(&way), &way);
        assert_too_deep(as_reply(&way), &way);
    }
}

#[test]
fn what_is_too_deep_is_a_violation() {
    let found = |way: &[Step]| match input(way).0.validate() {
        Ok(()) => Vec::new(),
        Err(report) => report.violations().iter().map(|found| found.rule.clone()).collect(),
    };
    for way in ways(MAX_DEPTH) {
        let (at, past) = at_and_past(&way);
        assert!(found(at).is_empty(), "{at:?}");
        assert_eq!(found(past), [Rule::Depth(MAX_DEPTH)], "{past:?}");
    }
    for way in ways(BOTTOMLESS) {
        assert_eq!(found(&way), [Rule::Depth(MAX_DEPTH)]);
    }
}

#[test]
fn what_is_too_deep_is_null_in_json() {
    for way in ways(MAX_DEPTH) {
        let (at, past) = at_and_past(&way);
        let whole = input(at);
        let written = json::to_value(&whole.0, Secrets::Redact);
        let mut read = CreateShelfInput::default();
        json::read(&written, &mut read).unwrap();
        assert_eq!(read, whole.0);
        let cut = json::to_value(&input(past).0, Secrets::Redact).to_string();
        assert_eq!(cut.matches("null").count(), 1, "{cut}");
    }
    for way in ways(BOTTOMLESS) {
        let cut = json::to_string(&input(&way).0, Secrets::Redact);
        assert!(serde_json::from_str::<serde_json::Value>(&cut).is_ok() && cut.matches("null").count() == 1, "{cut}");
    }
}

/// These count structures only.
#[test]
fn what_is_too_deep_is_neither_shown_nor_equal() {
    // The input and the first node are a level each.
    for way in ways(MAX_DEPTH - 1) {
        let (at, past) = (input(&way[1..]), input(&way));
        assert!(at.0 == at.0.clone() && !format!("{:?}", at.0).contains('…'));
        assert!(!value::equal(&past.0, &past.0) && format!("{:?}", past.0).matches('…').count() == 1);
    }
    for way in ways(BOTTOMLESS) {
        let input = input(&way);
        assert!(!value::equal(&input.0, &input.0));
        assert_eq!(format!("{:?}", input.0).len(), format!("{:?}", self::input(&way[..MAX_DEPTH]).0).len());
        assert!(format!("{:#?}", input.0).len() < 100_000);
    }
}

#[cfg(feature = "serde")]
#[test]
fn what_is_too_deep_is_not_serialized() {
    let serialized = |way: &[Step]| serde_json::to_string(&input(way).0 as &dyn Structure);
    for way in ways(MAX_DEPTH - 1) {
        serialized(&way[1..]).unwrap();
        let error = serialized(&way).unwrap_err().to_string();
        assert_eq!(error, "`Node` nests deeper than 64");
    }
    for way in ways(BOTTOMLESS) {
        serialized(&way).unwrap_err();
    }
}

/// Rust's own way, which takes some of the stack for each level: a program's main thread has four times as much of it.
#[test]
fn a_thousand_levels_are_dropped_and_cloned() {
    for way in ways(1_000) {
        let root = node(&way);
        drop(root.clone());
        drop(root);
    }
}
