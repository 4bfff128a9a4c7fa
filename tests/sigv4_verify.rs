//! Verification of signatures: what is signed holds, and nothing else does. Random requests; the seed is printed and can be
//! given as `SHAPEWIRE_SEED`.
#![cfg(feature = "server")]

use std::time::Duration;

use fastrand::Rng;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use shapewire::Timestamp;
use shapewire::credentials::Credentials;
use shapewire::sigv4::{Identity, Options, Payload, Signer, Verifier, VerifyError};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn random() -> Rng {
    let seed = std::env::var("SHAPEWIRE_SEED").map_or_else(|_| Rng::new().u64(..), |seed| seed.parse().unwrap());
    println!("SHAPEWIRE_SEED={seed}");
    Rng::with_seed(seed)
}

fn now() -> Timestamp {
    "2015-08-30T12:36:00Z".parse().unwrap()
}

fn later(seconds: i64) -> Timestamp {
    Timestamp::new(now().seconds() + seconds, 0).unwrap()
}

fn jane() -> Credentials {
    Credentials::new("AKIDEXAMPLE", SECRET)
}

/// Verifies as a service does that knows one key.
fn verify_with(
    verifier: &Verifier,
    request: &Request<Vec<u8>>,
    known: &Credentials,
    now: Timestamp,
) -> Result<Identity, VerifyError> {
    verifier.verify(request, "iam", now, |id| (id == known.access_key_id()).then(|| known.clone()))
}

fn verify(request: &Request<Vec<u8>>) -> Result<Identity, VerifyError> {
    verify_with(&Verifier::new(), request, &jane(), now())
}

fn unsigned() -> Request<Vec<u8>> {
    Request::post("https://iam.amazonaws.com/")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .body(b"Action=ListUsers&Version=2010-05-08".to_vec())
        .unwrap()
}

fn signed() -> Request<Vec<u8>> {
    let mut request = unsigned();
    Signer::new("us-east-1", "iam").sign(&mut request, &jane(), now()).unwrap();
    request
}

fn presigned(expires: u64) -> Request<Vec<u8>> {
    let mut request =
        Request::get("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08").body(Vec::new()).unwrap();
    let expires = Duration::from_secs(expires);
    Signer::new("us-east-1", "iam").presign(&mut request, &jane(), now(), expires).unwrap();
    request
}

/// A text for a header, a path or a query.
fn text(random: &mut Rng, alphabet: &[u8], length: usize) -> String {
    (0..random.usize(..=length)).map(|_| char::from(*random.choice(alphabet).unwrap())).collect()
}

fn request(random: &mut Rng) -> Request<Vec<u8>> {
    const PATH: &[u8] = b"abcXYZ019-_.~!$&'()*,;=:@";
    const QUERY: &[u8] = b"abcXYZ019-_.~*,;:@/?+";
    let method = [Method::GET, Method::POST, Method::PUT, Method::DELETE][random.usize(..4)].clone();
    let mut path = String::new();
    for _ in 0..random.usize(1..4) {
        path += "/x";
        path += &text(random, PATH, 12);
        path += ["%20", "%C3%A9", "%2F", "%25", ""][random.usize(..5)];
    }
    let mut query = Vec::new();
    for _ in 0..random.usize(..5) {
        let escape = ["%20", "%C3%A9", "%26", "%2B", ""][random.usize(..5)];
        query.push(format!("q{}={}{escape}", text(random, QUERY, 6), text(random, QUERY, 12)));
    }
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let mut request = Request::builder().method(method).uri(format!("https://example.com{path}{query}"));
    for index in 0..random.usize(..4) {
        // At its ends and in runs, white space is not signed.
        let value = format!("v{}v", text(random, b"abcXYZ019-_.~!$&'()*,;=:@\"/", 20));
        request = request.header(["x-amz-meta-a", "x-custom", "content-type"][index], value);
    }
    request.body((0..random.usize(..40)).map(|_| random.u8(..)).collect()).unwrap()
}

