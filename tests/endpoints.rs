//! Endpoints: the official suites of the rules engine and of four services, and rules and tables that are damaged.
#![cfg(all(feature = "endpoints", feature = "json"))]

mod support;

use std::fs;
use std::path::Path;

use fastrand::Rng;
use flate2::read::GzDecoder;
use serde_json::{Value as Json, json};
use shapewire::endpoint::{Endpoint, EndpointError, EndpointParameters, ParameterValue, Property, RuleSet};
use shapewire_codegen::Problems;
use shapewire_codegen::endpoint as codegen;

/// The tables of a rule set as the generator would write them.
fn compile(file: &str, rules: &Json) -> Result<RuleSet, Problems> {
    let tables = rules_of(file, rules)?.tables();
    Ok(RuleSet::new(tables.text.leak(), tables.code.leak()))
}

/// The rule set as the generator reads it.
fn rules_of(file: &str, rules: &Json) -> Result<codegen::RuleSet, Problems> {
    codegen::RuleSet::from_json(file, &rules.to_string().parse().unwrap())
}

fn read(path: &Path) -> Json {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_some_and(|extension| extension == "gz") {
        serde_json::from_reader(GzDecoder::new(&*bytes)).unwrap()
    } else {
        serde_json::from_slice(&bytes).unwrap()
    }
}

/// The folders and files in a folder, sorted.
fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// The published rule set of a service.
fn published(shared: &Path, service: &str) -> Json {
    let versions = entries(&shared.join("models/api-json").join(service));
    read(&versions.last().unwrap().join("endpoint-rule-set-1.json.gz"))
}

fn parameters(params: &Json) -> EndpointParameters {
    let mut parameters = EndpointParameters::default();
    for (name, value) in params.as_object().into_iter().flatten() {
        let value: ParameterValue = match value {
            Json::String(text) => text.as_str().into(),
            Json::Bool(boolean) => (*boolean).into(),
            Json::Array(list) => list.iter().map(|text| text.as_str().unwrap().to_owned()).collect::<Vec<_>>().into(),
            other => panic!("{name}: {other}"),
        };
        parameters = parameters.with(name, value);
    }
    parameters
}

fn headers(endpoint: &Endpoint) -> Json {
    let mut headers = json!({});
    for (name, value) in &endpoint.headers {
        let values = &mut headers[name.as_str()];
        if values.is_null() {
            *values = json!([]);
        }
        values.as_array_mut().unwrap().push(value.to_str().unwrap().into());
    }
    headers
}

fn properties(endpoint: &Endpoint) -> Json {
    endpoint.properties.iter().map(|(name, value)| (*name, value)).collect()
}

/// Whether the way to sign says what the suite says.
fn same_schemes(endpoint: &Endpoint) -> bool {
    let schemes = endpoint.property("authSchemes").map_or(json!([]), Json::from);
    let typed: Vec<Json> = (endpoint.auth_schemes.iter())
        .map(|scheme| {
            let mut json = json!({"name": scheme.name});
            for (key, value) in [("signingName", &scheme.signing_name), ("signingRegion", &scheme.signing_region)] {
                if let Some(value) = value {
                    json[key] = value.as_str().into();
                }
            }
            if scheme.disable_double_encoding {
                json["disableDoubleEncoding"] = true.into();
            }
            if !scheme.signing_region_set.is_empty() {
                json["signingRegionSet"] = scheme.signing_region_set.clone().into();
            }
            json
        })
        .collect();
    Json::Array(typed) == schemes
}

