//! Verdicts of compiled patterns, with the runtime's own matcher, against `fancy-regex`, which backtracks and shares no code
//! with the generator. Every pattern of the models in the shared folder is tried, and random small ones.

#[path = "../../tests/support/sample.rs"]
mod sample;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use fancy_regex::{Regex, RegexBuilder};
use fastrand::Rng;
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::Value;
use shapewire::pattern::{Automaton, Pattern};
use shapewire_codegen::pattern::{Compiled, Dialect, Reason, compile};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// The first seed of the run: `SHAPEWIRE_SEED`, or one that never changes.
fn seed() -> u64 {
    let seed = std::env::var("SHAPEWIRE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(3);
    println!("SHAPEWIRE_SEED={seed}");
    seed
}

/// What the generator emits, in memory.
fn load(text: &str, compiled: &Compiled) -> Pattern {
    let automata: Vec<Automaton> = compiled
        .automata
        .iter()
        .map(|it| {
            let (ascii, wide) = (Box::leak(Box::new(it.ascii)), it.wide.clone().leak());
            Automaton::new(ascii, wide, it.width, it.start, it.accepting, it.table.clone().leak())
        })
        .collect();
    let pattern = Pattern::new(text.to_owned().leak(), automata.leak());
    match compiled.length {
        Some((min, max)) => pattern.with_length(min, max),
        None => pattern,
    }
}

fn reference(pattern: &str, dialect: Dialect) -> Result<Regex, Box<fancy_regex::Error>> {
    let translated = sample::translate(pattern);
    let text = match dialect {
        Dialect::ApiJson => format!("\\A(?:{translated})\\z"),
        Dialect::Smithy => translated,
    };
    let limit = 1 << 28;
    let mut builder = RegexBuilder::new(&text);
    builder
        .delegate_size_limit(limit)
        .delegate_dfa_size_limit(limit)
        .backtrack_limit(20_000_000)
        .build()
        .map_err(Box::new)
}

/// Whether a character has come to Unicode since the version that the second engine knows.
fn is_new(c: char) -> bool {
    static UNASSIGNED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\p{Cn}").unwrap());
    let here = c.general_category() == GeneralCategory::Unassigned;
    !c.is_ascii() && UNASSIGNED.is_match(&c.to_string()).unwrap() != here
}

#[derive(Default)]
struct Tally {
    patterns: usize,
    agreed: usize,
    matched: usize,
    skipped: usize,
    states: usize,
    bytes: usize,
    time: Duration,
    faults: Vec<String>,
}

fn compare(pattern: &str, dialect: Dialect, rng: &mut Rng, tally: &mut Tally) {
    tally.patterns += 1;
    let start = Instant::now();
    let compiled = compile(pattern, dialect);
    tally.time += start.elapsed();
    let verdict: Box<dyn Fn(&str) -> bool> = match &compiled {
        Ok(compiled) => {
            tally.states += compiled.states();
            tally.bytes += compiled.bytes();
            let loaded = load(pattern, compiled);
            Box::new(move |text| loaded.matches(text))
        }
        Err(unsupported) if unsupported.reason == Reason::Never => Box::new(|_| false),
        Err(unsupported) => return tally.faults.push(format!("{pattern}: {unsupported}")),
    };
    let regex = match reference(pattern, dialect) {
        Ok(regex) => regex,
        Err(error) => return tally.faults.push(format!("{pattern}: the second engine refuses it: {error}")),
    };
    let mut matched = 0;
    for text in table(pattern, rng) {
        if text.chars().any(is_new) {
            tally.skipped += 1;
            continue;
        }
        let ours = verdict(&text);
        match regex.is_match(&text) {
            Ok(theirs) if theirs == ours => {
                tally.agreed += 1;
                matched += usize::from(ours);
            }
            Ok(theirs) => tally.faults.push(format!("{pattern} on {text:?}: {ours} here, {theirs} there")),
            Err(error) => tally.faults.push(format!("{pattern} on {text:?}: the second engine gives up: {error}")),
        }
    }
    tally.matched += matched;
    if matched == 0 && compiled.is_ok() {
        tally.faults.push(format!("{pattern}: no text of the table matches"));
    }
}

/// Texts that match, texts that differ from those at one place, and some that fit nothing.
fn table(pattern: &str, rng: &mut Rng) -> BTreeSet<String> {
    let hir = sample::read(&sample::translate(pattern)).unwrap_or_else(|| panic!("{pattern} cannot be sampled"));
    let mut edges: BTreeSet<char> =
        ['\0', '\t', '\n', '\r', ' ', '-', '\u{7f}', '\u{85}', 'ü', '\u{2028}', '\u{D7FF}', '\u{E000}', '\u{FFFD}']
            .into();
    edges.extend(['\u{FFFF}', '\u{10000}', '😀', '\u{10FFFF}', 'é', 'K', 'ſ', '٣']);
    let mut bounds = BTreeSet::new();
    collect_edges(&hir, &mut bounds);
    let bounds: Vec<char> = bounds.into_iter().collect();
    if bounds.len() <= 60 {
        edges.extend(&bounds);
    } else {
        edges.extend((0..60).map(|_| bounds[rng.usize(..bounds.len())]));
    }
    let mut texts: BTreeSet<String> = ["", "\n", "jürgen", "a", "0", " ", "😀", "-", "--"].map(str::to_owned).into();
    let samples: Vec<String> = (0..40).map(|_| sample::sample(&hir, 6, rng)).collect();
    for text in &samples {
        texts.extend([format!("{text}\n"), format!("\n{text}"), format!("{text}{text}"), format!("x{text}x")]);
        let chars: Vec<char> = text.chars().collect();
        let Some(last) = chars.last() else { continue };
        texts.insert(chars[1..].iter().collect());
        texts.insert(chars[..chars.len() - 1].iter().collect());
        texts.insert(format!("{text}{last}"));
        texts.insert(format!("{}{text}", chars[0]));
        let place = rng.usize(..chars.len());
        texts.insert([&chars[..place], &chars[place..=place], &chars[place..]].concat().iter().collect());
        texts.insert([&chars[..place], &chars[place + 1..]].concat().iter().collect());
        texts.insert(text.to_uppercase());
        texts.insert(text.to_lowercase());
    }
    for edge in &edges {
        for _ in 0..3 {
            let text = &samples[rng.usize(..samples.len())];
            let mut chars: Vec<char> = text.chars().collect();
            let place = rng.usize(..=chars.len());
            let place = [0, place, chars.len()][rng.usize(..3)];
            if rng.bool() || place == chars.len() {
                chars.insert(place, *edge);
            } else {
                chars[place] = *edge;
            }
            texts.insert(chars.into_iter().collect());
        }
        texts.insert(edge.to_string());
    }
    texts.extend(samples);
    texts
}

/// The first and last characters of all classes, and their neighbours.
fn collect_edges(hir: &Hir, edges: &mut BTreeSet<char>) {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            for range in class.iter() {
                for edge in [range.start(), range.end()].map(u32::from) {
                    edges.extend((edge.saturating_sub(1)..=edge + 1).filter_map(char::from_u32));
                }
            }
        }
        HirKind::Literal(literal) => edges.extend(std::str::from_utf8(&literal.0).unwrap().chars()),
        HirKind::Repetition(repetition) => collect_edges(&repetition.sub, edges),
        HirKind::Capture(capture) => collect_edges(&capture.sub, edges),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            for part in parts {
                collect_edges(part, edges);
            }
        }
        _ => {}
    }
}

