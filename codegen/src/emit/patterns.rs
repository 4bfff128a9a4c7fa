//! Patterns as statics: each once, whatever number of shapes have it.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use crate::by_name::ByName;
use crate::diagnostic::{Diagnostics, pointer};
use crate::emit::Context;
use crate::model::Model;
use crate::pattern::{Automaton, Compiled, compile};

/// Runs of characters that take more bytes than this are shared by the patterns that have the same.
const SHARED_RUNS: usize = 64;

/// The patterns of a model, by their text.
#[derive(Default)]
pub(crate) struct Patterns<'a> {
    entries: ByName<Entry<'a>>,
}

struct Entry<'a> {
    /// The first shape that has the pattern; it gives the static its name.
    shape: &'a str,
    /// What decides it, if it can be decided.
    compiled: Option<Compiled>,
}

impl<'a> Patterns<'a> {
    /// Compiles the patterns of all shapes, and warns of those that will not be enforced.
    pub(crate) fn new(model: &'a Model, file: &str, found: &mut Diagnostics) -> Self {
        let mut patterns = Self::default();
        for shape in &model.shapes {
            let Some(pattern) = &shape.pattern else { continue };
            patterns.entries.get_or_insert_with(pattern, || {
                let compiled = compile(pattern, model.pattern_dialect).inspect_err(|unsupported| {
                    let place = pointer(&["shapes", &shape.name, "pattern"]);
                    found.warning(file, &place, format!("this pattern is not enforced: {unsupported}"));
                });
                Entry { shape: &shape.name, compiled: compiled.ok() }
            });
        }
        patterns
    }

    /// The automata of all patterns, each with the name of a shape and its place among those of the pattern.
    fn automata(&self) -> impl Iterator<Item = (&'a str, usize, &Automaton)> {
        self.entries.values().flat_map(|entry| {
            let automata = entry.compiled.iter().flat_map(|compiled| compiled.automata.iter().enumerate());
            automata.map(|(index, automaton)| (entry.shape, index, automaton))
        })
    }
}

/// The text of the module of patterns, a line for each; nothing if there are none.
///
/// It is laid out here, because `layout` would give every table and every number a line of its own.
pub(super) fn patterns(context: &Context<'_>) -> String {
    let entries = &context.patterns.entries;
    if entries.is_empty() {
        return String::new();
    }
    // Sorted by their bytes.
    let mut runs: Vec<(&[u8], Ident)> = Vec::new();
    for (shape, index, automaton) in context.patterns.automata() {
        if automaton.wide.len() > SHARED_RUNS {
            let name = context.names.static_of(shape);
            let name = if index == 0 { name.clone() } else { format_ident!("{name}_{index}") };
            if let Err(place) = runs.binary_search_by_key(&automaton.wide.as_slice(), |(bytes, _)| bytes) {
                runs.insert(place, (&automaton.wide, name));
            }
        }
    }
    let has_automata = context.patterns.automata().next().is_some();
    let names = if has_automata { "{Automaton, Pattern}" } else { "Pattern" };
    let mut lines = vec![
        "\n/// The patterns of the model, each named by the first shape that has it.".to_owned(),
        "mod patterns {".to_owned(),
        format!("    use ::shapewire::pattern::{names};"),
    ];
    for shape in &context.model.shapes {
        let entry = shape.pattern.as_deref().and_then(|pattern| Some((pattern, entries.get(pattern)?)));
        if let Some((pattern, entry)) = entry.filter(|(_, entry)| entry.shape == shape.name) {
            let name = context.names.static_of(&shape.name);
            let value = value(pattern, entry.compiled.as_ref(), &runs);
            lines.push(format!("    pub(super) static {name}: Pattern = {value};"));
        }
    }
    if !runs.is_empty() {
        lines.push("    /// Classes of characters beyond ASCII.".to_owned());
        lines.push("    mod runs {".to_owned());
        lines.extend(runs.iter().map(|(bytes, name)| {
            let bytes = Literal::byte_string(bytes);
            format!("        pub(super) static {name}: &[u8] = {bytes};")
        }));
        lines.push("    }".to_owned());
    }
    lines.push("}\n".to_owned());
    lines.join("\n")
}

/// The static that decides the pattern of a shape.
pub(super) fn reference(context: &Context<'_>, pattern: &str) -> TokenStream {
    let name = context.names.static_of(context.patterns.entries.get(pattern).map_or("", |entry| entry.shape));
    quote!(&super::patterns::#name)
}

fn value(pattern: &str, compiled: Option<&Compiled>, runs: &[(&[u8], Ident)]) -> String {
    let text = Literal::string(pattern);
    let Some(compiled) = compiled else { return format!("Pattern::unenforced({text})") };
    let automata: Vec<String> = compiled.automata.iter().map(|automaton| self::automaton(automaton, runs)).collect();
    let value = format!("Pattern::new({text}, &[{}])", automata.join(", "));
    match compiled.length {
        Some((min, max)) => format!("{value}.with_length({min}, {max:?})"),
        None => value,
    }
}

fn automaton(automaton: &Automaton, runs: &[(&[u8], Ident)]) -> String {
    let (ascii, table) = (Literal::byte_string(&automaton.ascii), Literal::byte_string(&automaton.table));
    let wide = match runs.iter().find(|(bytes, _)| *bytes == automaton.wide) {
        Some((_, name)) => format!("runs::{name}"),
        None => Literal::byte_string(&automaton.wide).to_string(),
    };
    let Automaton { width, start, accepting, .. } = automaton;
    format!("Automaton::new({ascii}, {wide}, {width}, {start}, {accepting}, {table})")
}
