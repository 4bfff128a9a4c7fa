//! The reader of endpoint rule sets: every name leads somewhere and every value has the type that its place wants.

use super::rules::{
    Condition, DefaultValue, Endpoint, Expression, FUNCTIONS, Outcome, Parameter, ParameterType, Property, Rule,
    RuleSet, Type,
};
use super::template::{Piece, pieces};
use crate::json::Value;
use crate::load::{Node, Object};
use crate::markdown;

/// How deep trees of rules may nest, and on top of that expressions; the runtime allows for both.
const MAX_DEPTH: usize = 30;

/// Reads a rule set. What is wrong with it is reported; then the result is worth nothing.
pub(crate) fn read(node: &Node<'_>) -> RuleSet {
    let mut reader = Reader { scope: Vec::new(), variables: Vec::new(), depth: 0 };
    let mut rules = RuleSet::default();
    let Some(mut object) = node.clone().object() else { return rules };
    for key in ["version", "serviceId", "documentation"] {
        object.text(key);
    }
    for (name, node) in object.need_entries("parameters") {
        let parameter = node.object().and_then(|object| reader.parameter(name, object));
        rules.parameters.extend(parameter);
    }
    let nodes = object.need_items("rules");
    object.finish();
    rules.rules = reader.rules(nodes);
    rules.variables = reader.variables.len();
    rules
}

struct Reader {
    /// The variables that have a value here.
    scope: Vec<(usize, Type)>,
    /// The names of all variables.
    variables: Vec<String>,
    depth: usize,
}

impl Reader {
    /// The number of the variable of this name.
    fn variable(&mut self, name: &str) -> usize {
        self.variables.iter().position(|known| known == name).unwrap_or_else(|| {
            self.variables.push(name.to_owned());
            self.variables.len() - 1
        })
    }

    fn parameter(&mut self, name: &str, mut object: Object<'_>) -> Option<Parameter> {
        let node = object.need("type")?;
        let (kind, of) = match node.text()?.to_ascii_lowercase().as_str() {
            "string" => (ParameterType::Text, Type::Text),
            "boolean" => (ParameterType::Boolean, Type::Boolean),
            "stringarray" => (ParameterType::List, Type::List),
            other => {
                node.problem(format!("a parameter of the type `{other}` is unknown"));
                return None;
            }
        };
        let built_in = object.text("builtIn");
        let required = object.flag("required");
        let default = object.take("default").and_then(|node| match kind {
            ParameterType::Text => node.text().map(|text| DefaultValue::Text(text.to_owned())),
            ParameterType::Boolean => node.boolean().map(DefaultValue::Boolean),
            ParameterType::List => Some(DefaultValue::List(node.texts())),
        });
        let documentation = object.text("documentation").and_then(|html| markdown::from_html(&html));
        let deprecated = object.take("deprecated").and_then(Node::object).map(|mut object| {
            object.text("since");
            let message = object.text("message");
            object.finish();
            message.unwrap_or_default()
        });
        object.finish();
        let variable = self.variable(name);
        self.scope.push((variable, of));
        Some(Parameter { name: name.to_owned(), built_in, kind, required, default, deprecated, documentation })
    }

    fn rules(&mut self, nodes: Vec<Node<'_>>) -> Vec<Rule> {
        nodes.into_iter().filter_map(|node| self.rule(node)).collect()
    }

    fn rule(&mut self, node: Node<'_>) -> Option<Rule> {
        let (scope, place) = (self.scope.len(), node.clone());
        let mut object = node.object()?;
        object.text("documentation");
        let conditions = object.take("conditions").map(|node| node.items()).unwrap_or_default();
        let conditions = conditions.into_iter().filter_map(|node| self.condition(node)).collect();
        let kind = object.need("type")?;
        let outcome = match kind.text()? {
            "endpoint" => object.need("endpoint").and_then(|node| self.endpoint(node)).map(Outcome::Endpoint),
            "error" => object.need("error").and_then(|node| self.text(&node)).map(Outcome::Error),
            "tree" if self.depth >= MAX_DEPTH => {
                place.problem(format!("rules nest more than {MAX_DEPTH} deep"));
                None
            }
            "tree" => object.need("rules").map(|node| {
                self.depth += 1;
                let rules = self.rules(node.items());
                self.depth -= 1;
                Outcome::Tree(rules)
            }),
            other => {
                kind.problem(format!("a rule of the type `{other}` is unknown"));
                None
            }
        };
        if outcome.is_some() {
            object.finish();
        }
        self.scope.truncate(scope);
        Some(Rule { conditions, outcome: outcome? })
    }

    fn condition(&mut self, node: Node<'_>) -> Option<Condition> {
        let mut object = node.object()?;
        let assign = object.take("assign");
        let (expression, of) = self.call(object, MAX_DEPTH)?;
        let Some(node) = assign else { return Some(Condition { expression, assign: None }) };
        let name = node.text()?;
        let variable = self.variable(name);
        if self.scope.iter().any(|(known, _)| *known == variable) {
            node.problem(format!("`{name}` has a value already"));
        }
        self.scope.push((variable, of));
        Some(Condition { expression, assign: Some(variable) })
    }

