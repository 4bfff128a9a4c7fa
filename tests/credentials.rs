//! Providers of credentials, with transports and clocks of the test's own.
#![cfg(feature = "credentials")]

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use fastrand::Rng;
use http::{Request, Response};
use serde_json::Value as Json;
use shapewire::config::{Config, Environment, Explicit};
use shapewire::credentials::{
    AssumeRoleProvider, CachingProvider, ContainerProvider, Credentials, CredentialsError, CredentialsProvider,
    DefaultChain, EnvironmentProvider, InstanceMetadataProvider, Sts,
};
use shapewire::transport::{Transport, TransportError};
use shapewire::{ExposeSecret, Timestamp};

const NOW: &str = "2015-08-30T12:36:00Z";
const LATER: &str = "2015-08-30T13:36:00Z";

/// Names and values.
type Pairs<'a> = &'a [(&'a str, &'a str)];

fn environment(variables: Pairs, files: Pairs) -> Environment {
    let files: BTreeMap<String, String> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    Environment::empty()
        .with_variables(variables.iter().copied())
        .with_home("/home")
        .with_clock(|| NOW.parse().unwrap())
        .with_reader(move |path: &Path| {
            let text = files.get(&path.display().to_string().replace('\\', "/"));
            text.map(|text| text.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
        })
}

/// Answers as a function says, and keeps what it was asked: method, URL, headers and body of each request.
#[derive(Clone)]
struct Fake {
    answer: Arc<Answer>,
    asked: Arc<Mutex<Vec<String>>>,
}

/// From method, URL and body to status and body; no status is no answer.
type Answer = dyn Fn(&str) -> Option<(u16, String)> + Send + Sync;

impl Fake {
    fn new(answer: impl Fn(&str) -> Option<(u16, String)> + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), asked: Arc::default() }
    }
    /// No answer at all.
    fn silent() -> Self {
        Self::new(|_| None)
    }
    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Transport for Fake {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let mut text = format!("{} {}", request.method(), request.uri());
        for (name, value) in request.headers() {
            text.extend(["\n", name.as_str(), ": ", value.to_str().unwrap()]);
        }
        text.extend(["\n\n", str::from_utf8(request.body()).unwrap()]);
        self.asked.lock().unwrap().push(text.clone());
        let (status, body) = (self.answer)(&text).ok_or_else(|| TransportError::new("nobody there"))?;
        let mut response = Response::new(body.into_bytes());
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
        Ok(response)
    }
}

/// STS: the credentials of a role are named by it.
fn sts(request: &str) -> Option<(u16, String)> {
    let action = parameter(request, "Action")?;
    let role = parameter(request, "RoleArn")?.rsplit("%2F").next()?.to_owned();
    let body = format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><Credentials>\
         <AccessKeyId>ASIAEXAMPLEOF{role}</AccessKeyId><SecretAccessKey>secret-canary-{role}</SecretAccessKey>\
         <SessionToken>token-canary-{role}</SessionToken><Expiration>{LATER}</Expiration></Credentials>\
         </{action}Result></{action}Response>"
    );
    Some((200, body))
}

fn parameter<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let (_, body) = request.split_once("\n\n")?;
    body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

const METADATA: &str = r#"{"Code":"Success","AccessKeyId":"ASIAMETADATA","SecretAccessKey":"secret-canary",
    "Token":"token-canary","Expiration":"2015-08-30T13:36:00Z"}"#;

fn chain(variables: Pairs, files: Pairs, transport: Fake, metadata: Fake) -> DefaultChain {
    let config = Config::load(environment(variables, files)).unwrap();
    DefaultChain::new(config, transport).with_metadata_transport(metadata)
}

/// The key's id, secret, token and end.
fn shown(result: Result<Credentials, CredentialsError>) -> String {
    match result {
        Ok(credentials) => {
            let token = credentials.session_token().map_or("-", |token| token.expose_secret());
            let end = credentials.expiration().map_or("-".to_owned(), |end| end.to_string());
            let secret = credentials.secret_access_key().expose_secret();
            format!("{} {secret} {token} {end}", credentials.access_key_id())
        }
        Err(error) => error_text(&error),
    }
}

/// An error's text, after looking for secrets in it.
fn error_text(error: &CredentialsError) -> String {
    let text = error.to_string();
    assert!(!format!("{error:?} {text}").contains("canary"), "{error:?}");
    text.replace('\\', "/")
}

#[test]
fn environment_variables() {
    let cases: [(Pairs, &str); 7] = [
        (&[], "no credentials from environment: AWS_ACCESS_KEY_ID is not set"),
        (&[("AWS_SECRET_ACCESS_KEY", "canary")], "no credentials from environment: AWS_ACCESS_KEY_ID is not set"),
        (
            &[("AWS_ACCESS_KEY_ID", "A"), ("AWS_SESSION_TOKEN", "canary")],
            "no credentials from environment: AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not",
        ),
        (&[("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s")], "A s - -"),
        (&[("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_SESSION_TOKEN", "t")], "A s t -"),
        (
            &[
                ("AWS_ACCESS_KEY_ID", "A"),
                ("AWS_SECRET_ACCESS_KEY", "s"),
                ("AWS_SECURITY_TOKEN", "old"),
                ("AWS_SESSION_TOKEN", ""),
                ("AWS_CREDENTIAL_EXPIRATION", LATER),
            ],
            "A s old 2015-08-30T13:36:00Z",
        ),
        (
            &[("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_CREDENTIAL_EXPIRATION", "soon")],
            "no credentials from environment: AWS_CREDENTIAL_EXPIRATION: not a timestamp between the years 0 and 9999",
        ),
    ];
    for (variables, expected) in cases {
        assert_eq!(shown(EnvironmentProvider::new(environment(variables, &[])).credentials()), expected);
    }
}

