//! Replies as they may come: in any order, with what the model does not know, cut off, too deep, too large.
#![cfg(feature = "iam")]

use http::Response;
use shapewire::decode::{DecodeErrorKind, DecodeOptions};
use shapewire::iam::{self, ListUsers, SummaryKeyType};
use shapewire::{Error, OperationShape, Structure};

fn wrapped(result: &str) -> String {
    format!(
        "<ListUsersResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ListUsersResult>{result}</ListUsersResult>\
         <ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></ListUsersResponse>"
    )
}

fn read_with(body: &str, options: &DecodeOptions) -> Result<iam::ListUsersResponse, Error> {
    let mut output = iam::ListUsersResponse::default();
    ListUsers::OPERATION.decode_into(&Response::new(body), &mut output, options)?;
    Ok(output)
}

fn read(result: &str) -> iam::ListUsersResponse {
    read_with(&wrapped(result), &DecodeOptions::default()).unwrap()
}

/// The error for a body, as kind, path and offset.
fn refused(body: &str, options: &DecodeOptions) -> (DecodeErrorKind, String, usize) {
    match read_with(body, options) {
        Err(Error::Decode(reply)) => (reply.error.kind().clone(), reply.error.path(), reply.error.offset()),
        other => panic!("{other:?} of {body}"),
    }
}

const USER: &str = "<Path>/</Path><UserName>jane</UserName><UserId>AIDA1234567890123456</UserId>\
                    <Arn>arn:aws:iam::123456789012:user/jane</Arn><CreateDate>2010-05-08T23:59:59Z</CreateDate>";

#[test]
fn members_come_in_any_order() {
    let expected =
        read(&format!("<Users><member>{USER}</member></Users><IsTruncated>true</IsTruncated><Marker>m</Marker>"));
    assert_eq!(
        (expected.users[0].user_name.as_str(), expected.is_truncated, expected.marker.as_deref()),
        ("jane", Some(true), Some("m"))
    );
    let reordered = "<CreateDate>2010-05-08T23:59:59Z</CreateDate><Arn>arn:aws:iam::123456789012:user/jane</Arn>\
                     <UserName>jane</UserName><Path>/</Path><UserId>AIDA1234567890123456</UserId>";
    assert_eq!(
        read(&format!("<Marker>m</Marker><Users><member>{reordered}</member></Users><IsTruncated>true</IsTruncated>")),
        expected
    );
    let metadata_first = "<ListUsersResponse><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata><ListUsersResult>\
                          <Marker>m</Marker></ListUsersResult></ListUsersResponse>";
    assert_eq!(read_with(metadata_first, &DecodeOptions::default()).unwrap().marker.as_deref(), Some("m"));
}

#[test]
fn unknown_elements_are_passed_over_unless_strict() {
    let body = wrapped(
        "<New><Users><member/></Users>&lt;<![CDATA[x]]></New><Users><other/><member><X/></member></Users><Marker>m</Marker>",
    );
    let reply = read_with(&body, &DecodeOptions::default()).unwrap();
    assert_eq!((reply.users.len(), reply.marker.as_deref()), (1, Some("m")));
    let (kind, path, _) = refused(&body, &DecodeOptions::strict());
    assert_eq!((kind, path.as_str()), (DecodeErrorKind::Unknown, "ListUsersResponse/ListUsersResult/New"));
}

#[test]
fn strict_reading_names_what_is_missing_or_repeated() {
    let (kind, path, _) = refused(
        &wrapped(&format!("<Users><member>{}</member></Users>", USER.replace("<UserName>jane</UserName>", ""))),
        &DecodeOptions::strict(),
    );
    assert_eq!(kind, DecodeErrorKind::MissingMember("UserName"));
    assert_eq!(path, "ListUsersResponse/ListUsersResult/Users/member");
    let (kind, path, _) = refused(&wrapped("<Users/><Marker>a</Marker><Marker>b</Marker>"), &DecodeOptions::strict());
    assert_eq!((kind, path.as_str()), (DecodeErrorKind::Repeated, "ListUsersResponse/ListUsersResult/Marker"));
    let (kind, _, _) = refused(&wrapped("text<Users/>"), &DecodeOptions::strict());
    assert_eq!(kind, DecodeErrorKind::UnexpectedContent);
    // What is not strict leaves the default in place of what is missing.
    assert_eq!(read("<Users><member><UserName>a</UserName></member></Users>").users[0].user_id, "");
}

#[test]
fn text_is_gathered_from_all_that_it_consists_of() {
    let text = |xml: &str| read(&format!("<Marker>{xml}</Marker>")).marker.unwrap();
    assert_eq!(text("a&amp;b&lt;&gt;&quot;&apos;&#65;&#x1F600;c"), "a&b<>\"'A\u{1F600}c");
    assert_eq!(text("a<!-- not this -->b<?nor this?><![CDATA[<&amp;>]]>c"), "ab<&amp;>c");
    assert_eq!(text("  a \n\t b "), "  a \n\t b ");
    assert_eq!(text("a\r\nb\rc&#xD;d"), "a\nb\nc\rd", "line ends become line feeds, references stay");
    assert_eq!(text(""), "");
    assert_eq!(read("<Marker/>").marker.as_deref(), Some(""));
    assert_eq!(text("a<b>no</b>c"), "ac");
}

