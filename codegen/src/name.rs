//! Every name in Rust is decided here, and nothing else is.
//!
//! - Types keep the model's own spelling (`CreateSAMLProviderRequest`), with a capital first letter. Characters that no
//!   identifier has are left out and start a new word.
//! - Fields and methods are in snake case as the AWS SDK for Python spells them (`create_open_id_connect_provider`).
//! - Variants of enumerations are in Pascal case word by word (`codecommit.amazonaws.com` is `CodecommitAmazonawsCom`).
//! - Keywords become raw identifiers (`r#type`); those that cannot be raw get an underscore (`self_`).
//! - Of two equal names the second gets a suffix. Operations come before shapes, earlier ones before later ones.

#[cfg(feature = "command")]
use std::collections::BTreeMap;

use proc_macro2::{Ident, Span};

use crate::by_name::ByName;
use crate::model::{Kind, Member, Model, Shape};

/// The names of one service's module.
#[derive(Default)]
pub(crate) struct Names {
    types: ByName<Ident>,
    statics: ByName<Ident>,
    members: ByName<Vec<Ident>>,
    operations: ByName<OperationNames>,
    errors: ByName<Ident>,
    waiters: ByName<Ident>,
}

/// The names of an operation.
pub(crate) struct OperationNames {
    /// The unit structure.
    pub(crate) type_name: Ident,
    /// The static in `operations`.
    pub(crate) static_name: Ident,
    /// The client's method.
    pub(crate) method: Ident,
}

/// Types that the generated module has besides those of the model, and those of the prelude that it uses by their short
/// names, as its readers do.
const RESERVED_TYPES: [&str; 29] = [
    "AsyncClient",
    "Client",
    "Error",
    "SERVICE",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "Drop",
    "Eq",
    "Err",
    "From",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Some",
    "String",
    "Sync",
    "ToString",
    "Vec",
];
const RESERVED_METHODS: [&str; 3] = ["new", "with_validation", "clone"];
const RESERVED_VARIANTS: [&str; 1] = ["Other"];
const RESERVED_UNION_VARIANTS: [&str; 1] = ["Unknown"];
const RESERVED_ERRORS: [&str; 2] = ["Unmodeled", "Call"];

impl Names {
    /// Names everything in the model.
    pub(crate) fn new(model: &Model) -> Self {
        let mut types = Taken::new(&RESERVED_TYPES);
        let mut methods = Taken::new(&RESERVED_METHODS);
        let mut operation_statics = Taken::new(&[]);
        let mut names = Self::default();
        for operation in &model.operations {
            let name = operation.rust_name.as_deref().unwrap_or(&operation.name);
            let own = OperationNames {
                type_name: identifier(&types.claim(&type_name(name), "Operation")),
                static_name: identifier(&operation_statics.claim(&static_name(name), "")),
                method: identifier(&methods.claim(&snake_case(name), "operation")),
            };
            names.operations.insert(&operation.name, own);
        }
        let mut waiter_statics = Taken::new(&[]);
        for waiter in &model.waiters {
            names.waiters.insert(&waiter.name, identifier(&waiter_statics.claim(&static_name(&waiter.name), "")));
        }
        let (renamed, others): (Vec<&Shape>, Vec<&Shape>) =
            model.shapes.iter().partition(|shape| shape.rust_name.is_some());
        let mut statics = Taken::new(&[]);
        let mut errors = Taken::new(&RESERVED_ERRORS);
        for shape in renamed.into_iter().chain(others) {
            let name = shape.rust_name.as_deref().unwrap_or(&shape.name);
            names.statics.insert(&shape.name, identifier(&statics.claim(&static_name(name), "")));
            if matches!(shape.kind, Kind::Structure(_) | Kind::Union(_) | Kind::Enum(_)) {
                let type_name = types.claim(&type_name(name), "Shape");
                if shape.error.is_some() {
                    names.errors.insert(&shape.name, identifier(&errors.claim(&type_name, "Error")));
                }
                names.types.insert(&shape.name, identifier(&type_name));
            }
            names.members.insert(&shape.name, members(shape));
        }
        names
    }

