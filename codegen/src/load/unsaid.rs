//! What a format leaves unsaid of a service that other clients know from elsewhere: from the service's model in the other
//! format, or by heart. These are facts about services, so they are in the model before anything reads it; nothing after
//! the loader knows a service by name.

use crate::model::{Binding, Kind, Member, Model, Operation, Payload, Shape, Shapes};

/// The root elements of S3's replies that do not have the name of the output's shape. Clients other than botocore look at them.
const S3_ROOTS: [(&str, &str); 27] = [
    ("CompleteMultipartUpload", "CompleteMultipartUploadResult"),
    ("CreateMultipartUpload", "InitiateMultipartUploadResult"),
    ("CreateSession", "CreateSessionResult"),
    ("DeleteObjects", "DeleteResult"),
    ("GetBucketAccelerateConfiguration", "AccelerateConfiguration"),
    ("GetBucketAcl", "AccessControlPolicy"),
    ("GetBucketCors", "CORSConfiguration"),
    ("GetBucketLifecycleConfiguration", "LifecycleConfiguration"),
    ("GetBucketLocation", "LocationConstraint"),
    ("GetBucketLogging", "BucketLoggingStatus"),
    ("GetBucketRequestPayment", "RequestPaymentConfiguration"),
    ("GetBucketTagging", "Tagging"),
    ("GetBucketVersioning", "VersioningConfiguration"),
    ("GetBucketWebsite", "WebsiteConfiguration"),
    ("GetObjectAcl", "AccessControlPolicy"),
    ("GetObjectAttributes", "GetObjectAttributesResponse"),
    ("GetObjectTagging", "Tagging"),
    ("ListBucketAnalyticsConfigurations", "ListBucketAnalyticsConfigurationResult"),
    ("ListBucketInventoryConfigurations", "ListInventoryConfigurationsResult"),
    ("ListBucketMetricsConfigurations", "ListMetricsConfigurationsResult"),
    ("ListBuckets", "ListAllMyBucketsResult"),
    ("ListDirectoryBuckets", "ListAllMyDirectoryBucketsResult"),
    ("ListMultipartUploads", "ListMultipartUploadsResult"),
    ("ListObjectVersions", "ListVersionsResult"),
    ("ListObjects", "ListBucketResult"),
    ("ListObjectsV2", "ListBucketResult"),
    ("ListParts", "ListPartsResult"),
];

/// Adds what is missing to the model.
pub(super) fn add(model: &mut Model) {
    if model.service.service_id == "S3" {
        add_s3(model);
    }
    if model.service.service_id == "STS" {
        add_sts(model);
    }
    for operation in &mut model.operations {
        drop_repeated_host_prefix(operation);
    }
}

/// Smithy's model of S3 has `restXml` with `noErrorWrapping`, a namespace for the service, `xmlName` at outputs, and
/// `aws.customizations#s3UnwrappedXmlOutput` at `GetBucketLocation`.
fn add_s3(model: &mut Model) {
    let Model { service, shapes, operations, .. } = model;
    service.bare_errors = true;
    service.xml_namespace.get_or_insert_with(|| "http://s3.amazonaws.com/doc/2006-03-01/".to_owned());
    for operation in operations {
        let Some(output) = &mut operation.output else { continue };
        output.unwrapped |= operation.name == "GetBucketLocation";
        add_expires_text(shapes, output);
        let root = S3_ROOTS.iter().find(|(name, _)| operation.name == *name).map(|(_, root)| (*root).to_owned());
        if let (Some(root), Some(shape)) = (root, shapes.get_mut(&output.shape)) {
            shape.wire_name.get_or_insert(root);
        }
    }
}

/// Smithy's model of STS does not say that those who have no credentials yet need none; API JSON does.
fn add_sts(model: &mut Model) {
    for operation in &mut model.operations {
        operation.unauthenticated |=
            ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"].contains(&operation.name.as_str());
    }
}

/// Objects may have an `Expires` that is no date. botocore and Smithy's `S3ExpiresInOutput` give outputs its text beside
/// it.
fn add_expires_text(shapes: &mut Shapes, output: &Payload) {
    const TEXT: &str = "ExpiresString";
    let is_date =
        |shapes: &Shapes, name: &str| shapes.get(name).is_some_and(|target| matches!(target.kind, Kind::Timestamp(_)));
    let place = shapes.get(&output.shape).and_then(|shape| {
        let place = shape.members().iter().position(|member| {
            member.name == "Expires" && member.binding == Some(Binding::Header) && is_date(shapes, &member.target)
        })?;
        shape.members().iter().all(|member| member.name != TEXT).then_some(place)
    });
    let Some(place) = place else { return };
    if shapes.get(TEXT).is_none() {
        shapes.insert(Shape::new(TEXT, Kind::String));
    }
    let Some(Kind::Structure(members)) = shapes.get_mut(&output.shape).map(|shape| &mut shape.kind) else { return };
    let text = Member {
        name: TEXT.to_owned(),
        target: TEXT.to_owned(),
        wire_name: members[place].wire_name.clone().or_else(|| Some("Expires".to_owned())),
        binding: Some(Binding::Header),
        ..Member::default()
    };
    members.insert(place + 1, text);
}

/// Rules that ask for the account put it before the host name themselves.
fn drop_repeated_host_prefix(operation: &mut Operation) {
    let by_rules = operation.context_params.iter().any(|param| param.name == "RequiresAccountId");
    if by_rules && operation.host_prefix.as_deref() == Some("{AccountId}.") {
        operation.host_prefix = None;
    }
}
