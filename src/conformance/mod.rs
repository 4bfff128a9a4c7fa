//! Protocol suites against generated code: each case by its operation's type, in both halves of the wire.
//!
//! A suite is a list of cases in botocore's form: a model's shapes, parameters beside the request that they become, replies
//! beside the result or the error that they mean. `shapewire-codegen conformance` generates code for such suites, lists its
//! operations as [`TypedOperation`]s, and has [`run`] judge the cases. What it compares, and how, is in
//! `docs/conformance.md`.

mod case;
mod document;
mod exchange;
mod form;
mod request;
mod values;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use http::{Request, Response, Uri};
use serde_json::{Value as Json, json};

use crate::error::Error;
use crate::operation::OperationShape;
use crate::schema::Operation;
use crate::server::Router;
use crate::value::Structure;
use case::Case;

/// The idempotency token that suites expect where a case gives none.
const TOKEN: &str = "00000000-0000-4000-8000-000000000000";

/// An operation through its types, so that cases can be run by its place in a list.
#[derive(Clone, Copy, Debug)]
pub struct TypedOperation {
    operation: &'static Operation,
    encode: Encode,
    decode: Decode,
    serve: Serve,
}

/// Parameters to request.
type Encode = fn(&Json, &Uri) -> Result<Request<Vec<u8>>, String>;
/// Reply to output.
type Decode = fn(&Response<Vec<u8>>) -> Result<Box<dyn Structure>, Error>;
/// Request to what the handler of a server is given, or why it is given nothing.
type Serve = fn(&Request<Vec<u8>>) -> Result<Box<dyn Structure>, String>;

impl TypedOperation {
    /// The operation `O`.
    #[must_use]
    pub const fn of<O: OperationShape>() -> Self {
        Self { operation: O::OPERATION, encode: encode::<O>, decode: decode::<O>, serve: serve::<O> }
    }
}

fn encode<O: OperationShape>(params: &Json, endpoint: &Uri) -> Result<Request<Vec<u8>>, String> {
    let mut input = O::Input::default();
    values::fill(params, &mut input).map_err(|why| format!("the params do not fit: {why}"))?;
    O::OPERATION.encode_with_tokens(&input, endpoint, &|| TOKEN.to_owned()).map_err(|error| error.to_string())
}

fn decode<O: OperationShape>(response: &Response<Vec<u8>>) -> Result<Box<dyn Structure>, Error> {
    match O::decode(response) {
        Ok(output) => Ok(Box::new(output)),
        Err(error) => Err(error.into()),
    }
}

fn serve<O: OperationShape>(request: &Request<Vec<u8>>) -> Result<Box<dyn Structure>, String> {
    let given = Arc::new(Mutex::new(None));
    let place = Arc::clone(&given);
    let router = Router::new().on::<O>(move |input, _| {
        if let Ok(mut place) = place.lock() {
            *place = Some(input);
        }
        Ok(O::Output::default())
    });
    let reply = router.handle(request);
    match given.lock().ok().and_then(|mut given| given.take()) {
        Some(input) => Ok(Box::new(input)),
        None => match O::decode(&reply) {
            Ok(_) => Err("answered without a call of the handler".to_owned()),
            Err(refusal) => Err(format!("refused: {refusal}")),
        },
    }
}

/// How a case went, in each half of the wire: why not, where it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The case's id.
    pub id: String,
    /// Parameters to request, or reply to result.
    pub client: Result<(), String>,
    /// Request to parameters, or result to reply.
    pub server: Result<(), String>,
}

impl Outcome {
    /// Why the case failed, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        let half = |name: &str, verdict: &Result<(), String>| Some(format!("{name}: {}", verdict.as_ref().err()?));
        let halves: Vec<String> =
            [half("client", &self.client), half("server", &self.server)].into_iter().flatten().collect();
        (!halves.is_empty()).then(|| halves.join("; "))
    }
}

/// Runs the cases of a JSON text: an array of cases as suites have them, each with the place of its operation in
/// `operations` under `operation`, and the suite's `clientEndpoint`.
///
/// # Errors
/// Where the text is no such array.
pub fn run(operations: &[TypedOperation], cases: &str) -> Result<Vec<Outcome>, String> {
    let cases: Vec<Json> = serde_json::from_str(cases).map_err(|error| format!("the cases cannot be read: {error}"))?;
    cases.iter().enumerate().map(|(index, json)| run_case(operations, index, json)).collect()
}

fn run_case(operations: &[TypedOperation], index: usize, json: &Json) -> Result<Outcome, String> {
    let place = json["operation"].as_u64().and_then(|place| usize::try_from(place).ok());
    let operation = place
        .and_then(|place| operations.get(place))
        .ok_or_else(|| format!("the case at {index} names no operation that there is"))?;
    // A panic is a fault that a suite has found: the other cases are still to be run.
    Ok(catch_unwind(AssertUnwindSafe(|| exchange::run(operation, &Case::new(json)))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied());
        let failed = Err(format!("panicked: {}", text.unwrap_or("without a message")));
        Outcome { id: Case::new(json).id(), client: failed, server: Ok(()) }
    }))
}

/// The program that `shapewire-codegen conformance` builds: runs the cases in the file that its argument names, and prints
/// an array of `{"client": …, "server": …}`, where `null` is success and a text says what failed.
#[must_use]
pub fn main(operations: &[TypedOperation]) -> ExitCode {
    let outcomes = std::env::args_os().nth(1).ok_or_else(|| "an argument is missing: the file of the cases".to_owned());
    let outcomes = outcomes
        .and_then(|path| std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display())))
        .and_then(|cases| run(operations, &cases));
    match outcomes {
        Ok(outcomes) => {
            let half = |half: &Result<(), String>| half.as_ref().err().cloned();
            let list = outcomes
                .iter()
                .map(|Outcome { client, server, .. }| json!({"client": half(client), "server": half(server)}));
            println!("{}", Json::Array(list.collect()));
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
