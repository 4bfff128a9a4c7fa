//! A secret planted in every sensitive member of every published service is nowhere to be seen, unless it is asked for.

#[path = "../../support/canary.rs"]
mod canary;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use canary::{CANARY, assert_hidden, leads_to_secret, plant, trace_in};
use http::{Request, Response};
use serde_json::{Value as Json, json};
use shapewire::client::Client;
use shapewire::credentials::Credentials;
use shapewire::decode::DecodeOptions;
use shapewire::json::{self as own_json, Secrets};
use shapewire::schema::Operation;
use shapewire::serde::{DeserializeSeed, ExposeSecrets, Fill};
use shapewire::server::{Call, error_reply, reply};
use shapewire::sigv4::Signer;
use shapewire::transport::{Transport, TransportError};
use shapewire::validation::Mode;
use shapewire::{Structure, value};
use shapewire_canary::{OTHERS, SUBJECTS};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

fn operations() -> impl Iterator<Item = &'static Operation> {
    SUBJECTS.iter().flat_map(|subject| subject.service.operations().iter().copied())
}

/// What it is, a structure with secrets in it, and a new one of its kind.
type Planted = (String, Box<dyn Structure>, Box<dyn Structure>);

/// Inputs, outputs and errors with secrets in them.
fn planted() -> Vec<Planted> {
    let mut all = Vec::new();
    for operation in operations() {
        let mut add = |kind: &str, new: &dyn Fn() -> Box<dyn Structure>| {
            let mut value = new();
            if !plant(&mut *value).is_empty() {
                all.push((format!("{operation:?} {kind}"), value, new()));
            }
        };
        add("input", &|| operation.new_input());
        add("output", &|| operation.new_output());
    }
    for subject in SUBJECTS {
        for error in subject.service.errors() {
            let mut value = error.create();
            if !plant(&mut *value).is_empty() {
                all.push((error.shape().name().to_owned(), value, error.create()));
            }
        }
    }
    all
}

fn shown(value: &dyn Debug) -> String {
    format!("{value:?} {value:#?}")
}

fn error_shown<E: std::error::Error>(error: &E) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(below) = source {
        text.extend([" ", &below.to_string(), " ", &format!("{below:?}")]);
        source = below.source();
    }
    text
}

#[test]
fn every_secret_that_a_model_names_is_planted() {
    if SUBJECTS.is_empty() {
        println!("skipped: there are no published models");
        return;
    }
    assert_eq!(SUBJECTS.len() + OTHERS.len(), 22);
    for subject in SUBJECTS {
        let mut found = BTreeSet::new();
        for operation in subject.service.operations() {
            found.extend(plant(&mut *operation.new_input()));
            found.extend(plant(&mut *operation.new_output()));
        }
        let missing: Vec<_> = subject.secrets.iter().filter(|secret| !found.contains(**secret)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", subject.service.name());
        println!("{}: {} secrets", subject.service.name(), found.len());
    }
}

#[test]
fn values_do_not_show_them() {
    for (name, value, _) in planted() {
        assert_hidden(&shown(&value), &name);
        assert_hidden(&own_json::to_string(&*value, Secrets::Redact), &name);
        assert_hidden(&own_json::to_string_pretty(&*value, Secrets::Redact), &name);
        assert_hidden(&own_json::to_value(&*value, Secrets::Redact).to_string(), &name);
        assert!(trace_in(&own_json::to_string(&*value, Secrets::Expose)).is_some(), "{name}");
        if let Err(report) = value.validate() {
            assert_hidden(&(error_shown(&report) + &report.to_json().to_string()), &name);
        }
    }
}

#[test]
fn a_panic_does_not_tell_them() {
    for (name, value, _) in planted().into_iter().take(5) {
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            matches!(value.member(usize::MAX).view(), value::View::Absent)
        }));
        let told = panicked.unwrap_err();
        let told = told.downcast_ref::<String>().unwrap();
        assert!(told.contains("members: none at"), "{told}");
        assert_hidden(told, &name);
    }
}