    /// The type of a structure, a union or an enumeration.
    pub(crate) fn type_of(&self, shape: &str) -> &Ident {
        &self.types[shape]
    }

    /// The static with a shape's schema.
    pub(crate) fn static_of(&self, shape: &str) -> &Ident {
        &self.statics[shape]
    }

    /// The fields of a structure, the variants of a union or an enumeration, in the order of the model.
    pub(crate) fn members_of(&self, shape: &str) -> &[Ident] {
        &self.members[shape]
    }

    /// The variant of the service's error type.
    pub(crate) fn error_variant(&self, shape: &str) -> &Ident {
        &self.errors[shape]
    }

    pub(crate) fn operation(&self, name: &str) -> &OperationNames {
        &self.operations[name]
    }

    /// The static of a waiter.
    pub(crate) fn waiter(&self, name: &str) -> &Ident {
        &self.waiters[name]
    }
}

fn members(shape: &Shape) -> Vec<Ident> {
    let name = |member: &Member, by_rule: fn(&str) -> String| {
        member.rust_name.clone().unwrap_or_else(|| by_rule(&member.name))
    };
    match &shape.kind {
        Kind::Structure(members) => {
            let mut taken = Taken::new(&[]);
            members.iter().map(|member| identifier(&taken.claim(&name(member, snake_case), ""))).collect()
        }
        Kind::Union(members) => {
            let mut taken = Taken::new(&RESERVED_UNION_VARIANTS);
            members.iter().map(|member| identifier(&taken.claim(&name(member, variant_name), "Value"))).collect()
        }
        Kind::Enum(values) => {
            let mut taken = Taken::new(&RESERVED_VARIANTS);
            values.iter().map(|value| identifier(&taken.claim(&variant_name(value), "Value"))).collect()
        }
        _ => Vec::new(),
    }
}

/// A name that is another one in Rust than it would be alone.
#[cfg(feature = "command")]
pub(crate) struct Renamed {
    /// The steps of the JSON pointer to what has the name.
    pub(crate) steps: Vec<String>,
    /// The name in the model.
    pub(crate) own: String,
    /// What it would be in Rust.
    pub(crate) wanted: String,
    /// What it is.
    pub(crate) given: String,
    /// What has that name, if the model has it.
    pub(crate) other: Option<String>,
}

/// The names of a model that are taken by others.
#[cfg(feature = "command")]
pub(crate) fn renamed(model: &Model) -> Vec<Renamed> {
    let names = Names::new(model);
    let mut found = Vec::new();
    let mut types: BTreeMap<String, &str> = BTreeMap::new();
    let mut methods: BTreeMap<String, &str> = BTreeMap::new();
    for operation in &model.operations {
        let name = operation.rust_name.as_deref().unwrap_or(&operation.name);
        let own = names.operation(&operation.name);
        let steps = ["operations", operation.name.as_str()];
        for (others, wanted, given) in
            [(&mut types, type_name(name), &own.type_name), (&mut methods, snake_case(name), &own.method)]
        {
            found.extend(compared(&steps, &operation.name, wanted, given, others));
        }
    }
    for shape in &model.shapes {
        if let Some(given) = names.types.get(&shape.name) {
            let wanted = type_name(shape.rust_name.as_deref().unwrap_or(&shape.name));
            found.extend(compared(&["shapes", &shape.name], &shape.name, wanted, given, &mut types));
        }
        let mut others = BTreeMap::new();
        for ((key, own, wanted), given) in wanted_members(shape).iter().zip(names.members_of(&shape.name)) {
            let steps =
                [&["shapes", &shape.name], key.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat();
            found.extend(compared(&steps, own, wanted.clone(), given, &mut others));
        }
    }
    found
}

/// The members or values of a shape: where each is, what it is called, what it would be in Rust.
#[cfg(feature = "command")]
fn wanted_members(shape: &Shape) -> Vec<([String; 2], &str, String)> {
    let of_members = |members: &'_ [Member], by_rule: fn(&str) -> String| -> Vec<String> {
        members.iter().map(|member| member.rust_name.clone().unwrap_or_else(|| by_rule(&member.name))).collect()
    };
    let wanted = match &shape.kind {
        Kind::Structure(members) => of_members(members, snake_case),
        Kind::Union(members) => of_members(members, variant_name),
        Kind::Enum(values) => values.iter().map(|value| variant_name(value)).collect(),
        _ => Vec::new(),
    };
    let places: Vec<([String; 2], &str)> = match &shape.kind {
        Kind::Enum(values) => values
            .iter()
            .enumerate()
            .map(|(index, value)| (["enum".to_owned(), index.to_string()], value.as_str()))
            .collect(),
        _ => shape
            .members()
            .iter()
            .map(|member| (["members".to_owned(), member.name.clone()], member.name.as_str()))
            .collect(),
    };
    places.into_iter().zip(wanted).map(|((place, own), wanted)| (place, own, wanted)).collect()
}

