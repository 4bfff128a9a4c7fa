//! `shapewire <service> <operation> help`: what the schema says of an operation.

use shapewire::schema::{Operation, Shape, ShapeKind};

use super::{example, facts, text, tree};
use crate::command::Verb;
use crate::names;
use crate::options::{self, MemberOption};

/// The whole text.
pub(crate) fn of(operation: &'static Operation, verb: Verb) -> String {
    let service = operation.service();
    let command =
        format!("shapewire {}{} {}", verb.words(), names::of_service(service), names::kebab(operation.name()));
    let mut out = format!(
        "{command}: the operation {} of {}, API version {}\n",
        operation.name(),
        service.full_name(),
        service.api_version()
    );
    if operation.is_deprecated() {
        out.push_str("\nDeprecated.\n");
    }
    if !operation.documentation().is_empty() {
        out.push('\n');
        text::push_wrapped(&mut out, operation.documentation(), 0);
    }
    match verb {
        Verb::Call => push_call(&mut out, operation, &command),
        Verb::Encode => push_encode(&mut out, operation, &command),
        Verb::Decode => push_decode(&mut out, operation, &command),
        Verb::Validate => push_validate(&mut out, operation, &command),
    }
    out
}

fn push_call(out: &mut String, operation: &'static Operation, command: &str) {
    push_usage(out, &format!("{command} [options]"));
    for text in ["\nExample:\n  ", &example::of(operation, command), "\n\nOptions:\n"] {
        out.push_str(text);
    }
    let members = options::of_members(operation);
    if members.is_empty() {
        out.push_str("  none of its own\n");
    }
    for option in &members {
        push_option(out, option);
    }
    out.push_str(COMMON_OPTIONS);
    push_output(out, operation);
    push_errors(out, operation);
}

fn push_encode(out: &mut String, operation: &'static Operation, command: &str) {
    push_usage(out, &format!("{command} [options] < input.json"));
    out.push_str("\nOptions: see `shapewire encode help`\n");
    push_input(out, operation);
}

fn push_validate(out: &mut String, operation: &'static Operation, command: &str) {
    push_usage(out, &format!("{command} [options] < input.json"));
    out.push_str("\nOptions: see `shapewire validate help`\n");
    push_input(out, operation);
}

fn push_input(out: &mut String, operation: &'static Operation) {
    out.push_str("\nInput:\n");
    push_shape(out, operation.input().shape());
}

fn push_decode(out: &mut String, operation: &'static Operation, command: &str) {
    push_usage(out, &format!("{command} [--status STATUS] < reply.xml"));
    out.push_str("\nOptions: see `shapewire decode help`\n");
    push_output(out, operation);
    push_errors(out, operation);
}

fn push_usage(out: &mut String, usage: &str) {
    for text in ["\nUsage:\n  ", usage, "\n"] {
        out.push_str(text);
    }
}

fn push_option(out: &mut String, option: &MemberOption) {
    let MemberOption { name, negative, member } = option;
    let shape = member.target();
    let placeholder = match (shape.kind(), negative) {
        (ShapeKind::Boolean, Some(negative)) => format!(" | --{negative}"),
        (ShapeKind::Boolean, None) => String::new(),
        (ShapeKind::List(_), _) => " VALUE...".to_owned(),
        (ShapeKind::Structure(_) | ShapeKind::Union(_), _) => " JSON|SHORTHAND".to_owned(),
        (ShapeKind::Map(_), _) => " JSON|KEY=VALUE,...".to_owned(),
        (ShapeKind::Blob, _) => " BASE64|fileb://PATH".to_owned(),
        _ => " VALUE".to_owned(),
    };
    let required = if member.is_required() { ", required" } else { "" };
    let head = format!("--{name}{placeholder}  ({}{required})", facts::type_name(shape));
    text::push_wrapped(out, &head, 2);
    facts::push_member(out, member, 6);
    if let Some(form) = example::shorthand_form(shape) {
        text::push_wrapped(out, &format!("as JSON or as {form}"), 6);
    }
    text::push_wrapped(out, member.documentation(), 6);
    tree::push_content(out, shape, 8);
}

const COMMON_OPTIONS: &str = "
Options of every operation:
  --cli-input-json JSON|file://PATH|-
      The input as a JSON object; options beside it override its members. `-` is standard input.
  --endpoint-url URL
      Where to send the request. Without it, what the AWS CLI's variables and config file say
      (AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, endpoint_url), else the service's own endpoint.
      An http:// endpoint gets unsigned requests if there are no credentials.
  --region REGION, --profile PROFILE
      As in the AWS CLI, like all its variables and files: AWS_REGION, AWS_PROFILE,
      AWS_ACCESS_KEY_ID, ....
  --local
      Sends it to an IAM in this process, which begins empty each time: nothing is kept between
      runs (`shapewire serve` keeps what it has as long as it runs). If the input names a user, the
      user is created first.
  --output json|text|table
      How the output is printed; json by default.
  --dry-run
      Sends nothing, prints the request as JSON.
  --validation enforce|warn|off
      What an input that violates the model becomes: an error and nothing sent (the default), a
      request and warnings, a request.
  -h, --help
      This text.

A value may be file://PATH: the text of that file. Values that begin with a hyphen follow an equals
sign (--option=-value).
";

fn push_output(out: &mut String, operation: &'static Operation) {
    out.push_str("\nOutput:\n");
    push_shape(out, operation.output().shape());
}

fn push_shape(out: &mut String, shape: &'static Shape) {
    if shape.members().is_empty() {
        out.push_str("  none\n");
    }
    tree::push_members(out, shape, 2);
}

fn push_errors(out: &mut String, operation: &'static Operation) {
    out.push_str("\nErrors:\n");
    if operation.errors().is_empty() {
        out.push_str("  none of its own\n");
    }
    for shape in operation.errors() {
        let (code, status) = shape.error().map_or((shape.name(), 0), |error| (error.code, error.status));
        let head = if status == 0 { code.to_owned() } else { format!("{code} (status {status})") };
        text::push_wrapped(out, &head, 2);
        text::push_wrapped(out, shape.documentation(), 6);
    }
}