/// The models in a folder of the shared one, as JSON by file or folder name.
fn models(folder: &str) -> Option<Vec<(String, Value)>> {
    let shared = std::env::var_os("SHAPEWIRE_SHARED")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")), PathBuf::from);
    let folder = shared.join("models").join(folder);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: there is no {} (set SHAPEWIRE_SHARED)", folder.display());
        return None;
    };
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    while let Some(path) = folders.pop() {
        if path.is_dir() {
            folders.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.to_string_lossy().ends_with(".json.gz") {
            files.push(path);
        }
    }
    files.sort();
    let read = |path: &PathBuf| {
        let mut text = String::new();
        flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
        (path.strip_prefix(&folder).unwrap().display().to_string(), serde_json::from_str(&text).unwrap())
    };
    Some(files.iter().filter(|path| !is_sidecar(path)).map(read).collect())
}

fn is_sidecar(path: &std::path::Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    ["paginators", "examples", "waiters", "endpoint"].iter().any(|sidecar| name.starts_with(sidecar))
}

/// Every pattern in the JSON under `key`, with the first file that has it.
fn patterns(models: &[(String, Value)], key: &str) -> BTreeMap<String, String> {
    fn collect(value: &Value, key: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get(key).and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|value| collect(value, key, found));
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value, key, found)),
            _ => {}
        }
    }
    let mut all = BTreeMap::new();
    for (file, model) in models {
        let mut found = Vec::new();
        collect(model.get("shapes").unwrap_or(&Value::Null), key, &mut found);
        for pattern in found {
            all.entry(pattern).or_insert_with(|| file.clone());
        }
    }
    all
}