#[test]
fn serde_writes_them_only_when_asked_to() {
    for (name, value, mut read) in planted() {
        let plain = serde_json::to_string(&*value).unwrap();
        assert_hidden(&plain, &name);
        assert_hidden(&error_shown(&postcard::to_allocvec(&*value).unwrap_err()), &name);
        assert_hidden(&error_shown(&rmp_serde::to_vec(&*value).unwrap_err()), &name);
        let exposed = postcard::to_allocvec(&ExposeSecrets(&*value)).unwrap();
        let _ = Fill(&mut *read).deserialize(&mut postcard::Deserializer::from_bytes(&exposed));
        assert!(value::equal(&*value, &*read), "{name}");
        // What was redacted is no secret any more.
        let error = Fill(&mut *read).deserialize(&mut serde_json::Deserializer::from_str(&plain)).unwrap_err();
        assert!(error.to_string().contains("is secret, and cannot be read"), "{name}: {error}");
    }
}

/// The same JSON with everything that shows a secret replaced.
fn replaced(json: &Json, with: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(|item| replaced(item, with)).collect(),
        Json::Object(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), replaced(value, with))).collect())
        }
        scalar if trace_in(&scalar.to_string()).is_some() => with.clone(),
        scalar => scalar.clone(),
    }
}

#[test]
fn what_is_wrong_in_their_place_is_not_repeated() {
    for (name, value, mut read) in planted() {
        let exposed = own_json::to_value(&*value, Secrets::Expose);
        for wrong in [json!([CANARY]), json!({CANARY: CANARY}), json!(731_645_917), json!(731_645_917.5), json!(CANARY)]
        {
            let json = replaced(&exposed, &wrong);
            if let Err(report) = own_json::read(&json, &mut *read) {
                assert_hidden(&(error_shown(&report) + &report.to_json().to_string()), &name);
            }
            if let Err(error) = Fill(&mut *read).deserialize(&json) {
                assert_hidden(&error_shown(&error), &name);
            }
            if let Err(error) = Fill(&mut *read).deserialize(&mut serde_json::Deserializer::from_str(&json.to_string()))
            {
                assert_hidden(&error_shown(&error), &name);
            }
            let bytes = rmp_serde::to_vec(&json).unwrap();
            if let Err(error) = Fill(&mut *read).deserialize(&mut rmp_serde::Deserializer::from_read_ref(&bytes)) {
                assert_hidden(&error_shown(&error), &name);
            }
        }
    }
}

/// A body that is cut off, and with what is no text in the place of the secret.
fn damaged(body: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(body);
    let mut all: Vec<Vec<u8>> =
        (0..body.len()).step_by((body.len() / 50).max(1)).map(|end| body[..end].to_vec()).collect();
    if let Some(place) = text.find("c4nary7f3a9c") {
        for end in place..=place + 12 {
            all.push(text.as_bytes()[..end].to_vec());
        }
    }
    let instead = [
        "&c4nary7f3a9c;",
        "<c4nary7f3a9c/>",
        "<c4nary7f3a9c a='c4nary7f3a9c'>c4nary7f3a9c</c4nary7f3a9c>",
        "</c4nary7f3a9c>",
        "<![c4nary7f3a9c[",
        "<!DOCTYPE c4nary7f3a9c>",
        "&#c4nary7f3a9c;",
        "\u{1}c4nary7f3a9c",
        "%c4nary7f3a9c%zz",
        "=c4nary7f3a9c",
    ];
    // Where a sender leaves an ampersand of a form as it is, the name of a parameter follows, for all that a reader can tell.
    let is_form = !text.starts_with('<');
    let instead = instead.iter().filter(|instead| !is_form || !instead.contains('&'));
    all.extend(instead.map(|instead| text.replace("c4nary7f3a9c", instead).into_bytes()));
    all.push(text.replace("c4nary7f3a9c", "c4nary7f3a9c\u{0}").replace('\u{0}', "\u{ff}").into_bytes());
    all
}

#[test]
fn replies_that_cannot_be_read_do_not_show_them() {
    let (mut replies, mut errors) = (0, 0);
    for operation in operations().filter(|operation| leads_to_secret(operation.output().shape())) {
        let mut output = operation.new_output();
        plant(&mut *output);
        let whole = match reply(operation, &*output, "id") {
            Ok(whole) => whole,
            Err(error) => {
                assert_hidden(&error_shown(&error), operation);
                continue;
            }
        };
        replies += 1;
        assert_hidden(&shown(whole.headers()), operation);
        for body in damaged(whole.body()) {
            let mut response = whole.clone();
            *response.body_mut() = body;
            let mut read = operation.new_output();
            for options in [DecodeOptions::DEFAULT, DecodeOptions::strict()] {
                match operation.decode_into(&response, &mut *read, &options) {
                    Ok(metadata) => assert_hidden(&format!("{metadata:?} {read:?}"), operation),
                    Err(error) => {
                        errors += 1;
                        assert_hidden(&(error_shown(&error) + &shown(&error.raw_reply())), operation);
                    }
                }
            }
        }
    }
    assert!(SUBJECTS.is_empty() || (replies > 60 && errors > replies), "{replies} {errors}");
}

