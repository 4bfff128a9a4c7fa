//! Creates a service-specific credential for a user.

use shapewire::config::{Config, Environment};
use shapewire::transport::{HttpOptions, HttpTransport};
use shapewire::{Client, ExposeSecret, iam};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load(Environment::process())?;
    let metadata = HttpTransport::with_options(&HttpOptions::metadata());
    let client = iam::Client::new(Client::from_config(&iam::SERVICE, &config, HttpTransport::new(), metadata)?);
    let request = iam::CreateServiceSpecificCredentialRequest::new("jane", "codecommit.amazonaws.com");
    let reply = client.create_service_specific_credential(&request)?;
    if let Some(password) = reply.service_specific_credential.and_then(|credential| credential.service_password) {
        println!("{}", password.expose_secret());
    }
    Ok(())
}