fn report(title: &str, tally: &Tally) {
    println!(
        "{title}: {} patterns, {} states, {} bytes, {:?} to compile; {} texts agreed ({} of them match), {} left out for \
         characters that one engine does not know",
        tally.patterns, tally.states, tally.bytes, tally.time, tally.agreed, tally.matched, tally.skipped
    );
}

fn compare_models(folder: &str, key: &str, dialect: Dialect) {
    let Some(models) = models(folder) else { return };
    let mut rng = Rng::with_seed(seed());
    let mut tally = Tally::default();
    for pattern in patterns(&models, key).keys() {
        let (states, bytes, time) = (tally.states, tally.bytes, tally.time);
        compare(pattern, dialect, &mut rng, &mut tally);
        let (states, bytes, time) = (tally.states - states, tally.bytes - bytes, tally.time.saturating_sub(time));
        if states > 300 || time > Duration::from_millis(100) {
            println!("{states} states, {bytes} bytes, {time:?}: {pattern}");
        }
    }
    report(folder, &tally);
    for (file, model) in &models {
        let mut sizes = Tally::default();
        for pattern in patterns(&[(file.clone(), model.clone())], key).keys() {
            let start = Instant::now();
            let compiled = compile(pattern, dialect);
            sizes.time += start.elapsed();
            sizes.patterns += 1;
            match compiled {
                Ok(compiled) => {
                    sizes.states += compiled.states();
                    sizes.bytes += compiled.bytes();
                }
                Err(error) => println!("{file}: not enforced: {pattern}: {error}"),
            }
        }
        println!(
            "{file}: {} patterns, {} states, {} bytes, {:?}",
            sizes.patterns, sizes.states, sizes.bytes, sizes.time
        );
    }
    assert!(tally.faults.is_empty(), "{} faults:\n{}", tally.faults.len(), tally.faults.join("\n"));
}

#[test]
fn api_json_patterns_agree_with_a_second_engine() {
    compare_models("api-json", "pattern", Dialect::ApiJson);
}

#[test]
fn smithy_patterns_agree_with_a_second_engine() {
    compare_models("smithy", "smithy.api#pattern", Dialect::Smithy);
}

