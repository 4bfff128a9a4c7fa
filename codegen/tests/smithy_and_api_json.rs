//! Services whose models lie beside the project in both formats: read from either, they are the same. What differs stands,
//! API JSON's word before Smithy's and with the reason, in `golden/smithy-and-api-json.txt`; `SHAPEWIRE_BLESS=1` writes it anew.
//!
//! The folder is `$SHAPEWIRE_SHARED/models`; without the variable, `shared` beside the workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Write as _};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use shapewire_codegen::model::{Kind, Member, Model, Operation, Paginator, Payload, Service, Shape, TimestampFormat};
use shapewire_codegen::{Builder, import, load};

/// File in `models/smithy` without its ending, folder in `models/api-json`.
const SERVICES: [(&str, &str); 7] = [
    ("auto-scaling-2011-01-01", "autoscaling/2011-01-01"),
    ("cloudformation-2010-05-15", "cloudformation/2010-05-15"),
    ("iam-2010-05-08", "iam/2010-05-08"),
    ("rds-2014-10-31", "rds/2014-10-31"),
    ("s3-2006-03-01", "s3/2006-03-01"),
    ("sns-2010-03-31", "sns/2010-03-31"),
    ("sts-2011-06-15", "sts/2011-06-15"),
];

fn models() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let shared = std::env::var_os("SHAPEWIRE_SHARED").map_or_else(|| workspace.join("../shared"), PathBuf::from);
    let folder = shared.join("models");
    if !folder.is_dir() {
        eprintln!("skipped: there is no folder {}", folder.display());
        return None;
    }
    Some(folder)
}

fn unpack(from: &Path, to: &Path) {
    let bytes = fs::read(from).unwrap();
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    if from.extension().is_some_and(|extension| extension == "gz") {
        let mut text = Vec::new();
        GzDecoder::new(&*bytes).read_to_end(&mut text).unwrap();
        fs::write(to, text).unwrap();
    } else {
        fs::write(to, bytes).unwrap();
    }
}

/// The two model files of a service, unpacked for the test `name`.
fn files(models: &Path, name: &str, (smithy, api_json): (&str, &str)) -> (PathBuf, PathBuf) {
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let smithy_file = work.join(format!("{smithy}.json"));
    unpack(&models.join(format!("smithy/{smithy}.json.gz")), &smithy_file);
    let folder = work.join(api_json);
    for entry in fs::read_dir(models.join("api-json").join(api_json)).unwrap() {
        let from = entry.unwrap().path();
        let name = from.file_name().unwrap().to_str().unwrap();
        unpack(&from, &folder.join(name.trim_end_matches(".gz")));
    }
    (smithy_file, folder.join("service-2.json"))
}

/// Why something differs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    Newer,
    Gone,
    Changed,
    ErrorMessage,
    ErrorTrait,
    Sidecar,
    Pages,
    Attempts,
    Anchors,
    KeptType,
}

impl Reason {
    fn text(self) -> &'static str {
        match self {
            Self::Newer => "Only in API JSON, which is the younger of the two",
            Self::Gone => "Only in Smithy: gone since then, or never taken over by botocore",
            Self::Changed => "Said otherwise in API JSON, which is the younger of the two",
            Self::ErrorMessage => "API JSON leaves the message out of errors that have nothing else",
            Self::ErrorTrait => {
                "API JSON does not say it of errors without a code of their own, or says it otherwise since"
            }
            Self::Sidecar => "Paginators and waiters that Smithy has as traits and botocore's own files do not have",
            Self::Pages => "Smithy's paginators have no flag for more results and at most one list of items",
            Self::Attempts => {
                "Smithy's waiters have no number of attempts, and say success where API JSON says a status"
            }
            Self::Anchors => "API JSON matches whole texts, Smithy searches: its patterns have anchors",
            Self::KeptType => "botocore keeps the type that a member had before",
        }
    }
}

struct Comparison<'a> {
    api: &'a Model,
    smithy: &'a Model,
    seen: BTreeSet<(String, String)>,
    found: BTreeMap<Reason, BTreeSet<String>>,
}