#[test]
fn what_is_signed_holds_and_says_who_signed() {
    let mut random = random();
    for _ in 0..500 {
        let mut request = request(&mut random);
        let credentials = if random.bool() { jane() } else { jane().with_session_token("to/ken+=") };
        let mut options = if random.bool() { Options::default() } else { Options::s3() };
        options.payload = if random.bool() { Payload::Signed } else { Payload::Unsigned };
        options.sign_session_token = random.bool();
        // Only where a header tells it, or in a presigned request, may a body go unsigned.
        let presign = random.bool();
        options.content_sha256_header |= options.payload == Payload::Unsigned && !presign;
        let signer = Signer::new("eu-west-1", "iam").with_options(options.clone());
        if presign {
            signer.presign(&mut request, &credentials, now(), Duration::from_secs(random.u64(1..604_800))).unwrap();
        } else {
            signer.sign(&mut request, &credentials, now()).unwrap();
        }
        let verifier = Verifier::new().with_region("eu-west-1").with_options(options);
        let caller = verify_with(&verifier, &request, &credentials, now())
            .unwrap_or_else(|error| panic!("{error}: {request:?}"));
        assert_eq!((caller.access_key_id.as_str(), caller.day.as_str()), ("AKIDEXAMPLE", "20150830"));
        assert_eq!((caller.region.as_str(), caller.service.as_str()), ("eu-west-1", "iam"));
    }
}

/// Another byte at a random place, or `None` for an empty text.
fn other_byte(random: &mut Rng, bytes: &[u8], other: fn(&mut Rng) -> u8) -> Option<Vec<u8>> {
    let mut bytes = bytes.to_vec();
    let place = (!bytes.is_empty()).then(|| random.usize(..bytes.len()))?;
    let old = bytes[place];
    while bytes[place] == old {
        bytes[place] = other(random);
    }
    Some(bytes)
}

/// Changes one byte of one part of the request; says of which. What cannot stand there is no change.
fn change(random: &mut Rng, request: &mut Request<Vec<u8>>) -> Option<&'static str> {
    let graphic = |random: &mut Rng| random.u8(0x21..0x7f);
    match random.u8(..4) {
        0 => {
            let method = other_byte(random, request.method().as_str().as_bytes(), graphic)?;
            *request.method_mut() = Method::from_bytes(&method).ok()?;
            Some("method")
        }
        1 => {
            let uri = request.uri().path_and_query()?.as_str().to_owned();
            let uri = String::from_utf8(other_byte(random, uri.as_bytes(), graphic)?).unwrap();
            let uri: Uri = format!("https://example.com{uri}").parse().ok()?;
            *request.uri_mut() = uri;
            Some("uri")
        }
        2 => {
            let names: Vec<HeaderName> = request.headers().keys().cloned().collect();
            let name = random.choice(names)?;
            let value = other_byte(random, request.headers()[&name].as_bytes(), |random| random.u8(..))?;
            request.headers_mut().insert(&name, HeaderValue::from_bytes(&value).ok()?);
            Some("header")
        }
        _ => {
            let body = other_byte(random, request.body(), |random| random.u8(..))?;
            *request.body_mut() = body;
            Some("body")
        }
    }
}

/// What a request says, however it is spelt: the method, the path's and the query's text, headers without the white
/// space around their parts, and the body.
fn meaning(request: &Request<Vec<u8>>) -> String {
    let decode = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((&byte, after)) = rest.split_first() {
            let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
            match hex.filter(|hex| byte == b'%' && hex.bytes().all(|digit| digit.is_ascii_hexdigit())) {
                Some(hex) => {
                    bytes.push(u8::from_str_radix(hex, 16).unwrap());
                    rest = &after[2..];
                }
                None => {
                    bytes.push(if byte == b'+' { b' ' } else { byte });
                    rest = after;
                }
            }
        }
        bytes
    };
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = request
        .uri()
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect();
    pairs.sort();
    let segments = request.uri().path().split('/').filter(|part| !matches!(*part, "" | "."));
    let segments: Vec<Vec<u8>> = segments.map(decode).collect();
    let headers: Vec<(String, String)> = request
        .headers()
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            let words: Vec<&str> = value.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            // The parameters of a signature may be separated by commas, spaces or both.
            let separator = if name == AUTHORIZATION { ", " } else { " " };
            (name.to_string(), words.join(" ").replace([',', ' '], separator).replace(", , ", ", "))
        })
        .collect();
    format!("{} {segments:?} {pairs:?} {headers:?} {:?}", request.method(), request.body())
}

