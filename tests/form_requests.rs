//! Requests as forms: exactly what AWS expects, and what a server refuses.
#![cfg(all(feature = "iam", feature = "server", feature = "json"))]

#[path = "support/launch.rs"]
mod tokens;

use http::{Method, Request};
use shapewire::decode::DecodeOptions;
use shapewire::iam;
use shapewire::server::Call;
use shapewire::{OperationShape, SERVICES, Structure};

fn body<O: OperationShape>(input: &O::Input) -> String {
    let request = O::encode(input, &"https://iam.amazonaws.com/".parse().unwrap()).unwrap();
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.uri(), "https://iam.amazonaws.com/");
    assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded; charset=utf-8");
    String::from_utf8(request.into_body()).unwrap()
}

fn call(body: impl Into<Vec<u8>>) -> Result<Box<dyn Structure>, String> {
    let request = Request::post("http://localhost/").body(body.into()).unwrap();
    Call::parse(SERVICES, &request, &DecodeOptions::strict())
        .and_then(Call::into_input)
        .map_err(|error| format!("{} {}: {}", error.status(), error.code(), error.message().unwrap_or_default()))
}

#[test]
fn the_operation_of_the_documents() {
    let request = iam::CreateServiceSpecificCredentialRequest::new("jane", "codecommit.amazonaws.com")
        .with_credential_age_days(30);
    assert_eq!(
        body::<iam::CreateServiceSpecificCredential>(&request),
        "Action=CreateServiceSpecificCredential&Version=2010-05-08&UserName=jane&ServiceName=codecommit.amazonaws.com&CredentialAgeDays=30"
    );
}

#[test]
fn only_unreserved_characters_stand_for_themselves() {
    let request = iam::GetUserRequest::new().with_user_name("aZ09-_.~ +&=%/\u{e9}\u{1F600}\n*'()!");
    assert_eq!(
        body::<iam::GetUser>(&request),
        "Action=GetUser&Version=2010-05-08&UserName=aZ09-_.~%20%2B%26%3D%25%2F%C3%A9%F0%9F%98%80%0A%2A%27%28%29%21"
    );
}

#[test]
fn lists_count_from_one_and_absent_is_not_empty() {
    let tags = vec![iam::Tag::new("a", "1"), iam::Tag::new("b", "2")];
    let request = iam::CreateUserRequest::new("jane");
    assert_eq!(body::<iam::CreateUser>(&request), "Action=CreateUser&Version=2010-05-08&UserName=jane");
    assert_eq!(
        body::<iam::CreateUser>(&request.clone().with_tags(tags)),
        "Action=CreateUser&Version=2010-05-08&UserName=jane\
         &Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=b&Tags.member.2.Value=2"
    );
    let empty = request.with_tags(vec![]);
    assert_eq!(body::<iam::CreateUser>(&empty), "Action=CreateUser&Version=2010-05-08&UserName=jane&Tags=");
    let read = call(body::<iam::CreateUser>(&empty)).unwrap();
    assert_eq!((&*read as &dyn std::any::Any).downcast_ref::<iam::CreateUserRequest>(), Some(&empty));
}

#[test]
fn a_plus_is_a_space_to_the_reader() {
    let tag = "Tags.member.1.Key=k&Tags.member.1.Value=%2Fa+b%20c%2f";
    let read = call(format!("Action=CreateUser&Version=2010-05-08&UserName=a&{tag}")).unwrap();
    let read = (&*read as &dyn std::any::Any).downcast_ref::<iam::CreateUserRequest>().unwrap();
    assert_eq!(read.tags.as_ref().unwrap()[0].value, "/a b c/");
}

