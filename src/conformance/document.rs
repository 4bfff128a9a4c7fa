//! XML bodies by what they mean: names with their namespaces, attributes, text without the space around it; elements of
//! different names have no order, and neither have the entries of maps.
//!
//! This is read by another reader than the library's own, which is what suites judge.

use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

use super::values::{shorten, spelled};

/// How deep a document may nest: more than any that the library writes.
const MAX_DEPTH: usize = 200;

#[derive(Default)]
struct Element {
    /// Namespace and name, as in `{https://example.com/}Name`.
    name: String,
    /// Names and values, sorted.
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

/// Compares two documents; texts that are no documents are compared as they are. `maps` are the names of key and value of
/// every map that the input may hold.
pub(super) fn compare(actual: &[u8], expected: &[u8], maps: &[(String, String)]) -> Result<(), String> {
    let differ = || {
        let (actual, expected) = (String::from_utf8_lossy(actual), String::from_utf8_lossy(expected));
        Err(format!("expected {}, found {}", shorten(&format!("{expected:?}")), shorten(&format!("{actual:?}"))))
    };
    match (read(actual), read(expected)) {
        (Ok(actual), Ok(expected)) if canonical(&actual, maps) == canonical(&expected, maps) => Ok(()),
        (Err(_), Err(_)) if actual == expected => Ok(()),
        _ => differ(),
    }
}

fn read(document: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(document).map_err(|error| error.to_string())?;
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    // The first element stands for the document around the root.
    let mut open = vec![Element::default()];
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Start(start) => {
                if open.len() == MAX_DEPTH {
                    return Err(format!("nested deeper than {MAX_DEPTH}"));
                }
                open.push(enter(&reader, &start)?);
            }
            Event::End(_) => {
                if let (Some(mut element), Some(parent)) = (open.pop(), open.last_mut()) {
                    element.text = spelled(element.text.trim()).into_owned();
                    parent.children.push(element);
                }
            }
            Event::Text(text) => push(&mut open, &text.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(text) => push(&mut open, &text.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(reference) => {
                let text = match reference.resolve_char_ref().map_err(|error| error.to_string())? {
                    Some(character) => character.to_string(),
                    None => quick_xml::escape::unescape(&format!("&{};", &*reference))
                        .map_err(|error| error.to_string())?
                        .into_owned(),
                };
                push(&mut open, &text);
            }
            Event::Eof => break,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    match open.pop().map(|mut document| (document.children.pop(), document)) {
        Some((Some(root), document)) if document.children.is_empty() && document.text.trim().is_empty() => Ok(root),
        _ => Err("not one element".to_owned()),
    }
}

fn push(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn enter(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Element, String> {
    let (namespace, name) = reader.resolver().resolve_element(start.name());
    let mut element = Element { name: expanded(&namespace, name.as_ref())?, ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        element.attributes.push((expanded(&namespace, name.as_ref())?, spelled(&value).into_owned()));
    }
    element.attributes.sort();
    Ok(element)
}

fn expanded(namespace: &ResolveResult<'_>, name: &str) -> Result<String, String> {
    match namespace {
        ResolveResult::Unbound => Ok(name.to_owned()),
        ResolveResult::Bound(namespace) => Ok(format!("{{{}}}{name}", namespace.0)),
        ResolveResult::Unknown(prefix) => Err(format!("the prefix {prefix:?} has no namespace")),
    }
}

/// A text that is equal for elements that mean the same.
fn canonical(element: &Element, maps: &[(String, String)]) -> String {
    let Element { name, attributes, text, .. } = element;
    let mut children: Vec<(&str, String)> =
        element.children.iter().map(|child| (child.name.as_str(), canonical(child, maps))).collect();
    // Elements of one name keep their order: they are a list, unless all are entries of a map.
    children.sort_by_key(|(name, _)| *name);
    for group in children.chunk_by_mut(|(left, _), (right, _)| left == right) {
        let same = || element.children.iter().filter(|child| child.name == group[0].0);
        if maps.iter().any(|(key, value)| same().all(|child| child.is_entry(key, value))) {
            group.sort();
        }
    }
    let children: String = children.into_iter().map(|(_, child)| child).collect();
    format!("<{name:?}{attributes:?}{text:?}{children}>")
}

impl Element {
    /// Whether it is an entry of a map with these names of key and value.
    fn is_entry(&self, key: &str, value: &str) -> bool {
        let local = |child: &Element| child.name.rsplit('}').next().map(str::to_owned);
        self.children.iter().any(|child| local(child).as_deref() == Some(key))
            && self.children.iter().all(|child| {
                let name = local(child);
                name.as_deref() == Some(key) || name.as_deref() == Some(value)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(left: &str, right: &str) -> bool {
        compare(left.as_bytes(), right.as_bytes(), &[("key".to_owned(), "value".to_owned())]).is_ok()
    }

    #[test]
    fn what_says_the_same_is_equal() {
        assert!(equal(
            "<a>\n  <b>1</b> <c x='1' y=\"2\"/>\n</a>",
            "<?xml version='1.0'?><a><c y='2' x='1'></c><b> 1 </b></a>"
        ));
        assert!(equal("<p:a xmlns:p='u'><p:b>&lt;&#65;</p:b></p:a>", "<a xmlns='u'><b><![CDATA[<A]]></b></a>"));
        assert!(equal("no <document", "no <document"));
        assert!(equal("", ""));
    }

    #[test]
    fn maps_have_no_order_and_lists_have_one() {
        let map = |first: &str, second: &str| format!("<m>{first}{second}</m>");
        let (a, b) = ("<e><key>a</key><value>1</value></e>", "<e><key>b</key><value>2</value></e>");
        assert!(equal(&map(a, b), &map(b, a)));
        assert!(!equal("<l><i>1</i><i>2</i></l>", "<l><i>2</i><i>1</i></l>"));
        assert!(!equal(&map(a, b), &map(a, a)));
    }

    #[test]
    fn what_says_something_else_is_not() {
        for (left, right) in [
            ("<a/>", "<b/>"),
            ("<a xmlns='u'/>", "<a/>"),
            ("<a x='1'/>", "<a x='2'/>"),
            ("<a>1</a>", "<a>2</a>"),
            ("<a><b/></a>", "<a><b/><b/></a>"),
            ("<a/>", "<a"),
            ("<a/>", ""),
            ("<a>\"</a>", "<a>'</a>"),
        ] {
            assert!(!equal(left, right), "{left} {right}");
        }
    }
}