impl Comparison<'_> {
    fn say(&mut self, reason: Reason, line: impl Into<String>) {
        self.found.entry(reason).or_default().insert(line.into());
    }

    fn differ<T: PartialEq + Debug>(&mut self, reason: Reason, place: &str, what: &str, api: &T, smithy: &T) {
        if api != smithy {
            self.say(reason, format!("{place}: {what}: {} / {}", shown(api), shown(smithy)));
        }
    }

    fn all(&mut self) {
        let (api, smithy) = (self.api, self.smithy);
        let (left, right) = (&api.service, &smithy.service);
        for (what, left, right) in [
            ("version", &left.api_version, &right.api_version),
            ("service id", &left.service_id, &right.service_id),
            ("protocol", &left.protocol, &right.protocol),
            ("endpoint prefix", &left.endpoint_prefix, &right.endpoint_prefix),
        ] {
            assert_eq!(left, right, "{what}");
        }
        assert_eq!(left.xml_namespace, right.xml_namespace);
        assert_eq!(left.bare_errors, right.bare_errors);
        self.differ(Reason::Changed, "service", "name in prose", &left.full_name, &right.full_name);
        let signing_name = |service: &Service| service.signing_name.clone().unwrap_or(service.endpoint_prefix.clone());
        assert_eq!(signing_name(left), signing_name(right));
        self.names(
            Reason::Gone,
            "operations",
            &api.operations.iter().map(|operation| operation.name.as_str()).collect(),
            &smithy.operations.iter().map(|operation| operation.name.as_str()).collect(),
        );
        for left in &api.operations {
            if let Some(right) = smithy.operations.iter().find(|right| right.name == left.name) {
                self.operation(left, right);
            }
        }
        self.waiters();
    }

    /// Compares names; `reason` is why one may be in Smithy only.
    fn names(&mut self, reason: Reason, place: &str, api: &BTreeSet<&str>, smithy: &BTreeSet<&str>) {
        for name in api.difference(smithy) {
            self.say(Reason::Newer, format!("{place}: {name}"));
        }
        for name in smithy.difference(api) {
            self.say(reason, format!("{place}: {name}"));
        }
    }

    fn operation(&mut self, left: &Operation, right: &Operation) {
        let place = left.name.as_str();
        self.names(
            Reason::Gone,
            &format!("{place} errors"),
            &left.errors.iter().map(String::as_str).collect(),
            &right.errors.iter().map(String::as_str).collect(),
        );
        self.differ(Reason::Changed, place, "unsigned", &left.unauthenticated, &right.unauthenticated);
        self.differ(Reason::Changed, place, "idempotent", &left.idempotent, &right.idempotent);
        self.differ(Reason::Changed, place, "host prefix", &left.host_prefix, &right.host_prefix);
        self.differ(Reason::Changed, place, "unsigned body", &left.unsigned_payload, &right.unsigned_payload);
        self.differ(Reason::Newer, place, "checksum", &left.checksum, &right.checksum);
        let without_id = |uri: &str| {
            let uri = uri.replace(&format!("?x-id={place}"), "").replace(&format!("&x-id={place}"), "");
            uri.split_once("?Operation=").map_or(uri.clone(), |(start, _)| start.to_owned())
        };
        assert_eq!(left.http.method, right.http.method, "{place}");
        self.differ(
            Reason::Changed,
            place,
            "URI",
            &without_id(&left.http.request_uri),
            &without_id(&right.http.request_uri),
        );
        let success = |code: Option<u16>| code.unwrap_or(200);
        self.differ(
            Reason::Changed,
            place,
            "status of success",
            &success(left.http.response_code),
            &success(right.http.response_code),
        );
        for (what, left, right) in [("input", &left.input, &right.input), ("output", &left.output, &right.output)] {
            let name = |payload: &Option<Payload>| payload.as_ref().map(|it| it.shape.clone());
            if let (Some(left), Some(right)) = (left, right) {
                assert_eq!(left.result_wrapper, right.result_wrapper, "{place} {what}");
                assert_eq!(left.unwrapped, right.unwrapped, "{place} {what}");
                self.shapes(&left.shape, &right.shape);
            } else {
                // An empty structure and none are the same on the wire.
                let is_empty = |model: &Model, name: Option<String>| {
                    name.and_then(|name| model.shapes.get(&name)).is_none_or(|shape| shape.members().is_empty())
                };
                assert!(is_empty(self.api, name(left)) && is_empty(self.smithy, name(right)), "{place} {what}");
            }
        }
        let root = |model: &Model, output: &Option<Payload>| {
            output.as_ref().and_then(|output| model.shapes.get(&output.shape)).and_then(|shape| shape.wire_name.clone())
        };
        assert_eq!(root(self.api, &left.output), root(self.smithy, &right.output), "{place}");
        for error in left.errors.iter().filter(|error| right.errors.contains(error)) {
            self.shapes(error, error);
        }
        self.paginator(place, left.paginator.as_ref(), right.paginator.as_ref());
    }

    fn paginator(&mut self, place: &str, left: Option<&Paginator>, right: Option<&Paginator>) {
        let (Some(left), Some(right)) = (left, right) else {
            let place = format!("{place} paginator");
            let pages = |paginator: Option<&Paginator>| BTreeSet::from_iter(paginator.map(|_| "there is one"));
            return self.names(Reason::Sidecar, &place, &pages(left), &pages(right));
        };
        let reason = Reason::Pages;
        self.differ(reason, place, "input tokens", &left.input_tokens, &right.input_tokens);
        self.differ(reason, place, "output tokens", &left.output_tokens, &right.output_tokens);
        self.differ(reason, place, "result keys", &left.result_keys, &right.result_keys);
        self.differ(reason, place, "more results", &left.more_results, &right.more_results);
        self.differ(reason, place, "limit key", &left.limit_key, &right.limit_key);
    }

    fn waiters(&mut self) {
        let (api, smithy) = (self.api, self.smithy);
        self.names(
            Reason::Sidecar,
            "waiters",
            &api.waiters.iter().map(|waiter| waiter.name.as_str()).collect(),
            &smithy.waiters.iter().map(|waiter| waiter.name.as_str()).collect(),
        );
        for left in &api.waiters {
            let Some(right) = smithy.waiters.iter().find(|right| right.name == left.name) else { continue };
            let place = format!("waiter {}", left.name);
            assert_eq!(left.operation, right.operation, "{place}");
            self.differ(Reason::Attempts, &place, "delay", &left.delay, &right.delay);
            self.differ(Reason::Attempts, &place, "attempts", &left.max_attempts, &right.max_attempts);
            self.differ(Reason::Attempts, &place, "acceptors", &left.acceptors, &right.acceptors);
        }
    }

    /// Compares two shapes and all that they lead to, whatever they are called.
    fn shapes(&mut self, api: &str, smithy: &str) {
        if !self.seen.insert((api.to_owned(), smithy.to_owned())) {
            return;
        }
        let (left, right) = (self.api.shapes.get(api).unwrap(), self.smithy.shapes.get(smithy).unwrap());
        let place = left.name.clone();
        self.traits(&place, left, right);
        match (&left.kind, &right.kind) {
            (Kind::Structure(_), Kind::Structure(_)) | (Kind::Union(_), Kind::Union(_)) => {
                let is_message = |name: &str| name.eq_ignore_ascii_case("message");
                let is_bare = right.error.is_some() && right.members().iter().all(|member| is_message(&member.name));
                let reason = if is_bare { Reason::ErrorMessage } else { Reason::Gone };
                self.members(reason, &place, left.members(), right.members());
            }
            (Kind::List(left), Kind::List(right)) => self.member(&place, &left.member, &right.member),
            (Kind::Map(left), Kind::Map(right)) => {
                self.member(&place, &left.key, &right.key);
                self.member(&place, &left.value, &right.value);
            }
            (Kind::Enum(left), Kind::Enum(right)) => self.names(
                Reason::Gone,
                &format!("{place} values"),
                &left.iter().map(String::as_str).collect(),
                &right.iter().map(String::as_str).collect(),
            ),
            (Kind::Timestamp(left), Kind::Timestamp(right)) => {
                let format = |format: Option<TimestampFormat>| format.unwrap_or(TimestampFormat::DateTime);
                self.differ(Reason::Changed, &place, "format", &format(*left), &format(*right));
            }
            (left, right) => {
                self.differ(Reason::KeptType, &place, "type", &left.name(), &right.name());
                if left.name() == right.name() && left != right {
                    self.say(Reason::Changed, format!("{place}: values of the enumeration are listed in one only"));
                }
            }
        }
    }

    fn traits(&mut self, place: &str, left: &Shape, right: &Shape) {
        let length = |shape: &Shape| shape.length.map(|length| (length.min.unwrap_or(0), length.max));
        self.differ(Reason::Changed, place, "length", &length(left), &length(right));
        self.differ(Reason::Changed, place, "range", &left.range, &right.range);
        let pattern = |shape: &Shape| shape.pattern.as_deref().map(without_anchors).map(str::to_owned);
        if pattern(left) == pattern(right) {
            self.differ(Reason::Anchors, place, "pattern", &left.pattern, &right.pattern);
        } else {
            self.differ(Reason::Changed, place, "pattern", &left.pattern, &right.pattern);
        }
        self.differ(Reason::Changed, place, "sensitive", &left.sensitive, &right.sensitive);
        self.differ(Reason::Changed, place, "event stream", &left.event_stream, &right.event_stream);
        if let (Some(left_error), Some(right_error)) = (&left.error, &right.error) {
            let code = |shape: &Shape, code: &Option<String>| code.clone().unwrap_or_else(|| shape.name.clone());
            assert_eq!(code(left, &left_error.code), code(right, &right_error.code), "{place}");
            self.differ(Reason::ErrorTrait, place, "status", &left_error.status, &right_error.status);
            self.differ(Reason::ErrorTrait, place, "fault", &left_error.fault, &right_error.fault);
        } else {
            assert_eq!(left.error, right.error, "{place}");
        }
    }

    fn members(&mut self, reason: Reason, place: &str, left: &[Member], right: &[Member]) {
        let names = |members: &[Member]| members.iter().map(|member| member.name.clone()).collect::<Vec<_>>();
        let (left_names, right_names) = (names(left), names(right));
        self.names(
            reason,
            &format!("{place} members"),
            &left_names.iter().map(String::as_str).collect(),
            &right_names.iter().map(String::as_str).collect(),
        );
        for left in left {
            if let Some(right) = right.iter().find(|right| right.name == left.name) {
                self.member(&format!("{place}.{}", left.name), left, right);
            }
        }
    }

    fn member(&mut self, place: &str, left: &Member, right: &Member) {
        let reason = Reason::Changed;
        self.differ(reason, place, "required", &left.required, &right.required);
        self.differ(reason, place, "binding", &left.binding, &right.binding);
        self.differ(reason, place, "token", &left.idempotency_token, &right.idempotency_token);
        self.differ(reason, place, "attribute", &left.xml_attribute, &right.xml_attribute);
        self.differ(reason, place, "host label", &left.host_label, &right.host_label);
        self.differ(reason, place, "endpoint parameter", &left.context_param, &right.context_param);
        let wire = |model: &Model, member: &Member| {
            let (of_list, flattened) = match model.shapes.get(&member.target).map(|shape| &shape.kind) {
                Some(Kind::List(list)) if list.flattened => (list.member.wire_name.clone(), true),
                Some(Kind::Map(map)) => (None, map.flattened),
                _ => (None, false),
            };
            let name = of_list.or(member.wire_name.clone()).unwrap_or_else(|| member.name.clone());
            (name, flattened || member.flattened)
        };
        self.differ(reason, place, "name and flattening", &wire(self.api, left), &wire(self.smithy, right));
        let streaming = |model: &Model, member: &Member| {
            member.streaming || model.shapes.get(&member.target).is_some_and(|target| target.streaming)
        };
        self.differ(reason, place, "streaming", &streaming(self.api, left), &streaming(self.smithy, right));
        let format = |member: &Member| member.timestamp_format;
        self.differ(reason, place, "timestamp format", &format(left), &format(right));
        self.shapes(&left.target, &right.target);
    }
}

