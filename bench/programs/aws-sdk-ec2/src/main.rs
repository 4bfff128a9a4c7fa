//! The types of EC2, compiled.

fn main() {
    println!(
        "{}",
        aws_sdk_ec2::config::Config::builder().behavior_version_latest().build().behavior_version().is_some()
    );
}