#[test]
fn small_patterns_decide_as_written() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        ("", &[""], &["a"]),
        ("a|bc", &["a", "bc"], &["", "ab", "abc"]),
        ("^a$|^b", &["a", "b"], &["ab"]),
        ("[\\w+=,.@-]+", &["a", "ann-marie@x.y"], &["", "jürgen", "a b", "a\n"]),
        ("^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$", &["a-b", "abc"], &["a--b", "ab", "-ab", "a-", "abc-"]),
        ("(?!.*--)[a-z-]{3,}", &["a-b"], &["a--b", "ab"]),
        ("(?:a(?=b)|b(?!b))*", &["", "ab", "abab", "b"], &["a", "abb", "aab"]),
        ("(?:(?<=a)b|(?<!a)c|a)*", &["aba", "c", "ab", "abca"], &["b", "ac", "abb"]),
        ("a(?<!ba)b|ba(?<=ba)c", &["ab", "bac"], &["bab"]),
        (".*(?<=a(?!c).)d", &["abd"], &["acd", "d"]),
        ("(?<!^a(?=b)).*", &["", "ab"], &[]),
        ("a\\b.*|\\B-", &["a", "a b", "a-", "-"], &["ab", "b"]),
        ("\\w+\\b\\W+", &["a-"], &["a", "-"]),
        (".", &["a", "😀", "\t"], &["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", ""]),
        ("(?s).", &["\n"], &[""]),
        ("(?i)[a-c]K", &["Ak", "BK"], &["dk", "a\u{212A}"]),
        ("(?i:a)b", &["Ab"], &["AB"]),
        ("[^a]", &["b", "\n", "é"], &["a", ""]),
        ("[a-z&&[^aeiou]]+", &["xyz"], &["a", "xa"]),
        ("[a-c[x-z]]", &["a", "y"], &["d"]),
        ("[\\uD800\\uDC00-\\uDBFF\\uDFFF]", &["😀", "\u{10000}", "\u{10FFFF}"], &["\u{FFFF}", "a"]),
        ("\\uD83D\\uDE00", &["😀"], &["😁"]),
        ("[\\p{L}\\p{Z}\\p{N}]+", &["jürgen", "٣", "a b"], &["-", "\u{301}"]),
        ("\\p{Lu}\\P{L}", &["Ä1"], &["ä1", "AB"]),
        ("\\p{ASCII}+\\p{Punct}", &["a!"], &["é!", "!"]),
        ("\\x41{0,3}", &["", "AAA"], &["AAAA"]),
        ("a{2,}", &["aa", "aaaaaaaaaaaaaa"], &["a"]),
        ("a{0}b", &["b"], &["ab"]),
        ("(|a)+", &["", "aa"], &["b"]),
        ("((a*)*)*b", &["b", "aab"], &["a"]),
        (".{0,1024}", &["", "abc"], &["\n"]),
        ("x.{1,2048}(?=y)y", &["xay"], &["xy"]),
        ("^(?=.{3,20}$)a+b*", &["aab", "aaa"], &["ab"]),
        ("(?=.{3,20})a+b*", &["aab"], &["ab"]),
    ];
    for (pattern, matching, others) in cases {
        let compiled = compile(pattern, Dialect::ApiJson).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        let loaded = load(pattern, &compiled);
        for text in *matching {
            assert!(loaded.matches(text), "{pattern} must match {text:?}");
        }
        for text in *others {
            assert!(!loaded.matches(text), "{pattern} must not match {text:?}");
        }
    }
}

#[test]
fn the_shortest_match_is_known() {
    for (pattern, least) in [
        ("[a-z]+", 1),
        ("a*", 0),
        ("(abc|de)f?", 2),
        ("(?=.{5,9}$)a+", 5),
        ("[A-Z]{12}", 12),
        ("arn:aws:[a-z]+:(x|[0-9]{3,})", 11),
        ("a{300}b|c{290}.*", 290),
    ] {
        assert_eq!(compile(pattern, Dialect::ApiJson).unwrap().shortest(), least, "{pattern}");
    }
}