/// Applies the rules to every case of a suite, and tells how many there were.
fn check_suite(name: &str, rules: &RuleSet, suite: &Json) -> usize {
    let cases = suite["testCases"].as_array().unwrap();
    for (index, case) in cases.iter().enumerate() {
        let about = format!("{name} {index}: {}", case["documentation"]);
        let found = rules.resolve(&parameters(&case["params"]));
        if let Some(error) = case["expect"]["error"].as_str() {
            assert_eq!(found, Err(EndpointError::Rules(error.to_owned())), "{about}");
            continue;
        }
        let expected = &case["expect"]["endpoint"];
        let found = found.unwrap_or_else(|error| panic!("{about}: {error}"));
        let url: http::Uri = expected["url"].as_str().unwrap().parse().unwrap();
        assert_eq!(found.url.to_string(), url.to_string(), "{about}");
        assert_eq!(headers(&found), expected.get("headers").cloned().unwrap_or(json!({})), "{about}");
        assert_eq!(properties(&found), expected.get("properties").cloned().unwrap_or(json!({})), "{about}");
        assert!(same_schemes(&found), "{about}: {:?}", found.auth_schemes);
    }
    cases.len()
}

#[test]
fn the_suite_of_the_engine() {
    let Some(shared) = support::shared() else { return };
    let folder = shared.join("conformance/endpoints-engine");
    let (mut sets, mut suites, mut cases) = (0, 0, 0);
    for path in entries(&folder.join("valid-rules")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let rules = compile(name, &read(&path)).unwrap();
        sets += 1;
        let suite = folder.join("test-cases").join(name);
        if suite.exists() {
            cases += check_suite(name, &rules, &read(&suite));
            suites += 1;
        }
    }
    println!("{sets} rule sets, {cases} cases in {suites} suites");
    assert_eq!((sets, suites), (18, entries(&folder.join("test-cases")).len()));
    assert!(cases >= 101, "{cases}");
}

#[test]
fn the_suites_of_services() {
    let Some(shared) = support::shared() else { return };
    for (service, least) in [("iam", 26), ("sts", 69), ("s3", 393), ("ec2", 54)] {
        let rules = compile(service, &published(&shared, service)).unwrap();
        let suite = read(&shared.join("conformance/endpoints").join(format!("{service}.json")));
        let cases = check_suite(service, &rules, &suite);
        println!("{service}: {cases} cases; tables of {} and {} bytes", rules.text().len(), rules.code().len());
        assert!(cases >= least, "{service}: {cases}");
    }
}

#[test]
fn every_published_rule_set_is_understood() {
    let Some(shared) = support::shared() else { return };
    let mut count = 0;
    for service in entries(&shared.join("models/api-json")).iter().filter(|path| path.is_dir()) {
        let service = service.file_name().unwrap().to_str().unwrap();
        let rules = compile(service, &published(&shared, service)).unwrap();
        let found = rules.resolve(&EndpointParameters::new("eu-west-1"));
        // S3 Control's rules are for accounts and buckets.
        assert!(matches!(found, Ok(_) | Err(EndpointError::Rules(_))), "{service}: {found:?}");
        count += 1;
    }
    println!("{count} rule sets");
    assert_eq!(count, 22);
    // A service without regions, whose rules ask for the partition of whatever region there is.
    let rules = compile("importexport", &published(&shared, "importexport")).unwrap();
    assert_eq!(rules.resolve(&EndpointParameters::default()).unwrap().url, "https://importexport.amazonaws.com/");
}

#[test]
#[cfg(all(feature = "iam", feature = "sts"))]
fn what_is_compiled_in_is_what_is_published() {
    let Some(shared) = support::shared() else { return };
    for service in [&shapewire::iam::SERVICE, &shapewire::sts::SERVICE] {
        let rules = compile(service.name(), &published(&shared, service.name())).unwrap();
        // Two big tables: whether they are equal is all there is to say.
        assert!(service.endpoint_rules() == Some(&rules), "{}", service.name());
        let suite = read(&shared.join("conformance/endpoints").join(format!("{}.json", service.name())));
        check_suite(service.name(), service.endpoint_rules().unwrap(), &suite);
    }
}

