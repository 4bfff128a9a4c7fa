//! Generates five operations of S3. `model/` holds what they need of the model that botocore publishes, as this makes it:
//!
//! ```console
//! shapewire-codegen import botocore/data/s3/2006-03-01/service-2.json --operation CreateBucket --operation DeleteObject \
//!     --operation GetObject --operation ListObjectsV2 --operation PutObject --out model/s3-2006-03-01.json
//! ```
//!
//! Most of it are the rules that choose an endpoint for each request.

fn main() -> Result<(), shapewire_codegen::Problems> {
    shapewire_codegen::Builder::new().model("model/s3-2006-03-01.json").generate()?;
    Ok(())
}