/// Tells whether what is `wanted` is not what is `given`; `others` has what is called so already, in lower case.
#[cfg(feature = "command")]
fn compared<'a>(
    steps: &[&str],
    own: &'a str,
    wanted: String,
    given: &Ident,
    others: &mut BTreeMap<String, &'a str>,
) -> Option<Renamed> {
    let given = plain(given);
    let other = others.get(&wanted.to_ascii_lowercase()).map(|other| (*other).to_owned());
    others.entry(given.to_ascii_lowercase()).or_insert(own);
    (given != plain(&identifier(&wanted))).then(|| Renamed {
        steps: steps.iter().map(|step| (*step).to_owned()).collect(),
        own: own.to_owned(),
        wanted,
        given,
        other,
    })
}

/// A free name for a structure that the model lacks.
pub(crate) fn generated_shape(operation: &str, suffix: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = format!("{operation}{suffix}");
    while is_taken(&name) {
        name.push_str("Structure");
    }
    name
}

/// The name of a service's module: the service id in lower case, other characters as underscores, `service_` before what
/// would be no name.
pub(crate) fn module_name(service_id: &str) -> String {
    let name: String =
        service_id.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && !is_keyword(&name) {
        name
    } else {
        format!("service_{name}")
    }
}

/// Whether Rust takes the text as an identifier as it stands.
pub(crate) fn is_identifier(text: &str) -> bool {
    !is_keyword(text)
        && text != "_"
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The name of a field as text: `type` for `r#type`.
pub(crate) fn plain(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}

/// The setter of a field.
pub(crate) fn setter(field: &Ident) -> Ident {
    identifier(&format!("with_{}", plain(field)))
}

/// Names that are taken. Cases are told apart by Rust, but not by all file systems and readers: they count as equal.
struct Taken {
    names: ByName<()>,
}

impl Taken {
    fn new(reserved: &[&str]) -> Self {
        let mut names = ByName::default();
        for name in reserved {
            names.insert(&name.to_ascii_lowercase(), ());
        }
        Self { names }
    }

    /// The name if it is free, else with the suffix, else with the suffix and a number.
    fn claim(&mut self, name: &str, suffix: &str) -> String {
        let separator = if name.contains('_') || name.chars().all(|c| !c.is_ascii_uppercase()) { "_" } else { "" };
        let base = if suffix.is_empty() { name.to_owned() } else { format!("{name}{separator}{suffix}") };
        let digits = base.ends_with(|c: char| c.is_ascii_digit());
        let numbered = |number: usize| {
            let separator = if digits && separator.is_empty() { "_" } else { separator };
            format!("{base}{separator}{number}")
        };
        let candidates = [name.to_owned(), base.clone()].into_iter().chain((2..).map(numbered));
        for candidate in candidates {
            if self.names.insert(&candidate.to_ascii_lowercase(), ()).is_none() {
                return candidate;
            }
        }
        base
    }
}

fn identifier(name: &str) -> Ident {
    match name {
        "self" | "Self" | "super" | "crate" | "_" | "" => Ident::new(&format!("{name}_"), Span::call_site()),
        name if is_keyword(name) => Ident::new_raw(name, Span::call_site()),
        name => Ident::new(name, Span::call_site()),
    }
}

fn is_keyword(name: &str) -> bool {
    const KEYWORDS: [&str; 52] = [
        "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
        "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
        "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct",
        "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while",
        "yield",
    ];
    KEYWORDS.contains(&name)
}

fn type_name(name: &str) -> String {
    let mut result = String::new();
    let mut word_starts = true;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            result.push(if word_starts { c.to_ascii_uppercase() } else { c });
            word_starts = false;
        } else {
            word_starts = true;
        }
    }
    if !result.starts_with(|c: char| c.is_ascii_alphabetic()) {
        result.insert_str(0, "Shape");
    }
    result
}