#[test]
#[cfg(feature = "iam")]
fn iam_in_every_partition() {
    let of = |parameters: EndpointParameters| {
        let endpoint = shapewire::iam::SERVICE.endpoint(&parameters).unwrap();
        let scheme = endpoint.auth_scheme("sigv4").unwrap();
        assert_eq!((endpoint.auth_schemes.len(), scheme.signing_name.as_deref()), (1, Some("iam")));
        let url = endpoint.url.to_string();
        (url.trim_end_matches('/').to_owned(), scheme.signing_region.clone().unwrap())
    };
    // Region; host without and with FIPS, with IPv6, with both; region to sign for.
    let partitions = [
        ("eu-west-1", "iam", "iam-fips", "iam.global.api.aws", "iam-fips.global.api.aws", "amazonaws.com", "us-east-1"),
        (
            "cn-northwest-1",
            "iam.cn-north-1",
            "iam-fips",
            "iam.global.api.amazonwebservices.com.cn",
            "iam-fips.api.amazonwebservices.com.cn",
            "amazonaws.com.cn",
            "cn-north-1",
        ),
        (
            "us-gov-east-1",
            "iam.us-gov",
            "iam.us-gov",
            "iam.us-gov.api.aws",
            "iam.us-gov.api.aws",
            "amazonaws.com",
            "us-gov-west-1",
        ),
        (
            "us-iso-west-1",
            "iam.us-iso-east-1",
            "iam-fips.us-iso-east-1",
            "iam.api.aws.ic.gov",
            "iam-fips.api.aws.ic.gov",
            "c2s.ic.gov",
            "us-iso-east-1",
        ),
        (
            "us-isob-east-1",
            "iam.us-isob-east-1",
            "iam-fips.us-isob-east-1",
            "iam.api.aws.scloud",
            "iam-fips.api.aws.scloud",
            "sc2s.sgov.gov",
            "us-isob-east-1",
        ),
        (
            "eu-isoe-west-1",
            "iam.eu-isoe-west-1",
            "iam-fips",
            "iam.api.cloud-aws.adc-e.uk",
            "iam-fips.api.cloud-aws.adc-e.uk",
            "cloud.adc-e.uk",
            "eu-isoe-west-1",
        ),
        (
            "us-isof-east-1",
            "iam.us-isof-south-1",
            "iam-fips",
            "iam.api.aws.hci.ic.gov",
            "iam-fips.api.aws.hci.ic.gov",
            "csp.hci.ic.gov",
            "us-isof-south-1",
        ),
        (
            "eusc-de-east-1",
            "iam.eusc-de-east-1",
            "iam-fips",
            "iam.global.api.amazonwebservices.eu",
            "iam-fips.api.amazonwebservices.eu",
            "amazonaws.eu",
            "eusc-de-east-1",
        ),
    ];
    for (region, plain, fips, dual, both, suffix, signed) in partitions {
        let expect = |host: String| (format!("https://{host}"), signed.to_owned());
        let parameters = EndpointParameters::new(region);
        assert_eq!(of(parameters.clone()), expect(format!("{plain}.{suffix}")));
        assert_eq!(of(parameters.clone().with_fips(true)), expect(format!("{fips}.{suffix}")));
        assert_eq!(of(parameters.clone().with_dual_stack(true)), expect(dual.to_owned()));
        assert_eq!(of(parameters.with_fips(true).with_dual_stack(true)), expect(both.to_owned()));
    }
    let own = EndpointParameters::new("aws-global").with_endpoint("http://127.0.0.1:4566/base");
    assert_eq!(of(own), ("http://127.0.0.1:4566/base".to_owned(), "us-east-1".to_owned()));
}

fn small() -> Json {
    json!({
        "version": "1.0",
        "parameters": {
            "Region": {"type": "string", "builtIn": "AWS::Region", "required": true},
            "Old": {"type": "boolean", "default": false, "deprecated": {"message": "use nothing", "since": "2020"}},
            "List": {"type": "stringArray", "default": ["a", "b"]},
            "Url": {"type": "string", "builtIn": "SDK::Endpoint"},
            "Global": {"type": "boolean", "builtIn": "AWS::Test::Global"}
        },
        "rules": [
            {
                "conditions": [{"fn": "isSet", "argv": [{"ref": "Url"}]}],
                "endpoint": {"url": "{Url}", "headers": {"x-region": ["{Region}"]}, "properties": {"n": [1.5, null]}},
                "type": "endpoint"
            },
            {
                "conditions": [{"fn": "booleanEquals", "argv": [{"ref": "Global"}, true]}],
                "rules": [{
                    "conditions": [{"fn": "stringEquals", "argv": ["{Region}", "x"]}],
                    "error": "{{x}}",
                    "type": "error"
                }],
                "type": "tree"
            },
            {
                "conditions": [{"fn": "getAttr", "argv": [{"ref": "List"}, "[1]"], "assign": "second"}],
                "endpoint": {"url": "https://{second}.{Region}.test"},
                "type": "endpoint"
            }
        ]
    })
}

