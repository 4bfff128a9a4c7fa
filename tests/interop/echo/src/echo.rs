//! What is answered, and what is remembered.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Method, Request, Response, StatusCode};
use serde_json::{Value as Json, json};
use shapewire::json;
use shapewire::schema::{Operation, Service};
use shapewire::server::{Answer, Failure, Router};
use shapewire::value::Structure;
use shapewire::{Error, ServiceError};

/// What the calls have in common, one at a time.
#[derive(Default)]
struct State {
    /// What the next call is answered.
    answer: Json,
    /// What the last call asked for.
    input: Json,
}

type Shared = Arc<Mutex<State>>;

pub(crate) struct Echo {
    routers: BTreeMap<String, Router>,
    /// The path of each service's router.
    services: Json,
    state: Shared,
}

impl Echo {
    pub(crate) fn new(services: &[&'static Service]) -> Self {
        let state = Shared::default();
        let mut routers = BTreeMap::new();
        let mut paths = serde_json::Map::new();
        for (index, group) in grouped(services).into_iter().enumerate() {
            let path = if index == 0 { "/".to_owned() } else { format!("/{index}/") };
            paths.extend(group.iter().map(|service| (service.name().to_owned(), json!(path))));
            routers.insert(path, router(&group, &state));
        }
        Self { routers, services: Json::Object(paths), state }
    }

    pub(crate) fn handle(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        match (request.method(), request.uri().path()) {
            (&Method::GET, "/_services") => told(&self.services),
            (&Method::GET, "/_input") => told(&lock(&self.state).input),
            (&Method::PUT, "/_answer") => match serde_json::from_slice(request.body()) {
                Ok(answer) => {
                    *lock(&self.state) = State { answer, input: Json::Null };
                    status(StatusCode::OK)
                }
                Err(_) => status(StatusCode::BAD_REQUEST),
            },
            (_, path) => match self.routers.get(path) {
                Some(router) => {
                    let response = router.handle(request);
                    if let Some(failure) = response.extensions().get::<Arc<Failure>>() {
                        eprintln!("{failure}");
                    }
                    response
                }
                None => status(StatusCode::NOT_FOUND),
            },
        }
    }
}

/// The services, divided so that version and name for signing tell those of a group apart. Databases (`rds`, `neptune`, `docdb`)
/// share both, and their hosts as well.
fn grouped(services: &[&'static Service]) -> Vec<Vec<&'static Service>> {
    let mut groups: Vec<Vec<&'static Service>> = Vec::new();
    let key = |service: &Service| (service.api_version(), service.signing_name());
    for service in services {
        let is_free = |group: &&mut Vec<&'static Service>| !group.iter().any(|other| key(other) == key(service));
        match groups.iter_mut().find(is_free) {
            Some(group) => group.push(service),
            None => groups.push(vec![service]),
        }
    }
    groups
}

fn router(services: &[&'static Service], state: &Shared) -> Router {
    let state = Arc::clone(state);
    let router = services.iter().fold(Router::new(), |router, service| router.with_service(service));
    router.fallback(move |operation, input, _| {
        let mut state = lock(&state);
        state.input = json!({
            "service": operation.service().name(),
            "operation": operation.name(),
            "input": json::to_value(&*input, json::Secrets::Expose),
        });
        answer(operation, &state.answer)
    })
}

/// The output or the error that `told` asks for.
fn answer(operation: &Operation, told: &Json) -> Answer {
    let Some(name) = told["error"].as_str() else {
        let mut output = operation.new_output();
        return fill(&mut *output, &told["output"]).map(|()| output);
    };
    let error = operation.service().errors().iter().find(|error| error.shape().name() == name);
    let Some(error) = error else { return Err(unanswerable(format!("there is no error {name}"))) };
    let mut details = error.create();
    fill(&mut *details, &told["details"])?;
    Err(ServiceError::from_details(details).into())
}

fn fill(target: &mut dyn Structure, told: &Json) -> Result<(), Error> {
    json::read(told, target).map_err(|report| unanswerable(format!("{}: {report}", target.shape().name())))
}

/// What was told cannot be answered; a code that no service has.
fn unanswerable(why: String) -> Error {
    ServiceError::unmodeled("Unanswerable", 500, why).into_detached().into()
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn told(json: &Json) -> Response<Vec<u8>> {
    Response::new(json.to_string().into_bytes())
}

fn status(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}