#[test]
fn a_change_of_any_byte_is_refused() {
    let mut random = random();
    let mut refused = std::collections::BTreeMap::new();
    for _ in 0..2_000 {
        let mut request = request(&mut random);
        let mut options = if random.bool() { Options::default() } else { Options::s3() };
        options.payload = Payload::Signed;
        let signer = Signer::new("us-east-1", "iam").with_options(options.clone());
        let credentials = if random.bool() { jane() } else { jane().with_session_token("to/ken+=") };
        if random.bool() {
            signer.presign(&mut request, &credentials, now(), Duration::from_hours(1)).unwrap();
        } else {
            signer.sign(&mut request, &credentials, now()).unwrap();
        }
        let verifier = Verifier::new().with_options(options);
        let before = format!("{request:?}");
        let meant = meaning(&request);
        let Some(part) = change(&mut random, &mut request) else { continue };
        if meaning(&request) == meant {
            continue;
        }
        let result = verify_with(&verifier, &request, &credentials, now());
        assert!(result.is_err(), "{part}\n{before}\n{request:?}\n{}", meaning(&request));
        *refused.entry(part).or_insert(0) += 1;
    }
    println!("{refused:?}");
    assert!(refused.len() == 4 && refused.values().all(|count| *count > 100), "{refused:?}");
}

#[test]
fn another_key_or_token_is_refused() {
    let mut random = random();
    for _ in 0..200 {
        let secret = other_byte(&mut random, SECRET.as_bytes(), |random| random.u8(0x21..0x7f)).unwrap();
        let other = Credentials::new("AKIDEXAMPLE", String::from_utf8(secret).unwrap());
        assert_eq!(verify_with(&Verifier::new(), &signed(), &other, now()), Err(VerifyError::Mismatch));
    }
    let other = Credentials::new("AKIDOTHER", SECRET);
    assert_eq!(verify_with(&Verifier::new(), &signed(), &other, now()), Err(VerifyError::UnknownAccessKey));
    let sign = |credentials: &Credentials| {
        let mut request = unsigned();
        Signer::new("us-east-1", "iam").sign(&mut request, credentials, now()).unwrap();
        request
    };
    let session = jane().with_session_token("a");
    for (given, expected) in
        [(jane(), &session), (session.clone(), &jane()), (jane().with_session_token("b"), &session)]
    {
        let result = verify_with(&Verifier::new(), &sign(&given), expected, now());
        assert_eq!(result, Err(VerifyError::SessionToken));
    }
    assert!(verify_with(&Verifier::new(), &sign(&session), &session, now()).is_ok());
    let expired = jane().with_expiration(now());
    assert_eq!(verify_with(&Verifier::new(), &signed(), &expired, now()), Err(VerifyError::ExpiredCredentials));
    let current = jane().with_expiration(later(1));
    assert!(verify_with(&Verifier::new(), &signed(), &current, now()).is_ok());
}

