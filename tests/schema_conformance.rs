//! What the compiled crate reflects is what the model says, with its overlay: nothing missing, nothing more. The test
//! reads the model by itself, as plain JSON.
#![cfg(all(feature = "iam", feature = "sts"))]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value as Json, json};
use shapewire::jmespath::Expression;
use shapewire::schema::{
    Fault, Length, Member, Number, Operation, Paginator, Protocol, Range, Service, Shape, ShapeKind, TimestampFormat,
};
use shapewire::waiter::{Matcher, Waiter};

fn read(path: &str) -> Json {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    serde_json::from_str(&fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        .unwrap()
}

#[test]
fn iam_reflects_its_model() {
    compare(&shapewire::iam::SERVICE, read("model/iam-2010-05-08.json"), &read("model/overlays/iam.json"));
    assert_eq!(shapewire::iam::SERVICE.operations().len(), 180);
}

#[test]
fn sts_reflects_its_model() {
    compare(&shapewire::sts::SERVICE, read("model/sts-2011-06-15.json"), &read("model/overlays/sts.json"));
}

fn compare(service: &'static Service, mut model: Json, overlay: &Json) {
    apply(&mut model, overlay);
    let expected = normalize_model(&model);
    let reflected = reflect(service);
    for part in ["metadata", "operations", "shapes", "waiters"] {
        let (expected, reflected) = (expected[part].as_object().unwrap(), reflected[part].as_object().unwrap());
        let names: BTreeSet<_> = expected.keys().chain(reflected.keys()).collect();
        for name in names {
            assert_eq!(
                expected.get(name),
                reflected.get(name),
                "{part}/{name}: the model on the left, the crate right"
            );
        }
    }
}

/// Applies an overlay's changes: those that this test knows. Another one fails here, to be added.
fn apply(model: &mut Json, overlay: &Json) {
    for change in overlay["changes"].as_array().unwrap() {
        let at = change["at"].as_str().unwrap();
        for (key, value) in change.as_object().unwrap().iter().filter(|(key, _)| !matches!(key.as_str(), "at" | "why"))
        {
            match (key.as_str(), at.split('/').collect::<Vec<_>>().as_slice()) {
                ("documentation", ["service"]) => model["documentation"] = value.clone(),
                ("documentation", _) => {
                    let place = model.pointer_mut(&format!("/{at}")).unwrap_or_else(|| panic!("{at} is not there"));
                    place["documentation"] = value.clone();
                }
                ("sensitive" | "percent_encoded_json", ["shapes", name]) => {
                    model["shapes"][*name][key.as_str()] = value.clone();
                }
                ("paginator", ["operations", name]) => model["pagination"][*name] = value.clone(),
                (key, _) => panic!("this test does not know how {key} changes {at}"),
            }
        }
    }
}

/// The model in the form that [`reflect`] gives.
fn normalize_model(model: &Json) -> Json {
    let shapes = model["shapes"].as_object().unwrap();
    let metadata = &model["metadata"];
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let operations: Map<String, Json> = model["operations"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, operation)| {
            let errors: Vec<&Json> = operation["errors"]
                .as_array()
                .map(|errors| errors.iter().map(|error| &error["shape"]).collect())
                .unwrap_or_default();
            let list = |value: &Json| match value {
                Json::Null => json!([]),
                Json::String(one) => json!([one]),
                many => many.clone(),
            };
            let paginator = match &model["pagination"][name] {
                Json::Null => Json::Null,
                paginator => json!({
                    "input_tokens": list(&paginator["input_token"]),
                    "output_tokens": list(&paginator["output_token"]),
                    "more_results": paginator["more_results"],
                    "limit_key": paginator["limit_key"],
                    "result_keys": list(&paginator["result_key"]),
                }),
            };
            let unsigned = operation["authtype"] == "none" || operation["auth"] == json!(["smithy.api#noAuth"]);
            let facts = json!({
                "input": operation["input"]["shape"],
                "output": operation["output"]["shape"],
                "result_wrapper": operation["output"]["resultWrapper"],
                "errors": errors,
                "paginator": paginator,
                "idempotent": operation["idempotent"] == true,
                "deprecated": operation["deprecated"] == true,
                "unauthenticated": unsigned,
                "documentation": text(&operation["documentation"]),
            });
            (name.clone(), facts)
        })
        .collect();
    let shapes: Map<String, Json> =
        shapes.iter().map(|(name, shape)| (name.clone(), normalize_shape(name, shape))).collect();
    json!({
        "metadata": {
            "protocol": metadata["protocol"],
            "version": metadata["apiVersion"],
            "service_id": metadata["serviceId"],
            "full_name": metadata["serviceFullName"],
            "endpoint_prefix": metadata["endpointPrefix"],
            "signing_name": metadata.get("signingName").unwrap_or(&metadata["endpointPrefix"]),
            "xml_namespace": metadata["xmlNamespace"],
            "documentation": text(&model["documentation"]),
        },
        "operations": operations,
        "shapes": shapes,
        "waiters": model.get("waiters").cloned().unwrap_or(json!({})),
    })
}

