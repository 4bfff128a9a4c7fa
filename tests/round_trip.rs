//! For all operations of all services: what a client writes a server reads, and what a server writes a client reads,
//! unchanged. Random values; the seed is printed and can be given as `SHAPEWIRE_SEED`.
#![cfg(all(feature = "iam", feature = "sts", feature = "server", feature = "json"))]

mod support;

use fastrand::Rng;
use shapewire::decode::DecodeOptions;
use shapewire::json::{self, Secrets};
use shapewire::schema::{Operation, Service};
use shapewire::server::{Call, error_reply, reply};
use shapewire::{SERVICES, Structure, value};
use support::{Alphabet, Generator};

/// A service of our own that speaks `ec2Query`.
#[allow(clippy::all, clippy::pedantic)]
pub mod harbour {
    include!("../codegen/tests/golden/harbour.rs");
}

const ROUNDS: usize = 20;

fn seed() -> u64 {
    let seed = std::env::var("SHAPEWIRE_SEED").map_or_else(|_| Rng::new().u64(..), |seed| seed.parse().unwrap());
    println!("SHAPEWIRE_SEED={seed}");
    seed
}

fn services() -> Vec<&'static Service> {
    SERVICES.iter().copied().chain([&harbour::SERVICE]).collect()
}

fn operations() -> impl Iterator<Item = &'static Operation> {
    services().into_iter().flat_map(|service| service.operations().iter().copied())
}

fn shown(structure: &dyn Structure) -> String {
    json::to_string_pretty(structure, Secrets::Expose)
}

#[test]
fn requests_survive_client_to_server() {
    // A server refuses what it could never tell again.
    let mut generator = Generator { random: Rng::with_seed(seed()), alphabet: Alphabet::Xml };
    let endpoint = "http://localhost/".parse().unwrap();
    let mut checked = 0;
    for operation in operations() {
        for _ in 0..ROUNDS {
            let mut input = operation.new_input();
            generator.fill(&mut *input, 0);
            input.validate().unwrap_or_else(|report| panic!("{operation:?}: {report}\n{}", shown(&*input)));
            let request = operation.encode(&*input, &endpoint).unwrap();
            let call = Call::parse(&services(), &request, &DecodeOptions::strict()).unwrap();
            assert!(std::ptr::eq(call.operation(), operation));
            let read = call.into_input().unwrap_or_else(|error| panic!("{operation:?}: {error}\n{}", shown(&*input)));
            assert!(value::equal(&*input, &*read), "{operation:?}\nwrote {}\nread {}", shown(&*input), shown(&*read));
            checked += 1;
        }
    }
    assert_eq!(checked, (180 + 11 + 4) * ROUNDS);
}

#[test]
fn replies_survive_server_to_client() {
    let mut generator = Generator { random: Rng::with_seed(seed()), alphabet: Alphabet::Xml };
    for operation in operations() {
        for _ in 0..ROUNDS {
            let mut output = operation.new_output();
            generator.fill(&mut *output, 0);
            let reply = reply(operation, &*output, "the-request").unwrap();
            let mut read = operation.new_output();
            let metadata = operation
                .decode_into(&reply, &mut *read, &DecodeOptions::strict())
                .unwrap_or_else(|error| panic!("{operation:?}: {error}\n{}", shown(&*output)));
            assert!(value::equal(&*output, &*read), "{operation:?}\nwrote {}\nread {}", shown(&*output), shown(&*read));
            assert_eq!(metadata.request_id.as_deref(), Some("the-request"));
        }
    }
}

#[test]
fn errors_survive_server_to_client() {
    let mut generator = Generator { random: Rng::with_seed(seed()), alphabet: Alphabet::Xml };
    for operation in operations() {
        for shape in operation.errors() {
            let error_type =
                operation.service().errors().iter().find(|error| std::ptr::eq(error.shape(), *shape)).unwrap();
            let mut details = error_type.create();
            generator.fill(&mut *details, 0);
            let error = shapewire::ServiceError::from_details(details);
            let (code, status) = (error.code().to_owned(), error.status());
            let message = error.message().map(str::to_owned);
            let reply = error_reply(operation.service(), &error, "the-request");
            let Err(shapewire::Error::Service(read)) = operation.decode(&reply) else { panic!("{operation:?} {code}") };
            assert_eq!((read.code(), read.request_id()), (code.as_str(), Some("the-request")));
            assert_eq!(read.status(), if status == 0 { 400 } else { status });
            assert_eq!(read.message(), message.as_deref());
            assert_eq!(read.operation(), operation.name());
            let (written, read) = (error.details().as_ref().unwrap(), read.details().as_ref().unwrap());
            assert!(value::equal(&**written, &**read), "{}\n{}", shown(&**written), shown(&**read));
        }
    }
}

#[test]
fn json_survives() {
    let mut generator = Generator { random: Rng::with_seed(seed()), alphabet: Alphabet::Any };
    for operation in operations() {
        for new in [Operation::new_input, Operation::new_output] {
            let mut written = new(operation);
            generator.fill(&mut *written, 0);
            let mut read = new(operation);
            json::read(&json::to_value(&*written, Secrets::Expose), &mut *read).unwrap();
            assert!(value::equal(&*written, &*read), "{}\n{}", shown(&*written), shown(&*read));
        }
    }
}
