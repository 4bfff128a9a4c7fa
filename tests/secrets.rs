//! A secret planted in every sensitive member of every operation is nowhere to be seen, unless it is asked for.
#![allow(missing_docs, unreachable_pub, reason = "structures of this test alone")]
#![cfg(all(feature = "iam", feature = "sts", feature = "json"))]

#[path = "support/canary.rs"]
mod canary;

use shapewire::SERVICES;
use shapewire::json::{self, Secrets};

/// Structures with secret aggregates, as other models have them: a whole structure, a list, a map.
mod aggregates {
    use std::collections::BTreeMap;

    use shapewire::schema::{Member, Number, Operation, Protocol, Service, Shape, ShapeKind, StructureType};
    use shapewire::value::{Structure, Value, no_such_member};

    static NUMBER: Shape =
        Shape::new("number", ShapeKind::Integer).with_range(Some(Number::Integer(1)), Some(Number::Integer(3)));
    static TEXT: Shape = Shape::new("text", ShapeKind::String).with_length(Some(1), Some(3));
    static LIST: Shape = Shape::list("secretList", &Member::new("member", "member", &NUMBER)).sensitive();
    static MAP: Shape =
        Shape::map("secretMap", &Member::new("key", "key", &TEXT), &Member::new("value", "value", &NUMBER)).sensitive();
    static INNER: Shape = Shape::structure("Inner", &[Member::new("Pin", "pin", &NUMBER)]).sensitive();
    static OUTER: Shape = Shape::structure(
        "Outer",
        &[Member::new("List", "list", &LIST), Member::new("Map", "map", &MAP), Member::new("Inner", "inner", &INNER)],
    );

    pub static SERVICE: Service =
        Service::new("vault", "Vault", "2020-01-01", Protocol::AwsQuery).with_operations(&[&OPEN]);
    pub static OPEN: Operation =
        Operation::new(&SERVICE, "Open", StructureType::new::<Outer>(&OUTER), StructureType::new::<Outer>(&OUTER))
            .with_result_wrapper("OpenResult");

    #[derive(Clone, Default)]
    pub struct Inner {
        pub pin: Option<i32>,
    }
    #[derive(Clone, Default)]
    pub struct Outer {
        pub list: Vec<i32>,
        pub map: BTreeMap<String, i32>,
        pub inner: Option<Inner>,
    }
    impl Structure for Inner {
        fn shape(&self) -> &'static Shape {
            &INNER
        }
        fn member(&self, index: usize) -> &dyn Value {
            if index == 0 { &self.pin } else { no_such_member(&INNER, index) }
        }
        fn member_mut(&mut self, index: usize) -> &mut dyn Value {
            if index == 0 { &mut self.pin } else { no_such_member(&INNER, index) }
        }
    }
    impl Structure for Outer {
        fn shape(&self) -> &'static Shape {
            &OUTER
        }
        fn member(&self, index: usize) -> &dyn Value {
            match index {
                0 => &self.list,
                1 => &self.map,
                2 => &self.inner,
                _ => no_such_member(&OUTER, index),
            }
        }
        fn member_mut(&mut self, index: usize) -> &mut dyn Value {
            match index {
                0 => &mut self.list,
                1 => &mut self.map,
                2 => &mut self.inner,
                _ => no_such_member(&OUTER, index),
            }
        }
    }
    shapewire::structures!(Inner, Outer);
}