#[test]
fn a_profiles_keys() {
    const CONFIG: &str = "/home/.aws/config";
    const CREDENTIALS: &str = "/home/.aws/credentials";
    let keys = "aws_access_key_id = A\naws_secret_access_key = s\n";
    let cases = [
        ("[default]\n", format!("[default]\n{keys}aws_session_token = t\n"), "A s t -"),
        (&*format!("[default]\n{keys}aws_security_token = old\n"), String::new(), "A s old -"),
        // The whole set of one file counts, the credentials file's first.
        (
            "[default]\naws_access_key_id = B\naws_secret_access_key = c\naws_session_token = d\n",
            format!("[default]\n{keys}"),
            "A s - -",
        ),
        (
            "[default]\naws_secret_access_key = canary\n",
            "[default]\naws_access_key_id = A\n".to_owned(),
            "no credentials from profile: the profile default has aws_access_key_id, but no aws_secret_access_key in the same file",
        ),
    ];
    for (config, credentials, expected) in cases {
        let files = [(CONFIG, config), (CREDENTIALS, &*credentials)];
        assert_eq!(shown(chain(&[], &files, Fake::silent(), Fake::silent()).credentials()), expected);
    }
}

#[test]
fn roles() {
    let file = "[default]\nregion = eu-west-1\n\
        [profile one]\nrole_arn = arn:aws:iam::123456789012:role/one\nsource_profile = keys\nexternal_id = ext\n\
        role_session_name = me\nduration_seconds = 900\nregion = cn-north-1\n\
        [profile two]\nrole_arn = arn:aws:iam::123456789012:role/two\nsource_profile = one\nregion = eu-west-1\n\
        [profile itself]\nrole_arn = arn:aws:iam::123456789012:role/itself\nsource_profile = itself\n\
        region = eu-west-1\naws_access_key_id = OWN\naws_secret_access_key = s\n\
        [profile variables]\nrole_arn = arn:aws:iam::123456789012:role/variables\ncredential_source = Environment\n\
        [profile container]\nrole_arn = arn:aws:iam::123456789012:role/container\ncredential_source = EcsContainer\n\
        [profile instance]\nrole_arn = arn:aws:iam::123456789012:role/instance\ncredential_source = Ec2InstanceMetadata\n";
    let files = [
        ("/home/.aws/config", file),
        (
            "/home/.aws/credentials",
            "[keys]\naws_access_key_id = KEYS\naws_secret_access_key = s\naws_session_token = t",
        ),
    ];
    let metadata = instance(Some((200, "t")));
    let ask = |profile: &str, more: Pairs| {
        let mut variables = vec![("AWS_PROFILE", profile)];
        variables.extend(more);
        let transport = Fake::new(sts);
        let result = chain(&variables, &files, transport.clone(), metadata.clone()).credentials();
        (shown(result), transport.asked())
    };
    let (found, asked) = ask("one", &[]);
    assert_eq!(found, format!("ASIAEXAMPLEOFone secret-canary-one token-canary-one {LATER}"));
    let [request] = &asked[..] else { panic!("{asked:?}") };
    assert!(request.starts_with("POST https://sts.cn-north-1.amazonaws.com.cn/\n"), "{request}");
    assert!(request.contains("Credential=KEYS/20150830/cn-north-1/sts/aws4_request"), "{request}");
    assert!(request.contains("\nx-amz-security-token: t\n"), "{request}");
    let expected = [("RoleSessionName", "me"), ("ExternalId", "ext"), ("DurationSeconds", "900")];
    for (name, value) in expected {
        assert_eq!(parameter(request, name), Some(value));
    }
    // Two roles: the second is assumed with the credentials of the first.
    let (found, asked) = ask("two", &[("AWS_USE_FIPS_ENDPOINT", "true")]);
    assert!(found.starts_with("ASIAEXAMPLEOFtwo "), "{found}");
    assert!(asked[0].contains("Credential=KEYS/") && asked[1].contains("Credential=ASIAEXAMPLEOFone/"), "{asked:?}");
    assert!(asked[1].starts_with("POST https://sts-fips.eu-west-1.amazonaws.com/\n"), "{asked:?}");
    assert_eq!(parameter(&asked[1], "RoleSessionName"), Some("shapewire-1440938160"));
    let (_, asked) = ask("itself", &[("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:4566")]);
    assert!(asked[0].starts_with("POST http://127.0.0.1:4566/\n") && asked[0].contains("Credential=OWN/"), "{asked:?}");
    for (profile, key) in [("container", "ASIAMETADATA"), ("instance", "ASIAMETADATA")] {
        let more = [("AWS_REGION", "eu-west-1"), ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x")];
        let (found, asked) = ask(profile, &more);
        assert!(found.starts_with(&format!("ASIAEXAMPLEOF{profile} ")), "{found}");
        assert!(asked[0].contains(&format!("Credential={key}/")), "{asked:?}");
    }
    // Variables with keys go before any profile, unless the program itself names it.
    let variables = [("AWS_REGION", "eu-west-1"), ("AWS_ACCESS_KEY_ID", "VARIABLES"), ("AWS_SECRET_ACCESS_KEY", "s")];
    assert_eq!(ask("variables", &variables).0, "VARIABLES s - -");
    let mut explicit = Explicit::default();
    explicit.profile = Some("variables".to_owned());
    // This is for the service that the program calls, not for STS.
    explicit.endpoint_url = Some("https://iam.example.com".parse().unwrap());
    let transport = Fake::new(sts);
    let config = Config::load_with(environment(&variables, &files), explicit).unwrap();
    let found = shown(DefaultChain::new(config, transport.clone()).credentials());
    assert!(found.starts_with("ASIAEXAMPLEOFvariables "), "{found}");
    assert!(transport.asked()[0].starts_with("POST https://sts.eu-west-1.amazonaws.com/\n"));
    assert!(transport.asked()[0].contains("Credential=VARIABLES/"));
}

#[test]
fn roles_that_cannot_be_assumed() {
    let role = "role_arn = arn:aws:iam::123456789012:role/r\n";
    let keys = "aws_access_key_id = A\naws_secret_access_key = canary\n";
    let cases = [
        (role.to_owned(), "has a role_arn, but neither source_profile nor credential_source"),
        (format!("{role}source_profile = k\ncredential_source = Environment"), "has both source_profile and"),
        (format!("{role}source_profile = nobody"), "source_profile nobody of the profile default is in no file"),
        (format!("{role}source_profile = empty"), "source_profile empty of the profile default has no credentials"),
        (format!("{role}source_profile = default"), "source_profile goes round in circles: default, default"),
        (
            format!(
                "{role}source_profile = b\n[profile b]\n{role}source_profile = c\n[profile c]\n{role}source_profile = b"
            ),
            "source_profile goes round in circles: default, b, c, b",
        ),
        (format!("{role}credential_source = Pocket"), "must be `Environment`, `EcsContainer` or `Ec2InstanceMetadata`"),
        (
            format!("{role}credential_source = Environment"),
            "the credential_source Environment of the profile default has none: \
             no credentials from environment: AWS_ACCESS_KEY_ID is not set",
        ),
        (format!("{role}source_profile = k\nmfa_serial = m"), "has mfa_serial, which is not supported yet"),
        (
            format!("{role}source_profile = k\nduration_seconds = an hour"),
            "duration_seconds of the profile default must be",
        ),
        (format!("{role}source_profile = k"), "no credentials from STS: there is no region"),
        (format!("sso_account_id = 1\n{keys}"), "signs in by SSO, which is not supported yet"),
        ("login_session = x".to_owned(), "signs in by `aws login`, which is not supported yet"),
    ];
    for (text, why) in cases {
        let region = if why.contains("no region") { "" } else { "eu-west-1" };
        let file = format!("[profile k]\n{keys}[profile empty]\nregion = r\n[default]\n{text}\n");
        let files = [("/home/.aws/config", &*file)];
        let metadata = Fake::new(|_| Some((200, METADATA.to_owned())));
        let error =
            chain(&[("AWS_REGION", region)], &files, Fake::silent(), metadata.clone()).credentials().unwrap_err();
        let text = error_text(&error);
        assert!(text.contains(why), "{why}: {text}");
        // What is configured and fails ends the search.
        assert!(!error.is_not_configured() && metadata.asked().is_empty());
    }
}

#[test]
fn what_sts_answers() {
    let keys = Credentials::new("A", "canary");
    let ask = |answer: Option<(u16, &'static str)>| {
        let transport = Fake::new(move |_| answer.map(|(status, body)| (status, body.to_owned())));
        let sts = Sts::new(environment(&[], &[]), transport, "https://sts.amazonaws.com".parse().unwrap(), "us-east-1");
        let role = AssumeRoleProvider::new(sts, keys.clone(), "arn:aws:iam::123456789012:role/r");
        error_text(&role.with_session_name("me").credentials().unwrap_err())
    };
    let denied = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>No.</Message></Error>\
                  <RequestId>r-1</RequestId></ErrorResponse>";
    assert_eq!(
        ask(Some((403, denied))),
        "no credentials from role: STS gives none: AssumeRole: AccessDenied (status 403): No. (request id r-1)"
    );
    assert_eq!(ask(None), "no credentials from role: STS did not answer: no reply: nobody there");
    let empty = "<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>";
    assert_eq!(ask(Some((200, empty))), "no credentials from role: the reply of STS has no credentials");
    assert!(ask(Some((200, "<html>canary"))).starts_with("no credentials from role: STS gives none: AssumeRole: "));
}

#[test]
fn web_identity() {
    let of_profile = "[profile web]\nrole_arn = arn:aws:iam::123456789012:role/profile\nweb_identity_token_file = /token\n\
        role_session_name = profile\nregion = eu-west-1\n\
        [profile on-top]\nrole_arn = arn:aws:iam::123456789012:role/top\nsource_profile = web\nregion = eu-west-1";
    let files = [("/home/.aws/config", of_profile), ("/token", "web-canary")];
    let ask = |variables: Pairs| {
        let transport = Fake::new(sts);
        (shown(chain(variables, &files, transport.clone(), Fake::silent()).credentials()), transport.asked())
    };
    let (found, asked) = ask(&[("AWS_PROFILE", "web")]);
    assert!(found.starts_with("ASIAEXAMPLEOFprofile "), "{found}");
    assert!(!asked[0].contains("authorization") && parameter(&asked[0], "WebIdentityToken") == Some("web-canary"));
    assert_eq!(parameter(&asked[0], "RoleSessionName"), Some("profile"));
    // Variables go before the profile, each for itself.
    let role = ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/variable");
    let (found, asked) = ask(&[("AWS_PROFILE", "web"), role]);
    assert!(found.starts_with("ASIAEXAMPLEOFvariable "), "{found}");
    assert_eq!(parameter(&asked[0], "RoleSessionName"), Some("profile"));
    let (found, _) = ask(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), role, ("AWS_REGION", "eu-west-1")]);
    assert!(found.starts_with("ASIAEXAMPLEOFvariable "), "{found}");
    // As another role's source, only the profile counts.
    let (found, asked) = ask(&[("AWS_PROFILE", "on-top"), role]);
    assert!(found.starts_with("ASIAEXAMPLEOFtop ") && asked[1].contains("Credential=ASIAEXAMPLEOFprofile/"), "{found}");
    let (found, _) = ask(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")]);
    assert!(found.contains("neither AWS_ROLE_ARN nor role_arn (profile default)"), "{found}");
    let (found, _) = ask(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/gone"), role, ("AWS_REGION", "eu-west-1")]);
    assert!(found.starts_with("no credentials from web identity: /gone cannot be read: "), "{found}");
}

#[cfg(unix)]
#[test]
fn processes() {
    use shapewire::credentials::ProcessProvider;
    use std::time::Duration;

    let json = r#"{"Version":1,"AccessKeyId":"A B","SecretAccessKey":"s","SessionToken":"t","Expiration":"2015-08-30T13:36:00Z"}"#;
    let ask = |command: &str| shown(ProcessProvider::new(command).credentials());
    assert_eq!(ask(&format!("printf %s '{json}'")), format!("A B s t {LATER}"));
    assert_eq!(ask(r#"printf '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","SessionToken":null}'"#), "A s - -");
    let cases = [
        ("", "the command is empty"),
        ("printf 'canary", "the command ends within quotation marks"),
        ("/nowhere/canary", "the program cannot be started: "),
        ("sh -c 'echo canary; exit 3'", "the program failed (exit status: 3)"),
        ("printf canary", "the answer is not a JSON object: expected "),
        (r#"printf '{"Version":1,"SecretAccessKey":"canary'"#, "the answer is not a JSON object: expected "),
        ("printf '[\"canary\"]'", "the answer is not a JSON object: expected an object at byte 0"),
        (r#"printf '{"AccessKeyId":"A","SecretAccessKey":"canary"}'"#, "the answer's Version is not 1"),
        (r#"printf '{"Version":2,"AccessKeyId":"A","SecretAccessKey":"canary"}'"#, "the answer's Version is not 1"),
        (r#"printf '{"Version":"1","AccessKeyId":"A","SecretAccessKey":"canary"}'"#, "the answer's Version is not 1"),
        (r#"printf '{"Version":1,"SecretAccessKey":"canary"}'"#, "the answer has no AccessKeyId"),
        (r#"printf '{"Version":1,"AccessKeyId":"A"}'"#, "the answer has no SecretAccessKey"),
        (r#"printf '{"Version":1,"AccessKeyId":"A","SecretAccessKey":["canary"]}'"#, "SecretAccessKey is no text"),
        (
            r#"printf '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"canary","Expiration":"canary"}'"#,
            "the answer's Expiration: not a timestamp",
        ),
        ("head -c 2000000 /dev/zero", "its output cannot be read: more than a mebibyte"),
    ];
    for (command, why) in cases {
        let found = ask(command);
        assert!(found.starts_with("no credentials from process: ") && found.contains(why), "{command}: {found}");
    }
    let stuck = ProcessProvider::new("tail -f /dev/null").with_timeout(Duration::from_millis(20));
    assert!(shown(stuck.credentials()).contains("the program did not finish within 20ms"));
    // It ends its output, but not itself.
    let stuck =
        ProcessProvider::new(format!("sh -c 'printf %s \"$1\"; exec tail -f /dev/null > /dev/null' - '{json}'"))
            .with_timeout(Duration::from_millis(200));
    assert!(shown(stuck.credentials()).contains("the program did not finish within 200ms"));
    assert!(!format!("{:?}", ProcessProvider::new("get --password canary")).contains("canary"));
    // By a profile, before the keys of the config file.
    let file =
        format!("[default]\ncredential_process = printf %s '{json}'\naws_access_key_id = B\naws_secret_access_key = c");
    let found = shown(chain(&[], &[("/home/.aws/config", &file)], Fake::silent(), Fake::silent()).credentials());
    assert_eq!(found, format!("A B s t {LATER}"));
}

#[test]
fn containers() {
    const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    let found = format!("ASIAMETADATA secret-canary token-canary {LATER}");
    let ask = |variables: Pairs, answer: Option<(u16, &'static str)>| {
        let transport = Fake::new(move |_| answer.map(|(status, body)| (status, body.to_owned())));
        let environment = environment(variables, &[("/token", "from-file-canary"), ("/bad", "canary\n")]);
        (shown(ContainerProvider::new(environment, transport.clone()).credentials()), transport.asked())
    };
    let good = Some((200, METADATA));
    assert!(ask(&[], good).0.ends_with(&format!("container: neither {RELATIVE} nor {FULL} is set")));
    let token = ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "of-variable");
    let (result, asked) = ask(&[(RELATIVE, "/v2/credentials?id=1"), (FULL, "http://example.com"), token], good);
    assert_eq!(result, found);
    let expected =
        "GET http://169.254.170.2/v2/credentials?id=1\naccept: application/json\nauthorization: of-variable\n\n";
    assert_eq!(asked, [expected]);
    let (_, asked) =
        ask(&[(FULL, "http://[::1]:80/x"), token, ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token")], good);
    assert!(asked[0].contains("\nauthorization: from-file-canary\n"));
    for host in
        ["127.0.0.1", "127.1.2.3:80", "[::1]:8080", "localhost", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]
    {
        assert_eq!(ask(&[(FULL, &format!("http://{host}/x"))], good).0, found, "{host}");
    }
    assert_eq!(ask(&[(FULL, "https://example.com/x")], good).0, found);
    for host in ["example.com", "169.254.169.254", "localhost.example.com", "[fd00:ec2::24]"] {
        let (result, asked) = ask(&[(FULL, &format!("http://{host}/x"))], good);
        assert!(result.contains("is neither https nor at localhost") && asked.is_empty(), "{host}: {result}");
    }
    for url in ["/x", "http://127.0.0.1@example.com/x"] {
        let (result, asked) = ask(&[(FULL, url)], good);
        assert!(result.contains("is no http or https URL") && asked.is_empty(), "{url}: {result}");
    }
    assert!(ask(&[(RELATIVE, "@example.com/x")], good).0.contains("is no path"));
    for (file, why) in [("/bad", "has characters that no header has"), ("/gone", "cannot be read")] {
        let (result, asked) = ask(&[(RELATIVE, "/x"), ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file)], good);
        assert!(result.contains(why) && asked.is_empty(), "{result}");
    }
    let bad = [
        (None, 3, "the service did not answer: no reply: nobody there"),
        (Some((500, "canary")), 3, "the service answered with status 500"),
        (Some((200, "canary")), 3, "the answer is not a JSON object"),
        (Some((200, r#"{"AccessKeyId":"A","SecretAccessKey":"canary","Token":"t"}"#)), 1, "has no Expiration"),
        (Some((200, r#"{"AccessKeyId":"A","SecretAccessKey":"canary"}"#)), 1, "has no Token"),
    ];
    for (answer, times, why) in bad {
        let (result, asked) = ask(&[(RELATIVE, "/x")], answer);
        assert!(result.contains(why) && asked.len() == times, "{result}, asked {} times", asked.len());
    }
}

/// Writes JSON with blanks where they may be and characters escaped that need not be.
fn write_json(value: &Json, random: &mut Rng, text: &mut String) {
    let blank = |random: &mut Rng| ["", "", " ", "\t", "\r\n"][random.usize(..5)];
    text.push_str(blank(random));
    match value {
        Json::Array(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                write_json(value, random, text);
            }
            text.push_str(if values.is_empty() { " ]" } else { "]" });
        }
        Json::Object(members) => {
            text.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                write_json(&Json::from(name.as_str()), random, text);
                text.push(':');
                write_json(value, random, text);
            }
            text.push_str(if members.is_empty() { "\n}" } else { "}" });
        }
        Json::String(value) => {
            text.push('"');
            for character in value.chars() {
                if random.u8(..4) == 0 {
                    text.extend(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
                } else {
                    let quoted = serde_json::to_string(&character).unwrap();
                    text.push_str(&quoted[1..quoted.len() - 1]);
                }
            }
            text.push('"');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
    text.push_str(blank(random));
}

fn random_json(random: &mut Rng, depth: usize) -> Json {
    match random.u8(..if depth > 3 { 7 } else { 9 }) {
        0 => Json::Null,
        1 => random.bool().into(),
        2 => random.i64(..).into(),
        3 => (random.f64() * 1e6).into(),
        4 => String::new().into(),
        5 | 6 => {
            let characters = ['a', 'Z', '0', '/', '"', '\\', '\u{8}', '\u{1}', '\n', ' ', 'é', '€', '😀', '\u{10ffff}'];
            (0..random.usize(..9)).map(|_| random.choice(characters).unwrap()).collect::<String>().into()
        }
        7 => (0..random.usize(..4)).map(|_| random_json(random, depth + 1)).collect(),
        _ => (0..random.u8(..4)).map(|name| (format!("{name}\"\\"), random_json(random, depth + 1))).collect(),
    }
}

/// Documents of all kinds, and damaged ones, are read as `serde_json` reads them.
#[test]
fn answers_are_read_as_json_is() {
    const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    const NAMES: [&str; 4] = ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"];
    let expected = |text: &str| {
        let Ok(Json::Object(members)) = text.parse() else { return Err("is not a JSON object") };
        let [id, secret, token, end] = NAMES.map(|name| match members.get(name) {
            None | Some(Json::Null) => Err("has no "),
            Some(Json::String(value)) => {
                if value.is_empty() {
                    Err("has no ")
                } else {
                    Ok(value.clone())
                }
            }
            Some(_) => Err("is no text"),
        });
        let (secret, id, token, end) = (secret?, id?, token?, end?);
        Ok(format!("{id} {secret} {token} {}", end.parse::<Timestamp>().map_err(|_| "not a timestamp")?))
    };
    let seed = std::env::var("SHAPEWIRE_SEED").map_or_else(|_| Rng::new().u64(..), |seed| seed.parse().unwrap());
    println!("SHAPEWIRE_SEED={seed}");
    let mut random = Rng::with_seed(seed);
    let (mut good, mut bad) = (0, 0);
    for _ in 0..3_000 {
        let mut members: Vec<(String, Json)> =
            (0..random.usize(..3)).map(|index| (format!("Other{index}"), random_json(&mut random, 0))).collect();
        for name in NAMES {
            let value = match name {
                _ if random.u8(..20) == 0 => random_json(&mut random, 0),
                "Expiration" => LATER.into(),
                _ => format!("{name}{}", random.choice(["", "\"", "\\", "é", "😀\u{7f}"]).unwrap()).into(),
            };
            members.insert(random.usize(..=members.len()), (name.to_owned(), value));
        }
        let mut text = String::new();
        write_json(&Json::Object(members.into_iter().collect()), &mut random, &mut text);
        if random.bool() {
            let mut characters: Vec<char> = text.chars().collect();
            let place = random.usize(..characters.len());
            let end = place + random.usize(..2);
            let new: String = random
                .choice(["", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", ".", "u", "\u{1}", "é", "\\ud800"])
                .unwrap()
                .to_owned();
            characters.splice(place..end, new.chars());
            text = characters.into_iter().collect();
        }
        let body = text.clone();
        let transport = Fake::new(move |_| Some((200, body.clone())));
        let found = shown(ContainerProvider::new(environment(&[(RELATIVE, "/x")], &[]), transport).credentials());
        match expected(&text) {
            Ok(expected) => {
                good += 1;
                assert_eq!(found, expected, "{text}");
            }
            Err(why) => {
                bad += 1;
                assert!(
                    found.starts_with("no credentials from container: ") && found.contains(why),
                    "{text}: {why}: {found}"
                );
            }
        }
    }
    assert!(good > 500 && bad > 500, "{good} {bad}");
}

/// The metadata service of an instance, by what it answers to the request for a token. Paths of containers work too.
fn instance(token: Option<(u16, &'static str)>) -> Fake {
    Fake::new(move |request| {
        if request.starts_with("PUT ") {
            return token.map(|(status, body)| (status, body.to_owned()));
        }
        let is_list = request.lines().next()?.ends_with("/iam/security-credentials/");
        Some((200, if is_list { "my-role\n".to_owned() } else { METADATA.to_owned() }))
    })
}

#[test]
fn instances() {
    let found = format!("ASIAMETADATA secret-canary token-canary {LATER}");
    let ask = |variables: Pairs, file: &str, transport: &Fake| {
        let config = Config::load(environment(variables, &[("/home/.aws/config", file)])).unwrap();
        shown(InstanceMetadataProvider::new(config, transport.clone()).credentials())
    };
    let transport = instance(Some((200, "token-of-session")));
    assert_eq!(ask(&[], "", &transport), found);
    let path = "http://169.254.169.254/latest";
    assert_eq!(
        transport.asked(),
        [
            format!("PUT {path}/api/token\nx-aws-ec2-metadata-token-ttl-seconds: 21600\n\n"),
            format!("GET {path}/meta-data/iam/security-credentials/\nx-aws-ec2-metadata-token: token-of-session\n\n"),
            format!(
                "GET {path}/meta-data/iam/security-credentials/my-role\nx-aws-ec2-metadata-token: token-of-session\n\n"
            ),
        ]
    );
    // Version 1, where the service has no version 2.
    for token in [Some((403, "")), Some((404, "")), Some((405, "")), Some((500, "")), None] {
        let transport = instance(token);
        assert_eq!(ask(&[], "", &transport), found, "{token:?}");
        assert_eq!(transport.asked().len(), 3);
        assert!(!transport.asked()[1].contains("x-aws-ec2-metadata-token"));
        for (variables, file) in
            [(&[("AWS_EC2_METADATA_V1_DISABLED", "true")][..], ""), (&[], "[default]\nec2_metadata_v1_disabled = true")]
        {
            assert!(ask(variables, file, &transport).contains("no session token, and version 1 is disabled"));
        }
    }
    let transport = instance(Some((400, "")));
    assert!(ask(&[], "", &transport).contains("a bad one") && transport.asked().len() == 1);
    let transport = instance(Some((200, "t")));
    assert!(
        ask(&[("AWS_EC2_METADATA_DISABLED", "True")], "", &transport).ends_with("AWS_EC2_METADATA_DISABLED is true")
    );
    assert!(transport.asked().is_empty());
    // Where it is.
    let endpoint = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
    let ipv6 = [("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6")];
    let cases: [(Pairs, &str, &str); 3] = [
        (&[(endpoint, "http://127.0.0.1:1338/")], "", "PUT http://127.0.0.1:1338/latest/api/token\n"),
        (&ipv6, "", "PUT http://[fd00:ec2::254]/latest/api/token\n"),
        (&ipv6, "[default]\nec2_metadata_service_endpoint = http://x", "PUT http://x/latest/api/token\n"),
    ];
    for (variables, file, start) in cases {
        let transport = instance(Some((200, "t")));
        assert_eq!(ask(variables, file, &transport), found);
        assert!(transport.asked()[0].starts_with(start), "{:?}", transport.asked());
    }
    assert!(ask(&[(endpoint, "nowhere")], "", &transport).contains("is no http or https URL"));
    // What else it may answer, and how often it is asked.
    let twice = [("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2")];
    let fault = r#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"canary"}"#;
    let cases = [
        ((404, ""), "the instance has no role (status 404)"),
        ((200, ""), "the service's answer is empty"),
        ((503, ""), "the service answered with status 503"),
    ];
    for ((status, body), why) in cases {
        let transport = Fake::new(move |request| {
            Some(if request.starts_with("PUT ") { (200, "t".to_owned()) } else { (status, body.to_owned()) })
        });
        let result = ask(&twice, "", &transport);
        assert!(result.ends_with(why) && transport.asked().len() == 3, "{result}");
    }
    let transport = Fake::new(move |request| {
        let is_text = request.starts_with("PUT ") || request.contains("/iam/security-credentials/\n");
        Some((200, if is_text { "text".to_owned() } else { fault.to_owned() }))
    });
    assert!(ask(&[], "", &transport).ends_with("the service answered with the code AssumeRoleUnauthorizedAccess"));
    assert!(ask(&[("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "0")], "", &transport).contains("must be a number from 1 on"));
}

/// The same over the real transport, to a service on this machine.
#[cfg(feature = "client")]
#[test]
fn metadata_over_http() {
    use std::io::{BufRead, BufReader, Write};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let mut asked = Vec::new();
        for body in ["session", "my-role", METADATA, METADATA] {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
                .unwrap();
            asked.push(head.join("\n"));
        }
        asked
    });
    let found = format!("ASIAMETADATA secret-canary token-canary {LATER}");
    let transport = shapewire::transport::HttpTransport::new();
    let config = Config::load(environment(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &base)], &[])).unwrap();
    assert_eq!(shown(InstanceMetadataProvider::new(config, transport.clone()).credentials()), found);
    let variables =
        [("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*base), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container")];
    assert_eq!(shown(ContainerProvider::new(environment(&variables, &[]), transport).credentials()), found);
    let asked = server.join().unwrap();
    assert!(asked[0].starts_with("PUT /latest/api/token HTTP/1.1\n"), "{asked:?}");
    assert!(asked[2].to_lowercase().contains("\nx-aws-ec2-metadata-token: session"), "{asked:?}");
    assert!(asked[3].starts_with("GET / HTTP/1.1\n") && asked[3].to_lowercase().contains("authorization: container"));
}

#[test]
fn the_order_of_the_chain() {
    // Each source wins over all after it: take the first away, and look who is next.
    let variables = [
        ("AWS_ACCESS_KEY_ID", "VARIABLES"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/web"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/container"),
        ("AWS_REGION", "eu-west-1"),
    ];
    let role = "role_arn = arn:aws:iam::123456789012:role/role\nsource_profile = keys\n";
    let keys = |name: &str| format!("aws_access_key_id = {name}\naws_secret_access_key = s\n");
    let process = if cfg!(unix) {
        "credential_process = printf '{\"Version\":1,\"AccessKeyId\":\"PROCESS\",\"SecretAccessKey\":\"s\"}'\n"
    } else {
        ""
    };
    let ask = |step: usize| {
        let skipped = [0, 2, 2, 4, 4, 4, 4, 5, 6][step];
        let variables = &variables[skipped.min(5)..];
        let config = format!(
            "[profile keys]\n{}[default]\n{}{}{}",
            keys("KEYS"),
            if step < 2 { role } else { "" },
            if step < 5 { process } else { "" },
            if step < 6 { keys("CONFIG") } else { String::new() }
        );
        let credentials = if step < 4 { format!("[default]\n{}", keys("CREDENTIALS")) } else { String::new() };
        let files =
            [("/home/.aws/config", &*config), ("/home/.aws/credentials", &*credentials), ("/token", "web-canary")];
        let answers = step < 8;
        let metadata = Fake::new(move |request| {
            let answer = if request.contains("/container") {
                METADATA.replace("METADATA", "CONTAINER")
            } else if request.starts_with("PUT ") || request.contains("/iam/security-credentials/\n") {
                "text".to_owned()
            } else {
                METADATA.replace("METADATA", "INSTANCE")
            };
            answers.then_some((200, answer))
        });
        let found = shown(chain(variables, &files, Fake::new(sts), metadata).credentials());
        found.split_once(" s").map_or(found.clone(), |(key, _)| key.to_owned())
    };
    assert_eq!(ask(0), "VARIABLES");
    assert_eq!(ask(1), "ASIAEXAMPLEOFrole");
    assert_eq!(ask(2), "ASIAEXAMPLEOFweb");
    assert_eq!(ask(3), "CREDENTIALS");
    assert_eq!(ask(4), if cfg!(unix) { "PROCESS" } else { "CONFIG" });
    assert_eq!(ask(5), "CONFIG");
    assert_eq!(ask(6), "ASIACONTAINER");
    assert_eq!(ask(7), "ASIAINSTANCE");
    let error = chain(&[], &[], Fake::silent(), Fake::silent()).credentials().unwrap_err();
    assert!(error.is_not_configured());
    assert_eq!(
        error.to_string(),
        "no credentials from any source: environment: AWS_ACCESS_KEY_ID is not set; \
         profile: the profile default is in no file; \
         container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set; \
         instance metadata: the service did not answer"
    );
}

/// A provider whose credentials are numbered and last for an hour, or that fails, and the clock that goes with it.
struct Source {
    now: Arc<AtomicI64>,
    calls: Arc<AtomicUsize>,
    fails: Arc<AtomicUsize>,
    provider: Arc<CachingProvider>,
}

impl Source {
    fn new(lifetime: i64) -> Self {
        let (now, calls, fails) =
            (Arc::new(AtomicI64::new(1_000_000)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let provider = {
            let (now, calls, fails) = (now.clone(), calls.clone(), fails.clone());
            CachingProvider::new(move || {
                let call = calls.fetch_add(1, Ordering::SeqCst) + 1;
                if fails.load(Ordering::SeqCst) > 0 {
                    return Err(CredentialsError::failed("source", format!("failure {call}")));
                }
                let end = Timestamp::new(now.load(Ordering::SeqCst) + lifetime, 0).unwrap();
                Ok(Credentials::new(format!("KEY{call}"), "canary").with_expiration(end))
            })
        };
        let clock = now.clone();
        let provider = provider.with_clock(move || Timestamp::new(clock.load(Ordering::SeqCst), 0).unwrap());
        Self { now, calls, fails, provider: Arc::new(provider) }
    }
    /// The key at hand so many seconds later.
    fn after(&self, seconds: i64) -> String {
        self.now.fetch_add(seconds, Ordering::SeqCst);
        match self.provider.credentials() {
            Ok(credentials) => credentials.access_key_id().to_owned(),
            Err(error) => error_text(&error),
        }
    }
    fn fail(&self, fails: bool) {
        self.fails.store(usize::from(fails), Ordering::SeqCst);
    }
}

#[test]
fn the_cache_refreshes_in_time() {
    let source = Source::new(3600);
    assert_eq!(source.after(0), "KEY1");
    assert_eq!(source.after(2699), "KEY1");
    // 15 minutes before the end.
    assert_eq!(source.after(1), "KEY2");
    assert_eq!(source.after(0), "KEY2");
    source.provider.invalidate();
    assert_eq!(source.after(0), "KEY3");
    // What lasts as long as the window is used for half of its time.
    let source = Source::new(900);
    assert_eq!((source.after(0), source.after(449), source.after(1)), ("KEY1".into(), "KEY1".into(), "KEY2".into()));
    // What never ends is asked for once.
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let provider = CachingProvider::new(move || {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(Credentials::new("A", "canary"))
    });
    provider.credentials().unwrap();
    provider.credentials().unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    assert!(!format!("{provider:?}").contains("canary"));
}

#[test]
fn the_cache_keeps_what_is_valid() {
    let source = Source::new(3600);
    assert_eq!(source.after(0), "KEY1");
    source.fail(true);
    assert_eq!(source.after(2700), "KEY1");
    assert_eq!(source.calls.load(Ordering::SeqCst), 2);
    // No attempt for a minute, then one, in the last ten minutes too.
    assert_eq!(source.after(59), "KEY1");
    assert_eq!(source.calls.load(Ordering::SeqCst), 2);
    assert_eq!(source.after(1), "KEY1");
    assert_eq!(source.calls.load(Ordering::SeqCst), 3);
    assert_eq!(source.after(839), "KEY1");
    assert_eq!(source.calls.load(Ordering::SeqCst), 4);
    assert_eq!(source.after(1), "no credentials from source: failure 5");
    source.fail(false);
    assert_eq!(source.after(0), "KEY6");
    let source = Source::new(0);
    assert_eq!(source.after(0), "no credentials from cache: the new ones have expired already");
}

/// A provider that waits in its second call until it is let go on, and says that it was called.
#[test]
fn one_refreshes_while_others_go_on() {
    let (called, go_on) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let now = Arc::new(AtomicI64::new(0));
    let calls = Arc::new(AtomicUsize::new(0));
    let provider = {
        let (called, go_on, now, calls) = (called.clone(), go_on.clone(), now.clone(), calls.clone());
        CachingProvider::new(move || {
            let call = calls.fetch_add(1, Ordering::SeqCst) + 1;
            if call == 2 {
                called.wait();
                go_on.wait();
            }
            let end = Timestamp::new(now.load(Ordering::SeqCst) + 3600, 0).unwrap();
            Ok(Credentials::new(format!("KEY{call}"), "s").with_expiration(end))
        })
    };
    let clock = now.clone();
    let provider = provider.with_clock(move || Timestamp::new(clock.load(Ordering::SeqCst), 0).unwrap());
    let key = || provider.credentials().unwrap().access_key_id().to_owned();
    assert_eq!(key(), "KEY1");
    now.store(2700, Ordering::SeqCst);
    thread::scope(|scope| {
        let refresher = scope.spawn(key);
        called.wait();
        assert_eq!((key(), key()), ("KEY1".to_owned(), "KEY1".to_owned()));
        // With ten minutes left, others wait for the one.
        now.store(3000, Ordering::SeqCst);
        let waiting: Vec<_> = (0..8).map(|_| scope.spawn(key)).collect();
        go_on.wait();
        assert_eq!(refresher.join().unwrap(), "KEY2");
        for waiting in waiting {
            assert_eq!(waiting.join().unwrap(), "KEY2");
        }
    });
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[test]
fn many_threads_make_one_refresh() {
    const THREADS: usize = 32;
    let source = Source::new(3600);
    for round in 1..=20 {
        let start = Barrier::new(THREADS);
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    start.wait();
                    let key = source.provider.credentials().unwrap().access_key_id().to_owned();
                    assert_eq!(key, format!("KEY{round}"));
                });
            }
        });
        assert_eq!(source.calls.load(Ordering::SeqCst), round);
        source.now.fetch_add(3600, Ordering::SeqCst);
    }
}

#[test]
fn a_failed_refresh_fails_for_all_who_waited() {
    let (called, go_on) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let provider = {
        let (called, go_on) = (called.clone(), go_on.clone());
        let calls = AtomicUsize::new(0);
        CachingProvider::new(move || match calls.fetch_add(1, Ordering::SeqCst) {
            0 => {
                called.wait();
                go_on.wait();
                panic!("on purpose");
            }
            call => Err::<Credentials, _>(CredentialsError::failed("source", format!("failure {call}"))),
        })
    };
    thread::scope(|scope| {
        let refresher = scope.spawn(|| provider.credentials());
        called.wait();
        let waiting = scope.spawn(|| provider.credentials());
        go_on.wait();
        assert!(refresher.join().is_err());
        // Whether it waited for the panic or came after, it is told.
        let error = waiting.join().unwrap().unwrap_err().to_string();
        assert!(error.ends_with("the provider panicked") || error.ends_with("failure 1"), "{error}");
    });
    assert!(provider.credentials().unwrap_err().to_string().contains("failure"));
}

#[test]
fn nothing_shows_secrets() {
    let files = [("/home/.aws/credentials", "[default]\naws_access_key_id = A\naws_secret_access_key = canary")];
    let chain = chain(&[("AWS_SESSION_TOKEN", "canary")], &files, Fake::silent(), Fake::silent());
    let shown = format!("{chain:?} {:?} {:?}", chain.credentials(), Credentials::new("A", "canary").credentials());
    assert!(!shown.contains("canary"), "{shown}");
}
