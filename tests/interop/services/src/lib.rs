//! Services of each protocol, generated from published models, as far as the tests call them.

#![forbid(unsafe_code)]

macro_rules! services {
    ($($name:ident),*) => {$(
        #[allow(clippy::all, clippy::pedantic, rustdoc::all, reason = "generated")]
        pub mod $name {
            include!(concat!(env!("OUT_DIR"), "/", stringify!($name), ".rs"));
        }
    )*};
}

services!(autoscaling, cloudformation, cloudfront, ec2, elbv2, rds, route53, s3, ses, sns);
