//! What cannot be sent without the feature `checksums`. The workspace is tested with all features, so this is run alone:
//! `cargo test -p shapewire --no-default-features --features rest-xml --test without_checksums`.
#![cfg(all(feature = "rest-xml", not(feature = "checksums")))]

#[allow(clippy::all, clippy::pedantic, dead_code, unreachable_pub, reason = "generated, and each test uses a part")]
mod depot {
    include!("../codegen/tests/golden/depot.rs");
}

use shapewire::OperationShape;
use shapewire::encode::EncodeErrorKind;

#[test]
fn a_checksum_that_is_required_must_be_given() {
    let endpoint = "https://depot.example/".parse().unwrap();
    let error = depot::CreateShelf::encode(&depot::CreateShelfInput::new("n"), &endpoint).unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::Checksum("MD5 (without the feature `checksums`)".to_owned()));
    let given = depot::CreateShelfInput::new("n").with_checksum_sha1("98O8HYCOBHMq32eZZczDTKeuNEE=");
    assert!(depot::CreateShelf::encode(&given, &endpoint).is_ok());
    let optional = depot::PutParcelInput::new("shelf", "name");
    assert!(depot::PutParcel::encode(&optional, &endpoint).is_ok());
}
