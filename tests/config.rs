//! Shared files and settings: the format, the profiles, who wins, and errors that show no values.
#![cfg(feature = "credentials")]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::Path;

use serde_json::{Value, json};
use shapewire::config::{Config, ConfigError, Environment, Explicit, Origin, RetryMode, Section, SharedConfig};
use shapewire::endpoint::EndpointParameters;

/// Names and values.
type Pairs<'a> = &'a [(&'a str, &'a str)];

/// An environment of variables and files, with the home `/home`.
fn environment(variables: Pairs, files: Pairs) -> Environment {
    let files: BTreeMap<String, String> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    Environment::empty().with_variables(variables.iter().copied()).with_home("/home").with_reader(move |path: &Path| {
        let text = files.get(&path.display().to_string().replace('\\', "/"));
        text.map(|text| text.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
    })
}

fn shared(config: &str, credentials: &str) -> Result<SharedConfig, ConfigError> {
    SharedConfig::load(&environment(&[], &[("/home/.aws/config", config), ("/home/.aws/credentials", credentials)]))
}

fn section_json(section: &Section) -> Value {
    let value = |key: &str| match section.get(key) {
        Some(text) => Value::from(text),
        None => section
            .nested_keys(key)
            .map(|inner| (inner, Value::from(section.nested(key, inner).unwrap_or(""))))
            .collect(),
    };
    section.keys().map(|key| (key, value(key))).collect()
}

fn profiles_json(shared: &SharedConfig) -> Value {
    shared.profile_names().map(|name| (name, section_json(shared.profile(name).unwrap()))).collect()
}

#[test]
fn the_format() {
    let cases: [(&str, &str, Value); 20] = [
        ("nothing", "", json!({})),
        ("one key", "[default]\nregion = eu-west-1\n", json!({"default": {"region": "eu-west-1"}})),
        (
            "both delimiters, no spaces",
            "[default]\na=1\nb:2\nc = x=y:z",
            json!({"default": {"a": "1", "b": "2", "c": "x=y:z"}}),
        ),
        ("keys in lower case", "[default]\nRegion = A\n", json!({"default": {"region": "A"}})),
        (
            "names with their case",
            "[profile Dev]\na = 1\n[profile dev]\na = 2",
            json!({"Dev": {"a": "1"}, "dev": {"a": "2"}}),
        ),
        (
            "quoted names",
            "[profile \"my dev\"]\na = 1\n[profile 'other']\nb = 2",
            json!({"my dev": {"a": "1"}, "other": {"b": "2"}}),
        ),
        (
            "names of too many words, none, or unclosed quotes",
            "[profile a b]\nx=1\n[profile]\ny=1\n[profile \"c]\nz=1",
            json!({}),
        ),
        ("other sections are no profiles", "[dev]\na = 1\n[preview]\nb = 2", json!({})),
        ("comments", "# a\n; b\n[default]\n  # c = d\na = 1\n  ; e = f\n", json!({"default": {"a": "1"}})),
        (
            "no comments within a line",
            "[default]\na = 1 # one\nb = 2 ; two\n",
            json!({"default": {"a": "1 # one", "b": "2 ; two"}}),
        ),
        ("text after the section", "[default] # mine\na = 1", json!({"default": {"a": "1"}})),
        ("lines that go on", "[default]\na = 1\n  2\n\n  3\n\nb = 4", json!({"default": {"a": "1\n2\n\n3", "b": "4"}})),
        (
            "nested keys",
            "[default]\ns3 =\n  Key = a:b\n  url=http://x/?y=z\nregion = r",
            json!({"default": {"s3": {"Key": "a:b", "url": "http://x/?y=z"}, "region": "r"}}),
        ),
        (
            "comments and blank lines among them",
            "[default]\ns3 =\n\n  # no\n  a = 1\n\n  b = 2\n",
            json!({"default": {"s3": {"a": "1", "b": "2"}}}),
        ),
        (
            "deeper ones are not nested deeper",
            "[default]\ns3 =\n  a =\n    b = 1\n",
            json!({"default": {"s3": {"a": "", "b": "1"}}}),
        ),
        ("everything indented alike", "  [default]\n  a = 1\n  b = 2\n", json!({"default": {"a": "1", "b": "2"}})),
        (
            "Windows and old Macintosh lines",
            "[default]\r\na = 1\r\nb = 2\r[profile x]\rc = 3",
            json!({"default": {"a": "1", "b": "2"}, "x": {"c": "3"}}),
        ),
        ("a byte order mark", "\u{feff}[default]\na = 1", json!({"default": {"a": "1"}})),
        (
            "what all sections say",
            "[DEFAULT]\na = 1\nb = 2\n[default]\na = 3\n[profile x]\n",
            json!({"default": {"a": "3", "b": "2"}, "x": {"a": "1", "b": "2"}}),
        ),
        ("the later of two spellings", "[default]\na = 1\n[profile default]\nb = 2", json!({"default": {"b": "2"}})),
    ];
    for (name, text, expected) in cases {
        let shared = shared(text, "").unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(profiles_json(&shared), expected, "{name}");
    }
}

#[test]
fn bad_files_say_where_and_no_value() {
    let cases = [
        ("before any section", "\n# x\ncanary = 1\n", 3, "before the first section"),
        ("no delimiter", "[default]\na = 1\n\ncanary\n", 4, "neither"),
        ("no key", "[default]\n = canary\n", 2, "neither"),
        ("an empty name", "[]\n", 1, "before the first section"),
        ("a section twice", "[default]\na = 1\n[profile x]\n[default]\n", 4, "a second section [default]"),
        ("a key twice", "[default]\ncanary = 1\nCanary = 2\n", 3, "for the second time in the section [default]"),
        ("a nested line without `=`", "[default]\ns3 =\n  a = 1\n  canary: 2\n", 4, "indented lines"),
    ];
    for (name, text, line, why) in cases {
        for (config, credentials, path) in [(text, "", "config"), ("", text, "credentials")] {
            let error = shared(config, credentials).unwrap_err();
            let shown = error.to_string();
            assert!(shown.contains(&format!(".aws/{path}:{line}: ")) && shown.contains(why), "{name}: {shown}");
            assert!(!format!("{error:?} {shown}").contains("canary"), "{name}: {shown}");
        }
    }
    let bytes = |_: &Path| Ok(b"[default]\na = 1\nb = \xff\n".to_vec());
    let error = SharedConfig::load(&Environment::empty().with_home("/home").with_reader(bytes)).unwrap_err();
    assert!(error.to_string().ends_with(":3: not UTF-8"), "{error}");
    let denied = |_: &Path| Err(io::ErrorKind::PermissionDenied.into());
    let error = SharedConfig::load(&Environment::empty().with_home("/home").with_reader(denied)).unwrap_err();
    assert!(matches!(error, ConfigError::Unreadable { .. }), "{error}");
}

#[test]
fn debug_shows_no_values() {
    let shared = shared(
        "[default]\naws_secret_access_key = canary\ncanary == x\ns3 =\n  key = canary\n",
        "[default]\naws_session_token = canary\n",
    )
    .unwrap();
    let shown = format!("{shared:?} {:#?} {:?}", shared.profile("default"), environment(&[("A", "canary")], &[]));
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn the_credentials_file_wins_key_by_key() {
    let shared = shared(
        "[default]\na = 1\nb = 1\n[profile x]\nc = 1\n[services s]\niam =\n  endpoint_url = http://s\n[sso-session o]\nsso_region = r",
        "[default]\nb = 2\n[profile x]\nc = 2\n[y]\nd = 2\n",
    )
    .unwrap();
    let expected = json!({"default": {"a": "1", "b": "2"}, "x": {"c": "1"}, "profile x": {"c": "2"}, "y": {"d": "2"}});
    assert_eq!(profiles_json(&shared), expected);
    assert_eq!(shared.services("s").unwrap().nested("iam", "endpoint_url"), Some("http://s"));
    assert_eq!(shared.sso_session("o").unwrap().get("sso_region"), Some("r"));
    assert!(shared.services("o").is_none() && shared.sso_session("s").is_none());
}

#[test]
fn where_the_files_are() {
    let files = |variables: Pairs| {
        let shared = SharedConfig::load(&environment(variables, &[])).unwrap();
        shared.files().iter().map(|path| path.display().to_string().replace('\\', "/")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(files(&[]), "/home/.aws/config /home/.aws/credentials");
    assert_eq!(files(&[("AWS_CONFIG_FILE", "/c"), ("AWS_SHARED_CREDENTIALS_FILE", "~/d")]), "/c /home/d");
    assert_eq!(files(&[("AWS_CONFIG_FILE", ""), ("AWS_SHARED_CREDENTIALS_FILE", "~other/d")]), "~other/d");
    assert_eq!(
        files(&[("AWS_CONFIG_FILE", "$X/${X}y/$NONE/${Z"), ("X", "x"), ("AWS_SHARED_CREDENTIALS_FILE", "a$")]),
        "x/xy/$NONE/${Z a$"
    );
    let homeless = SharedConfig::load(&Environment::empty()).unwrap();
    assert!(homeless.files().is_empty());
}

#[test]
fn the_profile_and_the_region() {
    let files = [("/home/.aws/config", "[default]\nregion = d\n[profile a]\nregion = a\n[profile b]\nx = 1\n")];
    let load = |variables: Pairs| Config::load(environment(variables, &files));
    let cases: [(Pairs, &str, &str); 7] = [
        (&[], "default", "d by region of the profile default"),
        (&[("AWS_PROFILE", "")], "default", "d by region of the profile default"),
        (&[("AWS_PROFILE", "a")], "a", "a by region of the profile a"),
        (&[("AWS_DEFAULT_PROFILE", "b"), ("AWS_PROFILE", "a")], "a", "a by region of the profile a"),
        (&[("AWS_DEFAULT_PROFILE", "b")], "b", "none"),
        (&[("AWS_DEFAULT_REGION", "e")], "default", "e by AWS_DEFAULT_REGION"),
        (&[("AWS_DEFAULT_REGION", "e"), ("AWS_REGION", "f"), ("AWS_PROFILE", "a")], "a", "f by AWS_REGION"),
    ];
    for (variables, profile, region) in cases {
        let config = load(variables).unwrap();
        assert_eq!(config.profile_name().value, profile, "{variables:?}");
        let found =
            config.region().map_or("none".to_owned(), |setting| format!("{} by {}", setting.value, setting.origin));
        assert_eq!(found, region, "{variables:?}");
    }
    let error = load(&[("AWS_PROFILE", "c")]).unwrap_err().to_string().replace('\\', "/");
    assert_eq!(
        error,
        "there is no profile c (asked for by AWS_PROFILE) in /home/.aws/config or /home/.aws/credentials"
    );
    // Only the profile that nobody asks for may be missing.
    assert!(Config::load(environment(&[], &[])).unwrap().profile().is_none());
    assert!(Config::load(environment(&[("AWS_PROFILE", "default")], &[])).is_err());
    let mut explicit = Explicit::default();
    explicit.profile = Some("a".to_owned());
    explicit.region = Some("x".to_owned());
    let config =
        Config::load_with(environment(&[("AWS_REGION", "e"), ("AWS_PROFILE", "b")], &files), explicit).unwrap();
    assert_eq!(config.profile_name().value, "a");
    assert_eq!(config.region().unwrap().origin, Origin::Explicit);
}

#[test]
fn other_settings() {
    let files = [(
        "/home/.aws/config",
        "[default]\nuse_fips_endpoint = True\nuse_dualstack_endpoint = false\nmax_attempts = 7\nretry_mode = adaptive\n\
         [profile bad]\nuse_fips_endpoint = yes\nuse_dualstack_endpoint = 1\nmax_attempts = 0\nretry_mode = Standard\n\
         ignore_configured_endpoint_urls = no\n[profile none]\nuse_fips_endpoint =\n",
    )];
    let load = |variables: Pairs| Config::load(environment(variables, &files)).unwrap();
    let config = load(&[("AWS_MAX_ATTEMPTS", "2"), ("AWS_USE_DUALSTACK_ENDPOINT", "TRUE")]);
    assert!(config.use_fips().unwrap().unwrap().value);
    let dualstack = config.use_dualstack().unwrap().unwrap();
    assert_eq!((dualstack.value, dualstack.origin.to_string().as_str()), (true, "AWS_USE_DUALSTACK_ENDPOINT"));
    assert_eq!(config.max_attempts().unwrap().unwrap().value, 2);
    assert_eq!(config.retry_mode().unwrap().unwrap().value, RetryMode::Adaptive);
    let bad = load(&[("AWS_PROFILE", "bad")]);
    let mut errors = String::new();
    writeln!(errors, "{}", bad.use_fips().unwrap_err()).unwrap();
    writeln!(errors, "{}", bad.use_dualstack().unwrap_err()).unwrap();
    writeln!(errors, "{}", bad.max_attempts().unwrap_err()).unwrap();
    writeln!(errors, "{}", bad.retry_mode().unwrap_err()).unwrap();
    writeln!(errors, "{}", bad.endpoint_url("IAM").unwrap_err()).unwrap();
    assert_eq!(
        errors,
        "use_fips_endpoint of the profile bad must be `true` or `false`\n\
         use_dualstack_endpoint of the profile bad must be `true` or `false`\n\
         max_attempts of the profile bad must be a number from 1 on\n\
         retry_mode of the profile bad must be `legacy`, `standard` or `adaptive`\n\
         ignore_configured_endpoint_urls of the profile bad must be `true` or `false`\n"
    );
    assert_eq!(load(&[("AWS_PROFILE", "none")]).use_fips().unwrap(), None);
}

#[test]
fn settings_of_s3() {
    let files = [(
        "/home/.aws/config",
        "[default]\nuse_dualstack_endpoint = true\ns3_us_east_1_regional_endpoint = legacy\ns3 =\n  addressing_style = Path\n\
         \x20 use_arn_region = true\n  use_dualstack_endpoint = false\n\
         [profile endpoint]\nendpoint_url = http://localhost:9000\n\
         [profile virtual]\nendpoint_url = http://localhost:9000\ns3 =\n  addressing_style = virtual\n\
         [profile auto]\ns3 =\n  addressing_style = auto\n\
         [profile bad]\ns3_disable_multiregion_access_points = yes\n[profile worse]\ns3 =\n  addressing_style = host\n",
    )];
    let load = |variables: Pairs| Config::load(environment(variables, &files)).unwrap();
    let parameters = |profile: &str| load(&[("AWS_PROFILE", profile)]).endpoint_parameters("S3").unwrap();
    let empty = EndpointParameters::default;
    let local = || empty().with_endpoint("http://localhost:9000/");

    let of_file = empty()
        .with_dual_stack(false)
        .with("AWS::S3::ForcePathStyle", true)
        .with("AWS::S3::UseArnRegion", true)
        .with("AWS::S3Control::UseArnRegion", true)
        .with("AWS::S3::UseGlobalEndpoint", true);
    assert_eq!(parameters("default"), of_file);
    assert_eq!(load(&[]).endpoint_parameters("IAM").unwrap(), empty().with_dual_stack(true));
    let config = load(&[("AWS_S3_USE_ARN_REGION", "FALSE"), ("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "regional")]);
    let with_variables = of_file
        .with("AWS::S3::UseArnRegion", false)
        .with("AWS::S3Control::UseArnRegion", false)
        .with("AWS::S3::UseGlobalEndpoint", false);
    assert_eq!(config.endpoint_parameters("S3").unwrap(), with_variables);

    // Where an endpoint is configured, the bucket stays in the path unless it is said that it does not.
    assert_eq!(parameters("endpoint"), local().with("AWS::S3::ForcePathStyle", true));
    assert_eq!(parameters("virtual"), local().with("AWS::S3::ForcePathStyle", false));
    assert_eq!(parameters("auto"), empty());
    let bad = load(&[("AWS_PROFILE", "bad")]);
    assert_eq!(bad.endpoint_parameters("IAM").unwrap(), empty());
    assert_eq!(
        bad.endpoint_parameters("S3").unwrap_err().to_string(),
        "s3_disable_multiregion_access_points of the profile bad must be `true` or `false`"
    );
    assert_eq!(
        load(&[("AWS_PROFILE", "worse")]).endpoint_parameters("S3 Control").unwrap_err().to_string(),
        "s3.addressing_style of the profile worse must be `path`, `virtual` or `auto`"
    );

    // The program has the last word, by the names of the rules.
    let mut explicit = Explicit::default();
    explicit.endpoint_parameters.push(("ForcePathStyle".to_owned(), false.into()));
    let config = Config::load_with(environment(&[("AWS_PROFILE", "auto")], &files), explicit).unwrap();
    assert_eq!(config.endpoint_parameters("S3").unwrap(), empty().with("ForcePathStyle", false));
}

#[test]
fn endpoints_by_service() {
    let files = [(
        "/home/.aws/config",
        "[default]\nservices = s\n[profile gone]\nservices = gone\n[services s]\ncognito_identity =\n  endpoint_url = http://c:1\niam = x\n",
    )];
    let load = |variables: Pairs| Config::load(environment(variables, &files)).unwrap();
    let found = load(&[]).endpoint_url("Cognito Identity").unwrap().unwrap();
    assert_eq!(found.value, "http://c:1");
    assert_eq!(found.origin.to_string(), "cognito_identity.endpoint_url of the section [services s]");
    let found = load(&[("AWS_ENDPOINT_URL_COGNITO_IDENTITY", "https://v")]).endpoint_url("Cognito Identity").unwrap();
    assert_eq!(found.unwrap().origin.to_string(), "AWS_ENDPOINT_URL_COGNITO_IDENTITY");
    assert_eq!(load(&[]).endpoint_url("IAM").unwrap(), None);
    assert_eq!(load(&[("AWS_ENDPOINT_URL", "")]).endpoint_url("IAM").unwrap(), None);
    for bad in ["localhost:80", "ftp://x", "http://", "http://a b"] {
        let error = load(&[("AWS_ENDPOINT_URL", bad)]).endpoint_url("IAM").unwrap_err();
        let expected = "AWS_ENDPOINT_URL must be an http or https URL, without a user or a password";
        assert_eq!(error.to_string(), expected, "{bad}");
    }
    let error = load(&[("AWS_PROFILE", "gone")]).endpoint_url("IAM").unwrap_err();
    assert_eq!(error.to_string(), "the profile gone names the section [services gone], which is not there");
}

/// AWS's own cases of who wins.
#[test]
fn an_endpoint_with_a_user_is_refused_and_not_shown() {
    let load = |variables: Pairs, explicit| Config::load_with(environment(variables, &[]), explicit).unwrap();
    let url = "https://canary:canary@iam.example/";
    let error = load(&[("AWS_ENDPOINT_URL", url)], Explicit::default()).endpoint_url("IAM").unwrap_err();
    let expected = "AWS_ENDPOINT_URL must be an http or https URL, without a user or a password";
    assert_eq!(error.to_string(), expected);
    let mut explicit = Explicit::default();
    explicit.endpoint_url = Some(url.parse().unwrap());
    assert!(!format!("{explicit:?}").contains("canary"), "{explicit:?}");
    let error = load(&[], explicit).endpoint_url("IAM").unwrap_err();
    assert_eq!(error.to_string(), expected.replace("AWS_ENDPOINT_URL", "the endpoint of the program"));
    // An at sign elsewhere is none before a host.
    let found = load(&[("AWS_ENDPOINT_URL", "http://a/b@c")], Explicit::default()).endpoint_url("IAM");
    assert_eq!(found.unwrap().unwrap().value, "http://a/b@c");
    let parameters = EndpointParameters::new("eu-west-1").with_endpoint(url);
    assert!(!format!("{parameters:?}").contains("canary"), "{parameters:?}");
}

#[test]
fn configured_endpoint_urls() {
    let Some(folder) = support::shared() else { return };
    let text = std::fs::read(folder.join("conformance/config/configured-endpoint-urls.json")).unwrap();
    let suites: Value = serde_json::from_slice(&text).unwrap();
    let mut checked = 0;
    for suite in suites["testSuites"].as_array().unwrap() {
        let mut file = String::new();
        for (name, keys) in suite["profiles"].as_object().unwrap() {
            writeln!(file, "[profile {name}]").unwrap();
            for (key, value) in keys.as_object().unwrap() {
                writeln!(file, "{key} = {}", value.as_str().unwrap()).unwrap();
            }
        }
        for (name, services) in suite["services"].as_object().unwrap() {
            writeln!(file, "[services {name}]").unwrap();
            for (service, keys) in services.as_object().unwrap() {
                writeln!(file, "{service} =").unwrap();
                for (key, value) in keys.as_object().unwrap() {
                    writeln!(file, "  {key} = {}", value.as_str().unwrap()).unwrap();
                }
            }
        }
        for case in suite["endpointUrlTests"].as_array().unwrap() {
            let name = &case["name"];
            let text = |key: &str| case[key].as_str().unwrap();
            let variables = suite["environments"][text("environment")].as_object().unwrap();
            let variables: Vec<(&str, &str)> =
                variables.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
            let client = &suite["client_configs"][text("client_config")];
            let mut explicit = Explicit::default();
            explicit.profile = Some(text("profile").to_owned());
            explicit.endpoint_url = client["endpoint_url"].as_str().map(|url| url.parse().unwrap());
            explicit.ignore_configured_endpoint_urls = client["ignore_configured_endpoint_urls"].as_bool();
            let environment = environment(&variables, &[("/home/.aws/config", &file)]);
            let config = Config::load_with(environment, explicit).unwrap();
            let found = config.endpoint_url(text("service")).unwrap();
            // Where nothing is configured, the case names the service's own endpoint.
            let expected = case["output"]["endpointUrl"].as_str().unwrap().parse::<http::Uri>().unwrap();
            let expected = (!expected.host().unwrap().ends_with(".amazonaws.com")).then_some(expected);
            assert_eq!(found.map(|setting| setting.value), expected, "{name}");
            checked += 1;
        }
    }
    println!("{checked} cases");
    assert!(checked >= 30, "{checked}");
}
