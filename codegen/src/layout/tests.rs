//! Each rule of the layout, and that no input loses a token.

use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote;

use super::{WIDTH, text};
use crate::Builder;

/// Marks that are one token, longest first. `<<` and `>>` may be brackets of generics, two at a time.
const OPERATORS: [&str; 24] = [
    "<<=", ">>=", "...", "..=", "::", "..", "&&", "||", "->", "=>", "<-", "==", "!=", "<=", ">=", "+=", "-=", "*=",
    "/=", "%=", "^=", "|=", "&=", "$",
];

/// The tokens as the compiler sees them, without trailing commas; comments are attributes with their text.
fn seen(tokens: TokenStream) -> Vec<String> {
    fn push_all(tokens: TokenStream, seen: &mut Vec<String>) {
        let mut run = String::new();
        for tree in tokens {
            if !matches!(tree, TokenTree::Punct(_)) {
                split(&mut run, seen);
            }
            match tree {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::None => {
                            push_all(group.stream(), seen);
                            continue;
                        }
                    };
                    seen.push(open.to_owned());
                    push_all(group.stream(), seen);
                    while seen.last().is_some_and(|last| last == ",") {
                        seen.pop();
                    }
                    seen.push(close.to_owned());
                }
                TokenTree::Ident(name) => seen.push(name.to_string()),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let is_doc = seen.ends_with(&["[", "doc", "="].map(str::to_owned));
                    let said = syn::parse_str::<syn::LitStr>(&text).ok().filter(|_| is_doc);
                    seen.push(said.map_or(text, |said| format!("{:?}", said.value())));
                }
                TokenTree::Punct(punct) => {
                    run.push(punct.as_char());
                    if punct.spacing() == Spacing::Alone {
                        split(&mut run, seen);
                    }
                }
            }
        }
        split(&mut run, seen);
    }

    fn split(run: &mut String, seen: &mut Vec<String>) {
        let mut rest = run.as_str();
        while !rest.is_empty() {
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let length = OPERATORS.iter().find(|it| rest.starts_with(**it)).map_or(first, |it| it.len());
            seen.push(rest[..length].to_owned());
            rest = &rest[length..];
        }
        run.clear();
    }

    let mut all = Vec::new();
    push_all(tokens, &mut all);
    all
}

/// Every layout in a unit test is looked at: what it was made of must be in it.
pub(super) fn assert_same_tokens(tokens: TokenStream, text: &str) {
    let again: TokenStream = text.parse().unwrap_or_else(|error| panic!("{error}: {text:?}"));
    let (before, after) = (seen(tokens), seen(again));
    if let Some(place) = (0..before.len().max(after.len())).find(|place| before.get(*place) != after.get(*place)) {
        let around = |all: &[String]| all.iter().skip(place.saturating_sub(5)).take(9).cloned().collect::<Vec<_>>();
        panic!("tokens {:?} became {:?}", around(&before), around(&after));
    }
}

/// Lines are longer than they may be only for a literal, for one name, or for documentation.
fn assert_width(text: &str) {
    for line in text.lines().filter(|line| line.len() > WIDTH) {
        let line = line.trim_start();
        assert!(line.contains('"') || !line.contains(' ') || line.starts_with("//"), "a long line: {line}");
    }
}

#[track_caller]
fn check(tokens: TokenStream, expected: &str) {
    let expected = expected.strip_prefix('\n').unwrap_or(expected);
    let text = text(tokens);
    assert!(text == expected, "laid out as\n{text}\nand not as\n{expected}");
}

