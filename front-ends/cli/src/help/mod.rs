//! Help: the command's own, and for services and operations what their schemas say.

mod example;
mod facts;
mod operation;
mod service;
mod text;
mod tree;
mod waiter;

pub(crate) use operation::of as operation;
pub(crate) use service::of as service;
pub(crate) use waiter::{all as waiters, of as waiter};

use std::fmt::Write;

use crate::names;

/// `shapewire help`
pub(crate) fn root() -> String {
    let mut services = String::new();
    for service in shapewire::SERVICES {
        let (name, version) = (service.full_name(), service.api_version());
        // Writing to a string does not fail.
        writeln!(services, "  {:<16}  {name}, API version {version}", names::of_service(service)).unwrap_or_default();
    }
    format!(
        "\
shapewire: calls, checks and explains operations of AWS services, and serves a local IAM

Usage:
  shapewire <service> <operation> [options]
  shapewire <service> wait <waiter> [options]
  shapewire encode|decode|validate <service> <operation> [options]
  shapewire serve [options]
  shapewire [<service> [<operation>]] help

Example:
  shapewire iam create-service-specific-credential --user-name jane \\
      --service-name codecommit.amazonaws.com --local

Services:
{services}
Commands:
  encode            prints the request of an operation from its input as JSON
  decode            prints the output of a reply, or its error, as JSON
  validate          prints what an input violates
  serve             puts the local IAM on HTTP

Options:
  -h, --help        this text
  -V, --version     the version

Exit status: 0 success; 1 an error of the service, of the transport or in a reply; 2 wrong usage or
invalid input, and nothing was sent.
"
    )
}

/// `shapewire encode help`
pub(crate) fn encode() -> String {
    "\
shapewire encode: the request of an operation, from its input

Reads the input as a JSON object from standard input, its members named as in the AWS CLI's JSON,
and prints the request as JSON: `method`, `url`, `headers` and `body`, unsigned. Nothing is sent.

Usage:
  shapewire encode <service> <operation> [options] < input.json

Options:
  --endpoint-url URL
      Where the request would go. Without it, AWS_ENDPOINT_URL_<SERVICE> and AWS_ENDPOINT_URL are
      asked, then it is http://localhost/.
  --validation enforce|warn|off
      What an input that violates the model becomes: an error (the default), a request and warnings,
      a request.
  -h, --help
      This text, or that of a service or an operation.

Exit status: 0 success; 2 wrong usage or invalid input.
"
    .to_owned()
}

/// `shapewire decode help`
pub(crate) fn decode() -> String {
    "\
shapewire decode: the output of a reply

Reads the body of a reply from standard input and prints its output as JSON, with its secrets. If
the reply is an error, prints that instead: `code`, `message`, `requestId` and `status`.

Usage:
  shapewire decode <service> <operation> [--status STATUS] < reply.xml

Options:
  --status STATUS   the HTTP status that the reply came with; 200 by default
  -h, --help        this text, or that of a service or an operation

Exit status: 0 an output; 1 an error of the service, or bytes that are no reply; 2 wrong usage.
"
    .to_owned()
}

/// `shapewire validate help`
pub(crate) fn validate() -> String {
    "\
shapewire validate: what an input violates

Reads the input as a JSON object, its members named as in the AWS CLI's JSON, and prints all that the
model does not allow, in the order of the model, on standard output. Nothing is sent. For a valid
input it prints nothing, as JSON an empty list. Values of secret members are never printed.

Usage:
  shapewire validate <service> <operation> [options] < input.json

Options:
  --cli-input-json JSON|file://PATH|-
      The input; standard input without this option, or for `-`.
  --output text|json
      A line for each violation (the default), or an object with the list `violations`: `path`,
      `rustPath`, `wirePath`, `rule`, `limit`, `found` and `message` of each, null where there is
      none. Rules are required, length, range, pattern, enum, one-member, type, unknown and depth.
  -h, --help
      This text, or that of a service or an operation.

Exit status: 0 valid; 2 violations, text that is no JSON, or wrong usage.
"
    .to_owned()
}

/// `shapewire serve help`
pub(crate) fn serve() -> String {
    "\
shapewire serve: the local IAM over HTTP

Users, groups, access keys, service-specific credentials and tags, with the service's rules, and
STS's get-caller-identity; other operations are refused. Signatures are not checked without
--root-key. Without --state, what is made lives as long as the process. When it is ready it prints one line,
`listening on http://HOST:PORT`; requests are logged on standard error, a line each, without what
they say.

Usage:
  shapewire serve [options]

Options:
  --port PORT         4566 by default; 0 picks a free one
  --host HOST         127.0.0.1 by default, which only this machine reaches
  --state FILE        keeps the account in FILE, with the secrets of its access keys: every change is
                      there when it is answered. A file FILE.lock is beside it
  --root-key KEY      verifies signatures: KEY is ID:SECRET, the access key of the account's root; users
                      sign with their own. Others on this machine may see it in the list of processes
  --faults            lets requests ask for faults, for tests of clients, in a header:
                      `x-shapewire-fault: Throttling;count=2` refuses two, `latency_ms=200` waits;
                      status=503, operation=CreateUser and id=anything may follow
  --timeout SECONDS   how long a client may be silent in the middle or between requests; 30 by default
  -h, --help          this text

Exit status: 0 after an interrupt or a request to terminate, when what was running has ended; 1 if
it cannot listen, or cannot use FILE.
"
    .to_owned()
}
