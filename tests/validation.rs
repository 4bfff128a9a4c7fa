//! Constraints on both sides of each limit, all at once, with paths as each reader names them.
#![cfg(all(feature = "iam", feature = "json"))]

use serde_json::json;
use shapewire::iam;
use shapewire::json::{self, Secrets};
use shapewire::schema::{Length, Number, Range};
use shapewire::transport::{Transport, TransportError};
use shapewire::validation::{Mode, Options, Report, Rule, validate_with};
use shapewire::{Client, Error, Structure};

fn lines(report: &Report) -> Vec<String> {
    report.violations().iter().map(ToString::to_string).collect()
}

#[test]
fn limits_hold_on_both_sides() {
    let create = |name: String, days: i32| {
        iam::CreateServiceSpecificCredentialRequest::new(name, "codecommit.amazonaws.com")
            .with_credential_age_days(days)
    };
    for (length, days) in [(1, 1), (64, 36600)] {
        create("a".repeat(length), days).validate().unwrap();
    }
    let report = create("a".repeat(65), 36601).validate().unwrap_err();
    assert_eq!(
        lines(&report),
        ["user_name: length must be 1 to 64, found 65", "credential_age_days: must be 1 to 36600, found 36601"]
    );
    let report = create(String::new(), 0).validate().unwrap_err();
    assert!(lines(&report).starts_with(&["user_name: length must be 1 to 64, found 0".to_owned()]), "{report}");
    assert_eq!(lines(&report).last().unwrap(), "credential_age_days: must be 1 to 36600, found 0");
}

#[test]
fn text_is_counted_in_scalar_values() {
    let tag = |value: &str| iam::CreateUserRequest::new("jane").with_tags(vec![iam::Tag::new("k", value)]);
    tag(&"\u{e9}".repeat(256)).validate().unwrap();
    let report = tag(&"\u{e9}".repeat(257)).validate().unwrap_err();
    assert_eq!(lines(&report), ["tags[0].value: length must be 0 to 256, found 257"]);
}

#[test]
fn patterns_hold_for_the_whole_text() {
    for name in ["jane", "ann-marie=x,y.z@example+1", "_"] {
        iam::CreateUserRequest::new(name).validate().unwrap();
    }
    for name in ["jürgen", "jane doe", "jane\n", "\u{ff4a}ane"] {
        let report = iam::CreateUserRequest::new(name).validate().unwrap_err();
        assert_eq!(lines(&report), [format!("user_name: must match the pattern `[\\w+=,.@-]+`, found {name:?}")]);
        assert_eq!(report.violations()[0].rule, Rule::Pattern("[\\w+=,.@-]+"));
    }
    let alias = |alias: &str| iam::CreateAccountAliasRequest::new(alias).validate();
    for good in ["abc", "a-b", "1-2-3"] {
        alias(good).unwrap();
    }
    for bad in ["a--b", "-ab", "ab-", "Abc"] {
        alias(bad).unwrap_err();
    }
    let tag = |key: &str| iam::CreateUserRequest::new("jane").with_tags(vec![iam::Tag::new(key, "")]).validate();
    for good in ["é", "日本語 key", "٣", "a:b/c=d+e@f_g.h-i"] {
        tag(good).unwrap();
    }
    assert_eq!(
        lines(&tag("a&b").unwrap_err()),
        ["tags[0].key: must match the pattern `[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+`, found \"a&b\""]
    );
    let long = "ü".repeat(100);
    let report = iam::GetUserRequest::new().with_user_name(&long).validate().unwrap_err();
    assert_eq!(report.violations().len(), 1, "{report}");
    assert_eq!(report.violations()[0].found.as_deref(), Some(format!("{:?}", &long[..128]).as_str()));
}

#[test]
fn every_pattern_is_enforced() {
    let mut patterns = 0;
    for service in shapewire::SERVICES {
        for operation in service.operations() {
            for member in operation.input().shape().members() {
                if let Some(pattern) = member.target().pattern() {
                    assert!(pattern.is_enforced(), "{member:?}: {pattern:?}");
                    patterns += 1;
                }
            }
        }
    }
    assert!(patterns > 200, "{patterns}");
}

#[test]
fn every_reader_has_its_path() {
    let tags = vec![iam::Tag::new("a", "b"), iam::Tag::new("a", "b"), iam::Tag::new("", "b")];
    let report = iam::CreateUserRequest::new("jane").with_tags(tags).validate().unwrap_err();
    let path = &report.violations()[0].path;
    assert_eq!(
        (path.rust(), path.model(), path.wire()),
        ("tags[2].key".into(), "Tags[2].Key".into(), "Tags.member.3.Key".into())
    );
}