#[test]
fn smithy_patterns_are_searched_for() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        ("b", &["abc", "b", "\nb\n"], &["", "a"]),
        ("^a", &["ab", "a\n"], &["ba", ""]),
        ("a$", &["ba"], &["ab", "a\n"]),
        ("^a$", &["a"], &["aa", "a\n"]),
        ("^a|b|c$", &["ax", "xbx", "xc"], &["xa", "cx"]),
        ("^a{0,3}$", &["", "aaa"], &["aaaa"]),
        ("", &["", "x"], &[]),
    ];
    for (pattern, matching, others) in cases {
        let loaded = load(pattern, &compile(pattern, Dialect::Smithy).unwrap());
        assert!(matching.iter().all(|text| loaded.matches(text)), "{pattern}");
        assert!(!others.iter().any(|text| loaded.matches(text)), "{pattern}");
    }
}

#[test]
fn lengths_are_exact_where_counts_are_relaxed() {
    for (pattern, unit, min, max) in [
        (".{1,1024}", "é", 1, 1024),
        ("a[a-c]{3,200}a", "a", 5, 202),
        ("(?:ab|cd){2,64}", "ab", 2, 64),
        ("(?=.{20,2048}$)\\w+", "_", 20, 2048),
        ("[a-z]{63}", "q", 63, 63),
    ] {
        let compiled = compile(pattern, Dialect::ApiJson).unwrap();
        assert!(compiled.bytes() < 500, "{pattern}: {} bytes", compiled.bytes());
        let loaded = load(pattern, &compiled);
        for (count, matches) in [(min - 1, false), (min, true), (max, true), (max + 1, false)] {
            assert_eq!(loaded.matches(&unit.repeat(count)), matches, "{pattern} {count} times");
        }
    }
    let loaded = load("(?:ab){8,9}", &compile("(?:ab){8,9}", Dialect::ApiJson).unwrap());
    assert!(!loaded.matches("ababababababababa"));
}

#[test]
fn what_cannot_be_enforced_has_a_reason() {
    let deep = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
    let classes = "[".repeat(5000);
    let cases: &[(&str, Reason, usize)] = &[
        ("(a)\\1", Reason::BackReference, 3),
        ("(?<n>a)\\k<n>", Reason::BackReference, 7),
        ("a++", Reason::Atomic, 2),
        ("(?>a)", Reason::Atomic, 0),
        ("(?m)^a", Reason::Flag('m'), 2),
        ("\\h", Reason::Escape('h'), 0),
        ("\\p{Nope}", Reason::Class("Nope".to_owned()), 0),
        ("[\\uD800-\\uDFFF]", Reason::Surrogate, 1),
        ("(a", Reason::Syntax("a group has no end"), 0),
        ("a)", Reason::Syntax("a `)` closes nothing"), 1),
        ("[a", Reason::Syntax("a class has no end"), 0),
        ("[b-a]", Reason::Syntax("a range whose last character is before its first"), 1),
        ("a{3,2}", Reason::Syntax("a repeat whose most is below its least"), 1),
        ("*", Reason::Syntax("a repeat of nothing"), 0),
        ("\\", Reason::Syntax("a backslash escapes nothing"), 0),
        ("a{,2}", Reason::Ambiguous("a repeat without a number"), 2),
        ("a{2}{3}", Reason::Ambiguous("a repeat of a repeat"), 4),
        ("[]a]", Reason::Ambiguous("a class that begins with `]`"), 1),
        ("[[:alpha:]]", Reason::Ambiguous("a `[` in a class"), 1),
        ("a{99999999999}", Reason::Size, 2),
        ("(?:a|bc){1,1000000}", Reason::Size, 0),
        ("(?:(?:(?:a?){1000}){1000}){1000}", Reason::Size, 0),
        ("(?:a|b)*a(?:a|b){20}c?", Reason::Size, 0),
        ("a^b", Reason::Never, 0),
        ("(?=a)b", Reason::Never, 0),
        (&deep, Reason::Depth(64), 65),
        (&classes, Reason::Depth(64), 66),
    ];
    for (pattern, reason, offset) in cases {
        let unsupported = compile(pattern, Dialect::ApiJson).expect_err(pattern);
        assert_eq!((&unsupported.reason, unsupported.offset), (reason, *offset), "{pattern:.40}");
        assert!(!unsupported.to_string().is_empty());
    }
}

