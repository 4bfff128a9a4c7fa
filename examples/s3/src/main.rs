//! Objects in a bucket: stored, read, listed page by page and deleted, with the bucket in the host and in the path, by a client
//! that is set up as the AWS CLI would be, and a server in the same program.
//!
//! Whoever has a real bucket gives `Client::from_config` an `HttpTransport` and the environment of the process instead.

#![forbid(unsafe_code)]

mod emulator;
mod wire;

/// The operations of the model.
#[allow(clippy::pedantic)]
pub mod s3 {
    include!(concat!(env!("OUT_DIR"), "/s3.rs"));
}

use std::error::Error;
use std::io::Read;
use std::sync::Arc;

use shapewire::Client;
use shapewire::client::StreamedBody;
use shapewire::config::{Config, Environment};
use shapewire::credentials::Credentials;
use wire::Wire;

/// Keys that go wrong where someone encodes too little, too much or twice, in S3's order.
const KEYS: [&str; 9] = [
    "/slash first",
    "100%",
    "a b+c",
    "a//b/",
    "dots/../and/./more",
    "q?x=1&y=2#z",
    "tags <b>&amp;\"'",
    "~*'()!",
    "\u{fc}ber/\u{65e5}\u{672c}.txt",
];

/// The key of an object that is too large for memory.
const LARGE: &str = "\u{ff5e}large";

fn main() -> Result<(), Box<dyn Error>> {
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let server = Wire(Arc::new(emulator::router("s3.eu-west-1.amazonaws.com", credentials.clone())));
    for (style, bucket) in [("virtual", "photos"), ("path", "letters")] {
        println!("addressing_style = {style}");
        let file = format!("[default]\nregion = eu-west-1\ns3 =\n  addressing_style = {style}\n");
        let environment = Environment::empty()
            .with_variables([("AWS_CONFIG_FILE", "config")])
            .with_reader(move |_| Ok(file.clone().into_bytes()));
        let config = Config::load(environment)?;
        let client = Client::from_config_with(&s3::SERVICE, &config, server.clone(), credentials.clone())?;
        keep(&client, bucket)?;
    }
    Ok(())
}

/// Does in a bucket what one does in a bucket.
fn keep(any: &Client, bucket: &str) -> Result<(), Box<dyn Error>> {
    let client = s3::Client::new(any.clone());
    client.create_bucket(&s3::CreateBucketRequest::new(bucket))?;
    for key in KEYS {
        let request = s3::PutObjectRequest::new(bucket, key).with_body(key).with_content_type("text/plain");
        client.put_object(&request)?;
        let object = client.get_object(&s3::GetObjectRequest::new(bucket, key))?;
        assert_eq!(object.body.as_deref(), Some(key.as_bytes()));
    }

    // What is too large for memory goes through readers, with a checksum that both sides keep to. Who can read it only once sends
    // the checksum after it.
    let large = "0123456789".repeat(100_000);
    let mut reader = large.as_bytes();
    let body = StreamedBody::once(&mut reader, large.len() as u64);
    any.call_with_body::<s3::PutObject>(&s3::PutObjectRequest::new(bucket, LARGE), body)?;
    let request = s3::GetObjectRequest::new(bucket, LARGE).with_checksum_mode(s3::ChecksumMode::Enabled);
    let mut reply = any.call_for_body::<s3::GetObject>(&request)?;
    let mut read = String::new();
    reply.body.read_to_string(&mut read)?;
    assert!(read == large && reply.output.checksum_crc32.is_some());

    let request = s3::ListObjectsV2Request::new(bucket).with_max_keys(4);
    let objects = any.pages::<s3::ListObjectsV2>(request).items(|page| page.contents);
    let keys: Vec<String> =
        objects.filter_map(|object| object.map(|object| object.key).transpose()).collect::<Result<_, _>>()?;
    assert_eq!(keys, [&KEYS[..], &[LARGE]].concat());

    for key in &keys {
        client.delete_object(&s3::DeleteObjectRequest::new(bucket, key))?;
    }
    match client.get_object(&s3::GetObjectRequest::new(bucket, LARGE)) {
        Err(s3::Error::NoSuchKey(error)) => println!("{LARGE} is gone: {} {}", error.status(), error.code()),
        other => return Err(format!("{LARGE} should be gone: {other:?}").into()),
    }
    println!("{} objects stored, read, listed and deleted in {bucket}", keys.len());
    Ok(())
}
