//! Tables for people: one for the scalars of a structure, one for each list and each nested structure below it.

use serde_json::{Map, Value as Json};

/// The tables of an output; the first has `title`.
pub(super) fn of(title: &str, json: &Json) -> String {
    let mut out = String::new();
    write(&mut out, title, json);
    out
}

fn write(out: &mut String, title: &str, json: &Json) {
    match json {
        Json::Object(object) => write_object(out, title, object),
        Json::Array(items) => write_list(out, title, items),
        scalar => draw(out, title, None, &[vec![cell(scalar)]]),
    }
}

fn write_object(out: &mut String, title: &str, object: &Map<String, Json>) {
    let (nested, scalars): (Vec<_>, Vec<_>) = object.iter().partition(|(_, value)| is_nested(value));
    if !scalars.is_empty() {
        let rows: Vec<Vec<String>> = scalars.into_iter().map(|(name, value)| vec![clean(name), cell(value)]).collect();
        draw(out, title, None, &rows);
    }
    for (name, value) in nested {
        write(out, &format!("{title}.{name}"), value);
    }
}

fn write_list(out: &mut String, title: &str, items: &[Json]) {
    let mut columns: Vec<&str> = Vec::new();
    for (name, value) in items.iter().filter_map(Json::as_object).flatten() {
        if !is_nested(value) && !columns.contains(&name.as_str()) {
            columns.push(name);
        }
    }
    if !columns.is_empty() {
        let row = |item: &Json| columns.iter().map(|column| item.get(column).map_or_else(String::new, cell)).collect();
        let rows: Vec<Vec<String>> = items.iter().map(row).collect();
        draw(out, title, Some(&columns), &rows);
    } else if items.iter().all(|item| !is_nested(item)) {
        let rows: Vec<Vec<String>> = items.iter().map(|item| vec![cell(item)]).collect();
        draw(out, title, None, &rows);
    }
    for (index, item) in items.iter().enumerate() {
        match item {
            Json::Object(object) => {
                for (name, value) in object.iter().filter(|(_, value)| is_nested(value)) {
                    write(out, &format!("{title}[{index}].{name}"), value);
                }
            }
            Json::Array(items) => write_list(out, &format!("{title}[{index}]"), items),
            _ => {}
        }
    }
}

/// Draws one table: a title, perhaps a head, rows of as many cells each.
fn draw(out: &mut String, title: &str, head: Option<&[&str]>, rows: &[Vec<String>]) {
    let head: Option<Vec<String>> = head.map(|names| names.iter().map(|name| clean(name)).collect());
    let columns = head.as_ref().or(rows.first()).map_or(0, Vec::len);
    let width = |column: usize| {
        head.iter().chain(rows).map(|row| row.get(column).map_or(0, |cell| cell.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    let rule = format!("+{}+\n", dashes.join("+"));
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| format!(" {cell:<width$} ")).collect();
        format!("|{}|\n", cells.join("|"))
    };
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(title);
    out.push('\n');
    if columns == 0 {
        out.push_str("(none)\n");
        return;
    }
    out.push_str(&rule);
    if let Some(head) = &head {
        out.push_str(&line(head));
        out.push_str(&rule);
    }
    for row in rows {
        out.push_str(&line(row));
    }
    out.push_str(&rule);
}

fn is_nested(json: &Json) -> bool {
    json.is_object() || json.is_array()
}

fn cell(json: &Json) -> String {
    match json {
        Json::String(text) => clean(text),
        Json::Null | Json::Array(_) | Json::Object(_) => String::new(),
        other => other.to_string(),
    }
}

/// One line of it: line ends and other control characters would break the frame.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn structures_and_lists_are_tables() {
        let output = json!({
            "Users": [
                {"UserName": "jane", "Path": "/", "Tags": [{"Key": "a", "Value": "1"}]},
                {"UserName": "j\u{f6}e\n", "Age": 3},
            ],
            "IsTruncated": false,
            "Names": ["x"],
            "Nothing": [],
        });
        let tables = "\
ListUsers
+-------------+-------+
| IsTruncated | false |
+-------------+-------+

ListUsers.Users
+----------+------+-----+
| UserName | Path | Age |
+----------+------+-----+
| jane     | /    |     |
| j\u{f6}e      |      | 3   |
+----------+------+-----+

ListUsers.Users[0].Tags
+-----+-------+
| Key | Value |
+-----+-------+
| a   | 1     |
+-----+-------+

ListUsers.Names
+---+
| x |
+---+

ListUsers.Nothing
(none)
";
        assert_eq!(of("ListUsers", &output), tables);
    }
}
