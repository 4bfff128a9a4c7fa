//! A secret planted in every sensitive member of every operation is nowhere to be seen, unless it is asked for.
#![allow(missing_docs, unreachable_pub, reason = "structures of this test alone")]
#![cfg(all(feature = "iam", feature = "sts"))]

use shapewire::SERVICES;
use shapewire::json::{self, Secrets};
use shapewire::schema::{Member, ShapeKind};
use shapewire::value::{Slot, Structure, Value};

const CANARY: &str = "canary-7f3a9c";
const CANARY_BASE64: &str = "Y2FuYXJ5LTdmM2E5Yw==";

/// Plants the canary wherever a member is sensitive, makes all that leads there, and says how often it did.
fn plant(target: &mut dyn Structure, depth: usize) -> usize {
    let members = target.shape().members();
    (0..members.len()).map(|index| plant_value(target.member_mut(index), &members[index], depth)).sum()
}

fn plant_value(value: &mut dyn Value, member: &'static Member, depth: usize) -> usize {
    match (value.slot(), member.target().kind()) {
        (Slot::String(place), _) if member.is_sensitive() => {
            // Far too long for any limit, so that the validator has something to say.
            place.set(CANARY.repeat(10_000).into());
            1
        }
        (Slot::Blob(place), _) if member.is_sensitive() => {
            place.set(CANARY.into());
            1
        }
        (Slot::Structure(target), _) if depth < 8 => plant(target, depth + 1),
        (Slot::List(list), ShapeKind::List(shape)) if depth < 8 => plant_value(list.push(), &shape.member, depth + 1),
        (Slot::Map(map), ShapeKind::Map(shape)) if depth < 8 => {
            plant_value(map.entry("k".into()), &shape.value, depth + 1)
        }
        _ => 0,
    }
}

/// Structures with secret aggregates, as other models have them: a whole structure, a list, a map.
mod aggregates {
    use std::collections::BTreeMap;

    use shapewire::schema::{Member, Number, Operation, Protocol, Service, Shape, ShapeKind, StructureType};
    use shapewire::value::{Structure, Value, no_such_member};

    static NUMBER: Shape =
        Shape::new("number", ShapeKind::Integer).with_range(Some(Number::Integer(1)), Some(Number::Integer(3)));
    static TEXT: Shape = Shape::new("text", ShapeKind::String).with_length(Some(1), Some(3));
    static LIST: Shape = Shape::list("secretList", Member::new("member", "member", &NUMBER)).sensitive();
    static MAP: Shape =
        Shape::map("secretMap", Member::new("key", "key", &TEXT), Member::new("value", "value", &NUMBER)).sensitive();
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
                let count = plant(&mut *value, 0);
                planted += count;
                let report =
                    value.validate().map_err(|report| format!("{report} {report:?}")).err().unwrap_or_default();
                let json = json::to_string(&*value, Secrets::Redact);
                for shown in [format!("{value:?}"), format!("{value:#?}"), json, report] {
                    assert!(!shown.contains("canary"), "{operation:?}: {shown}");
                    assert!(!shown.contains(CANARY_BASE64), "{operation:?}: {shown}");
                }
                let exposed = json::to_string(&*value, Secrets::Expose);
                assert_eq!(exposed.contains("canary") || exposed.contains(CANARY_BASE64), count > 0, "{operation:?}");
            }
        }
    }
    // CreateAccessKey, CreateLoginProfile, ChangePassword (twice), UploadServerCertificate, the credential operations, …
    assert!(planted >= 12, "{planted}");
}