#[test]
fn the_order_of_parameters_does_not_matter() {
    let read = call(
        "Tags.member.10.Value=v&Tags.member.10.Key=k10&UserName=jane&Tags.member.2.Key=k2&Tags.member.2.Value=&Version=2010-05-08\
         &Tags.member.1.Key=k1&Tags.member.1.Value=&Tags.member.3.Key=k3&Tags.member.3.Value=&Tags.member.4.Key=k4&Tags.member.4.Value=\
         &Tags.member.5.Key=k5&Tags.member.5.Value=&Tags.member.6.Key=k6&Tags.member.6.Value=&Tags.member.7.Key=k7&Tags.member.7.Value=\
         &Tags.member.8.Key=k8&Tags.member.8.Value=&Tags.member.9.Key=k9&Tags.member.9.Value=&Action=CreateUser&X-Amz-Signature=abc",
    )
    .unwrap();
    let read = (&*read as &dyn std::any::Any).downcast_ref::<iam::CreateUserRequest>().unwrap();
    let keys: Vec<&str> = read.tags.as_ref().unwrap().iter().map(|tag| tag.key.as_str()).collect();
    assert_eq!(keys, ["k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9", "k10"]);
}

#[test]
fn what_a_server_refuses() {
    const CREATE: &str = "Action=CreateUser&Version=2010-05-08&UserName=jane";
    let refused = |rest: &str| call(format!("{CREATE}{rest}")).map(|_| ()).unwrap_err();
    for (rest, code, words) in [
        ("&Color=red", "ValidationError", "Color: unknown name"),
        (
            "&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.1.Color=c",
            "ValidationError",
            "Tags.member.1.Color: unknown name",
        ),
        (
            "&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.3.Key=a",
            "ValidationError",
            "Tags: the list has no member 2",
        ),
        ("&Tags.member.01.Key=a", "ValidationError", "Tags: the list has no member 1"),
        ("&Tags.member.x.Key=a", "ValidationError", "Tags.member.x.Key: unknown name"),
        ("&Tags=a", "MalformedInput", "Tags: expected list, found \"a\""),
        ("&UserName.a=b", "ValidationError", "UserName.a: unknown name"),
        ("&UserName=joe", "MalformedQueryString", "UserName: given more than once"),
        ("&Path=%2", "MalformedQueryString", "a percent sign without two hexadecimal digits"),
        ("&Path=%zz", "MalformedQueryString", "a percent sign without two hexadecimal digits"),
        ("&Path=%2Fa%00b", "ValidationError", "Path: the character U+0000 has no form in XML 1.0"),
        ("&Path=%ff", "MalformedQueryString", "not UTF-8"),
    ] {
        let error = refused(rest);
        assert!(error.starts_with(&format!("400 {code}: ")) && error.contains(words), "{rest}: {error}");
    }
    let deep = format!("&{}=x", "a.".repeat(1_000_000));
    assert!(refused(&deep).contains("nested deeper than 64"), "{}", refused(&deep));
    let error = call("Action=CreateServiceSpecificCredential&Version=2010-05-08&UserName=&CredentialAgeDays=0")
        .map(|_| ())
        .unwrap_err();
    assert_eq!(
        error,
        "400 ValidationError: 4 validation errors detected: \
         Value at 'userName' failed to satisfy constraint: Member must have length greater than or equal to 1; \
         Value at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+; \
         Value at 'serviceName' failed to satisfy constraint: Member must not be null; \
         Value at 'credentialAgeDays' failed to satisfy constraint: Member must have value greater than or equal to 1"
    );
    let error =
        call("Action=CreateServiceSpecificCredential&Version=2010-05-08&UserName=a&ServiceName=b&CredentialAgeDays=x")
            .map(|_| ())
            .unwrap_err();
    assert!(error.contains("MalformedInput: CredentialAgeDays: expected integer of 32 bits, found \"x\""), "{error}");
    for (body, expected) in [
        ("Version=2010-05-08", "400 MissingAction"),
        ("Action=CreateUser&Version=1999-01-01", "400 InvalidAction"),
        ("Action=createUser&Version=2010-05-08", "400 InvalidAction"),
    ] {
        let error = call(body).map(|_| ()).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn a_secret_that_is_refused_is_not_shown() {
    let long = "hunter2".repeat(100);
    let error = call(format!("Action=CreateLoginProfile&Version=2010-05-08&UserName=jane&Password={long}"))
        .map(|_| ())
        .unwrap_err();
    assert!(error.contains("password") && !error.contains("hunter2"), "{error}");
    let error = call("Action=CreateLoginProfile&Version=2010-05-08&Password.hunter=2").map(|_| ()).unwrap_err();
    assert!(error.contains("unknown name"), "{error}");
}

#[test]
fn endpoints_are_absolute() {
    let error = iam::GetUser::encode(&iam::GetUserRequest::new(), &"/relative".parse().unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the endpoint is not usable: /relative has no scheme and host, as in https://example.com"
    );
}

#[test]
fn a_flood_of_violations_is_answered_in_short() {
    let values: Vec<String> = (1..=20_000).map(|index| format!("&Tags.member.{index}.Value=x")).collect();
    let error = call("Action=CreateUser&Version=2010-05-08&UserName=jane".to_owned() + &values.concat())
        .map(|_| ())
        .unwrap_err();
    assert!(error.starts_with("400 ValidationError: 20001 validation errors detected: "), "{}", &error[..200]);
    assert!(
        error.contains("Value at 'tags.member.19.key' failed to satisfy constraint: Member must not be null"),
        "{error}"
    );
    assert!(error.ends_with("; and 19981 more"), "{error}");
}

#[test]
fn an_absent_idempotency_token_is_filled_in() {
    let endpoint = "http://localhost/".parse().unwrap();
    let mut request = tokens::LaunchRequest::default();
    request.validate().unwrap();
    tokens::LAUNCH.validate_json(&serde_json::json!({})).unwrap();
    let body = |request: &tokens::LaunchRequest| {
        let request = tokens::LAUNCH.encode_with_tokens(request, &endpoint, &|| "from-the-source".to_owned()).unwrap();
        String::from_utf8(request.into_body()).unwrap()
    };
    assert_eq!(body(&request), "Action=Launch&Version=2020-01-01&ClientToken=from-the-source");
    let random = || {
        String::from_utf8(tokens::LAUNCH.encode(&tokens::LaunchRequest::default(), &endpoint).unwrap().into_body())
            .unwrap()
    };
    assert_eq!(random().len(), "Action=Launch&Version=2020-01-01&ClientToken=".len() + 36);
    assert_ne!(random(), random());
    request.client_token = "mine".to_owned();
    assert_eq!(body(&request), "Action=Launch&Version=2020-01-01&ClientToken=mine");
    assert_eq!(tokens::SERVICE.operation("Launch").map(shapewire::schema::Operation::name), Some("Launch"));
}

/// Structures that IAM has none of: a union, a list of text, a map.
mod odd {
    use std::collections::BTreeMap;

    use shapewire::schema::{Member, Operation, Protocol, Service, Shape, ShapeKind, StructureType};
    use shapewire::value::{ABSENT, Empty, Structure, Value, no_such_member};

    static TEXT: Shape = Shape::new("text", ShapeKind::String);
    static LIST: Shape = Shape::list("list", &Member::new("member", "member", &TEXT));
    static MAP: Shape = Shape::map("map", &Member::new("key", "key", &TEXT), &Member::new("value", "value", &TEXT));
    static CHOICE: Shape =
        Shape::union("Choice", &[Member::new("A", "A", &TEXT), Member::new("Again", "Again", &CHOICE)]);
    static REQUEST: Shape = Shape::structure(
        "OddRequest",
        &[
            Member::new("List", "list", &LIST),
            Member::new("Map", "map", &MAP),
            Member::new("Choice", "choice", &CHOICE).required(),
        ],
    );
    pub(crate) static SERVICE: Service =
        Service::new("odd", "Odd", "2020-01-01", Protocol::AwsQuery).with_operations(&[&ODD]);
    pub(crate) static ODD: Operation = Operation::new(
        &SERVICE,
        "Odd",
        StructureType::new::<OddRequest>(&REQUEST),
        StructureType::new::<Empty>(&shapewire::value::EMPTY),
    );

    #[derive(Clone, Default)]
    pub(crate) enum Choice {
        A(String),
        Again(Box<Choice>),
        #[default]
        Unknown,
    }
    #[derive(Clone, Default)]
    pub(crate) struct OddRequest {
        pub(crate) list: Option<Vec<String>>,
        pub(crate) map: Option<BTreeMap<String, String>>,
        pub(crate) choice: Choice,
    }
    impl Structure for Choice {
        fn shape(&self) -> &'static Shape {
            &CHOICE
        }
        fn member(&self, index: usize) -> &dyn Value {
            match (self, index) {
                (Self::A(value), 0) => value,
                (Self::Again(value), 1) => value,
                (_, 0 | 1) => &ABSENT,
                _ => no_such_member(&CHOICE, index),
            }
        }
        fn member_mut(&mut self, index: usize) -> &mut dyn Value {
            match index {
                0 if !matches!(self, Self::A(_)) => *self = Self::A(String::new()),
                1 if !matches!(self, Self::Again(_)) => *self = Self::Again(Box::default()),
                _ => {}
            }
            match self {
                Self::A(value) => value,
                Self::Again(value) => value,
                Self::Unknown => no_such_member(&CHOICE, index),
            }
        }
    }
    impl Structure for OddRequest {
        fn shape(&self) -> &'static Shape {
            &REQUEST
        }
        fn member(&self, index: usize) -> &dyn Value {
            match index {
                0 => &self.list,
                1 => &self.map,
                2 => &self.choice,
                _ => no_such_member(&REQUEST, index),
            }
        }
        fn member_mut(&mut self, index: usize) -> &mut dyn Value {
            match index {
                0 => &mut self.list,
                1 => &mut self.map,
                2 => &mut self.choice,
                _ => no_such_member(&REQUEST, index),
            }
        }
    }
    shapewire::structures!(Choice, OddRequest);
}

