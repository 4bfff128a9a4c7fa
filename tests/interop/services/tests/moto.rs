//! The generated clients of ten services against moto. `tests/interop` starts it and tells where it is in `MOTO_URL`.
//!
//! Requests are made and signed for the endpoints of AWS that the services' rules choose. A transport carries them to moto, with
//! the `Host` that they are for.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use http::header::{AUTHORIZATION, HOST};
use http::{HeaderValue, Request, Response, Uri};
use interop_services::{autoscaling, cloudformation, cloudfront, ec2, elbv2, rds, route53, s3, ses, sns};
use shapewire::Client;
use shapewire::client::StreamedBody;
use shapewire::config::{Config, Environment};
use shapewire::schema::Service;
use shapewire::transport::{HttpOptions, HttpTransport, ReplyReader, RequestBody, Transport, TransportError};

const REGION: &str = "us-east-1";

/// Keys in which something is special: to URIs, forms, XML, file systems or Unicode.
const KEYS: &[&str] = &[
    " lead and trail ",
    "#fragment?query=1&x",
    "%41%2F%zz%",
    "+a+b",
    "..",
    "../up",
    "/lead",
    "<a>&amp;\"'",
    "[::1]{}|\\^`~",
    "a/../b",
    "a/./b",
    "a//b",
    "dots.",
    "dots..",
    "end/",
    "end/.",
    "e\u{301} é 日本 \u{1f980}",
    "q?",
    "semi;colon:@!$'()*,=",
];

/// Carries what is for AWS to moto.
#[derive(Clone)]
struct Carrier {
    moto: Uri,
    http: HttpTransport,
    /// The host that requests must be for, and the service that they must be signed for.
    host: &'static str,
    signed_for: &'static str,
}

impl Carrier {
    /// The request as it goes to moto.
    fn readdressed<B>(&self, request: Request<B>) -> Request<B> {
        let (mut head, body) = request.into_parts();
        let host = head.uri.authority().unwrap().to_string();
        assert_eq!(host, self.host);
        let authorization = head.headers[AUTHORIZATION].to_str().unwrap();
        assert!(authorization.contains(&format!("/{REGION}/{}/aws4_request", self.signed_for)), "{authorization}");
        head.headers.insert(HOST, HeaderValue::from_str(&host).unwrap());
        let mut parts = head.uri.into_parts();
        parts.scheme = self.moto.scheme().cloned();
        parts.authority = self.moto.authority().cloned();
        head.uri = Uri::from_parts(parts).unwrap();
        Request::from_parts(head, body)
    }
}

impl Transport for Carrier {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        self.http.send(self.readdressed(request))
    }

    fn send_streaming(&self, request: Request<RequestBody<'_>>) -> Result<Response<ReplyReader>, TransportError> {
        self.http.send_streaming(self.readdressed(request))
    }
}

fn moto() -> Uri {
    std::env::var("MOTO_URL").expect("MOTO_URL names no moto").parse().unwrap()
}

/// A client with the settings of an ordinary program, and the endpoint that the environment names, if any.
fn client(service: &'static Service, host: &'static str, signed_for: &'static str, endpoint: Option<&Uri>) -> Client {
    let mut variables = BTreeMap::from([
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "example".to_owned()),
    ]);
    variables.extend(endpoint.map(|endpoint| ("AWS_ENDPOINT_URL", endpoint.to_string())));
    let config = Config::load(Environment::empty().with_variables(variables)).unwrap();
    let mut options = HttpOptions::default();
    options.use_proxies = false;
    let carrier = Carrier { moto: moto(), http: HttpTransport::with_options(&options), host, signed_for };
    Client::from_config(service, &config, carrier.clone(), carrier).unwrap()
}

