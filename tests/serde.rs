//! serde's traits: everything that can be said survives any format, and secrets stay where they are.
#![cfg(all(feature = "iam", feature = "sts", feature = "serde", feature = "rest-xml", feature = "json"))]

mod support;

use fastrand::Rng;
use serde_json::json;
use shapewire::json::{self as own_json, Secrets};
use shapewire::schema::{Operation, Service};
use shapewire::serde::{DeserializeSeed, ExposeSecrets, Fill};
use shapewire::{SERVICES, Structure, Timestamp, iam, sts, value};
use support::{Alphabet, Generator};

macro_rules! golden {
    ($($module:ident),*) => {$(
        #[allow(clippy::all, clippy::pedantic, missing_docs)]
        pub mod $module {
            include!(concat!("../codegen/tests/golden/", stringify!($module), ".rs"));
        }
    )*};
}

golden!(bookshop, depot, ferry, harbour, obstacles);

const ROUNDS: usize = 10;

fn seed() -> u64 {
    let seed = std::env::var("SHAPEWIRE_SEED").map_or_else(|_| Rng::new().u64(..), |seed| seed.parse().unwrap());
    println!("SHAPEWIRE_SEED={seed}");
    seed
}

fn services() -> Vec<&'static Service> {
    let golden = [&bookshop::SERVICE, &depot::SERVICE, &ferry::SERVICE, &harbour::SERVICE, &obstacles::SERVICE];
    SERVICES.iter().copied().chain(golden).collect()
}

/// A maker of each input, output and error.
fn structures() -> Vec<Box<dyn Fn() -> Box<dyn Structure>>> {
    let mut makers: Vec<Box<dyn Fn() -> Box<dyn Structure>>> = Vec::new();
    for service in services() {
        for operation in service.operations() {
            makers.push(Box::new(|| operation.new_input()));
            makers.push(Box::new(|| operation.new_output()));
        }
        for error in service.errors() {
            makers.push(Box::new(|| error.create()));
        }
    }
    makers
}

fn fill_from_json(text: &str, target: &mut dyn Structure) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Fill(target).deserialize(&mut deserializer)?;
    deserializer.end()
}

/// The error of reading JSON into a structure.
fn refusal(operation: &'static Operation, json: &str) -> String {
    let mut input = operation.new_input();
    let error = fill_from_json(json, &mut *input).unwrap_err();
    format!("{error}")
}

#[test]
fn every_shape_survives_json_postcard_and_messagepack() {
    let mut generator = Generator { random: Rng::with_seed(seed()), alphabet: Alphabet::Any };
    let makers = structures();
    for new in &makers {
        for _ in 0..ROUNDS {
            let mut written = new();
            generator.fill(&mut *written, 0);
            let shown = own_json::to_string_pretty(&*written, Secrets::Expose);

            let json = serde_json::to_string(&ExposeSecrets(&*written)).unwrap();
            assert_eq!(json, own_json::to_string(&*written, Secrets::Expose));
            assert_eq!(serde_json::to_string(&*written).unwrap(), own_json::to_string(&*written, Secrets::Redact));
            let mut read = new();
            fill_from_json(&json, &mut *read).unwrap_or_else(|error| panic!("{error}\n{shown}"));
            assert!(value::equal(&*written, &*read), "JSON: {shown}");

            let mut read = new();
            Fill(&mut *read).deserialize(serde_json::to_value(ExposeSecrets(&*written)).unwrap()).unwrap();
            assert!(value::equal(&*written, &*read), "JSON as a value: {shown}");

            let bytes = postcard::to_allocvec(&ExposeSecrets(&*written)).unwrap();
            let mut read = new();
            let mut deserializer = postcard::Deserializer::from_bytes(&bytes);
            Fill(&mut *read).deserialize(&mut deserializer).unwrap_or_else(|error| panic!("{error}\n{shown}"));
            assert!(deserializer.finalize().unwrap().is_empty());
            assert!(value::equal(&*written, &*read), "postcard: {shown}");

            let bytes = rmp_serde::to_vec(&ExposeSecrets(&*written)).unwrap();
            let mut read = new();
            let mut deserializer = rmp_serde::Deserializer::from_read_ref(&bytes);
            Fill(&mut *read).deserialize(&mut deserializer).unwrap_or_else(|error| panic!("{error}\n{shown}"));
            assert!(value::equal(&*written, &*read), "MessagePack: {shown}");
        }
    }
    // Inputs and outputs of IAM, STS and the services of the generator's own tests, and their errors.
    assert!(makers.len() > 2 * (180 + 11), "{}", makers.len());
}