    fn endpoint(&mut self, node: Node<'_>) -> Option<Endpoint> {
        let mut object = node.object()?;
        let url = object.need("url").and_then(|node| self.text(&node));
        let headers = object.take("headers").map(|node| node.entries()).unwrap_or_default();
        let headers = headers.into_iter().map(|(name, node)| {
            (name.to_owned(), node.items().iter().filter_map(|node| self.text(node)).collect::<Vec<_>>())
        });
        let headers = headers.collect();
        let properties = object.take("properties").map(|node| node.entries()).unwrap_or_default();
        let properties = self.properties(properties, MAX_DEPTH);
        object.finish();
        Some(Endpoint { url: url?, headers, properties })
    }

    fn properties(&mut self, entries: Vec<(&str, Node<'_>)>, depth: usize) -> Vec<(String, Property)> {
        let read = |(name, node): (&str, Node<'_>)| Some((name.to_owned(), self.property(&node, depth)?));
        entries.into_iter().filter_map(read).collect()
    }

    fn property(&mut self, node: &Node<'_>, depth: usize) -> Option<Property> {
        let Some(depth) = depth.checked_sub(1) else {
            node.problem(format!("properties nest more than {MAX_DEPTH} deep"));
            return None;
        };
        Some(match node.raw() {
            Value::Null => Property::Null,
            Value::Bool(boolean) => Property::Boolean(*boolean),
            Value::Number(number) => Property::Number(number.to_string()),
            Value::String(_) => Property::Text(self.text(node)?),
            Value::Array(_) => {
                Property::List(node.items().iter().filter_map(|node| self.property(node, depth)).collect())
            }
            Value::Object(_) => Property::Object(self.properties(node.entries(), depth)),
        })
    }

    fn text(&mut self, node: &Node<'_>) -> Option<Expression> {
        self.expression_of(node, Type::Text, MAX_DEPTH)
    }

    fn expression_of(&mut self, node: &Node<'_>, wanted: Type, depth: usize) -> Option<Expression> {
        let (expression, found) = self.expression(node, depth)?;
        if found != wanted {
            node.problem(format!("expected {}, found {}", wanted.name(), found.name()));
            return None;
        }
        Some(expression)
    }

    fn expression(&mut self, node: &Node<'_>, depth: usize) -> Option<(Expression, Type)> {
        match node.raw() {
            Value::String(template) => Some((self.template(node, template)?, Type::Text)),
            Value::Bool(boolean) => Some((Expression::Boolean(*boolean), Type::Boolean)),
            Value::Object(map) if map.contains_key("fn") => self.call(node.clone().object()?, depth),
            Value::Object(map) if map.contains_key("ref") => {
                let mut object = node.clone().object()?;
                let target = object.need("ref")?;
                object.finish();
                self.reference(&target, target.text()?)
            }
            _ => {
                node.problem("expected a string, true, false, or an object with `ref` or `fn`");
                None
            }
        }
    }

    fn reference(&self, node: &Node<'_>, name: &str) -> Option<(Expression, Type)> {
        let found = self.scope.iter().find(|(variable, _)| self.variables[*variable] == name);
        let Some((variable, of)) = found else {
            node.problem(format!("there is no `{name}` here"));
            return None;
        };
        Some((Expression::Reference(*variable), *of))
    }

    fn template(&self, node: &Node<'_>, template: &str) -> Option<Expression> {
        let pieces = pieces(template).map_err(|message| node.problem(message)).ok()?;
        let mut parts = Vec::new();
        for piece in pieces {
            let (expression, of) = match piece {
                Piece::Text(text) => (Expression::Text(text), Type::Text),
                Piece::Reference(name, path) => {
                    let (expression, of) = self.reference(node, &name)?;
                    match path {
                        Some(path) => attribute(node, expression, of, &path)?,
                        None => (expression, of),
                    }
                }
            };
            if of != Type::Text {
                node.problem(format!("in {template:?} there is {} where text must be", of.name()));
                return None;
            }
            parts.push(expression);
        }
        match parts.len() {
            0 => Some(Expression::Text(String::new())),
            1 => parts.pop(),
            _ => Some(Expression::Template(parts)),
        }
    }

    fn call(&mut self, mut object: Object<'_>, depth: usize) -> Option<(Expression, Type)> {
        let Some(depth) = depth.checked_sub(1) else {
            object.node().problem(format!("calls nest more than {MAX_DEPTH} deep"));
            return None;
        };
        let name = object.need("fn")?;
        let arguments = object.need("argv")?;
        object.finish();
        let nodes = arguments.items();
        let fits = |wanted: usize| {
            let found = nodes.len();
            if found != wanted {
                arguments.problem(format!("expected {wanted} arguments, found {found}"));
            }
            (found == wanted).then_some(())
        };
        match name.text()? {
            "isSet" => {
                fits(1)?;
                let (expression, _) = self.expression(&nodes[0], depth)?;
                Some((Expression::IsSet(Box::new(expression)), Type::Boolean))
            }
            "getAttr" => {
                fits(2)?;
                let (expression, of) = self.expression(&nodes[0], depth)?;
                attribute(&nodes[1], expression, of, nodes[1].text()?)
            }
            "substring" => {
                fits(4)?;
                let text = self.expression_of(&nodes[0], Type::Text, depth);
                let (start, end) = (position(&nodes[1]), position(&nodes[2]));
                let reverse = self.expression_of(&nodes[3], Type::Boolean, depth);
                Some((Expression::Substring(Box::new(text?), start?, end?, Box::new(reverse?)), Type::Text))
            }
            other => {
                let Some(function) = FUNCTIONS.iter().find(|function| function.name == other) else {
                    name.problem(format!("the function `{other}` is unknown"));
                    return None;
                };
                fits(function.parameters.len())?;
                let expressions: Vec<_> = (nodes.iter().zip(function.parameters))
                    .filter_map(|(node, wanted)| self.expression_of(node, *wanted, depth))
                    .collect();
                let whole = expressions.len() == nodes.len();
                whole.then_some((Expression::Call(function, expressions), function.result))
            }
        }
    }
}

/// What `path` leads to in a value of type `of`: names with dots between, each perhaps with an index in brackets.
fn attribute(node: &Node<'_>, expression: Expression, of: Type, path: &str) -> Option<(Expression, Type)> {
    let (mut expression, mut of) = (expression, of);
    for step in path.split('.') {
        let (name, index) = match step.split_once('[') {
            Some((name, index)) => (name, Some(index)),
            None => (step, None),
        };
        if !name.is_empty() || index.is_none() {
            let field = match of {
                Type::Record(record) => {
                    record.fields().iter().position(|(field, _)| *field == name).map(|place| (record, place))
                }
                _ => None,
            };
            let Some((record, place)) = field else {
                node.problem(format!("{} has no `{name}`", of.name()));
                return None;
            };
            expression = Expression::Field(Box::new(expression), record, place);
            of = record.fields()[place].1;
        }
        if let Some(index) = index {
            let number = index.strip_suffix(']').and_then(|index| index.parse::<u16>().ok());
            let (Some(number), Type::List) = (number, of) else {
                node.problem(format!("`[{index}` is no member of {}", of.name()));
                return None;
            };
            expression = Expression::Index(Box::new(expression), usize::from(number));
            of = Type::Text;
        }
    }
    Some((expression, of))
}

/// A place in a text.
fn position(node: &Node<'_>) -> Option<usize> {
    let place = u16::try_from(node.size()?).ok().map(usize::from);
    if place.is_none() {
        node.problem("expected a number of at most 16 bits");
    }
    place
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(conditions: &serde_json::Value, url: &str) -> Vec<String> {
        let rules = json!({
            "version": "1.0",
            "parameters": {"Region": {"type": "string"}, "UseFIPS": {"type": "boolean"}},
            "rules": [{"conditions": conditions, "endpoint": {"url": url}, "type": "endpoint"}]
        });
        let problems = RuleSet::from_json("f", &rules.into()).err();
        problems.iter().flat_map(crate::Problems::list).map(ToString::to_string).collect()
    }

    #[test]
    fn a_rule_set_that_is_understood() {
        let partition = json!([{"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "P"}]);
        assert_eq!(problems(&partition, "https://{P#dnsSuffix}"), [""; 0]);
    }

    #[test]
    fn whatever_is_not_understood_has_its_place() {
        let cases = [
            (json!([]), "https://{P}", "/rules/0/endpoint/url: there is no `P` here"),
            (json!([]), "https://{UseFIPS}", "/rules/0/endpoint/url: in \"https://{UseFIPS}\" there is a boolean"),
            (json!([]), "https://{Region#name}", "/rules/0/endpoint/url: text has no `name`"),
            (
                json!([{"fn": "aws.now", "argv": []}]),
                "x",
                "/rules/0/conditions/0/fn: the function `aws.now` is unknown",
            ),
            (
                json!([{"fn": "not", "argv": [{"ref": "Region"}]}]),
                "x",
                "/rules/0/conditions/0/argv/0: expected a boolean, found text",
            ),
            (json!([{"fn": "isSet", "argv": []}]), "x", "/rules/0/conditions/0/argv: expected 1 arguments, found 0"),
            (
                json!([{"fn": "uriEncode", "argv": ["x"], "assign": "Region"}]),
                "x",
                "/rules/0/conditions/0/assign: `Region` has a value already",
            ),
            (
                json!([{"fn": "getAttr", "argv": [{"fn": "aws.parseArn", "argv": ["x"]}, "resourceId[-1]"]}]),
                "x",
                "/rules/0/conditions/0/argv/1: `[-1]` is no member of a list",
            ),
        ];
        for (conditions, url, expected) in cases {
            let found = problems(&conditions, url);
            assert!(found.len() == 1 && found[0].starts_with(&format!("f#{expected}")), "{expected}: {found:?}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let mut condition = json!(true);
        for _ in 0..=MAX_DEPTH {
            condition = json!({"fn": "not", "argv": [condition]});
        }
        assert!(problems(&json!([condition]), "x")[0].contains("calls nest more than 30 deep"));
    }
}
