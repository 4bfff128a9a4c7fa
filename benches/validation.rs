//! Validation against the same checks by hand with the crate `regex`, its expressions compiled beforehand.

use std::sync::LazyLock;

use divan::{AllocProfiler, Bencher, black_box};
use regex::Regex;
use shapewire::iam::{CreateRoleRequest, CreateUserRequest, SERVICE, Tag};
use shapewire::pattern::Pattern;

// Shows allocations beside the times: ours has none.
#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// The model's own patterns, as the crate `regex` writes them.
struct Expressions {
    path: Regex,
    name: Regex,
    key: Regex,
    value: Regex,
    document: Regex,
    entity_path: Regex,
}

static EXPRESSIONS: LazyLock<Expressions> = LazyLock::new(|| Expressions {
    path: whole(r"(/)|(/[!-~]+/)"),
    name: whole(r"[0-9A-Za-z_+=,.@-]+"),
    key: whole(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+"),
    value: whole(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*"),
    document: whole(r"[\x09\x0A\x0D\x20-\xFF]+"),
    entity_path: whole(r"o-[0-9a-z]{10,32}/r-[0-9a-z]{4,32}[0-9a-z\-/]*"),
});

fn whole(pattern: &str) -> Regex {
    Regex::new(&format!(r"\A(?:{pattern})\z")).expect("a pattern of the model")
}

/// Times a check, after a first time that fills the caches: `regex` makes its automata then.
fn warm(bencher: Bencher<'_, '_>, check: impl Fn() -> bool) {
    black_box(check());
    bencher.bench_local(check);
}

fn fits(text: &str, min: usize, max: usize, pattern: &Regex) -> bool {
    (min..=max).contains(&text.chars().count()) && pattern.is_match(text)
}

fn tags_fit(tags: Option<&[Tag]>) -> bool {
    let expressions = &*EXPRESSIONS;
    tags.is_none_or(|tags| {
        tags.len() <= 50
            && tags
                .iter()
                .all(|tag| fits(&tag.key, 1, 128, &expressions.key) && fits(&tag.value, 0, 256, &expressions.value))
    })
}

fn user() -> CreateUserRequest {
    let tags = [("team", "blue"), ("cost-center", "4711"), ("Owner", "Jürgen Müller"), ("stage", "production")];
    let tags: Vec<_> = tags.into_iter().map(|(key, value)| Tag::new(key, value)).collect();
    CreateUserRequest::new("jane.doe@example.com").with_path("/division/team/").with_tags(tags)
}

fn role() -> CreateRoleRequest {
    let statement = r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"},"#;
    let statements = statement.repeat(6_000 / statement.len());
    let statements = statements.trim_end_matches(',');
    CreateRoleRequest::new("deployment", format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#))
}

#[divan::bench]
fn create_user(bencher: Bencher<'_, '_>) {
    let user = user();
    warm(bencher, || black_box(&user).validate().is_ok());
}

#[divan::bench]
fn create_user_by_regex(bencher: Bencher<'_, '_>) {
    let (user, expressions) = (user(), &*EXPRESSIONS);
    warm(bencher, || {
        let user = black_box(&user);
        fits(&user.user_name, 1, 64, &expressions.name)
            && user.path.as_deref().is_none_or(|path| fits(path, 1, 512, &expressions.path))
            && tags_fit(user.tags.as_deref())
    });
}

#[divan::bench]
fn create_role_6_kb(bencher: Bencher<'_, '_>) {
    let role = role();
    warm(bencher, || black_box(&role).validate().is_ok());
}

#[divan::bench]
fn create_role_6_kb_by_regex(bencher: Bencher<'_, '_>) {
    let (role, expressions) = (role(), &*EXPRESSIONS);
    warm(bencher, || {
        let role = black_box(&role);
        fits(&role.role_name, 1, 64, &expressions.name)
            && fits(&role.assume_role_policy_document, 1, 131_072, &expressions.document)
            && tags_fit(role.tags.as_deref())
    });
}

/// Two repeats that share their characters, and a last character that neither allows: an engine that goes back tries
/// every way to divide the text between them.
fn ambiguous_text(length: usize) -> String {
    let start = "o-aaaaaaaaaa/r-";
    format!("{start}{}!", "a".repeat(length - start.len() - 1))
}

fn ambiguous_pattern() -> &'static Pattern {
    let operation = SERVICE.operation("GenerateOrganizationsAccessReport").expect("an operation of IAM");
    let mut members = operation.input().shape().members().iter();
    let member = members.find(|member| member.name() == "EntityPath").expect("a member of its input");
    member.target().pattern().expect("a pattern")
}

#[divan::bench(args = [1_000, 10_000, 100_000])]
fn most_ambiguous_pattern(bencher: Bencher<'_, '_>, length: usize) {
    let (text, pattern) = (ambiguous_text(length), ambiguous_pattern());
    warm(bencher, || pattern.matches(black_box(&text)));
}

#[divan::bench(args = [1_000, 10_000, 100_000])]
fn most_ambiguous_pattern_by_regex(bencher: Bencher<'_, '_>, length: usize) {
    let (text, pattern) = (ambiguous_text(length), &EXPRESSIONS.entity_path);
    warm(bencher, || pattern.is_match(black_box(&text)));
}
