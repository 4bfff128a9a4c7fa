//! A call of an operation: input, request, reply, output.

use clap::ArgMatches;
use http::Uri;
use serde_json::{Value as Json, json};
use shapewire::local::LocalIam;
use shapewire::schema::Operation;
use shapewire::validation::Mode;
use shapewire::value::View;
use shapewire::{Client, Structure};

use crate::failure::Failure;
use crate::options::common;
use crate::output::{self, Format};
use crate::validate::{self, Naming};
use crate::{endpoint, input, offline, terminal};

/// The member that names a user.
pub(crate) const USER_NAME: &str = "UserName";

/// Runs `shapewire <service> <operation> [options]`.
pub(crate) fn run(operation: &'static Operation, matches: &ArgMatches) -> Result<(), Failure> {
    let json = input::from_options(operation, matches)?;
    let input = validate::input(operation, &json, Naming::Options, matches)?;
    if matches.get_flag(common::DRY_RUN) {
        return offline::print_request(operation, &*input, matches);
    }
    let format = Format::from_matches(matches)?;
    let client = client(operation, &*input, matches)?;
    let output = call(&client, operation, &*input)?;
    terminal::print(&output::to_text(&*output, operation, format))
}

/// The client that the options ask for.
pub(crate) fn client(
    operation: &'static Operation,
    input: &dyn Structure,
    matches: &ArgMatches,
) -> Result<Client, Failure> {
    if !matches.get_flag(common::LOCAL) {
        return endpoint::client(operation.service(), matches);
    }
    let (client, user_name) = local(operation, input)?;
    if let Some(user_name) = user_name {
        terminal::note(&format!("local: created the user {user_name}"));
    }
    Ok(client)
}

/// Calls without another check: the input was checked, or is meant to pass as it is.
fn call(client: &Client, operation: &'static Operation, input: &dyn Structure) -> Result<Box<dyn Structure>, Failure> {
    let client = client.clone().with_validation(Mode::Off);
    client.call_by_name(operation, input).map_err(|error| Failure::of_call(operation.name(), &error))
}

/// Whether the local service has the operation.
pub(crate) fn is_local(operation: &'static Operation) -> bool {
    LocalIam::new().implements(operation)
}

/// Whether a new local service does what is asked, without an error.
pub(crate) fn succeeds_locally(operation: &'static Operation, input: &Json) -> bool {
    let Ok(input) = operation.input_from_json(input) else { return false };
    local(operation, &*input).and_then(|(client, _)| call(&client, operation, &*input)).is_ok()
}

/// A client of a new local service, in which the user that `input` names is there, and that user's name if it had to be
/// created.
fn local<'a>(operation: &'static Operation, input: &'a dyn Structure) -> Result<(Client, Option<&'a str>), Failure> {
    let service = operation.service();
    // What IAM has and the local one has not is refused by the service itself.
    if service.name() != shapewire::iam::SERVICE.name() && !is_local(operation) {
        return Err(Failure::usage(format_args!(
            "--{}: the local service is IAM; {} of {} needs --{}",
            common::LOCAL,
            operation.name(),
            service.service_id(),
            common::ENDPOINT_URL
        )));
    }
    let client = Client::new(LocalIam::new(), Uri::from_static(endpoint::NOWHERE));
    let create_user = service
        .operation("CreateUser")
        .filter(|create_user| create_user.name() != operation.name() && is_local(operation));
    let user_name = create_user.and_then(|_| text_member(input, USER_NAME));
    if let (Some(create_user), Some(user_name)) = (create_user, user_name) {
        let mut user = create_user.new_input();
        shapewire::json::read(&json!({USER_NAME: user_name}), &mut *user)
            .map_err(|report| Failure::failed(format_args!("{}: {report}", create_user.name())))?;
        call(&client, create_user, &*user)?;
    }
    Ok((client, user_name))
}

/// The text of a member, if the input has that member and it is there.
fn text_member<'a>(input: &'a dyn Structure, name: &str) -> Option<&'a str> {
    match input.member(input.shape().member_index(name)?).view() {
        View::String(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}