#[test]
fn requests_that_cannot_be_written_or_read_do_not_show_them() {
    let endpoint = "https://localhost/".parse().unwrap();
    let (mut requests, mut refusals) = (0, 0);
    for operation in operations().filter(|operation| leads_to_secret(operation.input().shape())) {
        let mut input = operation.new_input();
        plant(&mut *input);
        // Labels of a path must not be empty.
        for (index, member) in operation.input().shape().members().iter().enumerate() {
            if member.is_required()
                && !member.is_sensitive()
                && let value::Slot::String(place) = input.member_mut(index).slot()
            {
                place.set("x".into());
            }
        }
        let request = match operation.encode(&*input, &endpoint) {
            Ok(request) => request,
            Err(error) => {
                assert_hidden(&error_shown(&error), operation);
                continue;
            }
        };
        requests += 1;
        // The body of an `http::Request` is the caller's to show.
        assert_hidden(&shown(request.headers()), operation);
        let mut answers = vec![request.body().clone()];
        answers.extend(damaged(request.body()));
        for body in answers {
            let mut damaged = request.clone();
            *damaged.body_mut() = body;
            // RDS and Neptune have operations of the same names, and do not call the same members secret.
            let read =
                Call::parse(&[operation.service()], &damaged, &DecodeOptions::strict()).and_then(Call::into_input);
            match read {
                Ok(input) => assert_hidden(&shown(&input), operation),
                Err(error) => {
                    refusals += 1;
                    let reply = error_reply(operation.service(), &error, "id");
                    assert_hidden(&(error_shown(&error) + &shown(&reply)), operation);
                    assert_hidden(&String::from_utf8_lossy(reply.body()), operation);
                }
            }
        }
    }
    assert!(SUBJECTS.is_empty() || (requests > 60 && refusals > requests), "{requests} {refusals}");
}

/// Writes down all that it is told, whatever the level.
#[derive(Clone, Default)]
struct Notebook(Arc<Mutex<String>>);

impl tracing::field::Visit for Notebook {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
        self.0.lock().unwrap().extend([" ", field.name(), "=", &format!("{value:?}")]);
    }
}

impl Subscriber for Notebook {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Answers with the same reply each time.
struct Same(Response<Vec<u8>>);

impl Transport for Same {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        // Keys and tokens of whoever signs are among the headers, marked as secret.
        assert_hidden(&format!("{:?}", request.headers()), &"headers of a signed request");
        Ok(self.0.clone())
    }
}

#[test]
fn calls_do_not_tell_them() {
    let notebook = Notebook::default();
    let mut calls = 0;
    tracing::subscriber::with_default(notebook.clone(), || {
        for operation in operations() {
            let (mut input, mut output) = (operation.new_input(), operation.new_output());
            plant(&mut *input);
            plant(&mut *output);
            let mut replies = vec![Response::builder().status(500).body(CANARY.into()).unwrap()];
            if let Ok(whole) = reply(operation, &*output, "id") {
                let mut half = whole.clone();
                half.body_mut().truncate(whole.body().len() / 2);
                replies.extend([whole, half]);
            }
            for reply in replies {
                let credentials = Credentials::new("AKIDEXAMPLE", CANARY).with_session_token(CANARY);
                let client = Client::new(Same(reply), "https://localhost/".parse().unwrap())
                    .with_signing(Signer::new("us-east-1", "x"), credentials)
                    .with_retry(shapewire::client::RetryPolicy::default().with_max_attempts(1))
                    .with_validation(Mode::Warn);
                assert_hidden(&shown(&client), operation);
                match client.call_by_name(operation, &*input) {
                    Ok(output) => assert_hidden(&shown(&output), operation),
                    Err(error) => assert_hidden(&(error_shown(&error) + &shown(&error.raw_reply())), operation),
                }
                calls += 1;
            }
        }
    });
    let told = notebook.0.lock().unwrap();
    assert!(calls == 0 || told.len() > calls * 50, "{told}");
    assert_hidden(&told, &"tracing");
}