#[test]
fn damaged_bytes_are_errors() {
    let mut random = Rng::with_seed(seed());
    let mut generator = Generator { random: random.fork(), alphabet: Alphabet::Any };
    for new in structures() {
        let mut written = new();
        generator.fill(&mut *written, 0);
        let mut postcard = postcard::to_allocvec(&ExposeSecrets(&*written)).unwrap();
        let mut messagepack = rmp_serde::to_vec(&ExposeSecrets(&*written)).unwrap();
        for bytes in [&mut postcard, &mut messagepack] {
            if !bytes.is_empty() {
                let at = random.usize(..bytes.len());
                bytes[at] = random.u8(..);
                bytes.truncate(random.usize(..=bytes.len()));
            }
        }
        // Some damage cannot be seen; none may end in a panic.
        let _ = Fill(&mut *new()).deserialize(&mut postcard::Deserializer::from_bytes(&postcard));
        let _ = Fill(&mut *new()).deserialize(&mut rmp_serde::Deserializer::from_read_ref(&messagepack));
    }
}

#[test]
fn types_of_a_service_are_named_as_in_the_command_line() {
    let mut user = iam::User::new("/", "jane", "AIDA1", "arn:aws:iam::1:user/jane", Timestamp::new(1, 0).unwrap());
    user.tags = vec![iam::Tag::new("team", "blue")];
    let json = json!({
        "Path": "/", "UserName": "jane", "UserId": "AIDA1", "Arn": "arn:aws:iam::1:user/jane",
        "CreateDate": "1970-01-01T00:00:01Z", "Tags": [{"Key": "team", "Value": "blue"}],
    });
    assert_eq!(serde_json::to_value(&user).unwrap(), json);
    assert_eq!(serde_json::from_value::<iam::User>(json).unwrap(), user);
    let users = vec![user.clone(), user];
    let text = serde_json::to_string(&users).unwrap();
    assert_eq!(serde_json::from_str::<Vec<iam::User>>(&text).unwrap(), users);
}