#[test]
#[ignore = "needs moto, which tests/interop starts"]
fn ec2() {
    let client = ec2::Client::new(client(&ec2::SERVICE, "ec2.us-east-1.amazonaws.com", "ec2", None));
    let filter = ec2::Filter::new().with_name("architecture").with_values(vec!["x86_64".to_owned()]);
    let images = client.describe_images(&ec2::DescribeImagesRequest::new().with_filters(vec![filter])).unwrap().images;
    assert!(images.len() > 100, "{}", images.len());
    assert!(images.iter().all(|image| image.architecture == Some(ec2::ArchitectureValues::X86_64)));
    let image = images[0].image_id.clone().unwrap();

    let tags =
        vec![ec2::Tag::new().with_key("Name").with_value("a & b = é"), ec2::Tag::new().with_key("k").with_value("")];
    let request = ec2::RunInstancesRequest::new(2, 2)
        .with_image_id(&image)
        .with_instance_type(ec2::InstanceType::T3Micro)
        .with_client_token("token-1")
        .with_tag_specifications(vec![
            ec2::TagSpecification::new().with_resource_type(ec2::ResourceType::Instance).with_tags(tags.clone()),
        ]);
    let reservation = client.run_instances(&request).unwrap();
    assert_eq!(reservation.owner_id.as_deref(), Some("123456789012"));
    let ids: Vec<String> = reservation.instances.iter().map(|instance| instance.instance_id.clone().unwrap()).collect();
    assert_eq!(ids.len(), 2);

    let request = ec2::DescribeInstancesRequest::new().with_instance_ids(ids.clone());
    let reservations = client.describe_instances(&request).unwrap().reservations;
    assert_eq!(reservations.len(), 1);
    assert_eq!(reservations[0].reservation_id, reservation.reservation_id);
    assert_eq!(reservations[0].instances.len(), 2);
    for (index, instance) in reservations[0].instances.iter().enumerate() {
        assert_eq!(instance.instance_id.as_ref(), Some(&ids[index]));
        assert_eq!(instance.image_id.as_ref(), Some(&image));
        assert_eq!(instance.instance_type, Some(ec2::InstanceType::T3Micro));
        assert_eq!(instance.state.as_ref().unwrap().name, Some(ec2::InstanceStateName::Running));
        assert_eq!(instance.state.as_ref().unwrap().code, Some(16));
        assert_eq!(instance.ebs_optimized, Some(false));
        assert_eq!(instance.client_token.as_deref(), Some("token-1"));
        assert_eq!(instance.tags, tags);
        assert!(instance.launch_time.is_some());
        assert_eq!(instance.block_device_mappings[0].device_name.as_deref(), Some("/dev/sda1"));
    }
    let vpcs = client.describe_vpcs(&ec2::DescribeVpcsRequest::new()).unwrap().vpcs;
    assert_eq!(vpcs[0].cidr_block.as_deref(), Some("172.31.0.0/16"));
    assert_eq!((vpcs[0].is_default, &vpcs[0].state), (Some(true), &Some(ec2::VpcState::Available)));

    let ended = client.terminate_instances(&ec2::TerminateInstancesRequest::new(ids.clone())).unwrap();
    let states: Vec<_> = ended.terminating_instances.iter().map(|change| change.instance_id.clone().unwrap()).collect();
    assert_eq!(states, ids);

    // Errors: EC2's model has none, so they stay as they came.
    for (request, code, status) in [
        (
            ec2::DescribeInstancesRequest::new().with_instance_ids(vec!["i-0123456789abcdef0".to_owned()]),
            "InvalidInstanceID.NotFound",
            400,
        ),
        (ec2::DescribeInstancesRequest::new().with_dry_run(true), "DryRunOperation", 412),
    ] {
        let error = client.describe_instances(&request).unwrap_err();
        let ec2::Error::Unmodeled(error) = &error else { panic!("{error:?}") };
        assert_eq!((error.code(), error.status()), (code, status));
        assert!(error.message().is_some() && error.request_id().is_some());
    }
}

