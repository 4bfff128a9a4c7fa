//! The types of EC2, compiled.

fn main() {
    let config = aws_sdk_ec2::config::Config::builder().behavior_version_latest().build();
    println!("{}", config.region().is_some());
}