#[test]
fn spaces_are_where_rustfmt_has_them() {
    let lines = [
        "pub fn f<'a, T: 'a + Into<Option<Box<T>>>>(&'a mut self, x: &'static [u8; 4]) -> &'a str;",
        "impl<'a> Iterator<Item = &'a dyn ::a::A> for crate::B<'a>;",
        "let x: fn(u8) -> u8 = |x, y| -x + *y & !z - &w * 2;",
        "let x = || a::<B>() && !c || &mut d != &&e;",
        "*self = (0..=3, 1.., ..2, a[0], &b[..], [0; 4], -1.5, x as u8, <T as A>::B, ());",
        "a.b(c)?.d::<Vec<Vec<u8>>>(&*e, 'f', b\"g\", x.0);",
        "pub(crate) type A = &'static (dyn Fn(u8, &mut B) -> C + Send);",
        "use ::shapewire::value::{Empty as Other, Value};",
        "::shapewire::one!(A, 0 => b, (c, &*d), { 1 => E(F) });",
        "(a,) = (b, c);",
        "static X: Y<fn(u8)> = Y { a: b, c, ..Z::d() };",
        "#[unsafe(a)]",
        "let _ = matches!(x, A::B(_) | A::C { .. }) == (&self.0 >= &1);",
    ];
    for line in lines {
        assert_eq!(text(line.parse().unwrap()).trim_end(), line);
    }
}