#[test]
fn nothing_that_came_is_lost() {
    let call = |rest: &str| {
        let body = format!("Action=Odd&Version=2020-01-01&{rest}");
        let request = Request::post("http://localhost/").body(body).unwrap();
        Call::parse(&[&odd::SERVICE], &request, &DecodeOptions::strict())
            .and_then(Call::into_input)
            .map(|input| shapewire::json::to_string(&*input, shapewire::json::Secrets::Expose))
            .map_err(|error| error.message().unwrap_or_default().to_owned())
    };
    let good = "Choice.A=x&List.member.1=a&Map.entry.1.key=k&Map.entry.1.value=v";
    assert_eq!(call(good).unwrap(), r#"{"List":["a"],"Map":{"k":"v"},"Choice":{"A":"x"}}"#);
    for (rest, words) in [
        ("Choice.A=x&List.member=a", "List.member: unknown name"),
        ("Choice.A=x&List.member.1=a&List.member=b", "List.member: unknown name"),
        ("Choice.A=x&Map.entry=a", "Map.entry: unknown name"),
        ("Choice.A=x&Map.entry.1=a", "Map.entry.1: unknown name"),
        ("Choice.A=x&Map.entry.1=a&Map.entry.1.key=k", "Map.entry.1: unknown name"),
        ("Choice.A=x&Map.entry.1.key=k&Map.entry.1.key.x=k", "Map.entry.1.key.x: unknown name"),
        (
            "Choice.A=x&Map.entry.1.key=k&Map.entry.1.value=1&Map.entry.2.key=k&Map.entry.2.value=2",
            "given more than once",
        ),
        (
            "Choice.A=x&Choice.Again.A=y",
            "Value at 'choice' failed to satisfy constraint: exactly one member must be set",
        ),
        ("Choice.A=x&.=y", ".: unknown name"),
        ("Choice.A=x&List..member.1=y", "List..member.1: unknown name"),
        ("Choice.A=x&List.=y", "List.: unknown name"),
        ("Choice.A=x&\u{e9}=y", "\u{e9}: unknown name"),
        ("List.member.1=a", "Value at 'choice' failed to satisfy constraint: Member must not be null"),
    ] {
        let error = call(rest).unwrap_err();
        assert!(error.contains(words), "{rest}: {error}");
    }
}

#[test]
fn a_failed_attempt_s_output_is_emptied_without_selecting_anything() {
    let mut request = odd::OddRequest { list: Some(vec!["a".to_owned()]), ..Default::default() };
    shapewire::value::reset(&mut request);
    assert_eq!(request, odd::OddRequest::default());
    request.choice = odd::Choice::Again(Box::new(odd::Choice::A("secret".to_owned())));
    shapewire::value::reset(&mut request);
    let odd::Choice::Again(inner) = &request.choice else { panic!("{request:?}") };
    assert!(matches!(&**inner, odd::Choice::A(text) if text.is_empty()), "{request:?}");
}
