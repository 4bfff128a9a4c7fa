//! What only S3 has, in both halves of the wire.

use http::{Response, Uri};
use interop_services::s3;
use shapewire::server::{Context, Router};
use shapewire::{Error, OperationShape};

/// What comes of a call of the router.
fn call<O: OperationShape>(router: &Router, input: &O::Input) -> (Response<Vec<u8>>, Result<O::Output, O::Error>) {
    let request = O::encode(input, &Uri::from_static("http://localhost")).unwrap();
    let reply = router.handle(&request);
    let output = O::decode(&reply);
    (reply, output)
}

fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Vec<u8>> {
    let mut reply = Response::builder().status(status);
    for (name, value) in headers {
        reply = reply.header(*name, *value);
    }
    reply.body(body.as_bytes().to_vec()).unwrap()
}

fn text(reply: &Response<Vec<u8>>) -> &str {
    std::str::from_utf8(reply.body()).unwrap()
}

#[test]
fn errors_have_no_wrapper_and_head_has_none_at_all() {
    let gone = || s3::Error::from(s3::NoSuchKey::new());
    let router = Router::new()
        .on::<s3::GetObject>(move |_, _| Err(gone()))
        .on::<s3::HeadObject>(move |_, _| Err(gone()))
        .on::<s3::DeleteObject>(|_, _| Err(s3::Error::unmodeled("SlowDown", 503, "Reduce your <rate>")));
    let (reply, output) = call::<s3::GetObject>(&router, &s3::GetObjectRequest::new("b", "k"));
    assert!(text(&reply).starts_with("<Error><Code>NoSuchKey</Code><RequestId>"), "{}", text(&reply));
    assert!(matches!(output, Err(s3::Error::NoSuchKey(error)) if error.status() == 404));
    let (reply, output) = call::<s3::HeadObject>(&router, &s3::HeadObjectRequest::new("b", "k"));
    assert_eq!((reply.status().as_u16(), text(&reply)), (404, ""));
    assert!(matches!(output, Err(s3::Error::NoSuchKey(error)) if error.status() == 404));
    let (reply, output) = call::<s3::DeleteObject>(&router, &s3::DeleteObjectRequest::new("b", "k"));
    let written = "<Error><Code>SlowDown</Code><Message>Reduce your &lt;rate&gt;</Message><RequestId>";
    assert!(text(&reply).starts_with(written), "{}", text(&reply));
    let error = Error::from(output.unwrap_err());
    assert!(error.is_throttling() && error.request_id().is_some(), "{error}");
}

/// A copy may fail after the head was sent.
#[test]
fn a_reply_with_success_may_have_an_error_in_it() {
    let body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n   \n <Error><Code>InternalError</Code><Message>again</Message>\
                <RequestId>r</RequestId><HostId>h</HostId></Error>";
    let error = s3::CopyObject::decode(&reply(200, &[], body)).unwrap_err();
    assert_eq!((error.code(), error.request_id()), (Some("InternalError"), Some("r")));
    assert!(Error::from(error).is_retryable());
    let body = "<CopyObjectResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><ETag>&quot;e&quot;</ETag>\
                <LastModified>2024-05-01T12:00:00.000Z</LastModified></CopyObjectResult>";
    let copied = s3::CopyObject::decode(&reply(200, &[("x-amz-version-id", "v")], body)).unwrap();
    assert_eq!(copied.copy_object_result.unwrap().e_tag.as_deref(), Some("\"e\""));
    assert_eq!(copied.version_id.as_deref(), Some("v"));
}

#[test]
fn a_location_is_the_root_element_itself() {
    let name = "http://s3.amazonaws.com/doc/2006-03-01/";
    for (location, inner) in [
        (None, ""),
        (Some(s3::BucketLocationConstraint::Eu), "EU"),
        (Some(s3::BucketLocationConstraint::UsWest2), "us-west-2"),
        (Some("mars-north-1".into()), "mars-north-1"),
    ] {
        let told = location.clone();
        let router = Router::new().on::<s3::GetBucketLocation>(move |_, _: &Context| {
            let mut output = s3::GetBucketLocationOutput::new();
            output.location_constraint.clone_from(&told);
            Ok(output)
        });
        let (reply, output) = call::<s3::GetBucketLocation>(&router, &s3::GetBucketLocationRequest::new("b"));
        assert_eq!(text(&reply), format!("<LocationConstraint xmlns=\"{name}\">{inner}</LocationConstraint>"));
        assert_eq!(output.unwrap().location_constraint, location);
    }
    for body in ["<LocationConstraint/>", "<?xml version='1.0'?>\n<LocationConstraint xmlns='x'> </LocationConstraint>"]
    {
        let output = s3::GetBucketLocation::decode(&reply(200, &[], body)).unwrap();
        assert!(output.location_constraint.is_none_or(|location| location.as_str().trim().is_empty()), "{body}");
    }
}

#[test]
fn an_expiry_may_be_no_date() {
    for (expires, text) in [(None, "never"), (Some(1_714_564_800), "Wed, 01 May 2024 12:00:00 GMT")] {
        let output = s3::GetObject::decode(&reply(200, &[("Expires", text)], "")).unwrap();
        assert_eq!(output.expires.map(|time| time.seconds()), expires);
        assert_eq!(output.expires_string.as_deref(), Some(text));
        let router = Router::new().on::<s3::GetObject>(move |_, _: &Context| Ok(output.clone()));
        let (reply, output) = call::<s3::GetObject>(&router, &s3::GetObjectRequest::new("b", "k"));
        assert_eq!(reply.headers()["expires"], text);
        assert_eq!(output.unwrap().expires.map(|time| time.seconds()), expires);
    }
}

#[test]
fn selected_content_is_a_stream_of_events() {
    use s3::SelectObjectContentEventStream as Event;
    let stats = s3::Stats::new().with_bytes_scanned(5_i64).with_bytes_returned(i64::MAX);
    let events = vec![
        Event::Records(s3::RecordsEvent::new().with_payload(b"a,b\n\x00\xff".to_vec())),
        Event::Cont(s3::ContinuationEvent::new()),
        Event::Stats(s3::StatsEvent::new().with_details(stats)),
        Event::End(s3::EndEvent::new()),
    ];
    let told = events.clone();
    let router = Router::new().on::<s3::SelectObjectContent>(move |request, _: &Context| {
        assert_eq!(request.expression, "SELECT * FROM s3object s WHERE s.a < '<'");
        Ok(s3::SelectObjectContentOutput::new().with_payload(told.clone()))
    });
    let input = s3::SelectObjectContentRequest::new(
        "b",
        "k",
        "SELECT * FROM s3object s WHERE s.a < '<'",
        s3::ExpressionType::Sql,
        s3::InputSerialization::new().with_csv(s3::CSVInput::new()),
        s3::OutputSerialization::new().with_json(s3::JSONOutput::new()),
    );
    let (reply, output) = call::<s3::SelectObjectContent>(&router, &input);
    assert_eq!(reply.headers()["content-type"], "application/vnd.amazon.eventstream");
    assert_eq!(output.unwrap().payload, events);
}
