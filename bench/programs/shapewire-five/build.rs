//! Generates the service-specific-credential operations of IAM.

fn main() -> Result<(), shapewire_codegen::Problems> {
    shapewire_codegen::Builder::new()
        .model("../../../model/iam-2010-05-08.json")
        .overlay("../../../model/overlays/iam.json")
        .operations([
            "CreateServiceSpecificCredential",
            "DeleteServiceSpecificCredential",
            "ListServiceSpecificCredentials",
            "ResetServiceSpecificCredential",
            "UpdateServiceSpecificCredential",
        ])
        .generate()?;
    Ok(())
}