fn normalize_shape(name: &str, shape: &Json) -> Json {
    let kind = match shape["type"].as_str().unwrap() {
        "string" if shape.get("enum").is_some() => "enum",
        "structure" if shape["union"] == true => "union",
        other => other,
    };
    let bounds = json!({"min": shape["min"], "max": shape["max"]});
    let bounded = shape.get("min").is_some() || shape.get("max").is_some();
    let numeric = matches!(kind, "integer" | "long" | "float" | "double");
    let mut facts = json!({
        "type": kind,
        "length": if bounded && !numeric { bounds.clone() } else { Json::Null },
        "range": if bounded && numeric { bounds } else { Json::Null },
        "pattern": shape["pattern"],
        "enum": shape["enum"],
        "sensitive": shape["sensitive"] == true,
        "percent_encoded_json": shape["percent_encoded_json"] == true,
        "flattened": shape["flattened"] == true,
        "timestamp_format": if kind == "timestamp" {
            shape.get("timestampFormat").cloned().unwrap_or(json!("iso8601"))
        } else {
            Json::Null
        },
        "documentation": shape["documentation"].as_str().unwrap_or_default(),
        "error": Json::Null,
        "members": [],
    });
    if shape["exception"] == true {
        let error = &shape["error"];
        let status = error["httpStatusCode"].as_u64().unwrap_or(0);
        let fault = if error["senderFault"] == true {
            json!("sender")
        } else if shape["fault"] == true || status >= 500 {
            json!("receiver")
        } else {
            Json::Null
        };
        facts["error"] =
            json!({"code": error.get("code").cloned().unwrap_or(json!(name)), "status": status, "fault": fault});
    }
    let required: BTreeSet<&str> =
        shape["required"].as_array().map(|names| names.iter().filter_map(Json::as_str).collect()).unwrap_or_default();
    let mut members = Vec::new();
    for (name, member) in shape["members"].as_object().into_iter().flatten() {
        members.push(normalize_member(name, member, required.contains(name.as_str())));
    }
    for name in ["member", "key", "value"] {
        if let Some(member) = shape.get(name) {
            members.push(normalize_member(name, member, false));
        }
    }
    facts["members"] = json!(members);
    facts
}

fn normalize_member(name: &str, member: &Json, required: bool) -> Json {
    json!({
        "name": name,
        "target": member["shape"],
        "wire_name": member.get("locationName").cloned().unwrap_or(json!(name)),
        "required": required,
        "flattened": member["flattened"] == true,
        "sensitive": member["sensitive"] == true,
        "idempotency_token": member["idempotencyToken"] == true,
        "deprecated": member["deprecated"] == true,
        "documentation": member["documentation"].as_str().unwrap_or_default(),
    })
}

/// The service as the crate reflects it.
fn reflect(service: &'static Service) -> Json {
    let mut shapes = BTreeMap::new();
    let operations: Map<String, Json> = service
        .operations()
        .iter()
        .map(|operation| {
            assert!(std::ptr::eq(operation.service(), service));
            assert!(std::ptr::eq(service.operation(operation.name()).unwrap(), *operation));
            (operation.name().to_owned(), reflect_operation(operation, &mut shapes))
        })
        .collect();
    for error in service.errors() {
        reflect_shape(error.shape(), &mut shapes);
    }
    let waiters: Map<String, Json> = service
        .waiters()
        .iter()
        .map(|waiter| {
            assert!(std::ptr::eq(service.waiter(waiter.name()).unwrap(), *waiter));
            (waiter.name().to_owned(), reflect_waiter(waiter))
        })
        .collect();
    json!({
        "metadata": {
            "protocol": match service.protocol() { Protocol::AwsQuery => "query", other => panic!("{other:?}") },
            "version": service.api_version(),
            "service_id": service.service_id(),
            "full_name": service.full_name(),
            "endpoint_prefix": service.endpoint_prefix(),
            "signing_name": service.signing_name(),
            "xml_namespace": service.xml_namespace(),
            "documentation": service.documentation(),
        },
        "operations": operations,
        "shapes": shapes,
        "waiters": waiters,
    })
}