fn static_name(name: &str) -> String {
    snake_case(name).to_ascii_uppercase()
}

/// The text with a capital first letter.
pub(crate) fn capitalized(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn snake_case(name: &str) -> String {
    let mut result = words(name).join("_").to_ascii_lowercase();
    if !result.starts_with(|c: char| c.is_ascii_alphabetic()) {
        result.insert_str(0, if result.is_empty() { "unnamed" } else { "n" });
    }
    result
}

fn variant_name(text: &str) -> String {
    let mut result = String::new();
    for word in words(text) {
        if result.ends_with(|c: char| c.is_ascii_digit()) && word.starts_with(|c: char| c.is_ascii_digit()) {
            result.push('_');
        }
        let mut chars = word.chars();
        result.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        result.extend(chars.map(|c| c.to_ascii_lowercase()));
    }
    if result.is_empty() {
        return text.chars().map(symbol_name).collect::<Vec<_>>().first().copied().unwrap_or("Empty").to_owned();
    }
    if result.starts_with(|c: char| c.is_ascii_digit()) {
        result.insert(0, 'V');
    }
    result
}

/// A word for a character that stands alone.
fn symbol_name(symbol: char) -> &'static str {
    match symbol {
        '*' => "Star",
        '+' => "Plus",
        '-' => "Minus",
        '.' => "Dot",
        '/' => "Slash",
        '<' => "Less",
        '>' => "Greater",
        '=' => "Equal",
        '!' => "Not",
        '%' => "Percent",
        ' ' => "Space",
        _ => "Symbol",
    }
}

/// The words of a name: parts between other characters, and within them `Word`, `word`, `ACRONYM`, `ACRONYMs`.
fn words(name: &str) -> Vec<String> {
    let name = name.replace("IPv", "Ipv");
    let mut words: Vec<String> = Vec::new();
    for part in name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        let chars: Vec<char> = part.chars().collect();
        let mut start = 0;
        for index in 1..chars.len() {
            if is_word_start(&chars, start, index) {
                words.push(chars[start..index].iter().collect());
                start = index;
            }
        }
        words.push(chars[start..].iter().collect());
    }
    words
}

