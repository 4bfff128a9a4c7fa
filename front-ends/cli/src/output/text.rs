//! Text for `cut` and `awk`, laid out as the AWS CLI does it: the scalars of a structure on one line with tabs between
//! them, sorted by their names; below them a line for each nested structure, which begins with its name in capitals.

use serde_json::{Map, Value as Json};

/// The lines of a JSON value.
pub(super) fn of(json: &Json) -> String {
    let mut out = String::new();
    write(&mut out, json, None, None);
    out
}

/// Writes a value with the name of its member, and with the columns that its siblings have too.
fn write(out: &mut String, json: &Json, name: Option<&str>, columns: Option<&[&str]>) {
    match json {
        Json::Object(object) => write_object(out, object, name, columns),
        Json::Array(items) if items.iter().any(Json::is_object) => {
            let columns = scalar_names(items.iter().filter_map(Json::as_object));
            for item in items {
                write(out, item, name, Some(&columns));
            }
        }
        Json::Array(items) => {
            let (nested, scalars): (Vec<&Json>, Vec<&Json>) = items.iter().partition(|item| is_nested(item));
            for scalar in scalars {
                write_line(out, name, &[scalar_text(scalar)]);
            }
            for item in nested {
                write(out, item, name, None);
            }
        }
        scalar => write_line(out, None, &[scalar_text(scalar)]),
    }
}

fn write_object(out: &mut String, object: &Map<String, Json>, name: Option<&str>, columns: Option<&[&str]>) {
    let own = scalar_names([object]);
    let columns = columns.unwrap_or(&own);
    let scalars: Vec<String> =
        columns.iter().map(|column| object.get(*column).map_or_else(String::new, scalar_text)).collect();
    if !scalars.is_empty() {
        write_line(out, name, &scalars);
    }
    let mut nested: Vec<(&String, &Json)> = object.iter().filter(|(_, value)| is_nested(value)).collect();
    nested.sort_by_key(|(name, _)| *name);
    for (name, value) in nested {
        write(out, value, Some(name), None);
    }
}

fn write_line(out: &mut String, name: Option<&str>, texts: &[String]) {
    if let Some(name) = name {
        out.push_str(&name.to_uppercase());
        out.push('\t');
    }
    out.push_str(&texts.join("\t"));
    out.push('\n');
}

/// The names of all scalars in these objects, sorted.
fn scalar_names<'a>(objects: impl IntoIterator<Item = &'a Map<String, Json>>) -> Vec<&'a str> {
    let scalars = objects.into_iter().flatten().filter(|(_, value)| !is_nested(value));
    let mut names: Vec<&str> = scalars.map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn is_nested(json: &Json) -> bool {
    json.is_object() || json.is_array()
}

/// A scalar as Python prints it, which scripts around the AWS CLI's text rely on.
fn scalar_text(json: &Json) -> String {
    match json {
        Json::Null => "None".to_owned(),
        Json::Bool(true) => "True".to_owned(),
        Json::Bool(false) => "False".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars_are_sorted_by_name_and_nested_ones_have_lines_of_their_own() {
        let output = json!({
            "Users": [
                {"UserName": "jane", "Path": "/", "Tags": [{"Key": "a", "Value": "1"}]},
                {"UserName": "joe", "Path": "/x/", "Boundary": {"Arn": "arn"}, "Active": true},
            ],
            "IsTruncated": false,
            "Marker": "next",
        });
        let lines = "False\tnext\nUSERS\t\t/\tjane\nTAGS\ta\t1\nUSERS\tTrue\t/x/\tjoe\nBOUNDARY\tarn\n";
        assert_eq!(of(&output), lines);
    }

    #[test]
    fn lists_of_scalars_have_a_line_each() {
        assert_eq!(of(&json!({"Names": ["a", "b"], "Empty": [], "None": {}})), "NAMES\ta\nNAMES\tb\n");
        assert_eq!(of(&json!({"Nested": [["a"], ["b", "c"]]})), "NESTED\ta\nNESTED\tb\nNESTED\tc\n");
        assert_eq!(of(&json!({"A": 1, "B": 1.5, "C": null})), "1\t1.5\tNone\n");
    }
}