/// As the model's format has it.
fn reflect_waiter(waiter: &Waiter) -> Json {
    let acceptors = waiter.acceptors().iter().map(|acceptor| {
        let (matcher, expected) = match acceptor.matcher() {
            Matcher::Status(status) => ("status", json!(status)),
            Matcher::Error(code) => ("error", json!(code)),
            other => panic!("{other:?}"),
        };
        let state = format!("{:?}", acceptor.state()).to_lowercase();
        json!({"state": state, "matcher": matcher, "expected": expected})
    });
    json!({
        "delay": waiter.delay(),
        "operation": waiter.operation().name(),
        "maxAttempts": waiter.max_attempts(),
        "acceptors": acceptors.collect::<Vec<_>>(),
    })
}

fn texts(expressions: &[Expression]) -> Vec<&'static str> {
    expressions.iter().map(Expression::text).collect()
}

fn reflect_operation(operation: &'static Operation, shapes: &mut BTreeMap<String, Json>) -> Json {
    let mut name_of = |shape: &'static Shape| {
        if shape.is_synthetic() {
            assert_eq!(shape.members().len(), 0);
            return Json::Null;
        }
        reflect_shape(shape, shapes);
        json!(shape.name())
    };
    let paginator = operation.paginator().map(|paginator| {
        let Paginator { input_tokens, output_tokens, more_results, limit_key, result_keys } = paginator;
        json!({
            "input_tokens": input_tokens,
            "output_tokens": texts(output_tokens),
            "more_results": more_results.as_ref().map(Expression::text),
            "limit_key": limit_key,
            "result_keys": texts(result_keys),
        })
    });
    json!({
        "input": name_of(operation.input().shape()),
        "output": name_of(operation.output().shape()),
        "result_wrapper": operation.result_wrapper(),
        "errors": operation.errors().iter().map(|error| name_of(error)).collect::<Vec<_>>(),
        "paginator": paginator,
        "idempotent": operation.is_idempotent(),
        "deprecated": operation.is_deprecated(),
        "unauthenticated": operation.is_unauthenticated(),
        "documentation": operation.documentation(),
    })
}

fn reflect_shape(shape: &'static Shape, shapes: &mut BTreeMap<String, Json>) {
    if shapes.contains_key(shape.name()) {
        return;
    }
    shapes.insert(shape.name().to_owned(), Json::Null);
    let mut members: Vec<&'static Member> = shape.members().iter().collect();
    let (mut flattened, mut values, mut format) = (false, Json::Null, Json::Null);
    let kind = match shape.kind() {
        ShapeKind::Boolean => "boolean",
        ShapeKind::Integer => "integer",
        ShapeKind::Long => "long",
        ShapeKind::Float => "float",
        ShapeKind::Double => "double",
        ShapeKind::String => "string",
        ShapeKind::Enum(listed) => {
            values = json!(listed);
            "enum"
        }
        ShapeKind::Blob => "blob",
        ShapeKind::Timestamp(shape_format) => {
            format = json!(match shape_format {
                TimestampFormat::DateTime => "iso8601",
                TimestampFormat::EpochSeconds => "unixTimestamp",
                TimestampFormat::HttpDate => "rfc822",
            });
            "timestamp"
        }
        ShapeKind::List(list) => {
            members.push(list.member);
            flattened = list.flattened;
            "list"
        }
        ShapeKind::Map(map) => {
            members.extend([map.key, map.value]);
            flattened = map.flattened;
            "map"
        }
        ShapeKind::Structure(_) => "structure",
        ShapeKind::Union(_) => "union",
        other => panic!("{other:?}"),
    };
    let number = |number: Number| match number {
        Number::Integer(number) => json!(number),
        Number::Float(number) => json!(number),
    };
    let facts = json!({
        "type": kind,
        "length": shape.length().map(|Length { min, max }| json!({"min": min, "max": max})),
        "range": shape.range().map(|Range { min, max }| json!({"min": min.map(number), "max": max.map(number)})),
        "pattern": shape.pattern().map(shapewire::pattern::Pattern::text),
        "enum": values,
        "sensitive": shape.is_sensitive(),
        "percent_encoded_json": shape.is_percent_encoded_json(),
        "flattened": flattened,
        "timestamp_format": format,
        "documentation": shape.documentation(),
        "error": shape.error().map(|error| json!({
            "code": error.code,
            "status": error.status,
            "fault": error.fault.map(|fault| match fault { Fault::Sender => "sender", Fault::Receiver => "receiver" }),
        })),
        "members": members.iter().map(|member| json!({
            "name": member.name(),
            "target": member.target().name(),
            "wire_name": member.wire_name(),
            "required": member.is_required(),
            "flattened": member.is_flattened() && !flattened_by_target(member),
            "sensitive": member.is_sensitive() && !member.target().is_sensitive(),
            "idempotency_token": member.is_idempotency_token(),
            "deprecated": member.is_deprecated(),
            "documentation": member.documentation(),
        })).collect::<Vec<_>>(),
    });
    shapes.insert(shape.name().to_owned(), facts);
    for member in members {
        reflect_shape(member.target(), shapes);
    }
}

