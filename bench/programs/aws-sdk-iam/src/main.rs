//! Creates a service-specific credential for a user.

use aws_config::BehaviorVersion;

#[tokio::main]
async fn main() -> Result<(), aws_sdk_iam::Error> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = aws_sdk_iam::Client::new(&config);
    let reply = client
        .create_service_specific_credential()
        .user_name("jane")
        .service_name("codecommit.amazonaws.com")
        .send()
        .await?;
    if let Some(password) = reply.service_specific_credential().map(|credential| credential.service_password()) {
        println!("{password}");
    }
    Ok(())
}