#[test]
fn parameters_and_errors() {
    let rules = compile("f", &small()).unwrap();
    let known = rules.parameters().unwrap();
    assert_eq!((known[0].name, known[0].built_in, known[0].required), ("Region", "AWS::Region", true));
    assert_eq!((known[1].default.clone(), known[1].deprecated), (Some(false.into()), Some("use nothing")));
    let error = |parameters: EndpointParameters| rules.resolve(&parameters).unwrap_err();
    let x = || EndpointParameters::new("x");
    assert_eq!(rules.resolve(&x()).unwrap().url, "https://b.x.test/");
    assert_eq!(rules.resolve(&x().with("Old", true)).unwrap().url, "https://b.x.test/");
    assert_eq!(error(EndpointParameters::default()), EndpointError::Missing("Region"));
    assert_eq!(error(x().with("New", true)), EndpointError::Unknown("New".to_owned()));
    assert_eq!(error(x().with("Old", "yes")), EndpointError::WrongType { parameter: "Old", expected: "true or false" });
    // By the name that services share, which may be unknown here.
    assert_eq!(error(x().with("AWS::Test::Global", true)), EndpointError::Rules("{x}".to_owned()));
    assert!(rules.resolve(&x().with("AWS::Other", true)).is_ok());
    assert_eq!(error(EndpointParameters::new("y").with("Global", true)), EndpointError::NoMatch);
    for url in ["/path", "a", "ftp://a", "https://a?b", "https://", "https:///a", "https://a:b"] {
        assert_eq!(error(x().with_endpoint(url)), EndpointError::Url(url.to_owned()), "{url}");
    }
    assert_eq!(
        error(x().with_endpoint("https://user:secret@a/b")).to_string(),
        "no endpoint: \"a/b\" is no URL of the scheme http or https, with a host and without a query"
    );
    assert_eq!(
        error(EndpointParameters::new("\n").with_endpoint("http://a")).to_string(),
        "no endpoint: \"x-region: \\n\" is no header"
    );
    let endpoint = rules.resolve(&x().with_endpoint("http://a")).unwrap();
    let numbers = vec![Property::Number("1.5"), Property::Null];
    assert_eq!(endpoint.properties, [("n", Property::List(numbers))]);
    assert_eq!(error(x().with("List", vec!["a".to_owned()])), EndpointError::NoMatch);
}

/// What tables give whose only rule is an endpoint with these properties, in the form of the tables; the texts are `text`.
fn with_properties(text: &'static str, properties: &[u8]) -> Result<Vec<(&'static str, Property)>, EndpointError> {
    // The version, no variables, the root, no parameters; no conditions, the URL, no headers.
    let code = [&[1, 0, 0, 0, 0, b'E', b's', 0, 8, 0], properties].concat();
    RuleSet::new(text, code.leak()).resolve(&EndpointParameters::default()).map(|endpoint| endpoint.properties)
}