fn flattened_by_target(member: &Member) -> bool {
    match member.target().kind() {
        ShapeKind::List(list) => list.flattened,
        ShapeKind::Map(map) => map.flattened,
        _ => false,
    }
}

/// The tables that the generator emits fit the accessors beside them.
#[test]
fn every_table_fits_its_accessors() {
    use shapewire::Structure;
    use shapewire::value::{Slot, View};
    fn check(structure: &mut dyn Structure, seen: &mut BTreeSet<&'static str>) {
        let shape = structure.shape();
        if !seen.insert(shape.name()) {
            return;
        }
        let names: BTreeSet<_> = shape.members().iter().map(Member::rust_name).collect();
        assert_eq!(names.len(), shape.members().len(), "{shape:?} has two fields of one name");
        for (index, member) in shape.members().iter().enumerate() {
            let context = || format!("{}.{}", shape.name(), member.name());
            let kind = member.target().kind();
            match (structure.member_mut(index).slot(), kind) {
                (Slot::Boolean(place), ShapeKind::Boolean) => *place = true,
                (Slot::Integer(place), ShapeKind::Integer) => *place = 1,
                (Slot::Long(place), ShapeKind::Long) => *place = 1,
                (Slot::Float(place), ShapeKind::Float) => *place = 1.0,
                (Slot::Double(place), ShapeKind::Double) => *place = 1.0,
                (Slot::String(place), ShapeKind::String | ShapeKind::Enum(_)) => place.set(member.name().into()),
                (Slot::Blob(place), ShapeKind::Blob) => place.set(member.name().into()),
                (Slot::Timestamp(place), ShapeKind::Timestamp(_)) => *place = shapewire::Timestamp::new(1, 0).unwrap(),
                (Slot::List(list), ShapeKind::List(shape)) => {
                    if let Slot::Structure(below) = list.push().slot() {
                        assert!(std::ptr::eq(below.shape(), shape.member.target()), "{}", context());
                        check(below, seen);
                    }
                }
                (Slot::Map(map), ShapeKind::Map(shape)) => {
                    if let Slot::Structure(below) = map.entry("key".to_owned()).slot() {
                        assert!(std::ptr::eq(below.shape(), shape.value.target()), "{}", context());
                        check(below, seen);
                    }
                }
                (Slot::Structure(below), ShapeKind::Structure(_) | ShapeKind::Union(_)) => {
                    assert!(std::ptr::eq(below.shape(), member.target()), "{}", context());
                    check(below, seen);
                }
                _ => panic!("{} has a field of another kind than {kind:?}", context()),
            }
            // What was written there is read there, and nowhere else.
            match structure.member(index).view() {
                View::String(text) => assert_eq!(text, member.name()),
                View::Blob(bytes) => assert_eq!(bytes, member.name().as_bytes()),
                View::Absent => panic!("{} stays absent", context()),
                _ => {}
            }
        }
    }
    let mut seen = BTreeSet::new();
    for service in shapewire::SERVICES {
        for operation in service.operations() {
            check(&mut *operation.new_input(), &mut seen);
            check(&mut *operation.new_output(), &mut seen);
        }
        for error in service.errors() {
            check(&mut *error.create(), &mut seen);
        }
        seen.clear();
    }
}
