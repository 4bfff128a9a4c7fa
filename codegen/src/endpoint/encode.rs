//! From a typed rule set to the two tables that the runtime interprets: a text, and bytes that refer to it.
//!
//! The runtime's module `endpoint::table` describes the form. Equal conditions and equal rules are stored once.

use std::collections::HashMap;

use super::rules::{Condition, DefaultValue, Expression, Outcome, Parameter, ParameterType, Property, Rule, RuleSet};

/// The version of the form; the runtime takes no other.
const VERSION: u8 = 1;

/// A rule set in the form that the runtime interprets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tables {
    /// All texts of the rules, in one.
    pub text: String,
    /// Parameters and rules.
    pub code: Vec<u8>,
}

/// The tables of a rule set.
pub(super) fn tables(rules: &RuleSet) -> Tables {
    let mut encoder = Encoder::default();
    let root = encoder.tree(&[], &rules.rules);
    let mut head = vec![VERSION];
    number(&mut head, rules.variables);
    number(&mut head, root);
    number(&mut head, rules.parameters.len());
    for parameter in &rules.parameters {
        encoder.parameter(&mut head, parameter);
    }
    head.extend(encoder.blocks);
    Tables { text: encoder.text, code: head }
}

/// Seven bits a byte, the lowest first, the highest bit set where another byte follows.
fn number(code: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        code.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    code.push(number.to_le_bytes()[0]);
}

#[derive(Default)]
struct Encoder {
    text: String,
    /// Conditions and rules, each after those that it refers to.
    blocks: Vec<u8>,
    places: HashMap<Vec<u8>, usize>,
}

impl Encoder {
    /// Stores a block unless it is there already, and gives its place.
    fn block(&mut self, block: Vec<u8>) -> usize {
        *self.places.entry(block).or_insert_with_key(|block| {
            self.blocks.extend(block);
            self.blocks.len() - block.len()
        })
    }

    fn text(&mut self, code: &mut Vec<u8>, text: &str) {
        let place = self.text.find(text).unwrap_or_else(|| {
            self.text.push_str(text);
            self.text.len() - text.len()
        });
        number(code, place);
        number(code, text.len());
    }

    fn parameter(&mut self, code: &mut Vec<u8>, parameter: &Parameter) {
        self.text(code, &parameter.name);
        self.text(code, parameter.built_in.as_deref().unwrap_or_default());
        code.push(match parameter.kind {
            ParameterType::Text => b's',
            ParameterType::Boolean => b'b',
            ParameterType::List => b'l',
        });
        code.push(if parameter.required { b't' } else { b'f' });
        match &parameter.default {
            None => code.push(b'z'),
            Some(DefaultValue::Text(text)) => self.expression(code, &Expression::Text(text.clone())),
            Some(DefaultValue::Boolean(boolean)) => code.push(flag(*boolean)),
            Some(DefaultValue::List(texts)) => {
                code.push(b'l');
                number(code, texts.len());
                for text in texts {
                    self.text(code, text);
                }
            }
        }
        match &parameter.deprecated {
            None => code.push(b'f'),
            Some(message) => {
                code.push(b't');
                self.text(code, message);
            }
        }
    }

    fn rule(&mut self, rule: &Rule) -> usize {
        if let Outcome::Tree(rules) = &rule.outcome {
            return self.tree(&rule.conditions, rules);
        }
        let mut code = self.conditions(&rule.conditions);
        match &rule.outcome {
            Outcome::Endpoint(endpoint) => {
                code.push(b'E');
                self.expression(&mut code, &endpoint.url);
                number(&mut code, endpoint.headers.len());
                for (name, values) in &endpoint.headers {
                    self.text(&mut code, name);
                    number(&mut code, values.len());
                    for value in values {
                        self.expression(&mut code, value);
                    }
                }
                self.entries(&mut code, &endpoint.properties);
            }
            Outcome::Error(text) => {
                code.push(b'X');
                self.expression(&mut code, text);
            }
            Outcome::Tree(_) => {}
        }
        self.block(code)
    }