#[test]
fn enumerations_are_open_unless_asked_otherwise() {
    let request = iam::UpdateServiceSpecificCredentialRequest::new("ACCAEXAMPLE123456EXAMPLE", "Sleeping");
    request.validate().unwrap();
    let mut options = Options::default();
    options.closed_enums = true;
    let report = validate_with(&request, options).unwrap_err();
    assert_eq!(lines(&report), ["status: must be one of Active, Inactive, Expired, found \"Sleeping\""]);
    let report =
        iam::UpdateServiceSpecificCredentialRequest::new("ACCAEXAMPLE123456EXAMPLE", "").validate().unwrap_err();
    assert_eq!(report.violations()[0].rule, Rule::Required);
}

#[test]
fn secrets_are_counted_but_not_shown() {
    let request = iam::CreateLoginProfileRequest::new().with_user_name("jane").with_password("hunter2".repeat(40));
    let report = request.validate().unwrap_err();
    assert_eq!(lines(&report), ["password: length must be 1 to 128, found 280"]);
    let request = request.with_password("hunter2 \u{1F600}");
    let pattern = request.validate().unwrap_err();
    assert!(lines(&pattern)[0].starts_with("password: must match the pattern `["), "{pattern}");
    assert_eq!(pattern.violations()[0].found, None);
    let shown = format!("{request:?} {report} {report:?} {pattern} {pattern:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("password: [redacted]"), "{shown}");
}

#[test]
fn json_is_checked_whole() {
    let operation = iam::SERVICE.operation("CreateServiceSpecificCredential").unwrap();
    operation.validate_json(&json!({"UserName": "jane", "ServiceName": "codecommit.amazonaws.com"})).unwrap();
    let report = operation.validate_json(&json!({"UserName": 5, "CredentialAgeDays": 0, "Color": "red"})).unwrap_err();
    let found: Vec<(String, Rule)> =
        report.violations().iter().map(|violation| (violation.path.model(), violation.rule.clone())).collect();
    assert_eq!(found[0], ("UserName".to_owned(), Rule::Type("a string")));
    assert_eq!(found[1], ("ServiceName".to_owned(), Rule::Required));
    assert_eq!(found[3], ("Color".to_owned(), Rule::Unknown));
    assert!(matches!(found[2], (ref path, Rule::Range(_)) if path == "CredentialAgeDays"), "{found:?}");
    assert_eq!(found.len(), 4);
    let report = operation.validate_json(&json!([1])).unwrap_err();
    assert_eq!(report.violations()[0].to_string(), "must be an object, found a list");
}

/// A structure with one number in single precision.
mod scale {
    use shapewire::schema::{Member, Number, Shape, ShapeKind};
    use shapewire::value::{Structure, Value, no_such_member};

    static WEIGHT: Shape =
        Shape::new("Weight", ShapeKind::Float).with_range(Some(Number::Float(0.1)), Some(Number::Float(0.3)));
    static SCALE: Shape = Shape::structure("Scale", &[Member::new("Weight", "weight", &WEIGHT)]);

    #[derive(Clone, Default)]
    pub(crate) struct Scale {
        pub(crate) weight: Option<f32>,
    }
    impl Structure for Scale {
        fn shape(&self) -> &'static Shape {
            &SCALE
        }
        fn member(&self, index: usize) -> &dyn Value {
            if index == 0 { &self.weight } else { no_such_member(&SCALE, index) }
        }
        fn member_mut(&mut self, index: usize) -> &mut dyn Value {
            if index == 0 { &mut self.weight } else { no_such_member(&SCALE, index) }
        }
    }
    shapewire::structures!(Scale);
}

#[test]
fn a_bound_in_single_precision_is_within() {
    let validate = |weight| shapewire::validation::validate(&scale::Scale { weight: Some(weight) });
    // Widened, 0.1 is 0.100000001…, and 0.3 is 0.300000011…: beyond the bound.
    for weight in [0.1, 0.2, 0.3] {
        validate(weight).unwrap();
    }
    for (weight, found) in [(0.099_999_99, "0.09999999"), (0.300_000_04, "0.30000004")] {
        let report = validate(weight).unwrap_err();
        assert_eq!(lines(&report), [format!("weight: must be 0.1 to 0.3, found {found}")]);
    }
}

#[test]
fn reports_are_json() {
    let tag = iam::Tag::new("", "a&b");
    let report = iam::CreateUserRequest::new("jane").with_tags(vec![tag]).validate().unwrap_err();
    let expected = json!({
        "path": "Tags[0].Key",
        "rustPath": "tags[0].key",
        "wirePath": "Tags.member.1.Key",
        "rule": "length",
        "limit": {"min": 1, "max": 128},
        "found": "0",
        "message": "length must be 1 to 128, found 0",
    });
    assert_eq!(report.to_json()["violations"][0], expected);
    assert_eq!(report.to_json().as_object().unwrap().len(), 1);

    let rules = [
        (Rule::Required, "required", json!(null)),
        (Rule::Length(Length { min: None, max: Some(5) }), "length", json!({"max": 5})),
        (
            Rule::Range(Range { min: Some(Number::Integer(-1)), max: Some(Number::Float(0.5)) }),
            "range",
            json!({"min": -1, "max": 0.5}),
        ),
        (Rule::Pattern("a+"), "pattern", json!("a+")),
        (Rule::Enum(&["a", "b"]), "enum", json!(["a", "b"])),
        (Rule::OneMember, "one-member", json!(null)),
        (Rule::Type("a string"), "type", json!("a string")),
        (Rule::Unknown, "unknown", json!(null)),
        (Rule::Depth(64), "depth", json!(64)),
    ];
    for (rule, name, limit) in rules {
        assert_eq!((rule.name(), rule.limit()), (name, limit));
    }
}