/// What S3 does, in a bucket and at an endpoint.
fn objects(any: &Client, bucket: &str, all: &[&str]) {
    let client = s3::Client::new(any.clone());
    client.create_bucket(&s3::CreateBucketRequest::new(bucket)).unwrap();
    let location = client.get_bucket_location(&s3::GetBucketLocationRequest::new(bucket)).unwrap();
    assert_eq!(location.location_constraint, None);

    for (number, key) in all.iter().enumerate() {
        let body = format!("{number}: {key}").into_bytes();
        let metadata = BTreeMap::from([("number".to_owned(), number.to_string())]);
        let request = s3::PutObjectRequest::new(bucket, *key)
            .with_body(body.clone())
            .with_content_type("text/x-key")
            .with_metadata(metadata.clone());
        let put = client.put_object(&request).unwrap_or_else(|error| panic!("{key}: {error}"));
        let get = client.get_object(&s3::GetObjectRequest::new(bucket, *key));
        let get = get.unwrap_or_else(|error| panic!("{key}: {error}"));
        assert_eq!(get.body.as_ref(), Some(&body), "{key}");
        assert_eq!((get.e_tag, get.content_length), (put.e_tag, Some(i64::try_from(body.len()).unwrap())));
        assert_eq!((get.content_type.as_deref(), &get.metadata), (Some("text/x-key"), &metadata));
        let head = client.head_object(&s3::HeadObjectRequest::new(bucket, *key)).unwrap();
        assert_eq!((head.content_length, head.metadata), (get.content_length, metadata));
    }

    // The service has the keys that were meant.
    let mut keys = Vec::new();
    for page in any.pages::<s3::ListObjectsV2>(s3::ListObjectsV2Request::new(bucket).with_max_keys(7)) {
        let page = page.unwrap();
        assert_eq!((page.name.as_deref(), page.max_keys), (Some(bucket), Some(7)));
        assert!(page.contents.len() <= 7);
        keys.extend(page.contents.into_iter().map(|object| object.key.unwrap()));
    }
    assert_eq!(keys, all);
    let request = s3::ListObjectsV2Request::new(bucket).with_prefix("a/").with_delimiter("/");
    let listed = client.list_objects_v2(&request).unwrap();
    let prefixes: Vec<_> = listed.common_prefixes.iter().map(|prefix| prefix.prefix.as_deref().unwrap()).collect();
    assert_eq!((prefixes, listed.contents.len()), (vec!["a/../", "a/./", "a//"], 0));

    let range = client.get_object(&s3::GetObjectRequest::new(bucket, "q?").with_range("bytes=-2")).unwrap();
    assert_eq!((range.body, range.content_range.as_deref()), (Some(b"q?".to_vec()), Some("bytes 4-5/6")));

    client.delete_object(&s3::DeleteObjectRequest::new(bucket, all[0])).unwrap();
    let rest: Vec<_> = all[1..].iter().map(|key| s3::ObjectIdentifier::new(*key)).collect();
    let deleted = client.delete_objects(&s3::DeleteObjectsRequest::new(bucket, s3::Delete::new(rest))).unwrap();
    let keys: Vec<_> = deleted.deleted.iter().map(|object| object.key.as_deref().unwrap()).collect();
    assert_eq!((keys, deleted.errors.len()), (all[1..].to_vec(), 0));

    let error = client.get_object(&s3::GetObjectRequest::new(bucket, all[1])).unwrap_err();
    assert!(matches!(&error, s3::Error::NoSuchKey(error) if error.status() == 404), "{error:?}");
    let error = client.head_object(&s3::HeadObjectRequest::new(bucket, all[1])).unwrap_err();
    assert_eq!(error.context().unwrap().status, 404);

    // Bodies that stream: one that can be read again for its hash and its checksum, and one that cannot.
    let large = "0123456789abcdef".repeat(1 << 16);
    let mut reader = Cursor::new(&large);
    let again = StreamedBody::seekable(&mut reader).unwrap();
    let mut reader = large.as_bytes();
    let once = StreamedBody::once(&mut reader, large.len() as u64);
    for (key, body) in [("again", again), ("once", once)] {
        any.call_with_body::<s3::PutObject>(&s3::PutObjectRequest::new(bucket, key), body).unwrap();
        let request = s3::GetObjectRequest::new(bucket, key).with_checksum_mode(s3::ChecksumMode::Enabled);
        let mut reply = any.call_for_body::<s3::GetObject>(&request).unwrap();
        let mut read = String::new();
        reply.body.read_to_string(&mut read).unwrap();
        assert!(read == large && reply.output.body.is_none_or(|body| body.is_empty()), "{key}: {} bytes", read.len());
        client.delete_object(&s3::DeleteObjectRequest::new(bucket, key)).unwrap();
    }
    client.delete_bucket(&s3::DeleteBucketRequest::new(bucket)).unwrap();
    let error = client.list_objects_v2(&s3::ListObjectsV2Request::new(bucket)).unwrap_err();
    assert!(matches!(&error, s3::Error::NoSuchBucket(error) if error.code() == "NoSuchBucket"), "{error:?}");
}

