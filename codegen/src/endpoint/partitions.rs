//! The partitions of AWS: a file of facts out of the published one, and the runtime's table out of that.

use std::cell::RefCell;
use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostic::{Diagnostics, Problems};
use crate::json::Value;
use crate::layout;
use crate::load::{Document, Node, Object, read_json};

/// A partition as the file has it.
#[derive(Debug)]
struct Partition {
    name: String,
    dns_suffix: String,
    dual_stack_dns_suffix: String,
    implicit_global_region: String,
    supports_fips: bool,
    supports_dual_stack: bool,
    regions: Vec<String>,
    pattern: Vec<Piece>,
}

/// A piece of the pattern of a partition's regions.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// One of these texts.
    OneOf(Vec<String>),
    /// One or more of letters, digits and `_`.
    Word,
    /// One or more digits.
    Digits,
}

/// Reads a published file of partitions and gives one JSON text with its facts, without descriptions of regions.
///
/// # Errors
/// Whatever the runtime's table could not hold: what the reader does not know is not imported.
#[cfg(feature = "command")]
pub fn import_partitions(path: &Path) -> Result<String, Problems> {
    let file = path.display().to_string();
    let (mut value, _) = read_json(path).map_err(Problems::located)?;
    read(&file, &value).map_err(Problems::located)?;
    let partitions = value.get_mut("partitions").and_then(Value::as_array_mut);
    for partition in partitions.into_iter().flatten() {
        let regions = partition.get_mut("regions").and_then(Value::as_object_mut);
        for region in regions.into_iter().flat_map(crate::json::Map::values_mut) {
            *region = crate::json::Map::new().into();
        }
    }
    Ok(format!("{value:#}\n"))
}

