//! Stops the instances that a reply of EC2 shows as running: requests out, replies in, whatever carries them.

#![forbid(unsafe_code)]

/// The operations that the build script selects.
#[allow(clippy::pedantic)]
pub mod ec2 {
    include!(concat!(env!("OUT_DIR"), "/ec2.rs"));
}

use shapewire::OperationShape;

/// What EC2 answers, shortened.
const REPLY: &str = r#"<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>8f7724cf-496f-496e-8fe3-example</requestId>
    <reservationSet><item><instancesSet>
        <item><instanceId>i-0598c7d356eba48d7</instanceId><instanceState><code>16</code><name>running</name></instanceState></item>
        <item><instanceId>i-0a1b2c3d4e5f67890</instanceId><instanceState><code>80</code><name>stopped</name></instanceState></item>
    </instancesSet></item></reservationSet>
</DescribeInstancesResponse>"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let endpoint = "https://ec2.us-east-1.amazonaws.com/".parse()?;
    let filter = ec2::Filter::new().with_name("tag:team").with_values(["blue".to_owned()]);
    let request = ec2::DescribeInstancesRequest::new().with_filters([filter]);
    println!("{}", text(&ec2::DescribeInstances::encode(&request, &endpoint)?));

    let reply = ec2::DescribeInstances::decode(&http::Response::new(REPLY))?;
    let running = reply.reservations.into_iter().flat_map(|reservation| reservation.instances).filter(|instance| {
        instance.state.as_ref().and_then(|state| state.name.as_ref()) == Some(&ec2::InstanceStateName::Running)
    });
    let ids: Vec<String> = running.filter_map(|instance| instance.instance_id).collect();
    println!("{}", text(&ec2::StopInstances::encode(&ec2::StopInstancesRequest::new(ids), &endpoint)?));
    Ok(())
}

fn text(request: &http::Request<Vec<u8>>) -> String {
    format!("{} {} {}", request.method(), request.uri(), String::from_utf8_lossy(request.body()))
}