#[test]
#[ignore = "needs moto, which tests/interop starts"]
fn s3_with_the_bucket_in_the_host() {
    // moto's server of HTTP takes two slashes at a path's start for one.
    let keys: Vec<&str> = KEYS.iter().copied().filter(|key| !key.starts_with('/')).collect();
    objects(&client(&s3::SERVICE, "in-the-host.s3.us-east-1.amazonaws.com", "s3", None), "in-the-host", &keys);
}

#[test]
#[ignore = "needs moto, which tests/interop starts"]
fn s3_with_the_bucket_in_the_path() {
    let moto = moto();
    let host: &'static str = moto.authority().unwrap().to_string().leak();
    objects(&client(&s3::SERVICE, host, "s3", Some(&moto)), "in-the-path", KEYS);
    // A bucket whose name is no name of a host, at AWS.
    let aws = client(&s3::SERVICE, "s3.us-east-1.amazonaws.com", "s3", None);
    objects(&aws, "in.the.path", KEYS);
    let client = s3::Client::new(aws);
    let listed = || client.list_buckets(&s3::ListBucketsRequest::new()).unwrap().buckets;
    assert!(listed().iter().all(|bucket| bucket.name.as_deref() != Some("dotted.bucket")));
    client.create_bucket(&s3::CreateBucketRequest::new("dotted.bucket")).unwrap();
    let bucket = listed().into_iter().find(|bucket| bucket.name.as_deref() == Some("dotted.bucket"));
    assert!(bucket.unwrap().creation_date.is_some());
}