/// The runtime's table of partitions, as Rust, out of a file that [`import_partitions`] has written.
///
/// # Errors
/// All problems of the file.
pub fn partitions_code(path: &Path) -> Result<String, Problems> {
    let file = path.display().to_string();
    let (value, _) = read_json(path).map_err(Problems::located)?;
    let partitions = read(&file, &value).map_err(Problems::located)?;
    let entries = partitions.iter().map(entry);
    let tokens = quote! {
        /// Every partition, the one that stands in for unknown regions first.
        pub static PARTITIONS: &[Partition] = &[#(#entries,)*];
    };
    Ok(layout::text(tokens))
}

fn entry(partition: &Partition) -> TokenStream {
    let Partition { name, dns_suffix, dual_stack_dns_suffix, implicit_global_region, .. } = partition;
    let Partition { supports_fips, supports_dual_stack, regions, pattern, .. } = partition;
    let pattern = pattern.iter().map(|piece| match piece {
        Piece::OneOf(texts) => quote!(Piece::OneOf(&[#(#texts,)*])),
        Piece::Word => quote!(Piece::Word),
        Piece::Digits => quote!(Piece::Digits),
    });
    quote! {
        Partition {
            name: #name,
            dns_suffix: #dns_suffix,
            dual_stack_dns_suffix: #dual_stack_dns_suffix,
            implicit_global_region: #implicit_global_region,
            supports_fips: #supports_fips,
            supports_dual_stack: #supports_dual_stack,
            regions: &[#(#regions,)*],
            pattern: &[#(#pattern,)*],
        }
    }
}

fn read(file: &str, value: &Value) -> Result<Vec<Partition>, Problems> {
    let found = RefCell::new(Diagnostics::default());
    let document = Document { file, found: &found };
    let mut partitions = Vec::new();
    if let Some(mut object) = document.root(value).object() {
        object.text("version");
        let nodes = object.need_items("partitions");
        if nodes.is_empty() {
            document.root(value).problem("there must be a partition");
        }
        partitions = nodes.into_iter().filter_map(|node| partition(node.object()?)).collect();
        object.finish();
        // The runtime takes unknown regions for the first one's.
        if let Some(place) = partitions.iter().position(|partition| partition.name == "aws") {
            partitions[..=place].rotate_right(1);
        }
    }
    found.into_inner().finish()?;
    Ok(partitions)
}

fn partition(mut object: Object<'_>) -> Option<Partition> {
    let (id, outputs, pattern) = (object.need("id"), object.need("outputs"), object.need("regionRegex"));
    let regions = object.need_entries("regions");
    object.finish();
    for (_, node) in &regions {
        if let Some(mut region) = node.clone().object() {
            region.text("description");
            region.finish();
        }
    }
    let pattern = pattern.and_then(|node| pieces_of(&node));
    let mut outputs = outputs?.object()?;
    let name = outputs.need("name");
    if let (Some(name), Some(id)) = (&name, &id)
        && name.raw() != id.raw()
    {
        name.problem("must be the partition's id");
    }
    let texts = ["dnsSuffix", "dualStackDnsSuffix", "implicitGlobalRegion"].map(|key| outputs.need_text(key));
    let flags = ["supportsFIPS", "supportsDualStack"].map(|key| outputs.need(key).and_then(|node| node.boolean()));
    outputs.finish();
    let ([dns_suffix, dual_stack_dns_suffix, implicit_global_region], [supports_fips, supports_dual_stack]) =
        (texts, flags);
    Some(Partition {
        name: name?.text()?.to_owned(),
        dns_suffix: dns_suffix?,
        dual_stack_dns_suffix: dual_stack_dns_suffix?,
        implicit_global_region: implicit_global_region?,
        supports_fips: supports_fips?,
        supports_dual_stack: supports_dual_stack?,
        regions: regions.into_iter().map(|(name, _)| name.to_owned()).collect(),
        pattern: pattern?,
    })
}

fn pieces_of(node: &Node<'_>) -> Option<Vec<Piece>> {
    let pieces = pieces(node.text()?);
    if pieces.is_none() {
        node.problem("a pattern of regions may have texts, `(a|b)`, `\\w+` and `\\d+` between `^` and `$`");
    }
    pieces
}

/// The pieces of a pattern, where it has no others than those of [`Piece`].
fn pieces(pattern: &str) -> Option<Vec<Piece>> {
    let mut rest = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("\\w+") {
            pieces.push(Piece::Word);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("\\d+") {
            pieces.push(Piece::Digits);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('(') {
            let (inside, after) = after.split_once(')')?;
            pieces.push(Piece::OneOf(inside.split('|').map(plain).collect::<Option<_>>()?));
            rest = after;
        } else {
            let end = rest.find(['(', '\\']).unwrap_or(rest.len());
            let end = if rest.starts_with("\\-") { 2 } else { end };
            let (text, after) = rest.split_at_checked(end).filter(|(text, _)| !text.is_empty())?;
            let text = plain(&text.replace("\\-", "-"))?;
            match pieces.last_mut() {
                Some(Piece::OneOf(texts)) => texts.iter_mut().for_each(|before| before.push_str(&text)),
                _ => pieces.push(Piece::OneOf(vec![text])),
            }
            rest = after;
        }
    }
    Some(pieces)
}

fn plain(text: &str) -> Option<String> {
    let is_plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    is_plain.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_told() {
        let partitions = serde_json::json!({"partitions": [{
            "id": 1,
            "outputs": {"name": "aws", "dnsSuffix": 2, "dualStackDnsSuffix": "a", "supportsFIPS": "yes", "more": true},
            "regionRegex": "^.*$",
            "regions": {"us-east-1": {"descriptoin": "x"}},
        }]});
        let problems = read("p", &partitions.into()).unwrap_err();
        let mut pointers: Vec<&str> =
            problems.list().iter().map(|problem| problem.pointer().trim_start_matches("/partitions/0/")).collect();
        pointers.sort_unstable();
        assert_eq!(
            pointers,
            [
                "outputs",
                "outputs",
                "outputs/dnsSuffix",
                "outputs/more",
                "outputs/name",
                "outputs/supportsFIPS",
                "regionRegex",
                "regions/us-east-1/descriptoin"
            ],
            "{problems}"
        );
    }

    #[test]
    fn patterns_in_pieces() {
        let one_of = |texts: &[&str]| Piece::OneOf(texts.iter().map(|text| (*text).to_owned()).collect());
        assert_eq!(
            pieces(r"^(us|eu)\-\w+\-\d+$").unwrap(),
            [one_of(&["us-", "eu-"]), Piece::Word, one_of(&["-"]), Piece::Digits]
        );
        assert_eq!(pieces(r"^us\-iso\-\w+$").unwrap(), [one_of(&["us-iso-"]), Piece::Word]);
        for other in [r"\w+", r"^\w*$", "^(a|b$", "^(a|)$", r"^\w+?$", "^[a]$", "^a.$", r"^\s$"] {
            assert_eq!(pieces(other), None, "{other}");
        }
    }
}