    fn tree(&mut self, conditions: &[Condition], rules: &[Rule]) -> usize {
        let places: Vec<usize> = rules.iter().map(|rule| self.rule(rule)).collect();
        let mut code = self.conditions(conditions);
        code.push(b'T');
        number(&mut code, places.len());
        for place in places {
            number(&mut code, place);
        }
        self.block(code)
    }

    fn conditions(&mut self, conditions: &[Condition]) -> Vec<u8> {
        let mut code = Vec::new();
        number(&mut code, conditions.len());
        for condition in conditions {
            let mut block = Vec::new();
            number(&mut block, condition.assign.map_or(0, |variable| variable + 1));
            self.expression(&mut block, &condition.expression);
            let place = self.block(block);
            number(&mut code, place);
        }
        code
    }

    fn expression(&mut self, code: &mut Vec<u8>, expression: &Expression) {
        match expression {
            Expression::Text(text) => {
                code.push(b's');
                self.text(code, text);
            }
            Expression::Template(parts) => {
                code.push(b'+');
                number(code, parts.len());
                for part in parts {
                    self.expression(code, part);
                }
            }
            Expression::Boolean(boolean) => code.push(flag(*boolean)),
            Expression::Reference(variable) => {
                code.push(b'r');
                number(code, *variable);
            }
            Expression::Field(record, _, place) => {
                code.push(b'.');
                number(code, *place);
                self.expression(code, record);
            }
            Expression::Index(list, index) => {
                code.push(b'[');
                number(code, *index);
                self.expression(code, list);
            }
            Expression::IsSet(of) => {
                code.push(b'?');
                self.expression(code, of);
            }
            Expression::Substring(text, start, end, reverse) => {
                code.push(b'<');
                number(code, *start);
                number(code, *end);
                self.expression(code, text);
                self.expression(code, reverse);
            }
            Expression::Call(function, arguments) => {
                code.push(function.code);
                for argument in arguments {
                    self.expression(code, argument);
                }
            }
        }
    }

    fn entries(&mut self, code: &mut Vec<u8>, entries: &[(String, Property)]) {
        number(code, entries.len());
        for (name, value) in entries {
            self.text(code, name);
            self.property(code, value);
        }
    }

    fn property(&mut self, code: &mut Vec<u8>, property: &Property) {
        match property {
            Property::Null => code.push(b'z'),
            Property::Boolean(boolean) => code.push(flag(*boolean)),
            Property::Number(digits) => {
                code.push(b'#');
                self.text(code, digits);
            }
            Property::Text(text) => self.expression(code, text),
            Property::List(values) => {
                code.push(b'l');
                number(code, values.len());
                for value in values {
                    self.property(code, value);
                }
            }
            Property::Object(entries) => {
                code.push(b'o');
                self.entries(code, entries);
            }
        }
    }
}

fn flag(flag: bool) -> u8 {
    if flag { b't' } else { b'f' }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_equal_is_stored_once() {
        let rule = json!({"conditions": [{"fn": "isSet", "argv": [{"ref": "A"}]}], "error": "no A", "type": "error"});
        let tree = json!({"conditions": [], "rules": [rule], "type": "tree"});
        let tables = |rules: serde_json::Value| {
            let rules = json!({"parameters": {"A": {"type": "string"}}, "rules": rules});
            RuleSet::from_json("f", &rules.into()).unwrap().tables()
        };
        let (once, twice) = (tables(json!([rule, tree])), tables(json!([rule, tree, rule, tree])));
        assert_eq!(once.text, twice.text);
        // Two more places in the list of the root.
        assert_eq!(once.code.len() + 2, twice.code.len());
    }

    #[test]
    fn numbers_of_several_bytes() {
        let mut code = Vec::new();
        for value in [0, 127, 128, 300] {
            number(&mut code, value);
        }
        assert_eq!(code, [0, 127, 0x80, 1, 0xac, 2]);
    }
}