#[test]
fn a_line_for_each_item_statement_field_variant_and_arm() {
    let tokens = quote! {
        mod a { use b::c; pub struct D; pub struct E(pub F); pub struct G { #[h] pub i: BTreeMap<J, K>, l: M } struct N {} }
        #[derive(O)] #[p] pub enum Q { R, #[default] S(T), U { v: W } }
        impl X<A, B> for Y { const Z: A = A { a: 1 }; fn b() {} fn c(mut self) -> Self { self.d = 1; if e { f() } else { g } while let e(f) = g { h() } match h { 0 | 1 => {} (2, _) => { i } I { .. } => j, _ => k(), } *l += 1; self } }
        trait A: B { type C; } unsafe impl A for B {} pub fn c() -> D { unsafe { e } }
        m! { n } o!(p); q!();
    };
    let expected = "
mod a {
    use b::c;
    pub struct D;
    pub struct E(pub F);
    pub struct G {
        #[h]
        pub i: BTreeMap<J, K>,
        l: M
    }
    struct N {}
}
#[derive(O)]
#[p]
pub enum Q {
    R,
    #[default]
    S(T),
    U { v: W }
}
impl X<A, B> for Y {
    const Z: A = A { a: 1 };
    fn b() {}
    fn c(mut self) -> Self {
        self.d = 1;
        if e {
            f()
        } else {
            g
        }
        while let e(f) = g {
            h()
        }
        match h {
            0 | 1 => {}
            (2, _) => {
                i
            }
            I { .. } => j,
            _ => k(),
        }
        *l += 1;
        self
    }
}
trait A: B {
    type C;
}
unsafe impl A for B {}
pub fn c() -> D {
    unsafe {
        e
    }
}
m! { n }
o!(p);
q!();
";
    check(tokens, expected);
}

#[test]
fn lists_are_broken_from_the_outside_in() {
    let long = Ident::new(&"n".repeat(60), Span::call_site());
    let expected = "
static A: B = b(
    NAME,
    &[c(d, e), f],
    G { h: i, j },
    k(
        NAME,
        NAME,
    ),
);
fn f(
    &self,
    NAME: impl Into<X>,
    b: impl Into<Y>,
) -> Z {}
let a = [
    NAME,
    NAME,
];
let a = A {
    b: NAME,
    c: NAME,
    ..d
};
use a::b::{
    c, NAME, d, e, f,
    NAME,
};
";
    let tokens = quote! {
        static A: B = b(#long, &[c(d, e), f], G { h: i, j }, k(#long, #long));
        fn f(&self, #long: impl Into<X>, b: impl Into<Y>) -> Z {}
        let a = [#long, #long,];
        let a = A { b: #long, c: #long, ..d };
        use a::b::{c, #long, d, e, f, #long};
    };
    check(tokens, &expected.replace("NAME", &long.to_string()));
}

#[test]
fn a_comma_follows_the_last_element_of_a_broken_list_alone() {
    let long = Literal::string(&"n".repeat(60));
    check(
        quote!(f(a, b,); g([c,], D { e, }, (h,), (i, j,), k!(l,));),
        "f(a, b);\ng([c], D { e }, (h,), (i, j), k!(l,));\n",
    );
    let expected = "
f(
    NAME,
    (NAME),
);
f!(
    NAME,
    NAME
);
let [
    NAME,
    NAME,
] = A {
    b: NAME,
    c: NAME,
    ..
};
";
    let tokens = quote! {
        f(#long, (#long));
        f!(#long, #long);
        let [#long, #long] = A { b: #long, c: #long, .. };
    };
    check(tokens, &expected.replace("NAME", &long.to_string()));
}

#[test]
fn the_only_argument_stays_on_the_line_if_it_is_a_group() {
    let long = Literal::string(&"n".repeat(60));
    let expected = "
f(&[
    NAME,
    NAME,
]);
let a = Some(B::new(C {
    d: NAME,
    e: NAME,
}));
f(
    g(NAME, h)
        .i(NAME),
);
f([
    NAME, b,
]);
f(|x| {
    y
});
";
    let expected = expected.replace("[\n    NAME, b,\n]", "[NAME, b]");
    let tokens = quote! {
        f(&[#long, #long]);
        let a = Some(B::new(C { d: #long, e: #long }));
        f(g(#long, h).i(#long));
        f([#long, b]);
        f(|x| { y });
    };
    check(tokens, &expected.replace("NAME", &long.to_string()));
}

#[test]
fn chains_of_calls_are_broken_all_or_not_at_all() {
    let long = Literal::string(&"n".repeat(60));
    let expected = "
a.b.c(NAME).d().e(f);
static A: B = C::new(d)
    .e(NAME)
    .f()
    .g(NAME);
static A: B = C::new(
    NAME,
    NAME,
)
.d()
.e([
    NAME,
    NAME,
]);
if a.b(NAME).c() {
    d.e(NAME).f();
}
";
    let tokens = quote! {
        a.b.c(#long).d().e(f);
        static A: B = C::new(d).e(#long).f().g(#long);
        static A: B = C::new(#long, #long).d().e([#long, #long]);
        if a.b(#long).c() { d.e(#long).f(); }
    };
    check(tokens, &expected.replace("NAME", &long.to_string()));
}

#[test]
fn what_would_still_be_too_long_goes_on_in_the_next_line() {
    let long = Ident::new(&"n".repeat(60), Span::call_site());
    let shorter = Ident::new(&"s".repeat(35), Span::call_site());
    let expected = "
static NAME: A =
    NAME::b(c);
static A: B =
    c(d, SHORT, e).f(SHORT, ghijk);
static SHORT: B =
    c(d, SHORT, ghijklmnopq)
        .f(NAME);
static NAME: A =
    NAME::b(
        &NAME,
        c,
    )
    .d();
impl a::NAME
    for NAME {
    fn a() {}
}
struct A {
    pub NAME:
        Option<NAME>,
}
";
    let tokens = quote! {
        static #long: A = #long::b(c);
        static A: B = c(d, #shorter, e).f(#shorter, ghijk);
        static #shorter: B = c(d, #shorter, ghijklmnopq).f(#long);
        static #long: A = #long::b(&#long, c).d();
        impl a::#long for #long { fn a() {} }
        struct A { pub #long: Option<#long>, }
    };
    check(tokens, &expected.replace("NAME", &long.to_string()).replace("SHORT", &shorter.to_string()));
}

#[test]
fn what_cannot_be_shorter_is_left_as_it_is() {
    let long = Literal::string(&"n".repeat(120));
    let tokens = quote! {
        #[doc = #long]
        #[a(#long)]
        static A: B = c(#long).d(e, #long, &[#long], [f, #long]);
    };
    let expected = "
/// NAME
#[a(\"NAME\")]
static A: B = c(\"NAME\")
    .d(
        e,
        \"NAME\",
        &[\"NAME\"],
        [
            f,
            \"NAME\",
        ],
    );
"
    .replace("/// ", "///");
    check(tokens, &expected.replace("NAME", &"n".repeat(120)));
}

#[test]
fn arguments_of_macros_fill_lines() {
    let names: Vec<Ident> = (0..24).map(|number| Ident::new(&format!("name_{number}"), Span::call_site())).collect();
    let expected = "
a::b!(
    new A, 1 => name_0, 1 => name_1, 1 => name_2, 1 => name_3, 1 => name_4, 1 => name_5,
    1 => name_6, 1 => name_7, 1 => name_8, 1 => name_9, 1 => name_10, 1 => name_11, 1 => name_12,
    1 => name_13, 1 => name_14, 1 => name_15, 1 => name_16, 1 => name_17, 1 => name_18,
    1 => name_19, 1 => name_20, 1 => name_21, 1 => name_22, 1 => name_23
);
c!(
    D, {
        name_0, name_1, name_2, name_3, name_4, name_5, name_6, name_7, name_8, name_9, name_10,
        name_11, name_12, name_13, name_14, name_15, name_16, name_17, name_18, name_19, name_20,
        name_21, name_22, name_23
    }
);
";
    check(quote!(a::b!(new A #(, 1 => #names)*); c!(D, { #(#names),* });), expected);
}

#[test]
fn documentation_is_a_comment_if_it_can_be() {
    let of = |doc: &str| text(quote!(#[doc = #doc] struct A;));
    for (doc, line) in [
        (" Text.", "/// Text."),
        ("", "///"),
        ("Text.", "///Text."),
        ("    code", "///    code"),
        (" \"It's\" \\[1\\] */ {} `//`", "/// \"It's\" \\[1\\] */ {} `//`"),
        (" größer ≤ 3", "/// größer ≤ 3"),
        ("/ path", "#[doc = \"/ path\"]"),
        (" blank ", "#[doc = \" blank \"]"),
        (" two\nlines", "#[doc = \" two\\nlines\"]"),
        (" a\tb", "#[doc = \" a\\tb\"]"),
        (" \u{202e}right to left", "#[doc = \" \\u{202e}right to left\"]"),
    ] {
        assert_eq!(of(doc), format!("{line}\nstruct A;\n"));
    }
    check(
        quote!(
            #[doc = r#" "raw" \ "#]
            struct A;
        ),
        "#[doc = r#\" \"raw\" \\ \"#]\nstruct A;\n",
    );
    check(
        quote!(
            #[doc = r#" "raw" \"#]
            struct A;
        ),
        "/// \"raw\" \\\nstruct A;\n",
    );
    check(
        quote!(
            #[doc(hidden)]
            #[doc = b"a"]
            struct A;
        ),
        "#[doc(hidden)]\n#[doc = b\"a\"]\nstruct A;\n",
    );
    // Where no line begins, the rest of it would be a comment too.
    check(
        quote!(fn a(#[doc = " b"] c: D) {} e!(#[doc = " f"] g);),
        "fn a(#[doc = \" b\"] c: D) {}\ne!(#[doc = \" f\"] g);\n",
    );
}

#[test]
fn nothing_becomes_nothing() {
    assert_eq!(text(TokenStream::new()), "");
}

/// Tokens in any order, as nobody would write them.
fn random_tokens(random: &mut fastrand::Rng, depth: usize) -> TokenStream {
    const WORDS: [&str; 24] = [
        "a",
        "B",
        "fn",
        "impl",
        "pub",
        "for",
        "if",
        "else",
        "match",
        "struct",
        "mod",
        "as",
        "mut",
        "doc",
        "Self",
        "r#fn",
        "use",
        "let",
        "static",
        "macro_rules",
        "i2",
        "_",
        "dyn",
        "where",
    ];
    const LITERALS: [&str; 12] = [
        "1",
        "2.5",
        "0x1f",
        "1u8",
        "1.0e3",
        "\"text\"",
        "r\" doc\"",
        "b\"\\0\"",
        "'c'",
        "r#\"\"#",
        "\" a b.\"",
        "c\"d\"",
    ];
    const OTHERS: &str = "!#$%&*+,-./:;<=>?@^|~";
    let mut tokens = TokenStream::new();
    for _ in 0..random.usize(..9) {
        let more: TokenStream = match random.u8(..11) {
            0..3 => WORDS[random.usize(..WORDS.len())].parse().unwrap(),
            3 => LITERALS[random.usize(..LITERALS.len())].parse().unwrap(),
            4 => format!("'{}", ["a", "static", "_b"][random.usize(..3)]).parse().unwrap(),
            5 => OPERATORS[random.usize(..OPERATORS.len())].parse().unwrap(),
            6 => Some(TokenTree::Punct(Punct::new(if random.bool() { ',' } else { ';' }, Spacing::Alone)))
                .into_iter()
                .collect(),
            7 | 8 => {
                let mark = OTHERS.as_bytes()[random.usize(..OTHERS.len())];
                Some(TokenTree::Punct(Punct::new(char::from(mark), Spacing::Alone))).into_iter().collect()
            }
            _ if depth == 0 => continue,
            9 => {
                let doc = Literal::string(["", " a", "/", " b ", " \\ \"", "c\n"][random.usize(..6)]);
                quote!(#[doc = #doc])
            }
            _ => {
                let delimiters = [Delimiter::Parenthesis, Delimiter::Bracket, Delimiter::Brace, Delimiter::None];
                let group = Group::new(delimiters[random.usize(..4)], random_tokens(random, depth - 1));
                Some(TokenTree::Group(group)).into_iter().collect()
            }
        };
        tokens.extend(more);
    }
    tokens
}

#[test]
fn any_tokens_stay_what_they_are() {
    let seed = std::env::var("SHAPEWIRE_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("SHAPEWIRE_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..4000 {
        text(random_tokens(&mut random, 5));
    }
}

/// Deeper than lines have room for.
#[test]
fn what_is_nested_deeply_has_lines_all_the_same() {
    let mut deep = quote!(a);
    for _ in 0..200 {
        deep = quote!(f(#deep, b));
    }
    assert_eq!(text(quote!(#deep;)).lines().count(), 3 * 200 + 1);
}

fn generated(model: &Path, overlay: Option<PathBuf>) -> String {
    let mut builder = Builder::new().model(model).module_name("module").serde(true);
    if let Some(overlay) = overlay {
        builder = builder.overlay(overlay);
    }
    let text = builder.generate_to_string().unwrap_or_else(|problems| panic!("{problems}")).text;
    assert_width(&text);
    text
}

#[test]
fn what_is_generated_for_models_of_the_project_keeps_its_tokens() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["bookshop", "depot", "ferry", "harbour", "obstacles"] {
        generated(&here.join(format!("tests/golden/{name}.json")), None);
    }
    let models = here.parent().unwrap().join("model");
    let iam = generated(&models.join("iam-2010-05-08.json"), Some(models.join("overlays/iam.json")));
    assert!(iam.lines().count() <= 25_000, "{}", iam.lines().count());
}

/// The folder is `$SHAPEWIRE_SHARED/models/api-json`; without the variable, `shared` beside the workspace.
#[cfg(feature = "gzip")]
#[test]
fn what_is_generated_for_published_models_keeps_its_tokens() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let shared = std::env::var_os("SHAPEWIRE_SHARED").map_or_else(|| workspace.join("../shared"), PathBuf::from);
    let folder = shared.join("models/api-json");
    let mut models = Vec::new();
    let folders = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect::<Vec<_>>()
    };
    for version in folders(&folder).iter().flat_map(|service| folders(service)) {
        models.extend(
            ["service-2.json.gz", "service-2.json"].map(|name| version.join(name)).into_iter().find(|it| it.exists()),
        );
    }
    if models.is_empty() {
        eprintln!("skipped: there are no models in {}", folder.display());
    }
    for model in models {
        generated(&model, None);
    }
}