#[test]
#[ignore = "needs moto, which tests/interop starts"]
fn route53() {
    let any = client(&route53::SERVICE, "route53.amazonaws.com", "route53", None);
    let client = route53::Client::new(any.clone());
    let config = route53::HostedZoneConfig::new().with_comment("c & <d>").with_private_zone(false);
    let request = route53::CreateHostedZoneRequest::new("example.com.", "reference-1").with_hosted_zone_config(config);
    let made = client.create_hosted_zone(&request).unwrap();
    assert_eq!(
        (made.hosted_zone.name.as_str(), made.hosted_zone.caller_reference.as_str()),
        ("example.com.", "reference-1")
    );
    assert_eq!(made.hosted_zone.config.as_ref().unwrap().comment.as_deref(), Some("c & <d>"));
    assert!(made.location.ends_with(made.hosted_zone.id.trim_start_matches('/')), "{}", made.location);
    assert_eq!(made.delegation_set.name_servers.len(), 4);
    assert_eq!(made.change_info.status, route53::ChangeStatus::Insync);

    let id = made.hosted_zone.id.rsplit('/').next().unwrap();
    let records = vec![route53::ResourceRecord::new("1.2.3.4"), route53::ResourceRecord::new("1.2.3.5")];
    let record = route53::ResourceRecordSet::new("a.example.com.", route53::RRType::A)
        .with_ttl(60)
        .with_resource_records(records.clone());
    let changes = vec![route53::Change::new(route53::ChangeAction::Upsert, record)];
    let request = route53::ChangeResourceRecordSetsRequest::new(id, route53::ChangeBatch::new(changes));
    client.change_resource_record_sets(&request).unwrap();
    let pages = any.pages::<route53::ListResourceRecordSets>(route53::ListResourceRecordSetsRequest::new(id));
    let sets: Vec<_> = pages.items(|page| page.resource_record_sets).map(Result::unwrap).collect();
    let found = sets.iter().find(|set| set.name == "a.example.com.").unwrap();
    assert_eq!((&found.r#type, found.ttl, &found.resource_records), (&route53::RRType::A, Some(60), &Some(records)));
    let zones = client.list_hosted_zones(&route53::ListHostedZonesRequest::new()).unwrap();
    assert_eq!((zones.hosted_zones.len(), zones.is_truncated), (1, false));
    assert_eq!(zones.hosted_zones[0].id, made.hosted_zone.id);

    let error = client.get_hosted_zone(&route53::GetHostedZoneRequest::new("ZZZZZ")).unwrap_err();
    assert!(matches!(&error, route53::Error::NoSuchHostedZone(error) if error.status() == 404), "{error:?}");
}

#[test]
#[ignore = "needs moto, which tests/interop starts"]
fn cloudfront() {
    let client = cloudfront::Client::new(client(&cloudfront::SERVICE, "cloudfront.amazonaws.com", "cloudfront", None));
    let listed = client.list_distributions(&cloudfront::ListDistributionsRequest::new()).unwrap();
    let listed = listed.distribution_list.unwrap();
    assert_eq!((listed.quantity, listed.max_items, listed.is_truncated), (0, 100, false));
    let error = client.get_distribution(&cloudfront::GetDistributionRequest::new("NONE")).unwrap_err();
    assert!(matches!(&error, cloudfront::Error::NoSuchDistribution(error) if error.status() == 404), "{error:?}");
}

#[test]
#[ignore = "needs moto, which tests/interop starts"]
fn sns() {
    let client = sns::Client::new(client(&sns::SERVICE, "sns.us-east-1.amazonaws.com", "sns", None));
    let attributes = BTreeMap::from([("DisplayName".to_owned(), "d & n".to_owned())]);
    let request = sns::CreateTopicInput::new("topic").with_attributes(attributes);
    let arn = client.create_topic(&request).unwrap().topic_arn.unwrap();
    assert_eq!(arn, "arn:aws:sns:us-east-1:123456789012:topic");
    let attributes = client.get_topic_attributes(&sns::GetTopicAttributesInput::new(&arn)).unwrap().attributes;
    assert_eq!(attributes["DisplayName"], "d & n");
    assert_eq!(attributes["TopicArn"], arn);
    let topics = client.list_topics(&sns::ListTopicsInput::new()).unwrap().topics;
    assert_eq!(topics.iter().map(|topic| topic.topic_arn.as_deref()).collect::<Vec<_>>(), [Some(&*arn)]);
    let attributes = BTreeMap::from([
        ("binary".to_owned(), sns::MessageAttributeValue::new("Binary").with_binary_value(vec![0, 1])),
        ("text".to_owned(), sns::MessageAttributeValue::new("String").with_string_value("v")),
    ]);
    let request = sns::PublishInput::new("hi").with_topic_arn(&arn).with_message_attributes(attributes);
    assert_eq!(client.publish(&request).unwrap().message_id.unwrap().len(), 36);
    let request = sns::GetTopicAttributesInput::new("arn:aws:sns:us-east-1:123456789012:none");
    let error = client.get_topic_attributes(&request).unwrap_err();
    assert!(matches!(&error, sns::Error::NotFoundException(error) if error.code() == "NotFound"), "{error:?}");
}

#[test]
#[ignore = "needs moto, which tests/interop starts"]
fn cloudformation() {
    let host = "cloudformation.us-east-1.amazonaws.com";
    let client = cloudformation::Client::new(client(&cloudformation::SERVICE, host, "cloudformation", None));
    let template = r#"{"Resources": {"T": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}}},
        "Outputs": {"N": {"Value": "a & b"}}}"#;
    let parameters = vec![cloudformation::Tag::new("k", "v w")];
    let request =
        cloudformation::CreateStackInput::new("stack").with_template_body(template).with_tags(parameters.clone());
    let id = client.create_stack(&request).unwrap().stack_id.unwrap();
    assert!(id.starts_with("arn:aws:cloudformation:us-east-1:123456789012:stack/stack/"), "{id}");
    let stacks =
        client.describe_stacks(&cloudformation::DescribeStacksInput::new().with_stack_name("stack")).unwrap().stacks;
    assert_eq!((stacks.len(), stacks[0].stack_id.as_ref()), (1, Some(&id)));
    assert_eq!(stacks[0].stack_status, cloudformation::StackStatus::CreateComplete);
    assert_eq!(stacks[0].outputs[0].output_value.as_deref(), Some("a & b"));
    assert_eq!(stacks[0].tags, parameters);
    let listed = client.list_stacks(&cloudformation::ListStacksInput::new()).unwrap().stack_summaries;
    assert_eq!(listed.iter().map(|stack| stack.stack_name.as_str()).collect::<Vec<_>>(), ["stack"]);
    let request = cloudformation::DescribeStacksInput::new().with_stack_name("none");
    let error = client.describe_stacks(&request).unwrap_err();
    assert!(
        matches!(&error, cloudformation::Error::Unmodeled(error) if error.code() == "ValidationError"),
        "{error:?}"
    );
}

#[test]
#[ignore = "needs moto, which tests/interop starts"]
fn rds() {
    let client = rds::Client::new(client(&rds::SERVICE, "rds.us-east-1.amazonaws.com", "rds", None));
    let request = rds::CreateDBInstanceMessage::new("db-1", "db.t3.micro", "postgres")
        .with_master_username("root")
        .with_master_user_password("passw0rd & more")
        .with_allocated_storage(20);
    let made = client.create_db_instance(&request).unwrap().db_instance.unwrap();
    assert_eq!((made.db_instance_identifier.as_deref(), made.allocated_storage), (Some("db-1"), Some(20)));
    let listed = client.describe_db_instances(&rds::DescribeDBInstancesMessage::new()).unwrap().db_instances;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].endpoint.as_ref().unwrap().port, Some(5432));
    assert_eq!(listed[0].engine.as_deref(), Some("postgres"));
    assert_eq!(listed[0].db_instance_arn.as_deref(), Some("arn:aws:rds:us-east-1:123456789012:db:db-1"));
    let error = client.create_db_instance(&request).unwrap_err();
    assert!(matches!(error, rds::Error::DBInstanceAlreadyExistsFault(_)), "{error:?}");
    let request = rds::DescribeDBInstancesMessage::new().with_db_instance_identifier("none");
    let error = client.describe_db_instances(&request).unwrap_err();
    assert!(
        matches!(&error, rds::Error::DBInstanceNotFoundFault(error) if error.code() == "DBInstanceNotFound"),
        "{error:?}"
    );
}

