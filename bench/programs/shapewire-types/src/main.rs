//! Writes the request that creates a service-specific credential.

use shapewire::{OperationShape, iam};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let input = iam::CreateServiceSpecificCredentialRequest::new("jane", "codecommit.amazonaws.com");
    input.validate()?;
    let request = iam::CreateServiceSpecificCredential::encode(&input, &"https://iam.amazonaws.com".parse()?)?;
    println!("{}", String::from_utf8_lossy(request.body()));
    Ok(())
}
