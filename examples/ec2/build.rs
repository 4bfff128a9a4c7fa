//! Generates three operations of EC2. `model/` holds what they need of the model that botocore publishes, as this makes it:
//!
//! ```console
//! shapewire-codegen import botocore/data/ec2/2016-11-15/service-2.json --operation DescribeInstances \
//!     --operation StartInstances --operation StopInstances --out model/ec2-2016-11-15.json
//! ```
//!
//! The whole model does as well: then `operations` selects.

fn main() -> Result<(), shapewire_codegen::Problems> {
    shapewire_codegen::Builder::new()
        .model("model/ec2-2016-11-15.json")
        .operations(["DescribeInstances", "StartInstances", "StopInstances"])
        .generate()?;
    Ok(())
}
