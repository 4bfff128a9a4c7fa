//! A tree as a graph of structures and unions: each shape once, its plain members in its box, the others as edges.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::Node;

struct Graph {
    /// Name and lines of each box; the operation has one too.
    boxes: Vec<(String, Vec<String>)>,
    /// Where the boxes of shapes begin, which may be called as the operation is.
    shapes_from: usize,
    /// From, to, and what the edge says.
    edges: Vec<(usize, usize, String)>,
}

/// The graph in Mermaid's language.
#[must_use]
pub fn mermaid(node: &Node) -> String {
    let graph = Graph::of(node);
    let escaped = |text: &str| {
        let quoted: Vec<String> = text
            .chars()
            .map(|c| match c {
                '"' => "#quot;".to_owned(),
                '#' => "#35;".to_owned(),
                '&' => "#amp;".to_owned(),
                '<' => "#lt;".to_owned(),
                '>' => "#gt;".to_owned(),
                c if c.is_control() => " ".to_owned(),
                c => c.to_string(),
            })
            .collect();
        quoted.concat()
    };
    let mut out = "flowchart LR\n".to_owned();
    for (index, (name, lines)) in graph.boxes.iter().enumerate() {
        let lines: String = lines.iter().flat_map(|line| ["<br/>".to_owned(), escaped(line)]).collect();
        let _ = writeln!(out, "  n{index}[\"<b>{}</b>{lines}\"]", escaped(name));
    }
    for (from, to, label) in &graph.edges {
        let _ = writeln!(out, "  n{from} -->|\"{}\"| n{to}", escaped(label));
    }
    out
}

/// The graph in the language of Graphviz.
#[must_use]
pub fn dot(node: &Node) -> String {
    let graph = Graph::of(node);
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace(char::is_control, " ");
    let mut out = "digraph shapes {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n".to_owned();
    for (index, (name, lines)) in graph.boxes.iter().enumerate() {
        let lines: String = lines.iter().flat_map(|line| [escaped(line), "\\l".to_owned()]).collect();
        let rule = if lines.is_empty() { "" } else { "\\n\\n" };
        let _ = writeln!(out, "  n{index} [label=\"{}{rule}{lines}\"];", escaped(name));
    }
    for (from, to, label) in &graph.edges {
        let _ = writeln!(out, "  n{from} -> n{to} [label=\"{}\"];", escaped(label));
    }
    out + "}\n"
}

impl Graph {
    fn of(node: &Node) -> Self {
        let mut graph = Self { boxes: Vec::new(), shapes_from: 0, edges: Vec::new() };
        let mut drawn = BTreeSet::new();
        let start = graph.place(node.shape.as_ref().unwrap_or(&node.role));
        graph.shapes_from = usize::from(node.shape.is_none());
        graph.draw(node, start, &mut drawn);
        graph
    }

    /// The box of this name.
    fn place(&mut self, name: &str) -> usize {
        let shapes = self.boxes.iter().enumerate().skip(self.shapes_from);
        let found = shapes.into_iter().find(|(_, (other, _))| other == name).map(|(index, _)| index);
        found.unwrap_or_else(|| {
            self.boxes.push((name.to_owned(), Vec::new()));
            self.boxes.len() - 1
        })
    }

    fn draw(&mut self, node: &Node, place: usize, drawn: &mut BTreeSet<usize>) {
        if !node.children.is_empty() && !drawn.insert(place) {
            return;
        }
        for child in &node.children {
            self.member(child, &label(child), place, drawn);
        }
    }

    /// Draws what a box holds: a line of it, or an edge to another one. Lists and maps are part of the edge.
    fn member(&mut self, node: &Node, label: &str, place: usize, drawn: &mut BTreeSet<usize>) {
        match (node.kind, &node.shape) {
            (Some("list"), _) if !node.children.is_empty() => {
                node.children.iter().for_each(|member| self.member(member, &format!("{label}[]"), place, drawn));
            }
            (Some("map"), _) if !node.children.is_empty() => {
                let values = node.children.iter().filter(|child| child.role == "value");
                values.for_each(|value| self.member(value, &format!("{label}{{}}"), place, drawn));
            }
            (Some("structure" | "union"), Some(shape)) => {
                let target = self.place(shape);
                let edge = (place, target, label.to_owned());
                if !self.edges.contains(&edge) {
                    self.edges.push(edge);
                }
                self.draw(node, target, drawn);
            }
            (Some(kind), _) => self.boxes[place].1.push(format!("{label}: {kind}")),
            (None, None) if node.role == "errors" => {
                node.children.iter().for_each(|error| self.member(error, "error", place, drawn));
            }
            _ => {}
        }
    }
}

fn label(node: &Node) -> String {
    let required = node.facts.iter().any(|(name, _)| *name == "required");
    if required { format!("{}*", node.role) } else { node.role.clone() }
}
