//! Generates the services from the published models in `$SHAPEWIRE_SHARED/models/api-json`, with the operations that the
//! tests call.

use std::error::Error;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use shapewire_codegen::Builder;

const SERVICES: &[(&str, &[&str])] = &[
    ("autoscaling", &["CreateAutoScalingGroup", "CreateLaunchConfiguration", "DescribeAutoScalingGroups"]),
    ("cloudformation", &["CreateStack", "DescribeStacks", "ListStacks"]),
    ("cloudfront", &["GetDistribution", "ListDistributions"]),
    ("ec2", &["DescribeImages", "DescribeInstances", "DescribeVpcs", "RunInstances", "TerminateInstances"]),
    ("elbv2", &["CreateTargetGroup", "DescribeLoadBalancers", "DescribeTargetGroups"]),
    ("rds", &["CreateDBInstance", "DescribeDBInstances"]),
    (
        "route53",
        &["ChangeResourceRecordSets", "CreateHostedZone", "GetHostedZone", "ListHostedZones", "ListResourceRecordSets"],
    ),
    (
        "s3",
        &[
            "CopyObject",
            "CreateBucket",
            "DeleteBucket",
            "DeleteObject",
            "DeleteObjects",
            "GetBucketLocation",
            "GetObject",
            "HeadObject",
            "ListBuckets",
            "ListObjectsV2",
            "PutObject",
            "SelectObjectContent",
        ],
    ),
    ("ses", &["ListIdentities", "SendEmail", "VerifyEmailIdentity"]),
    ("sns", &["CreateTopic", "GetTopicAttributes", "ListTopics", "Publish"]),
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=SHAPEWIRE_SHARED");
    let shared = std::env::var("SHAPEWIRE_SHARED").map_err(|_| "SHAPEWIRE_SHARED names no folder of models")?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    for (service, operations) in SERVICES {
        let published = Path::new(&shared).join("models/api-json").join(service);
        println!("cargo::rerun-if-changed={}", published.display());
        let version = fs::read_dir(&published)?.next().ok_or("a service without a version")??.path();
        let models = out.join("models").join(service);
        fs::create_dir_all(&models)?;
        for file in fs::read_dir(version)? {
            unpack(&file?.path(), &models)?;
        }
        Builder::new()
            .model(models.join("service-2.json"))
            .module_name(*service)
            .operations(operations.iter().copied())
            .generate()?;
    }
    Ok(())
}

/// Copies a file of a model into a folder, unpacked. What is there already stays: Cargo looks at its time.
fn unpack(file: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let name = file.file_name().ok_or("a file without a name")?;
    let packed = file.extension().is_some_and(|extension| extension == "gz");
    let target = folder.join(if packed { Path::new(name).with_extension("") } else { PathBuf::from(name) });
    let mut bytes = fs::read(file)?;
    if packed {
        let compressed = std::mem::take(&mut bytes);
        GzDecoder::new(&compressed[..]).read_to_end(&mut bytes)?;
    }
    if fs::read(&target).is_ok_and(|known| known == bytes) { Ok(()) } else { Ok(fs::write(target, bytes)?) }
}
