//! The services whose shapes are filled: IAM and STS, and three small ones of our own that have what these lack.

use std::sync::{Arc, LazyLock};

use http::Request;
use shapewire::credentials::Credentials;
use shapewire::json::{self, Secrets};
use shapewire::schema::{Operation, Service};
use shapewire::server::{Failure, Router, Verification};
use shapewire::{Structure, Timestamp, value};

/// `awsQuery`, with recursive shapes, unions and maps.
#[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, unreachable_pub, unused_qualifications)]
pub(crate) mod bookshop {
    include!("../../../codegen/tests/golden/bookshop.rs");
}

/// `restXml`, with all that HTTP binds, and event streams.
#[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, unreachable_pub, unused_qualifications)]
pub(crate) mod depot {
    include!("../../../codegen/tests/golden/depot.rs");
}

/// `ec2Query`.
#[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, unreachable_pub, unused_qualifications)]
pub(crate) mod harbour {
    include!("../../../codegen/tests/golden/harbour.rs");
}

/// Those whose requests are forms.
pub(crate) const QUERY: [&Service; 4] =
    [&shapewire::iam::SERVICE, &shapewire::sts::SERVICE, &bookshop::SERVICE, &harbour::SERVICE];

/// All of them.
pub(crate) const ALL: [&Service; 5] =
    [&shapewire::iam::SERVICE, &shapewire::sts::SERVICE, &bookshop::SERVICE, &harbour::SERVICE, &depot::SERVICE];

/// Where requests go.
pub(crate) fn endpoint() -> http::Uri {
    http::Uri::from_static("http://localhost/")
}

/// Whose signatures are right.
pub(crate) fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "a secret of this test")
}

/// The routers' time.
pub(crate) fn now() -> Timestamp {
    Timestamp::new(1_767_225_600, 0).expect("it is a time")
}

/// Routers for all services, which answer with empty outputs: one that looks at no signature, and one that verifies it.
static ROUTERS: LazyLock<[Router; 2]> = LazyLock::new(|| {
    let plain = || {
        let router = ALL.iter().fold(Router::new(), |router, service| router.with_service(service));
        router.with_base_domain("localhost").fallback(|operation, _, _| Ok(operation.new_output()))
    };
    let lookup = |id: &str| Some(credentials()).filter(|known| known.access_key_id() == id);
    [plain(), plain().with_verification(Verification::new(lookup).with_clock(now))]
});

/// Whatever is asked, both routers answer; the statuses.
pub(crate) fn answered(request: &Request<Vec<u8>>) -> [u16; 2] {
    [0, 1].map(|index: usize| {
        let reply = ROUTERS[index].handle(request);
        let status = reply.status().as_u16();
        assert!((200..300).contains(&status) || (400..=501).contains(&status), "{reply:?}");
        let failure = reply.extensions().get::<Arc<Failure>>();
        assert!(failure.is_none(), "an empty output can be written: {failure:?}");
        status
    })
}

/// All that is there. It says of two values whether they are the same, as equality does not where a number is none.
pub(crate) fn shown(structure: &dyn Structure) -> String {
    json::to_string_pretty(structure, Secrets::Expose)
}

/// Does what is always possible with a value, whatever it is.
pub(crate) fn look(structure: &dyn Structure) {
    let shown = format!("{structure:?}");
    assert!(!shown.is_empty());
    match structure.validate() {
        Ok(()) => {}
        Err(report) => assert!(!report.violations().is_empty() && !format!("{report} {report:?}").is_empty()),
    }
    for secrets in [Secrets::Expose, Secrets::Redact] {
        let text = json::to_string(structure, secrets);
        serde_json::from_str::<serde_json::Value>(&text).expect("what is written as JSON is JSON");
    }
}

/// What is written as JSON is read the same.
pub(crate) fn survives_json(structure: &dyn Structure, mut again: Box<dyn Structure>) {
    let json = json::to_value(structure, Secrets::Expose);
    // A union that is none has no members, which is told; all else must be there again.
    let _ = json::read(&json, &mut *again);
    assert_eq!(shown(structure), shown(&*again), "JSON changes a value");
}

/// A reply that was read can be written and is then read the same, if it can be written: there are characters that XML has not.
/// What one way loses, such as the fraction of a second, the first reply has lost already.
pub(crate) fn survives_reply(operation: &'static Operation, output: &dyn Structure) {
    let trip = |output: &dyn Structure| {
        let reply = shapewire::server::reply(operation, output, "the-request").ok()?;
        // A member may be the status, and that of an error.
        if !reply.status().is_success() {
            return None;
        }
        let mut again = operation.new_output();
        let read = operation.decode_into(&reply, &mut *again, &shapewire::decode::DecodeOptions::DEFAULT);
        read.unwrap_or_else(|error| panic!("{operation:?} does not read what it wrote: {error}\n{}", shown(output)));
        Some(again)
    };
    let Some(first) = trip(output) else { return };
    let second = trip(&*first).expect("what was read in a reply can be written");
    assert_eq!(shown(&*first), shown(&*second), "{operation:?} changes what it wrote");
    assert!(value::equal(&*first, &*second) || shown(&*first).contains("NaN") || shown(&*first).len() > 100_000);
}
