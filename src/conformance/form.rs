//! Form bodies as sets of pairs, in which maps have no order.

use std::collections::BTreeMap;

use super::values::{shorten, spelled};
use crate::decode::DecodeOptions;
use crate::form::{Pair, parse};

/// How many parts a name may have: more than any that the library writes.
const MAX_PARTS: usize = 3 * crate::MAX_DEPTH;

/// A name below a name, with what stands there.
#[derive(Default)]
struct Node {
    values: Vec<String>,
    below: BTreeMap<String, Node>,
}

/// Compares two forms. `maps` are the names of key and value of every map that the input may hold: the numbers of their
/// entries say nothing.
pub(super) fn compare(actual: &[u8], expected: &[u8], maps: &[(String, String)]) -> Result<(), String> {
    let actual = read(actual).map_err(|why| format!("the form that was written cannot be read: {why}"))?;
    let expected = read(expected).map_err(|why| format!("the expected form cannot be read: {why}"))?;
    let (actual, expected) = (canonical(&actual, maps), canonical(&expected, maps));
    let missing: Vec<&str> = difference(&expected, &actual);
    let superfluous: Vec<&str> = difference(&actual, &expected);
    if missing.is_empty() && superfluous.is_empty() {
        return Ok(());
    }
    let list = |pairs: &[&str]| if pairs.is_empty() { "nothing".to_owned() } else { shorten(&pairs.join(" ")) };
    Err(format!("missing {}, superfluous {}", list(&missing), list(&superfluous)))
}

fn read(form: &[u8]) -> Result<Vec<Pair>, String> {
    let pairs = parse(form, &DecodeOptions::DEFAULT).map_err(|error| error.to_string())?;
    match pairs.iter().find(|pair| pair.name.split('.').count() > MAX_PARTS) {
        Some(pair) => Err(format!("{}: more than {MAX_PARTS} parts", shorten(&pair.name))),
        None => Ok(pairs),
    }
}

/// What is in `left` and not in `right`, each as often as it is missing there.
fn difference<'a>(left: &'a [String], right: &[String]) -> Vec<&'a str> {
    let mut right: Vec<&String> = right.iter().collect();
    left.iter()
        .filter(|pair| match right.iter().position(|other| other == pair) {
            Some(index) => {
                right.swap_remove(index);
                false
            }
            None => true,
        })
        .map(String::as_str)
        .collect()
}

/// The pairs as `name=value`, the entries of maps numbered by their keys.
fn canonical(pairs: &[Pair], maps: &[(String, String)]) -> Vec<String> {
    let mut root = Node::default();
    for pair in pairs {
        let node = pair.name.split('.').fold(&mut root, |node, part| node.below.entry(part.to_owned()).or_default());
        node.values.push(spelled(&pair.value).into_owned());
    }
    let mut lines = Vec::new();
    write(&root, "", maps, &mut lines);
    lines
}

fn write(node: &Node, name: &str, maps: &[(String, String)], lines: &mut Vec<String>) {
    lines.extend(node.values.iter().map(|value| format!("{name}={value}")));
    let child = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
    if let Some((key, _)) = maps.iter().find(|names| is_map(node, names)) {
        let mut entries: Vec<&Node> = node.below.values().collect();
        entries.sort_by_key(|entry| entry.below.get(key).map(|key| &key.values));
        for (index, entry) in entries.into_iter().enumerate() {
            write(entry, &child(&(index + 1).to_string()), maps, lines);
        }
    } else {
        for (part, node) in &node.below {
            write(node, &child(part), maps, lines);
        }
    }
}

/// Whether all that stands below are numbered entries of such a map.
fn is_map(node: &Node, (key, value): &(String, String)) -> bool {
    !node.below.is_empty()
        && node.below.iter().all(|(part, entry)| {
            part.parse::<usize>().is_ok_and(|number| (1..=node.below.len()).contains(&number))
                && entry.below.contains_key(key)
                && entry.below.keys().all(|name| name == key || name == value)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<(String, String)> {
        vec![("key".to_owned(), "value".to_owned())]
    }

    #[test]
    fn the_order_of_pairs_and_of_maps_says_nothing() {
        let expected = b"A=1&M.entry.1.key=b&M.entry.1.value.X=2&M.entry.2.key=a&M.entry.2.value.X=3";
        let actual = b"M.entry.1.key=a&M.entry.2.value.X=2&M.entry.2.key=b&M.entry.1.value.X=3&A=%31";
        assert_eq!(compare(actual, expected, &names()), Ok(()));
        assert!(compare(actual, expected, &[]).is_err());
    }

    #[test]
    fn what_belongs_to_which_key_does_count() {
        let expected = b"M.1.key=b&M.1.value=2&M.2.key=a&M.2.value=3";
        let actual = b"M.1.key=a&M.1.value=2&M.2.key=b&M.2.value=3";
        assert!(compare(actual, expected, &names()).is_err());
    }

    #[test]
    fn lists_have_an_order_and_pairs_a_number() {
        assert!(compare(b"L.1=a&L.2=b", b"L.1=b&L.2=a", &names()).is_err());
        assert_eq!(compare(b"A=1&A=1&B=", b"A=1&C=2", &names()), Err("missing C=2, superfluous A=1 B=".to_owned()));
    }
}