#[test]
#[ignore = "needs moto, which tests/interop starts"]
fn elbv2() {
    let host = "elasticloadbalancing.us-east-1.amazonaws.com";
    let client = elbv2::Client::new(client(&elbv2::SERVICE, host, "elasticloadbalancing", None));
    let balancers = client.describe_load_balancers(&elbv2::DescribeLoadBalancersInput::new()).unwrap().load_balancers;
    assert_eq!(balancers.len(), 0);
    let request = elbv2::CreateTargetGroupInput::new("targets")
        .with_target_type(elbv2::TargetTypeEnum::Ip)
        .with_protocol(elbv2::ProtocolEnum::Http)
        .with_port(8080)
        .with_vpc_id("vpc-1")
        .with_matcher(elbv2::Matcher::new().with_http_code("200-299"));
    let made = client.create_target_group(&request);
    // moto knows no such network, and says so as the service does.
    let error = made.unwrap_err();
    assert!(matches!(&error, elbv2::Error::Unmodeled(error) if error.code() == "ValidationError"), "{error:?}");
    let request = elbv2::DescribeTargetGroupsInput::new().with_names(vec!["none".to_owned()]);
    let error = client.describe_target_groups(&request).unwrap_err();
    assert!(matches!(error, elbv2::Error::TargetGroupNotFoundException(_)), "{error:?}");
}