#[test]
fn no_pattern_makes_the_compiler_panic() {
    let mut rng = Rng::with_seed(seed());
    let pieces = [
        "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$", ".", "-", "\\", "a", "é", "1", ",", "(?=", "(?<!",
        "(?i", "\\u", "\\x", "D800", "\\p{L}", "\\p", "&&", ":", "{2,9}", "\\b",
    ];
    for _ in 0..20_000 {
        let pattern: String = (0..rng.usize(1..12)).map(|_| pieces[rng.usize(..pieces.len())]).collect();
        for dialect in [Dialect::ApiJson, Dialect::Smithy] {
            if let Ok(compiled) = compile(&pattern, dialect) {
                let loaded = load(&pattern, &compiled);
                assert_eq!(loaded.text(), pattern);
                assert_eq!(loaded.matches("a1-é😀"), loaded.matches("a1-é😀"));
            }
        }
    }
}

#[test]
fn random_patterns_agree_with_a_second_engine() {
    let mut rng = Rng::with_seed(seed());
    let (mut agreed, mut matched, mut refused, mut never, mut large) = (0, 0, 0, 0, 0);
    for _ in 0..4000 {
        let pattern = random_pattern(&mut rng, 4);
        for dialect in [Dialect::ApiJson, Dialect::Smithy] {
            let Ok(regex) = reference(&pattern, dialect) else {
                refused += 1;
                continue;
            };
            let ours = match compile(&pattern, dialect) {
                Ok(compiled) => Some(load(&pattern, &compiled)),
                Err(error) if error.reason == Reason::Never => {
                    never += 1;
                    None
                }
                Err(error) if error.reason == Reason::Size => {
                    large += 1;
                    continue;
                }
                Err(error) => panic!("{pattern}: {error}"),
            };
            for _ in 0..30 {
                let length = rng.usize(..7);
                let text: String = (0..length).map(|_| rng.choice(['a', 'b', '-', 'é', '\n']).unwrap()).collect();
                let Ok(theirs) = regex.is_match(&text) else { continue };
                let ours = ours.as_ref().is_some_and(|ours| ours.matches(&text));
                assert_eq!(ours, theirs, "{pattern} on {text:?} as {dialect:?}");
                agreed += 1;
                matched += usize::from(ours);
            }
        }
    }
    println!(
        "{agreed} texts agreed ({matched} match); {never} patterns match nothing, {large} are too large, {refused} are \
         refused by the second engine"
    );
    assert!(agreed > 100_000 && matched > 10_000);
}

fn random_pattern(rng: &mut Rng, depth: usize) -> String {
    let atoms = ["a", "b", "-", "é", "[ab]", "[^a]", "\\w", "\\W", ".", "[a-b-]", "\\s", "\\S"];
    if depth == 0 || rng.u8(..5) == 0 {
        return rng.choice(atoms).unwrap().to_owned();
    }
    let part = |rng: &mut Rng| random_pattern(rng, depth - 1);
    match rng.u8(..12) {
        0..4 => format!("{}{}", part(rng), part(rng)),
        4 | 5 => format!("(?:{}|{})", part(rng), part(rng)),
        6 | 7 => {
            let times = rng.choice(["*", "+", "?", "{2}", "{1,3}", "{0,9}", "{8,}", "*?"]).unwrap();
            format!("(?:{}){times}", part(rng))
        }
        8 => format!("(?={})", part(rng)),
        9 => format!("(?!{})", part(rng)),
        10 => {
            let atom = |rng: &mut Rng| rng.choice(atoms).unwrap();
            format!("(?<{}{}{})", rng.choice(["=", "!"]).unwrap(), atom(rng), atom(rng))
        }
        _ => rng.choice(["^", "$", "\\b", "\\B"]).unwrap().to_owned(),
    }
}
