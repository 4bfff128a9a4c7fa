//! Signatures: the official suite, and presigned requests against botocore's signer.
#![cfg(feature = "server")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::{HeaderName, HeaderValue, Request};
use shapewire::Timestamp;
use shapewire::credentials::Credentials;
use shapewire::sigv4::{Options, Payload, SignError, Signature, Signer, Verifier, VerifyError};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn time() -> Timestamp {
    "2015-08-30T12:36:00Z".parse().unwrap()
}

fn signer() -> Signer {
    Signer::new("us-east-1", "service")
}

/// The folders that hold a case: those with a `.req` file.
fn cases(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            cases(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "req") {
            found.push(path);
        }
    }
}

/// A request as the suite writes it: not encoded, and with header lines that go on in the next line.
fn parse(text: &str) -> Request<String> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end_matches('\n'), ""));
    let mut lines = head.lines();
    let (method, rest) = lines.next().unwrap().split_once(' ').unwrap();
    let target = rest.rsplit_once(' ').unwrap().0;
    // A URI has neither spaces nor letters beyond ASCII; the signer encodes what it gets once more, so they go in
    // by way of a form that it takes as they are.
    let target: String = target.chars().map(|c| if c == ' ' { "%20".to_owned() } else { c.to_string() }).collect();
    let mut request = Request::builder().method(method).uri(target);
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        match line.split_once(':') {
            Some((name, value)) if !line.starts_with(' ') => headers.push((name.to_owned(), value.to_owned())),
            _ => headers.last_mut().unwrap().1.push_str(line),
        }
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body(body.to_owned()).unwrap()
}

fn canonical_request(signature: &Signature) -> &str {
    str::from_utf8(signature.expose_canonical_request()).unwrap()
}

#[test]
fn the_official_suite() {
    let Some(shared) = support::shared() else { return };
    let mut found = Vec::new();
    cases(&shared.join("conformance/sigv4"), &mut found);
    found.sort();
    let mut checked = 0;
    for path in &found {
        let read = |extension: &str| fs::read_to_string(path.with_extension(extension)).unwrap().replace("\r\n", "\n");
        let name = path.file_stem().unwrap().to_str().unwrap();
        let mut request = parse(&read("req"));
        let mut options = Options::default();
        // The suite's path with a space is not encoded yet; ours is, and is not to be encoded again.
        options.double_encode_path = name != "get-space";
        let mut credentials = Credentials::new("AKIDEXAMPLE", SECRET);
        let token = request.headers().get("x-amz-security-token").map(|token| token.to_str().unwrap().to_owned());
        let answer = read("sreq");
        let token = token.or_else(|| {
            let line = answer.lines().find(|line| line.to_ascii_lowercase().starts_with("x-amz-security-token:"))?;
            Some(line.split_once(':').unwrap().1.trim().to_owned())
        });
        if let Some(token) = token {
            credentials = credentials.with_session_token(token);
        }
        options.sign_session_token = name != "post-sts-header-after";
        let verifier = Verifier::new().with_options(options.clone());
        let signature = signer().with_options(options).sign(&mut request, &credentials, time()).unwrap();
        assert_eq!(canonical_request(&signature), read("creq"), "{name}");
        assert_eq!(signature.string_to_sign(), read("sts"), "{name}");
        assert_eq!(request.headers()["authorization"], read("authz").trim_end(), "{name}");
        verifier
            .verify(&request, "service", time(), |_| Some(credentials))
            .unwrap_or_else(|why| panic!("{name}: {why}"));
        checked += 1;
    }
    println!("{checked} cases");
    assert!(checked >= 30, "{checked}");
}

#[test]
fn a_signature_is_replaced_and_the_body_counts() {
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET);
    let request = |body: &str| Request::post("https://example.amazonaws.com/").body(body.to_owned()).unwrap();
    let mut first = request("a");
    signer().sign(&mut first, &credentials.clone().with_session_token("token"), time()).unwrap();
    assert!(first.headers().contains_key("x-amz-security-token"));
    let again = signer().sign(&mut first, &credentials, time()).unwrap();
    assert!(!first.headers().contains_key("x-amz-security-token"));
    assert_eq!(first.headers().get_all("authorization").iter().count(), 1);
    let same = signer().sign(&mut request("a"), &credentials, time()).unwrap();
    assert_eq!(again.signature(), same.signature());
    let other = signer().sign(&mut request("b"), &credentials, time()).unwrap();
    assert_ne!(other.signature(), same.signature());
    // One signer signs for another day and another secret with other keys.
    let one = signer();
    let sign = |secret: &str, time: &str| {
        one.sign(&mut request("a"), &Credentials::new("AKIDEXAMPLE", secret), time.parse().unwrap())
            .unwrap()
            .signature()
            .to_owned()
    };
    let signatures =
        [sign(SECRET, "2015-08-30T12:36:00Z"), sign("x", "2015-08-30T12:36:00Z"), sign(SECRET, "2015-08-31T12:36:00Z")];
    assert_eq!(signatures[0], same.signature());
    assert!(signatures[0] != signatures[1] && signatures[0] != signatures[2] && signatures[1] != signatures[2]);
    assert_eq!(sign(SECRET, "2015-08-30T12:36:00.75Z"), same.signature());
}