#[test]
fn an_endpoint_with_a_password_is_refused_and_not_shown() {
    use shapewire::transport::{Transport, TransportError};
    use shapewire::{Client, iam};

    struct Unreachable;

    impl Transport for Unreachable {
        fn send(&self, _: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, TransportError> {
            unreachable!("nothing is sent")
        }
    }

    for endpoint in ["https://user:canary@iam.example/", "canary@iam.example:443"] {
        let client = Client::new(Unreachable, endpoint.parse().unwrap());
        let error = iam::Client::new(client.clone()).get_user(&iam::GetUserRequest::new()).unwrap_err();
        assert!(error.to_string().contains("there is a user or a password in its URL"), "{error}");
        let shown = format!("{client:?} {error:?} {error}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[test]
fn what_is_in_secret_aggregates_is_secret() {
    let mut outer = aggregates::Outer {
        list: vec![7777],
        inner: Some(aggregates::Inner { pin: Some(7777) }),
        ..Default::default()
    };
    outer.map.insert("canary".to_owned(), 7777);
    let inner = outer.inner.clone().unwrap();
    let wrong = serde_json::json!({"List": ["canary7777"], "Map": {"canary": "7777"}, "Inner": {"Pin": "7777"}});
    let shown = [
        format!("{outer:?} {inner:?}"),
        json::to_string(&outer, Secrets::Redact) + &json::to_string(&inner, Secrets::Redact),
        format!("{0} {0:?}", outer.validate().unwrap_err()),
        format!("{0} {0:?}", inner.validate().unwrap_err()),
        format!("{0} {0:?}", json::read(&wrong, &mut outer).unwrap_err()),
    ];
    for shown in shown {
        assert!(!shown.contains("7777") && !shown.contains("canary"), "{shown}");
    }
}

#[test]
fn readers_do_not_repeat_what_is_in_secret_aggregates() {
    for result in [
        "<List><member>canary</member></List>",
        "<Map><entry><key>k</key><value>canary</value></entry></Map>",
        "<Inner><Pin>canary</Pin></Inner>",
    ] {
        let body = format!("<OpenResponse><OpenResult>{result}</OpenResult></OpenResponse>");
        let error = aggregates::OPEN.decode(&http::Response::new(body)).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("expected integer of 32 bits") && !shown.contains("canary"), "{result}: {shown}");
    }
}

#[cfg(feature = "server")]
#[test]
fn a_server_does_not_answer_with_what_is_in_secret_aggregates() {
    use shapewire::decode::DecodeOptions;
    use shapewire::server::Call;

    for parameters in [
        "List=canary",
        "List.member.1=canary",
        "Map=canary",
        "Map.entry.1.key=k&Map.entry.1.value=canary",
        "Map.entry.1.key=canary&Map.entry.1.value=x",
        "Map.entry.1.key=canary&Map.entry.1.value=7777",
        "Inner=canary",
        "Inner.Pin=canary",
        "Inner.Pin=7777",
    ] {
        let body = format!("Action=Open&Version=2020-01-01&{parameters}");
        let request = http::Request::post("http://localhost/").body(body).unwrap();
        let error = Call::parse(&[&aggregates::SERVICE], &request, &DecodeOptions::strict())
            .and_then(Call::into_input)
            .unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary") && !shown.contains("7777"), "{parameters}: {shown}");
    }
}

#[test]
fn the_canary_is_not_seen() {
    let mut planted = 0;
    for service in SERVICES {
        for operation in service.operations() {
            for mut value in [operation.new_input(), operation.new_output()] {
                let count = canary::plant(&mut *value).len();
                planted += count;
                let report =
                    value.validate().map_err(|report| format!("{report} {report:?}")).err().unwrap_or_default();
                let json = json::to_string(&*value, Secrets::Redact);
                for shown in [format!("{value:?}"), format!("{value:#?}"), json, report] {
                    canary::assert_hidden(&shown, operation);
                }
                let exposed = json::to_string(&*value, Secrets::Expose);
                assert_eq!(canary::trace_in(&exposed).is_some(), count > 0, "{operation:?}");
            }
        }
    }
    // CreateAccessKey, CreateLoginProfile, ChangePassword (twice), UploadServerCertificate, the credential operations, …
    assert!(planted >= 12, "{planted}");
}

#[test]
fn what_stands_for_a_secret_is_not_read_as_one() {
    let written = shapewire::iam::CreateLoginProfileRequest::new().with_password("secret");
    let mut read = shapewire::iam::CreateLoginProfileRequest::new();
    let report = json::read(&json::to_value(&written, Secrets::Redact), &mut read).unwrap_err();
    assert_eq!(report.violations()[0].to_string(), "password: must be the secret itself, not what stands for it");
}

#[test]
fn types_of_secrets_are_overwritten_when_they_are_dropped() {
    fn overwritten<T: zeroize::ZeroizeOnDrop>(_: impl FnOnce() -> T) {}
    let login = shapewire::iam::CreateLoginProfileRequest::new().with_password("secret");
    overwritten(|| login.password.unwrap());
    overwritten(|| shapewire::SecretString::from("secret"));
    overwritten(|| shapewire::SecretBlob::from(vec![1]));
}
