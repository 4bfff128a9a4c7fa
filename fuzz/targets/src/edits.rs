//! Edits of what is whole: most changes of bytes make something that is no JSON, or no XML, and nothing behind a reader's first
//! step sees them. These leave it one, most of the time.

use serde_json::{Value, json};

use crate::choices::Choices;

/// What may stand before any tag.
const PIECES: [&[u8]; 12] = [
    b"<x/>",
    b"<member/>",
    b"<item>1</item>",
    b"<x xmlns:y='z' y:a=\"&lt;\"> </x>",
    b"<!-- - -->",
    b"<![CDATA[<]]>",
    b"<?x y?>",
    b"&amp;",
    b"&#x41;",
    b" \n",
    b"true",
    b"-1",
];

/// Changes one of the values in `root`, or removes it.
pub(crate) fn edit_json(root: &mut Value, choices: &mut Choices<'_>) {
    let target = choices.below(count(root));
    let kind = choices.byte();
    let mut left = target;
    let Some(place) = nth(root, &mut left) else { return };
    match (kind % 12, &mut *place) {
        (0, Value::Object(map)) => {
            let key = map.keys().nth(usize::from(choices.byte()) % map.len().max(1)).cloned();
            map.retain(|name, _| Some(name) != key.as_ref());
        }
        (1, Value::Object(map)) => {
            let (key, value) = (choices.text(), json!(choices.text()));
            map.insert(key, value);
        }
        (0, Value::Array(items)) => drop(items.pop()),
        (1, Value::Array(items)) => items.extend(items.first().cloned()),
        (2, _) => *place = Value::Null,
        (3, _) => *place = json!(choices.flag()),
        (4, _) => *place = json!(i64::from_le_bytes(choices.array())),
        (5, _) => *place = json!(f64::from_le_bytes(choices.array())),
        (6, _) => *place = json!({}),
        (7, _) => *place = json!([]),
        (8, Value::String(text)) => text.push_str(&choices.text()),
        (9, Value::Number(_)) => *place = json!(choices.byte()),
        (_, _) => *place = json!(choices.text()),
    }
}

/// How many values there are, this one included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Object(map) => map.values().map(count).sum(),
        Value::Array(items) => items.iter().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// The value that so many stand before.
fn nth<'a>(value: &'a mut Value, left: &mut usize) -> Option<&'a mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Object(map) => map.values_mut().find_map(|value| nth(value, left)),
        Value::Array(items) => items.iter_mut().find_map(|value| nth(value, left)),
        _ => None,
    }
}

/// Changes something at one of the tags of `document`: what stands before it, the tag itself, or the element.
pub(crate) fn edit_xml(document: &mut Vec<u8>, choices: &mut Choices<'_>) {
    let tags: Vec<usize> = (0..document.len()).filter(|place| document[*place] == b'<').collect();
    if tags.is_empty() {
        return document.extend(choices.text().into_bytes());
    }
    let tag = *choices.of(&tags);
    let end_of =
        |tag: usize| document[tag..].iter().position(|byte| *byte == b'>').map_or(document.len(), |at| tag + at + 1);
    // As far as the next end tag, which is the element's own if there are no others in it.
    let end =
        tags.iter().find(|end| **end >= tag && document[**end..].starts_with(b"</")).map_or(tag, |end| end_of(*end));
    let text = document[..tag].iter().rposition(|byte| *byte == b'>').map_or(tag, |at| at + 1);
    let attribute = end_of(tag).saturating_sub(1).max(tag);
    let (place, piece) = match choices.byte() % 6 {
        0 => (tag..tag, choices.of(&PIECES).to_vec()),
        1 => (text..tag, choices.text().into_bytes()),
        2 => (tag..end, Vec::new()),
        3 => (end..end, document[tag..end].to_vec()),
        4 => (tag..end, [b"<x>", &document[tag..end], b"</x>"].concat()),
        _ => (attribute..attribute, b" a='1'".to_vec()),
    };
    document.splice(place, piece);
}