/// Many headers, some with several values: names in order, values of a name in theirs.
#[test]
fn headers_are_sorted_and_their_values_are_not() {
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET);
    let mut request = Request::get("https://example.com/").body("").unwrap();
    let mut lines = BTreeMap::from([
        ("host".to_owned(), vec!["example.com".to_owned()]),
        ("x-amz-date".to_owned(), vec!["20150830T123600Z".to_owned()]),
    ]);
    for index in 0..2_000_u32 {
        // Each of 701 names has two values or three, which grow and shrink.
        let (name, value) = (format!("x-{}", index * 389 % 701), format!("{}", index * 7919 % 1000));
        request.headers_mut().append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        lines.entry(name).or_default().push(value);
    }
    let signature = signer().sign(&mut request, &credentials, time()).unwrap();
    let names = lines.keys().cloned().collect::<Vec<_>>().join(";");
    let lines =
        lines.iter().map(|(name, values)| format!("{name}:{}\n", values.join(","))).collect::<Vec<_>>().concat();
    let canonical = canonical_request(&signature);
    assert!(canonical.starts_with(&format!("GET\n/\n\n{lines}\n{names}\n")), "{canonical}");
    assert!(request.headers()["authorization"].to_str().unwrap().contains(&format!("SignedHeaders={names}, ")));
    Verifier::new().verify(&request, "service", time(), |_| Some(credentials)).unwrap();
}

/// A header's value is bytes, whatever they mean, and signed as it is sent.
#[test]
fn values_that_are_no_text_are_signed_as_they_are() {
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET);
    let mut request = Request::get("https://example.com/").body("").unwrap();
    request.headers_mut().insert("x-note", HeaderValue::from_bytes(b" caf\xE9  au \t lait ").unwrap());
    let signature = signer().sign(&mut request, &credentials, time()).unwrap();
    let line = b"\nx-note:caf\xE9 au lait\n\nhost;x-amz-date;x-note\n";
    let canonical = signature.expose_canonical_request();
    assert!(canonical.windows(line.len()).any(|found| found == line), "{}", canonical.escape_ascii());
    let verify = |request: &Request<&str>| {
        Verifier::new().verify(request, "service", time(), |_| Some(credentials.clone())).map(|_| ())
    };
    verify(&request).unwrap();
    request.headers_mut().insert("x-note", HeaderValue::from_bytes(b"caf\xE8 au lait").unwrap());
    assert_eq!(verify(&request), Err(VerifyError::Mismatch));
}

#[test]
fn the_host_is_as_it_is_sent() {
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET);
    let host = |uri: &str| {
        let signature = signer().sign(&mut Request::get(uri).body("").unwrap(), &credentials, time()).unwrap();
        canonical_request(&signature).lines().find_map(|line| line.strip_prefix("host:")).unwrap().to_owned()
    };
    assert_eq!(host("https://example.com/"), "example.com");
    assert_eq!(host("https://example.com:443/"), "example.com");
    assert_eq!(host("http://example.com:80/"), "example.com");
    assert_eq!(host("http://127.0.0.1:4566/"), "127.0.0.1:4566");
    assert_eq!(host("http://[::1]:4566/"), "[::1]:4566");
    let error = signer().sign(&mut Request::get("/path").body("").unwrap(), &credentials, time()).unwrap_err();
    assert_eq!(error, SignError::NoHost);
}

#[test]
fn credentials_that_no_header_carries_are_refused() {
    let known = Credentials::new("AKIDEXAMPLE", SECRET);
    for credentials in [known.with_session_token("to\nken"), Credentials::new("AKID\nEXAMPLE", SECRET)] {
        let mut request = Request::get("https://example.com/").body("").unwrap();
        let error = signer().sign(&mut request, &credentials, time()).unwrap_err();
        assert_eq!(error, SignError::IllegalCredential, "{credentials:?}");
        assert!(!request.headers().contains_key("authorization"));
    }
}

#[test]
fn secrets_do_not_show() {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret-canary").with_session_token("token-canary");
    let mut request = Request::get("https://example.com/").body("").unwrap();
    let signer = signer();
    let signature = signer.sign(&mut request, &credentials, time()).unwrap();
    let shown = format!("{credentials:?} {signer:?} {signature:?} {:?}", request.headers());
    assert!(!shown.contains("canary"), "{shown}");
    assert!(canonical_request(&signature).contains("token-canary"));
}