#[test]
fn a_signature_holds_for_a_while() {
    let at = |request: &Request<Vec<u8>>, seconds| verify_with(&Verifier::new(), request, &jane(), later(seconds));
    for seconds in [-900, 0, 900] {
        assert!(at(&signed(), seconds).is_ok(), "{seconds}");
    }
    let refused = |request: &Request<Vec<u8>>, seconds| at(request, seconds).unwrap_err();
    assert_eq!(
        refused(&signed(), 901).to_string(),
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)"
    );
    assert_eq!(
        refused(&signed(), -901).to_string(),
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T122059Z + 15 min.)"
    );
    // A presigned request is as old as it may be.
    assert!(at(&presigned(7 * 86_400), 7 * 86_400 - 1).is_ok());
    assert!(matches!(refused(&presigned(7 * 86_400), 7 * 86_400), VerifyError::Expired(_)));
    assert!(at(&presigned(60), 59).is_ok());
    assert!(matches!(refused(&presigned(60), 60), VerifyError::Expired(_)));
    assert!(matches!(refused(&presigned(60), -901), VerifyError::NotYetCurrent(_)));
    let strict = Verifier::new().with_allowed_skew(Duration::from_mins(1));
    assert!(verify_with(&strict, &signed(), &jane(), later(60)).is_ok());
    assert!(matches!(verify_with(&strict, &signed(), &jane(), later(61)), Err(VerifyError::Expired(_))));
    let patient = Verifier::new().with_allowed_skew(Duration::MAX);
    assert!(verify_with(&patient, &signed(), &jane(), later(1_000_000_000)).is_ok());
}

/// The day is over by then, but it is the day that was signed. The signature was made apart, with Python's `hmac`.
#[test]
fn a_leap_second_is_that_which_was_signed() {
    let request = Request::get("https://iam.amazonaws.com/")
        .header("x-amz-date", "20161231T235960Z")
        .header(
            AUTHORIZATION,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20161231/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, \
             Signature=17d8804ebe542471ca47cd2e96db29ee6f2d19b2605d78ffd06193fe3fe5a55c",
        )
        .body(Vec::new())
        .unwrap();
    let now = "2017-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(verify_with(&Verifier::new(), &request, &jane(), now).unwrap().day, "20161231");
}

#[test]
fn the_scope_is_that_of_the_request() {
    let verifier = Verifier::new().with_region("us-east-1");
    let sign = |region: &str, service: &str| {
        let mut request = unsigned();
        Signer::new(region, service).sign(&mut request, &jane(), now()).unwrap();
        verify_with(&verifier, &request, &jane(), now()).map_err(|error| error.to_string())
    };
    assert!(sign("us-east-1", "iam").is_ok());
    assert_eq!(
        sign("eu-west-1", "iam").unwrap_err(),
        "Credential should be scoped to a valid region, not 'eu-west-1'."
    );
    assert_eq!(sign("us-east-1", "sts").unwrap_err(), "Credential should be scoped to correct service: 'iam'.");
    let mut request = signed();
    let authorization = request.headers()[AUTHORIZATION].to_str().unwrap().replace("/20150830/", "/20150829/");
    request.headers_mut().insert(AUTHORIZATION, authorization.parse().unwrap());
    assert_eq!(
        verify(&request).unwrap_err().to_string(),
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
         '20150829' != '20150830', from '20150830T123600Z'."
    );
}

#[test]
fn what_must_be_signed_is_signed() {
    let mut request = signed();
    request.headers_mut().insert("x-amz-target", "other".parse().unwrap());
    assert_eq!(verify(&request), Err(VerifyError::UnsignedHeader("x-amz-target".to_owned())));
    request.headers_mut().remove("x-amz-target");
    request.headers_mut().insert("x-other", "unsigned".parse().unwrap());
    assert!(verify(&request).is_ok());
    request.headers_mut().remove("content-type");
    assert_eq!(verify(&request), Err(VerifyError::Mismatch));

    let mut request = signed();
    let without_host = request.headers()[AUTHORIZATION].to_str().unwrap().replace(";host", "");
    request.headers_mut().insert(AUTHORIZATION, without_host.parse().unwrap());
    assert_eq!(verify(&request), Err(VerifyError::UnsignedHeader("Host".to_owned())));

    // The host is signed as it was sent, wherever it stands now.
    let mut request = signed();
    *request.uri_mut() = "/".parse().unwrap();
    assert!(matches!(verify(&request), Err(VerifyError::Malformed(_))));
    request.headers_mut().insert("host", "iam.amazonaws.com".parse().unwrap());
    assert!(verify(&request).is_ok());
    request.headers_mut().insert("host", "iam.amazonaws.com.example".parse().unwrap());
    assert_eq!(verify(&request), Err(VerifyError::Mismatch));
}