#[test]
fn properties_that_no_generator_writes() {
    let texts = "http://xa1.50e999infx";
    assert_eq!(with_properties(texts, &[0]), Ok(vec![]));
    // The same name twice, in the endpoint and in an object: the last one.
    let twice = [3, 8, 1, b't', 9, 1, b'z', 8, 1, b'o', 2, 9, 1, b'f', 9, 1, b's', 8, 2];
    let object = Property::Object(vec![("b", Property::Text("ab".to_owned()))]);
    assert_eq!(with_properties("http://xab", &twice), Ok(vec![("a", object), ("b", Property::Null)]));
    // Texts for numbers: `1.50`, `1.50e9`; `1.50e999`, `inf`, `x`, none.
    let number = |start, length| with_properties(texts, &[1, 8, 1, b'#', start, length]);
    assert_eq!(number(9, 4), Ok(vec![("a", Property::Number("1.50"))]));
    assert_eq!(number(9, 6), Ok(vec![("a", Property::Number("1.50e9"))]));
    for (start, length) in [(9, 8), (17, 3), (20, 1), (9, 0)] {
        assert_eq!(number(start, length), Err(EndpointError::Damaged), "{start} {length}");
    }
    // Lists in lists, as deep as may be and deeper. The rule takes a level.
    for (depth, is_fine) in [(126, true), (127, false), (100_000, false)] {
        let lists = [&[1, 8, 1][..], &[b'l', 1].repeat(depth), b"z"].concat();
        assert_eq!(with_properties(texts, &lists).is_ok(), is_fine, "{depth}");
    }
}

/// Changes one value somewhere in the JSON.
fn mutate(random: &mut Rng, json: &mut Json) {
    let odd = [json!(null), json!(true), json!("{"), json!("{Region}"), json!(-1), json!([]), json!({}), json!("é")];
    match json {
        Json::Array(list) if !list.is_empty() && random.u8(..8) > 0 => {
            let index = random.usize(..list.len());
            if random.u8(..8) == 0 {
                let again = list[index].clone();
                list.push(again);
            } else {
                mutate(random, &mut list[index]);
            }
        }
        Json::Object(map) if !map.is_empty() && random.u8(..8) > 0 => {
            let key = map.keys().nth(random.usize(..map.len())).unwrap().clone();
            if random.u8(..8) == 0 {
                map.remove(&key);
            } else {
                mutate(random, &mut map[&key]);
            }
        }
        value => *value = odd[random.usize(..odd.len())].clone(),
    }
}

fn some_parameters(random: &mut Rng) -> EndpointParameters {
    let texts = ["", "us-east-1", "aws-cn-global", "é{}", "arn:a:b::d:e", "http://[::1]:1/a", "://", "a.b-c", "\u{0}"];
    let mut text = || texts[random.usize(..texts.len())];
    EndpointParameters::new(text()).with_endpoint(text()).with_account_id(text())
}

#[test]
fn damaged_rules_and_tables_do_no_harm() {
    let random = &mut Rng::with_seed(4);
    let mut sets = vec![small()];
    if let Some(shared) = support::shared() {
        sets.extend(["iam", "sts", "s3"].map(|service| published(&shared, service)));
        sets.extend(entries(&shared.join("conformance/endpoints-engine/valid-rules")).iter().map(|path| read(path)));
    }
    let (mut refused, mut accepted) = (0, 0);
    for set in &sets {
        for _ in 0..40 {
            let mut set = set.clone();
            mutate(random, &mut set);
            match rules_of("f", &set) {
                Err(problems) => {
                    refused += 1;
                    for problem in problems.list() {
                        // The place is there, but for a key that is missing.
                        assert!(set.pointer(problem.pointer()).is_some(), "{problem}");
                    }
                }
                Ok(rules) => {
                    accepted += 1;
                    let tables = rules.tables();
                    let rules = RuleSet::new(tables.text.leak(), tables.code.leak());
                    let found = rules.resolve(&some_parameters(random));
                    assert_ne!(found, Err(EndpointError::Damaged));
                }
            }
        }
        let tables = rules_of("f", set).unwrap().tables();
        let text: &'static str = tables.text.leak();
        for _ in 0..100 {
            let mut code = tables.code.clone();
            for _ in 0..=random.usize(..3) {
                let place = random.usize(..code.len());
                code[place] = if random.bool() { random.u8(..) } else { code[random.usize(..code.len())] };
            }
            code.truncate(random.usize(code.len() / 2..=code.len()));
            // Whatever comes out, it comes out.
            let _ = RuleSet::new(text, code.leak()).resolve(&some_parameters(random));
        }
    }
    println!("{refused} rule sets refused, {accepted} accepted");
    assert!(refused > 100 && accepted > 20, "{refused} {accepted}");
}