#[test]
fn enumerations_are_open() {
    assert_eq!(serde_json::to_string(&iam::StatusType::Inactive).unwrap(), r#""Inactive""#);
    let new: iam::StatusType = serde_json::from_str(r#""Dormant""#).unwrap();
    assert_eq!((new.as_str(), postcard::to_allocvec(&new).unwrap()), ("Dormant", b"\x07Dormant".to_vec()));
}

#[test]
fn what_is_not_there_is_left_out_or_null() {
    let request: sts::AssumeRoleRequest =
        serde_json::from_str(r#"{"RoleArn": "r", "RoleSessionName": "s", "Policy": null, "PolicyArns": []}"#).unwrap();
    assert_eq!((request.policy.as_ref(), request.policy_arns.as_deref()), (None, Some(&[][..])));
    assert_eq!(serde_json::to_string(&request).unwrap(), r#"{"RoleArn":"r","RoleSessionName":"s","PolicyArns":[]}"#);
    assert_eq!(serde_json::to_string(&value::Empty::new()).unwrap(), "{}");
}

#[test]
fn formats_for_machines_have_timestamps_and_bytes() {
    let timestamp = Timestamp::new(-2, 750_000_000).unwrap();
    assert_eq!(rmp_serde::to_vec(&timestamp).unwrap(), [0x92, 0xFE, 0xCE, 0x2C, 0xB4, 0x17, 0x80]);
    assert_eq!(rmp_serde::from_slice::<Timestamp>(&rmp_serde::to_vec(&timestamp).unwrap()).unwrap(), timestamp);
    assert_eq!(serde_json::to_string(&timestamp).unwrap(), r#""1969-12-31T23:59:58.75Z""#);
    assert!(rmp_serde::from_slice::<Timestamp>(&rmp_serde::to_vec(&(0_i64, 1_000_000_000_u32)).unwrap()).is_err());

    let request = bookshop::PutBookRequest::default().with_scan([0, 255]);
    let bytes = rmp_serde::to_vec(&request as &dyn Structure).unwrap();
    assert!(bytes.windows(9).any(|part| part == b"\xA4Scan\xC4\x02\0\xFF"), "{bytes:?}");
    assert!(serde_json::to_string(&request as &dyn Structure).unwrap().contains(r#""Scan":"AP8=""#));
}

#[test]
fn numbers_and_timestamps_are_read_as_json_has_them() {
    let put = bookshop::SERVICE.operation("PutBook").unwrap();
    let required = r#""Title": "t", "Shelf": "s", "Authors": [], "Cover": {}"#;
    let mut input = put.new_input();
    let json = format!(
        r#"{{{required}, "Price": "-Infinity", "Weight": 2, "Sold": -3, "Published": 1.5, "Scanned": "1970-01-01T00:00:02Z",
        "Printed": -1}}"#
    );
    fill_from_json(&json, &mut *input).unwrap();
    assert_eq!(
        own_json::to_value(&*input, Secrets::Redact),
        json!({
            "Title": "t", "Shelf": "s", "Authors": [], "Cover": {}, "Price": "-Infinity", "Weight": 2.0, "Sold": -3,
            "Published": "1970-01-01T00:00:01.5Z", "Scanned": "1970-01-01T00:00:02Z", "Printed": "1969-12-31T23:59:59Z",
        })
    );
    for (member, expected) in [
        (r#""Pages": 2147483648"#, "expected an integer of 32 bits for `Pages`"),
        (r#""Pages": 1.0"#, "expected an integer of 32 bits for `Pages`"),
        (r#""Sold": 9223372036854775808"#, "expected an integer of 64 bits for `Sold`"),
        (r#""Weight": 1e39"#, "expected a number of 32 bits for `Weight`"),
        (r#""Price": "1.5""#, "expected a number for `Price`"),
        (r#""InPrint": "true""#, "expected true or false for `InPrint`"),
        (r#""Scan": "???""#, "expected bytes, or a string of base64 for `Scan`"),
        (r#""Published": "yesterday""#, "expected a timestamp for `Published`"),
        (r#""Published": 1e300"#, "expected a timestamp for `Published`"),
        (r#""Genres": {}"#, "expected a list for `Genres`"),
        (r#""Genres": [null]"#, "expected a string for `member`"),
        (r#""Counts": []"#, "expected a map for `Counts`"),
        (r#""Counts": {"a": 1, "a": 2}"#, "a key comes twice in `Counts`"),
        (r#""Token": "a", "Token": "b""#, "`Token` comes twice in `PutBookRequest`"),
        (r#""Tags": [{"Value": "v"}]"#, "`Tag` lacks the member `Key`"),
        (r#""Tags": [{"Key": null}]"#, "`Tag` lacks the member `Key`"),
        (r#""Tokens": "a""#, "`PutBookRequest` has no member `Tokens`"),
        (r#""Source": {"Url": "u", "Parts": []}"#, "`Source` is a union, and has several members"),
        (r#""Cover": 1"#, "comes twice"),
    ] {
        let found = refusal(put, &format!("{{{required}, {member}}}"));
        assert!(found.contains(expected), "{member}: {found}");
    }
    assert!(refusal(put, "[]").contains("expected the members of `PutBookRequest`"));
}

#[test]
fn a_union_of_which_nothing_is_known_is_empty() {
    let mut request = bookshop::PutBookRequest::new("t", "s", ["a".to_owned()], bookshop::BookCover::new());
    request.source = Some(bookshop::Source::Unknown);
    let json = serde_json::to_string(&request as &dyn Structure).unwrap();
    assert!(json.contains(r#""Source":{}"#), "{json}");
    let mut read = bookshop::PutBookRequest::default();
    fill_from_json(&json, &mut read).unwrap();
    assert_eq!(read, request);
}

#[test]
fn depth_has_a_limit_in_both_directions() {
    let mut book = bookshop::Book::new("0");
    for title in 1..shapewire::MAX_DEPTH {
        book = bookshop::Book::new(title.to_string()).with_sequel(book);
    }
    let bytes = postcard::to_allocvec(&book as &dyn Structure).unwrap();
    let mut read = bookshop::Book::default();
    Fill(&mut read).deserialize(&mut postcard::Deserializer::from_bytes(&bytes)).unwrap();
    let written = |book: &bookshop::Book| rmp_serde::to_vec(&book.clone() as &dyn Structure);
    assert_eq!(written(&read).unwrap(), written(&book).unwrap());

    let deeper = bookshop::Book::new("one more").with_sequel(book);
    let error = written(&deeper).unwrap_err().to_string();
    assert!(error.contains("`Book` nests deeper than 64"), "{error}");
    let json = r#"{"Title": "t", "Sequel": "#.repeat(65) + "null" + &"}".repeat(65);
    let error = fill_from_json(&json, &mut bookshop::Book::default()).unwrap_err().to_string();
    assert!(error.contains("`Book` nests deeper than 64"), "{error}");
}

#[test]
fn secrets_are_written_only_where_they_are_exposed() {
    let request = iam::CreateLoginProfileRequest::new().with_user_name("jane").with_password("canary");
    let redacted = serde_json::to_string(&request).unwrap();
    assert_eq!(redacted, r#"{"UserName":"jane","Password":"[redacted]"}"#);
    let error = serde_json::from_str::<iam::CreateLoginProfileRequest>(&redacted).unwrap_err().to_string();
    assert!(
        error.contains("`Password` is secret, and cannot be read: it is of another type, or was redacted"),
        "{error}"
    );

    let error = postcard::to_allocvec(&request).unwrap_err();
    assert!(!error.to_string().contains("canary"));
    let error = rmp_serde::to_vec(&request).unwrap_err().to_string();
    assert_eq!(error, "`Password` is secret, and this format cannot say so: see `ExposeSecrets`");

    let bytes = rmp_serde::to_vec(&ExposeSecrets(&request)).unwrap();
    assert_eq!(rmp_serde::from_slice::<iam::CreateLoginProfileRequest>(&bytes).unwrap(), request);
}

#[test]
fn errors_do_not_repeat_what_stands_for_a_secret() {
    let login = iam::SERVICE.operation("CreateLoginProfile").unwrap();
    let put = bookshop::SERVICE.operation("PutBook").unwrap();
    let cases = [
        (login, r#"{"Password": 7777}"#),
        (login, r#"{"Password": 77.77}"#),
        (login, r#"{"Password": ["7777"]}"#),
        (login, r#"{"Password": {"7777": 1}}"#),
        (login, r#"{"Password": "7777\q"}"#),
        (put, r#"{"Key": "7777?"}"#),
        (put, r#"{"Key": 7777}"#),
    ];
    for (operation, json) in cases {
        let error = refusal(operation, json);
        assert!(error.contains("is secret, and cannot be read") && !error.contains("77"), "{json}: {error}");
    }
    let bytes = rmp_serde::to_vec(&std::collections::BTreeMap::from([("Password", Some(7777))])).unwrap();
    let error = rmp_serde::from_slice::<iam::CreateLoginProfileRequest>(&bytes).unwrap_err().to_string();
    assert!(error.contains("`Password` is secret") && !error.contains("7777"), "{error}");
}
