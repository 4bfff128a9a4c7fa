//! The types of EC2, compiled.

#[allow(clippy::pedantic, dead_code)]
pub mod ec2 {
    include!(concat!(env!("OUT_DIR"), "/ec2.rs"));
}

fn main() {
    println!("{}", ec2::SERVICE.operations().len());
}