/// The examples of the *Amazon S3 API Reference*: 66,560 letters in chunks of 65,536, without and with a trailer.
#[test]
fn chunks_are_signed_as_documented() {
    let signer = Signer::new("us-east-1", "s3").with_options(Options::s3());
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let time = "2013-05-24T00:00:00Z".parse().unwrap();
    let sign = |seed: &str| {
        let mut chunks = signer.chunk_signer(seed, &credentials, time);
        let signatures = [65_536, 1024, 0].map(|length| chunks.sign_chunk(&vec![b'a'; length]).to_owned());
        (signatures, chunks.sign_trailer("x-amz-checksum-crc32c:sOO8/Q==\n").to_owned())
    };
    let (signatures, _) = sign("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
    assert_eq!(
        signatures,
        [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ]
    );
    let (signatures, trailer) = sign("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
    assert_eq!(
        signatures,
        [
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ]
    );
    assert_eq!(trailer, "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435");
}

/// The values are botocore 1.44.5's, from `S3SigV4QueryAuth` and `SigV4QueryAuth` on the same requests.
#[test]
fn presigned_requests() {
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET).with_session_token("to/ken+=");
    let mut request = Request::get("https://iam.amazonaws.com/?Version=2010-05-08&Action=ListUsers").body("").unwrap();
    let signature =
        Signer::new("us-east-1", "iam").presign(&mut request, &credentials, time(), Duration::from_hours(1)).unwrap();
    assert_eq!(
        request.uri().to_string(),
        format!(
            "https://iam.amazonaws.com/?Version=2010-05-08&Action=ListUsers&X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fiam%2Faws4_request&X-Amz-Date=20150830T123600Z\
             &X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Security-Token=to%2Fken%2B%3D&X-Amz-Signature={}",
            signature.signature()
        )
    );
    assert_eq!(signature.signature(), "c0e4bd20ccfa89052156eebff803c895d4027cab70dbbce7e619c566f64dab0b");
    // Again it is the same: what was signed is replaced, in the query and in headers.
    let presigned = request.uri().clone();
    Signer::new("eu-west-1", "sts").presign(&mut request, &credentials, time(), Duration::from_secs(1)).unwrap();
    assert_ne!(*request.uri(), presigned);
    signer().sign(&mut request, &credentials, time()).unwrap();
    Signer::new("us-east-1", "iam").presign(&mut request, &credentials, time(), Duration::from_hours(1)).unwrap();
    assert_eq!(*request.uri(), presigned);
    assert!(request.headers().is_empty());
    let mut options = Options::s3();
    options.payload = Payload::Unsigned;
    let mut request = Request::put("https://bucket.s3.amazonaws.com/a%20b//./%C3%A9%2B%26").body("").unwrap();
    let signature = Signer::new("us-east-1", "s3")
        .with_options(options)
        .presign(&mut request, &credentials, time(), Duration::from_secs(1))
        .unwrap();
    assert_eq!(signature.signature(), "1327e58caf303c2412e4710e12faa8af66f07af7b28f9a74897bd1f712329bdf");
    for seconds in [0, 7 * 86_400 + 1] {
        let error = signer().presign(&mut request, &credentials, time(), Duration::from_secs(seconds)).unwrap_err();
        assert_eq!(error, SignError::Expiry);
        assert_eq!(error.to_string(), "a presigned request must expire after one second to seven days");
    }
}

/// A key that is derived anew is remembered, which takes room; one that is remembered takes none.
#[test]
fn a_key_is_derived_once_a_day() {
    let signer = signer();
    let [ours, theirs] = ["AKIDEXAMPLE", "AKIDOTHER"].map(|id| Credentials::new(id, format!("{SECRET}{id}")));
    let allocations = |credentials: &Credentials, time: &str| {
        let (mut request, time) = (Request::get("https://a.example/").body("").unwrap(), time.parse().unwrap());
        let measured = allocation_counter::measure(|| drop(signer.sign(&mut request, credentials, time).unwrap()));
        measured.count_total
    };
    let derived = allocations(&ours, "2015-08-30T12:36:00Z");
    let remembered = allocations(&ours, "2015-08-30T23:59:59Z");
    assert!(remembered < derived, "{remembered} {derived}");
    for (credentials, time) in
        [(&ours, "2015-08-31T00:00:00Z"), (&theirs, "2015-08-31T00:00:00Z"), (&ours, "2015-08-31T00:00:00Z")]
    {
        assert_eq!(allocations(credentials, time), derived, "another day, another secret");
        assert_eq!(allocations(credentials, time), remembered);
    }
}