#[test]
fn empty_lists_and_self_closed_elements() {
    assert_eq!(read("<Users/>").users.len(), 0);
    assert_eq!(read("<Users>\n  </Users>").users.len(), 0);
    assert_eq!(read("<Users><member/><member></member></Users>").users.len(), 2);
}

#[test]
fn namespace_prefixes_are_dropped() {
    let body = "<n:ListUsersResponse xmlns:n=\"u\"><n:ListUsersResult><n:Marker>m</n:Marker></n:ListUsersResult></n:ListUsersResponse>";
    assert_eq!(read_with(body, &DecodeOptions::default()).unwrap().marker.as_deref(), Some("m"));
}

#[test]
fn maps_are_read_in_either_order_of_key_and_value() {
    let body = "<GetAccountSummaryResponse><GetAccountSummaryResult><SummaryMap>\
                <entry><key>Users</key><value>5</value></entry><entry><value>7</value><key>Policies</key></entry>\
                <entry><key>BrandNew</key><value>-1</value></entry>\
                </SummaryMap></GetAccountSummaryResult></GetAccountSummaryResponse>";
    let map = iam::GetAccountSummary::decode(&Response::new(body)).unwrap().summary_map;
    assert_eq!((map[&SummaryKeyType::Users], map[&SummaryKeyType::Policies]), (5, 7));
    assert_eq!(map[&SummaryKeyType::from("BrandNew")], -1);
    assert_eq!(map.len(), 3);
}

#[test]
fn wrong_values_are_named_with_path_and_place() {
    let body = wrapped("<IsTruncated>maybe</IsTruncated>");
    let (kind, path, offset) = refused(&body, &DecodeOptions::default());
    assert_eq!(kind, DecodeErrorKind::Value { expected: "boolean", found: Some("maybe".to_owned()) });
    assert_eq!(path, "ListUsersResponse/ListUsersResult/IsTruncated");
    assert_eq!(&body[..offset][offset - 19..], "maybe</IsTruncated>");
    let error = read_with(&body, &DecodeOptions::default()).unwrap_err().to_string();
    assert!(error.contains("ListUsers: unreadable reply with status 200: "), "{error}");
}

#[test]
fn a_secret_that_cannot_be_read_is_not_shown() {
    let body = "<CreateVirtualMFADeviceResponse><CreateVirtualMFADeviceResult><VirtualMFADevice>\
                <Base32StringSeed>!hunter2!</Base32StringSeed></VirtualMFADevice></CreateVirtualMFADeviceResult></CreateVirtualMFADeviceResponse>";
    let error = iam::CreateVirtualMFADevice::decode(&Response::new(body)).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    assert!(error.to_string().contains("expected base64"), "{error}");
}

#[test]
fn a_reply_cut_off_anywhere_is_an_error() {
    let body =
        wrapped(&format!("<Users><member>{USER}</member></Users><Marker>a&amp;b<![CDATA[c]]><!-- d --></Marker>"));
    read_with(&body, &DecodeOptions::strict()).unwrap();
    for length in 0..body.len() {
        let (kind, _, offset) = refused(&body[..length], &DecodeOptions::default());
        assert!(offset <= length, "{kind:?} at {offset} of {length}");
    }
    assert_eq!(refused("", &DecodeOptions::default()).0, DecodeErrorKind::Empty);
}

#[test]
fn what_is_no_reply_is_said_so() {
    let kind = |body: &str| refused(body, &DecodeOptions::default()).0;
    assert_eq!(kind("<!DOCTYPE html><html><body>502</body></html>"), DecodeErrorKind::Html);
    assert_eq!(kind("<html><body>502</body></html>"), DecodeErrorKind::Html);
    assert_eq!(kind("{\"message\": \"no\"}"), DecodeErrorKind::NotXml);
    assert_eq!(kind("<ListUsersResponse/>"), DecodeErrorKind::MissingMember("ListUsersResult"));
    assert_eq!(
        kind("<CreateUserResponse><CreateUserResult/></CreateUserResponse>"),
        DecodeErrorKind::MissingMember("ListUsersResult")
    );
    assert_eq!(kind("<Other/>"), DecodeErrorKind::UnexpectedRoot("Other".to_owned()));
    assert_eq!(kind("<!DOCTYPE a [<!ENTITY b \"c\">]><ListUsersResponse/>"), DecodeErrorKind::DocumentType);
    assert_eq!(kind(&wrapped("<Marker>&nbsp;</Marker>")), DecodeErrorKind::Entity("nbsp".to_owned()));
    assert_eq!(kind(&wrapped("<Marker>&#0;</Marker>")), DecodeErrorKind::Entity("#0".to_owned()));
    assert_eq!(
        kind("<?xml version=\"1.0\" encoding=\"latin1\"?><ListUsersResponse/>"),
        DecodeErrorKind::Encoding("latin1".to_owned())
    );
    assert_eq!(
        kind("<ListUsersResponse></Other>"),
        DecodeErrorKind::Malformed("an end tag that does not fit the element, \"</Other\"".to_owned())
    );
    // What follows markup may be a secret.
    let reference = DecodeErrorKind::Malformed("a reference without its end".to_owned());
    assert_eq!(kind(&wrapped("<Marker>a&b<Secret>c")), reference);
    assert!(matches!(kind("<ListUsersResponse><? no name ?></ListUsersResponse>"), DecodeErrorKind::Malformed(_)));
    assert!(matches!(kind(&(wrapped("") + "<again/>")), DecodeErrorKind::Malformed(_)));
    let mut output = ListUsers::OPERATION.new_output();
    let response = Response::new(b"<ListUsersResponse>\xff".as_slice());
    let Err(Error::Decode(reply)) =
        ListUsers::OPERATION.decode_into(&response, &mut *output, &DecodeOptions::default())
    else {
        panic!("{:?}", &*output as &dyn Structure)
    };
    assert_eq!((reply.error.kind(), reply.error.offset()), (&DecodeErrorKind::NotUtf8, 19));
}