fn shown(value: &impl Debug) -> String {
    format!("{value:?}").replace("Some(", "(").replace('\n', " ")
}

fn without_anchors(pattern: &str) -> &str {
    let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
    pattern.strip_suffix('$').unwrap_or(pattern)
}

#[test]
fn both_formats_say_the_same() {
    let Some(models) = models() else { return };
    let mut text = String::new();
    for service in SERVICES {
        let (smithy, api_json) = files(&models, "both", service);
        let smithy = load(&smithy).unwrap_or_else(|problems| panic!("{}:\n{problems}", service.0));
        assert_eq!(smithy.warnings, [], "{}", service.0);
        let api_json = load(&api_json).unwrap();
        let mut comparison =
            Comparison { api: &api_json.model, smithy: &smithy.model, seen: BTreeSet::new(), found: BTreeMap::new() };
        comparison.all();
        writeln!(text, "# {}\n", service.1).unwrap();
        for (reason, lines) in &comparison.found {
            writeln!(text, "## {} ({})\n", reason.text(), lines.len()).unwrap();
            for line in lines {
                writeln!(text, "{line}").unwrap();
            }
            text.push('\n');
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/smithy-and-api-json.txt");
    if std::env::var_os("SHAPEWIRE_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let differing = expected.lines().zip(text.lines()).find(|(left, right)| left != right);
    assert!(expected == text, "first at {differing:?}; if that is meant: SHAPEWIRE_BLESS=1");
}

#[test]
fn those_of_the_query_protocols_become_rust_and_an_import_says_the_same() {
    let Some(models) = models() else { return };
    for service in SERVICES {
        let (smithy, _) = files(&models, "generated", service);
        let original = load(&smithy).unwrap().model;
        let imported = smithy.with_extension("facts.json");
        let facts = import(&smithy).unwrap();
        assert!(!facts.contains("smithy.api#documentation\""), "{}", service.0);
        fs::write(&imported, &facts).unwrap();
        let again = load(&imported).unwrap().model;
        let members = |model: &Model| model.shapes.iter().map(|shape| shape.members().len()).sum::<usize>();
        assert_eq!(members(&original), members(&again), "{}", service.0);
        assert_eq!(original.waiters.len(), again.waiters.len());
        if original.service.protocol == "query" {
            let generated = Builder::new().model(&smithy).module_name("service").generate_to_string();
            let generated = generated.unwrap_or_else(|problems| panic!("{}:\n{problems}", service.0));
            let file = syn::parse_file(&generated.text).unwrap();
            assert!(file.items.len() > original.operations.len(), "{}", service.0);
        }
    }
}