#[test]
fn bodies_go_unsigned_only_where_they_may() {
    let mut unsigned_payload = Options::s3();
    unsigned_payload.payload = Payload::Unsigned;
    let mut request = unsigned();
    let signer = Signer::new("us-east-1", "iam").with_options(unsigned_payload.clone());
    signer.sign(&mut request, &jane(), now()).unwrap();
    assert_eq!(request.headers()["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
    let with = |options: &Options, request: &Request<Vec<u8>>| {
        verify_with(&Verifier::new().with_options(options.clone()), request, &jane(), now())
    };
    assert!(with(&unsigned_payload, &request).is_ok());
    assert_eq!(with(&Options::s3(), &request), Err(VerifyError::Payload));

    // A body that is not the one that the header tells.
    let mut request = unsigned();
    Signer::new("us-east-1", "iam").with_options(Options::s3()).sign(&mut request, &jane(), now()).unwrap();
    assert!(with(&Options::s3(), &request).is_ok());
    request.body_mut().push(b'&');
    assert_eq!(with(&Options::s3(), &request), Err(VerifyError::Payload));

    // No header, where there must be one.
    let mut without = Options::s3();
    without.content_sha256_header = false;
    let mut request = unsigned();
    Signer::new("us-east-1", "iam").with_options(without).sign(&mut request, &jane(), now()).unwrap();
    assert_eq!(with(&Options::s3(), &request), Err(VerifyError::Payload));
}

#[test]
fn malformed_signatures_are_refused_with_a_reason() {
    assert_eq!(verify(&unsigned()), Err(VerifyError::Missing));
    let good = signed().headers()[AUTHORIZATION].to_str().unwrap().to_owned();
    let signature = good.rsplit_once('=').unwrap().1.to_owned();
    let with = |authorization: &str| {
        let mut request = signed();
        request.headers_mut().insert(AUTHORIZATION, authorization.parse().unwrap());
        verify(&request)
    };
    assert!(with(&good.replace(", ", ",")).is_ok());
    let malformed = |authorization: &str, words: &str| {
        let Err(VerifyError::Malformed(why)) = with(authorization) else { panic!("{authorization}") };
        assert!(why.contains(words), "{authorization}: {why}");
    };
    malformed("", "requires the algorithm 'AWS4-HMAC-SHA256'");
    malformed("Bearer canary", "requires the algorithm 'AWS4-HMAC-SHA256'");
    malformed("AWS4-ECDSA-P256-SHA256 Credential=a", "requires the algorithm 'AWS4-HMAC-SHA256'");
    malformed("AWS4-HMAC-SHA256", "requires the algorithm");
    malformed("AWS4-HMAC-SHA256 ", "requires 'Credential' parameter");
    malformed("AWS4-HMAC-SHA256 Credential", "missing equal-sign");
    malformed(&good.replace("AKIDEXAMPLE/", "AKIDEXAMPLE /"), "missing equal-sign");
    malformed(&good.replace("Signature=", "Sig="), "unknown parameter");
    malformed(&good.replace(&format!(", Signature={signature}"), ""), "requires 'Signature' parameter");
    malformed(&format!("{good}, Signature={signature}"), "more than one 'Signature'");
    malformed(&good.replace("/aws4_request", ""), "exactly 5 slash-delimited elements");
    malformed(&good.replace("/aws4_request", "/aws4"), "exactly 5 slash-delimited elements");
    malformed(&good.replace("content-type;host", "host;content-type"), "sorted");
    malformed(&good.replace("content-type;host", "Content-Type;host"), "lower case");
    malformed(&good.replace("content-type;host", "content-type;host;host"), "each once");
    for bad in [signature.to_uppercase(), signature[1..].to_owned(), format!("{signature}0"), "é".repeat(32)] {
        let authorization = HeaderValue::from_bytes(good.replace(&signature, &bad).as_bytes()).unwrap();
        let mut request = signed();
        request.headers_mut().insert(AUTHORIZATION, authorization);
        assert!(verify(&request).is_err(), "{bad}");
    }

    let mut request = signed();
    request.headers_mut().append(AUTHORIZATION, good.parse().unwrap());
    assert!(verify(&request).unwrap_err().to_string().contains("more than one 'authorization' header"));
    let mut request = signed();
    request.headers_mut().append("x-amz-date", "20150830T123600Z".parse().unwrap());
    assert!(verify(&request).unwrap_err().to_string().contains("more than one 'x-amz-date' header"));
    for date in ["", "20150830", "20150830T123600", "20150230T123600Z", "20150830T246000Z", "2015-08-30T12:36:00Z"] {
        let mut request = signed();
        request.headers_mut().insert("x-amz-date", date.parse().unwrap());
        assert!(verify(&request).unwrap_err().to_string().contains("ISO-8601"), "{date}");
    }
    let mut request = signed();
    request.headers_mut().remove("x-amz-date");
    assert!(verify(&request).unwrap_err().to_string().contains("either a 'X-Amz-Date' or a 'Date' header"));
}

#[test]
fn presigned_requests_are_read_as_strictly() {
    let good = presigned(60).uri().to_string();
    let with = |uri: &str| verify(&Request::get(uri).body(Vec::new()).unwrap());
    assert!(with(&good).is_ok());
    let malformed = |uri: &str, words: &str| {
        let Err(VerifyError::Malformed(why)) = with(uri) else { panic!("{uri}") };
        assert!(why.contains(words), "{uri}: {why}");
    };
    for expires in ["604801", "-1", "", "1e2", "99999999999999999999"] {
        malformed(&good.replace("Expires=60", &format!("Expires={expires}")), "at most a week");
    }
    malformed(&good.replace("&X-Amz-Expires=60", ""), "must include 'X-Amz-Expires'");
    malformed(&good.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), "requires the algorithm");
    malformed(&format!("{good}&X-Amz-Date=20150830T123600Z"), "more than one 'X-Amz-Date'");
    malformed(&format!("{good}&X-Amz-Signature="), "more than one 'X-Amz-Signature'");
    assert_eq!(with(&format!("{good}&UserName=jane")), Err(VerifyError::Mismatch));
    // A plus is a space to whoever reads the query.
    let mut request = Request::get("https://iam.amazonaws.com/?Path=a%2Bb").body(Vec::new()).unwrap();
    Signer::new("us-east-1", "iam").presign(&mut request, &jane(), now(), Duration::from_mins(1)).unwrap();
    assert!(verify(&request).is_ok());
    assert_eq!(with(&request.uri().to_string().replace("a%2Bb", "a+b")), Err(VerifyError::Mismatch));
    // So our signer leaves none.
    let mut request = Request::get("https://iam.amazonaws.com/?Path=a+b").body(Vec::new()).unwrap();
    Signer::new("us-east-1", "iam").presign(&mut request, &jane(), now(), Duration::from_mins(1)).unwrap();
    assert!(request.uri().query().unwrap().starts_with("Path=a%2Bb&X-Amz-Algorithm="), "{}", request.uri());
    assert!(verify(&request).is_ok());
    let mut request = presigned(60);
    request.headers_mut().insert(AUTHORIZATION, signed().headers()[AUTHORIZATION].clone());
    assert!(verify(&request).unwrap_err().to_string().starts_with("Only one of"));
}

#[test]
fn any_bytes_are_refused_without_a_panic() {
    let mut random = random();
    let names = ["authorization", "x-amz-date", "date", "host", "x-amz-security-token", "x-amz-content-sha256"];
    for _ in 0..4_000 {
        let mut request = if random.bool() { signed() } else { presigned(60) };
        for _ in 0..random.usize(1..3) {
            let name = names[random.usize(..names.len())];
            let bytes: Vec<u8> = match request.headers().get(name).filter(|_| random.bool()) {
                // A part of what was there, and something else.
                Some(value) => {
                    let mut bytes = value.as_bytes()[..random.usize(..=value.len())].to_vec();
                    bytes.extend((0..random.usize(1..4)).map(|_| random.u8(..)));
                    bytes
                }
                None => (0..random.usize(1..40)).map(|_| random.u8(..)).collect(),
            };
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                request.headers_mut().insert(name, value);
            }
        }
        if random.bool() {
            let query: String =
                (0..random.usize(..60)).map(|_| *random.choice(b"&=%+XAmz-DateExpirs0Z/;").unwrap() as char).collect();
            if let Ok(uri) = format!("https://iam.amazonaws.com/?{query}").parse() {
                *request.uri_mut() = uri;
            }
        }
        let shown = match verify(&request) {
            Ok(caller) => format!("{caller:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!shown.contains(SECRET), "{shown}");
    }
}

/// The signatures are botocore 1.43.11's, from `SigV4Auth`, `SigV4QueryAuth`, `S3SigV4QueryAuth` and `S3SigV4Auth` at
/// the same time.
#[test]
fn requests_that_botocore_signed() {
    let session = jane().with_session_token("to/ken+=");
    let verify = |request: &Request<Vec<u8>>, service: &str, options: Options, known: &Credentials| {
        Verifier::new().with_options(options).verify(request, service, now(), |_| Some(known.clone()))
    };
    let scope = "AKIDEXAMPLE/20150830/us-east-1";
    let mut request = Request::post("/")
        .header("host", "iam.amazonaws.com")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .header("user-agent", "Boto3")
        .header("content-length", "56")
        .header("x-amz-date", "20150830T123600Z")
        .header("x-amz-security-token", "to/ken+=")
        .header(
            "authorization",
            format!(
                "AWS4-HMAC-SHA256 Credential={scope}/iam/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, \
                 Signature=770a6d70a7233fe3079a30fee747f8cd88309c97a152ecfbb15ba4b1370b6401"
            ),
        )
        .body(b"Action=CreateUser&Version=2010-05-08&UserName=j%2Bane".to_vec())
        .unwrap();
    assert!(verify(&request, "iam", Options::default(), &session).is_ok());
    request.body_mut().push(b'&');
    assert_eq!(verify(&request, "iam", Options::default(), &session), Err(VerifyError::Mismatch));

    let get = |host: &str, uri: &str| Request::get(uri).header("host", host).body(Vec::new()).unwrap();
    let request = get(
        "sts.amazonaws.com",
        "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=20150830T123600Z\
         &X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Security-Token=to%2Fken%2B%3D\
         &X-Amz-Signature=0415b27211658a45e03a8df7bed064924b793fb4e46815bd6523d11244ce7a66",
    );
    assert!(verify(&request, "sts", Options::default(), &session).is_ok());

    let mut s3 = Options::s3();
    s3.payload = Payload::Unsigned;
    let request = get(
        "bucket.s3.amazonaws.com",
        "/a%20b//./%C3%A9%2B%26?prefix=x%20y&X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20150830T123600Z\
         &X-Amz-Expires=60&X-Amz-SignedHeaders=host\
         &X-Amz-Signature=7140db8fc458fe9fc2b9641832b217c4980100c8cda3a38665af0f8e427c2232",
    );
    assert!(verify(&request, "s3", s3, &jane()).is_ok());

    let request = Request::put("/a%20b//./%C3%A9%2B%26")
        .header("host", "bucket.s3.amazonaws.com")
        .header("content-md5", "x")
        .header("x-amz-date", "20150830T123600Z")
        .header("x-amz-content-sha256", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
        .header(
            "authorization",
            format!(
                "AWS4-HMAC-SHA256 Credential={scope}/s3/aws4_request, \
                 SignedHeaders=content-md5;host;x-amz-content-sha256;x-amz-date, \
                 Signature=522c3d28219ddfd2ed2acee22e697c4c592fbd4c9a2fe3e9b0433de582a2735f"
            ),
        )
        .body(b"hello".to_vec())
        .unwrap();
    assert!(verify(&request, "s3", Options::s3(), &jane()).is_ok());
    // Another service takes the path for another one.
    assert_eq!(verify(&request, "s3", Options::default(), &jane()), Err(VerifyError::Mismatch));
}