#[test]
fn a_byte_order_mark_and_a_declaration_are_nothing() {
    let body =
        format!("\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- x -->{}\n", wrapped("<Marker>m</Marker>"));
    assert_eq!(read_with(&body, &DecodeOptions::default()).unwrap().marker.as_deref(), Some("m"));
}

#[test]
fn limits_hold_at_the_limit_and_one_past_it() {
    let nested = |depth: usize| wrapped(&format!("{}{}", "<x>".repeat(depth), "</x>".repeat(depth)));
    // Two elements stand around.
    read_with(&nested(62), &DecodeOptions::default()).unwrap();
    assert_eq!(refused(&nested(63), &DecodeOptions::default()).0, DecodeErrorKind::TooDeep(64));
    let bomb = "<x>".repeat(1_000_000);
    assert_eq!(refused(&wrapped(&bomb), &DecodeOptions::default()).0, DecodeErrorKind::TooDeep(64));

    let attributes = |count: usize| {
        let attributes = (0..count).map(|index| format!(" a{index}=\"\"")).collect::<Vec<_>>().concat();
        wrapped(&format!("<x{attributes}/>"))
    };
    read_with(&attributes(32), &DecodeOptions::default()).unwrap();
    assert_eq!(refused(&attributes(33), &DecodeOptions::default()).0, DecodeErrorKind::TooManyAttributes(32));

    let body = wrapped("<Marker>m</Marker>");
    let mut options = DecodeOptions::default();
    options.max_bytes = body.len();
    read_with(&body, &options).unwrap();
    options.max_bytes = body.len() - 1;
    assert_eq!(refused(&body, &options).0, DecodeErrorKind::TooLong(body.len() - 1));
}

#[test]
fn errors_are_read_as_far_as_they_can_be() {
    let read = |status: u16, body: &str| {
        let response = Response::builder().status(status).header("x-amzn-requestid", "from-header").body(body).unwrap();
        ListUsers::decode(&response).unwrap_err()
    };
    let error = read(
        409,
        "<ErrorResponse><Error><Type>Sender</Type><Code>LimitExceeded</Code><Message>too &amp; many</Message></Error><RequestId>r</RequestId></ErrorResponse>",
    );
    let iam::Error::LimitExceededException(limit) = &error else { panic!("{error:?}") };
    assert_eq!(limit.details().message.as_deref(), Some("too & many"));
    assert_eq!(error.to_string(), "ListUsers: LimitExceeded (status 409): too & many (request id r)");
    let error = read(
        503,
        "<Response><Errors><Error><Code>Busy</Code><Message>later</Message></Error></Errors><RequestID>r</RequestID></Response>",
    );
    assert_eq!(
        (error.code(), error.message(), error.context().unwrap().request_id.as_deref()),
        (Some("Busy"), Some("later"), Some("r"))
    );
    assert!(matches!(error, iam::Error::Unmodeled(_)));
    // With status 200, without a code, and bare.
    assert_eq!(
        read(200, "<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>").code(),
        Some("NoSuchEntity")
    );
    let error = read(502, "<ErrorResponse><Error><Message>m</Message></Error></ErrorResponse>");
    assert_eq!((error.code(), error.message()), (Some("502"), Some("m")));
    assert_eq!(error.context().unwrap().request_id.as_deref(), Some("from-header"));
    assert_eq!(read(404, "<n:Error xmlns:n='u'><n:Code>NoSuchEntity</n:Code></n:Error>").code(), Some("NoSuchEntity"));
}

#[test]
fn an_empty_element_where_a_number_should_be_is_none() {
    assert_eq!(
        read("<IsTruncated/><Users><member><PasswordLastUsed> </PasswordLastUsed></member></Users>").is_truncated,
        None
    );
    let (kind, _, _) = refused(&wrapped("<Users/><IsTruncated/>"), &DecodeOptions::strict());
    assert!(matches!(kind, DecodeErrorKind::Value { expected: "boolean", .. }));
}
