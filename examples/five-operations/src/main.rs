//! Prints the request that creates a service-specific credential, from a module with five operations.

#![forbid(unsafe_code)]

/// The operations that the build script selects.
#[allow(clippy::pedantic)]
pub mod iam {
    include!(concat!(env!("OUT_DIR"), "/iam.rs"));
}

use shapewire::OperationShape;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let names: Vec<&str> = iam::SERVICE.operations().iter().map(|operation| operation.name()).collect();
    println!("{}", names.join("\n"));
    let input = iam::CreateServiceSpecificCredentialRequest::new("jane", "codecommit.amazonaws.com");
    input.validate()?;
    let request = iam::CreateServiceSpecificCredential::encode(&input, &"http://localhost/".parse()?)?;
    println!("{}", String::from_utf8_lossy(request.body()));
    Ok(())
}