#[test]
#[ignore = "needs moto, which tests/interop starts"]
fn autoscaling() {
    let host = "autoscaling.us-east-1.amazonaws.com";
    let client = autoscaling::Client::new(client(&autoscaling::SERVICE, host, "autoscaling", None));
    let request = autoscaling::CreateLaunchConfigurationType::new("launch")
        .with_image_id("ami-03cf127a")
        .with_instance_type("t3.micro");
    client.create_launch_configuration(&request).unwrap();
    let request = autoscaling::CreateAutoScalingGroupType::new("group", 0, 3)
        .with_launch_configuration_name("launch")
        .with_desired_capacity(0)
        .with_availability_zones(vec!["us-east-1a".to_owned(), "us-east-1b".to_owned()]);
    client.create_auto_scaling_group(&request).unwrap();
    let groups = client.describe_auto_scaling_groups(&autoscaling::AutoScalingGroupNamesType::new()).unwrap();
    let groups = groups.auto_scaling_groups;
    assert_eq!((groups.len(), groups[0].auto_scaling_group_name.as_str()), (1, "group"));
    assert_eq!((groups[0].min_size, groups[0].max_size, groups[0].desired_capacity), (0, 3, 0));
    assert_eq!(groups[0].availability_zones, ["us-east-1a", "us-east-1b"]);
    assert_eq!(groups[0].launch_configuration_name.as_deref(), Some("launch"));
    let request = autoscaling::CreateAutoScalingGroupType::new("other", 0, 1).with_launch_configuration_name("none");
    let error = client.create_auto_scaling_group(&request).unwrap_err();
    assert!(matches!(&error, autoscaling::Error::Unmodeled(error) if error.code() == "ValidationError"), "{error:?}");
}

#[test]
#[ignore = "needs moto, which tests/interop starts"]
fn ses() {
    let client = ses::Client::new(client(&ses::SERVICE, "email.us-east-1.amazonaws.com", "ses", None));
    let content = |text: &str| ses::Content::new(text).with_charset("UTF-8");
    let message = ses::Message::new(content("é & b"), ses::Body::new().with_text(content("line\nline")));
    let to = ses::Destination::new().with_to_addresses(vec!["b@example.com".to_owned()]);
    let request = ses::SendEmailRequest::new("a@example.com", to, message);
    let error = client.send_email(&request).unwrap_err();
    assert!(matches!(&error, ses::Error::MessageRejected(error) if error.message().is_some()), "{error:?}");
    client.verify_email_identity(&ses::VerifyEmailIdentityRequest::new("a@example.com")).unwrap();
    let identities = client.list_identities(&ses::ListIdentitiesRequest::new()).unwrap().identities;
    assert_eq!(identities, ["a@example.com"]);
    assert!(!client.send_email(&request).unwrap().message_id.is_empty());
}