#[test]
fn reports_in_json_hold_no_secrets() {
    let operation = iam::SERVICE.operation("CreateLoginProfile").unwrap();
    for password in [json!("hunter2 \u{0}"), json!("hunter2".repeat(40)), json!(["hunter2"]), json!({"hunter2": 1})] {
        let report = operation.validate_json(&json!({"Password": password})).unwrap_err();
        let shown = format!("{} {report} {report:?}", report.to_json());
        assert!(shown.contains("Password") && !shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn types_and_json_are_checked_alike() {
    let tags = |tags: &[(&str, &str)]| tags.iter().map(|(key, value)| iam::Tag::new(*key, *value)).collect::<Vec<_>>();
    let requests: Vec<(&str, Box<dyn Structure>)> = vec![
        ("CreateUser", Box::new(iam::CreateUserRequest::new("jane").with_tags(tags(&[("a", "b")])))),
        ("CreateUser", Box::new(iam::CreateUserRequest::new("jürgen").with_path("x").with_tags(tags(&[("", "&")])))),
        ("CreateUser", Box::new(iam::CreateUserRequest::new("j").with_tags(tags(&[("a", "b"); 51])))),
        ("CreateRole", Box::new(iam::CreateRoleRequest::new("", "\u{0}").with_max_session_duration(1))),
        ("CreateLoginProfile", Box::new(iam::CreateLoginProfileRequest::new().with_password("\u{0}".repeat(129)))),
        ("UpdateServiceSpecificCredential", Box::new(iam::UpdateServiceSpecificCredentialRequest::new("A", "Asleep"))),
        ("TagUser", Box::new(iam::TagUserRequest::new("", Vec::new()))),
    ];
    let mut invalid = 0;
    for (operation, request) in requests {
        let json = json::to_value(&*request, Secrets::Expose);
        let by_type = request.validate().map_err(|report| report.to_json());
        let by_json =
            iam::SERVICE.operation(operation).unwrap().validate_json(&json).map_err(|report| report.to_json());
        assert_eq!(by_type, by_json, "{operation}");
        invalid += usize::from(by_type.is_err());
    }
    assert_eq!(invalid, 6);
}

#[test]
fn reports_name_the_way_out() {
    let operation = iam::SERVICE.operation("GetUser").unwrap();
    let text = |json| operation.validate_json(&json).unwrap_err().to_string();
    assert_eq!(
        text(json!({"UserName": ""})).split_once(" (").unwrap().1,
        "the validation modes `warn` and `off` let it through)"
    );
    assert_eq!(
        text(json!({"UserName": 1})),
        "invalid input, 1 violation: user_name: must be a string, found 1 \
         (what cannot be read or written passes in no validation mode)"
    );
}

/// Says that it was reached, and nothing else.
struct Reached;

impl Transport for Reached {
    fn send(&self, _: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, TransportError> {
        Err(TransportError::new("reached"))
    }
}

#[test]
fn modes_enforce_warn_and_look_away() {
    let warnings = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = warnings.clone();
    let client =
        Client::new(Reached, "http://localhost/".parse().unwrap()).with_warning_handler(move |operation, report| {
            seen.lock().unwrap().push(format!("{}: {report}", operation.name()));
        });
    let call = |mode: Mode| {
        let iam = iam::Client::new(client.clone()).with_validation(mode);
        iam.create_user(&iam::CreateUserRequest::new("")).unwrap_err()
    };
    let iam::Error::Call(Error::Invalid(report)) = call(Mode::Enforce) else { panic!("not refused") };
    assert!(report.to_string().ends_with(" (the validation modes `warn` and `off` let it through)"), "{report}");
    assert!(matches!(call(Mode::Off), iam::Error::Call(Error::Transport(_))));
    assert_eq!(warnings.lock().unwrap().len(), 0);
    assert!(matches!(call(Mode::Warn), iam::Error::Call(Error::Transport(_))));
    assert!(warnings.lock().unwrap()[0].starts_with("CreateUser: invalid input, "));
    assert_eq!("warn".parse(), Ok(Mode::Warn));
    assert!("loud".parse::<Mode>().is_err());
}
