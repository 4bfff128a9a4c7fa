//! Generates all of EC2 from a published model, which is not in this repository.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-env-changed=EC2_MODEL");
    let model = std::env::var("EC2_MODEL").map_err(|_| "EC2_MODEL names the model file")?;
    shapewire_codegen::Builder::new().model(model).module_name("ec2").generate()?;
    Ok(())
}