/// Whether a word starts at `index` when one has started at `start`.
fn is_word_start(chars: &[char], start: usize, index: usize) -> bool {
    let current = chars[index];
    let previous = chars[index - 1];
    let next = chars.get(index + 1);
    if !current.is_ascii_uppercase() {
        return false;
    }
    if !previous.is_ascii_uppercase() {
        return true;
    }
    // `s` after an acronym is its plural, if a word ends there.
    let is_plural = next == Some(&'s')
        && index > start
        && chars.get(index + 2).is_none_or(|after| !after.is_ascii_lowercase() && !after.is_ascii_digit());
    next.is_some_and(char::is_ascii_lowercase) && !is_plural
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_methods_are_spelled_as_in_python() {
        for (name, snake) in [
            ("UserName", "user_name"),
            ("SSHPublicKeyId", "ssh_public_key_id"),
            ("VirtualMFADeviceName", "virtual_mfa_device_name"),
            ("CreateOpenIDConnectProvider", "create_open_id_connect_provider"),
            ("CreateSAMLProvider", "create_saml_provider"),
            ("DBInstances", "db_instances"),
            ("ETag", "e_tag"),
            ("IPv6Addresses", "ipv6_addresses"),
            ("Ipv6Addresses", "ipv6_addresses"),
            ("PolicyARNs", "policy_arns"),
            ("ThumbprintList", "thumbprint_list"),
            ("ListHITsForType", "list_hits_for_type"),
            ("EC2InstanceId", "ec2_instance_id"),
            ("MD5OfBody", "md5_of_body"),
            ("Base32StringSeed", "base32_string_seed"),
            ("VPCs", "vpcs"),
            ("SSEKMSKeyId", "ssekms_key_id"),
            ("userName", "user_name"),
            ("foo_bar-Baz", "foo_bar_baz"),
            ("A", "a"),
            ("3rdParty", "n3rd_party"),
            ("", "unnamed"),
            ("日本", "unnamed"),
        ] {
            assert_eq!(snake_case(name), snake, "{name}");
        }
    }

    #[test]
    fn types_keep_the_spelling_of_the_model() {
        for (name, type_) in [
            ("CreateSAMLProviderRequest", "CreateSAMLProviderRequest"),
            ("statusType", "StatusType"),
            ("__listOf-things", "ListOfThings"),
            ("2020Policy", "Shape2020Policy"),
            ("", "Shape"),
        ] {
            assert_eq!(type_name(name), type_, "{name}");
        }
    }

    #[test]
    fn variants_come_from_any_text() {
        for (text, variant) in [
            ("Active", "Active"),
            ("codecommit.amazonaws.com", "CodecommitAmazonawsCom"),
            ("CREATE_COMPLETE", "CreateComplete"),
            ("AWS::IAM", "AwsIam"),
            ("t2.micro", "T2Micro"),
            ("1.0", "V1_0"),
            ("2010-05-08", "V2010_05_08"),
            ("x86_64", "X86_64"),
            ("*", "Star"),
            ("", "Empty"),
            ("é", "Symbol"),
            ("SSHPublicKey", "SshPublicKey"),
        ] {
            assert_eq!(variant_name(text), variant, "{text}");
        }
    }

    #[test]
    fn equal_names_get_suffixes() {
        let mut taken = Taken::new(&["Other"]);
        let names = ["Other", "other", "AB", "ab", "V1", "V1", "a_b", "a_b", "A_B"].map(|name| taken.claim(name, ""));
        assert_eq!(names, ["Other2", "other_2", "AB", "ab_2", "V1", "V1_2", "a_b", "a_b_2", "A_B_3"]);
        let mut types = Taken::new(&["Option"]);
        let names = ["Option", "Option", "OptionShape"].map(|name| types.claim(name, "Shape"));
        assert_eq!(names, ["OptionShape", "OptionShape2", "OptionShapeShape"]);
    }

    #[test]
    fn keywords_become_raw_or_get_an_underscore() {
        let names = ["type", "self", "Self", "crate", "gen", "union", "name"].map(|name| identifier(name).to_string());
        assert_eq!(names, ["r#type", "self_", "Self_", "crate_", "r#gen", "union", "name"]);
        assert_eq!(plain(&identifier("type")), "type");
        assert_eq!(setter(&identifier("self")).to_string(), "with_self_");
        assert!(is_identifier("user") && !is_identifier("type") && !is_identifier("1a") && !is_identifier("a b"));
    }

    #[test]
    fn modules_are_named_by_the_service_id() {
        assert_eq!(module_name("Elastic Load Balancing v2"), "elastic_load_balancing_v2");
        assert_eq!(module_name("S3"), "s3");
        assert_eq!(module_name("3D"), "service_3d");
        assert_eq!(module_name("Type"), "service_type");
    }
}
