//! The interpreter of a rule set's tables.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use super::functions;
use super::resolved::auth_schemes;
use super::table::{Cursor, RuleParameter};
use super::value::Value;
use super::{Endpoint, EndpointError, EndpointParameters, ParameterValue, Partition, Property, RuleSet};

/// How deep trees of rules and expressions may nest together; the generator keeps below it.
const MAX_DEPTH: usize = 128;

/// How long a text may become that the rules put together.
const MAX_TEXT: usize = 1 << 20;

/// How many rules and expressions may be looked at, which is far more than any rules need.
const MAX_STEPS: u32 = 100_000;

impl RuleSet {
    /// The endpoint that the rules choose for these parameters.
    ///
    /// # Errors
    /// What the rules say, or why they cannot be applied.
    pub fn resolve(&self, parameters: &EndpointParameters) -> Result<Endpoint, EndpointError> {
        let head = self.head()?;
        if let Some(name) = parameters.names().find(|name| head.parameters.iter().all(|known| known.name != **name)) {
            return Err(EndpointError::Unknown(name.clone()));
        }
        let mut variables = Vec::with_capacity(head.variables);
        for parameter in &head.parameters {
            variables.push(initial(parameter, parameters)?);
        }
        variables.resize(head.variables.max(variables.len()), None);
        let mut interpreter = Interpreter { rules: *self, blocks: head.blocks, variables, steps: 0 };
        interpreter.rule(head.root, MAX_DEPTH)?.ok_or(EndpointError::NoMatch)
    }
}

/// The value that a parameter has at the start.
fn initial<'a>(parameter: &RuleParameter, given: &'a EndpointParameters) -> Result<Option<Value<'a>>, EndpointError> {
    let value = given.get(parameter.name, parameter.built_in);
    let value = value.or_else(|| match parameter.default.clone()? {
        ParameterValue::Text(text) => Some(Value::Text(Cow::Owned(text))),
        ParameterValue::Boolean(boolean) => Some(Value::Boolean(boolean)),
        ParameterValue::List(list) => Some(Value::List(list.into_iter().map(Cow::Owned).collect())),
    });
    let found = match &value {
        None if parameter.required => return Err(EndpointError::Missing(parameter.name)),
        None => return Ok(None),
        Some(Value::Boolean(_)) => "true or false",
        Some(Value::List(_)) => "a list of texts",
        Some(_) => "text",
    };
    if found == parameter.expected {
        Ok(value)
    } else {
        Err(EndpointError::WrongType { parameter: parameter.name, expected: parameter.expected })
    }
}

/// The value of a text that the rules have made.
fn made<'a>(text: String) -> Result<Value<'a>, EndpointError> {
    if text.len() > MAX_TEXT { Err(EndpointError::Damaged) } else { Ok(Value::Text(Cow::Owned(text))) }
}

/// A URL that requests can go to: of the scheme http or https, with host, without user and query.
fn parse_uri(url: &str) -> Option<Uri> {
    let uri = url.parse::<Uri>().ok()?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    let port = uri.authority()?.as_str().strip_prefix(uri.host().filter(|host| !host.is_empty())?)?;
    (is_http && uri.query().is_none() && (port.is_empty() || uri.port_u16().is_some())).then_some(uri)
}

struct Interpreter<'a> {
    rules: RuleSet,
    /// Where the blocks start.
    blocks: usize,
    variables: Vec<Option<Value<'a>>>,
    steps: u32,
}

impl<'a> Interpreter<'a> {
    /// One level deeper, if there may be one.
    fn step(&mut self, depth: usize) -> Result<usize, EndpointError> {
        self.steps += 1;
        match depth.checked_sub(1) {
            Some(depth) if self.steps < MAX_STEPS => Ok(depth),
            _ => Err(EndpointError::Damaged),
        }
    }

    fn block(&self, place: usize) -> Cursor {
        Cursor::new(self.rules, self.blocks + place)
    }

    /// What the rule gives if its conditions hold.
    fn rule(&mut self, place: usize, depth: usize) -> Result<Option<Endpoint>, EndpointError> {
        let depth = self.step(depth)?;
        let mut cursor = self.block(place);
        let conditions = cursor.count()?;
        for _ in 0..conditions {
            let condition = cursor.number()?;
            if !self.condition(condition, depth)? {
                return Ok(None);
            }
        }
        match cursor.byte()? {
            b'E' => self.endpoint(&mut cursor, depth).map(Some),
            b'X' => {
                let text = self.text(&mut cursor, depth)?.ok_or(EndpointError::Unset)?;
                Err(EndpointError::Rules(text.into_owned()))
            }
            b'T' => {
                for _ in 0..cursor.count()? {
                    let rule = cursor.number()?;
                    if let Some(endpoint) = self.rule(rule, depth)? {
                        return Ok(Some(endpoint));
                    }
                }
                Err(EndpointError::NoMatch)
            }
            _ => Err(EndpointError::Damaged),
        }
    }

    fn condition(&mut self, place: usize, depth: usize) -> Result<bool, EndpointError> {
        let mut cursor = self.block(place);
        let variable = cursor.number()?.checked_sub(1);
        let value = self.value(&mut cursor, depth)?;
        let holds = value.as_ref().is_some_and(|value| *value != Value::Boolean(false));
        if let (true, Some(variable)) = (holds, variable) {
            *self.variables.get_mut(variable).ok_or(EndpointError::Damaged)? = value;
        }
        Ok(holds)
    }

    fn endpoint(&mut self, cursor: &mut Cursor, depth: usize) -> Result<Endpoint, EndpointError> {
        let url = self.text(cursor, depth)?.ok_or(EndpointError::Unset)?;
        let Some(url) = parse_uri(&url) else {
            // Before a host there may be a password.
            let shown = url.rsplit_once('@').map_or(&*url, |(_, host)| host);
            return Err(EndpointError::Url(shown.to_owned()));
        };
        let mut headers = HeaderMap::new();
        for _ in 0..cursor.count()? {
            let name = cursor.text()?;
            for _ in 0..cursor.count()? {
                let value = self.text(cursor, depth)?.ok_or(EndpointError::Unset)?;
                let parsed = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value));
                let (Ok(name), Ok(value)) = parsed else {
                    return Err(EndpointError::Header(format!("{name}: {value}")));
                };
                headers.append(name, value);
            }
        }
        let properties = self.entries(cursor, depth)?;
        Ok(Endpoint { url, headers, auth_schemes: auth_schemes(&properties), properties })
    }

    fn entries(&mut self, cursor: &mut Cursor, depth: usize) -> Result<Vec<(&'static str, Property)>, EndpointError> {
        let mut entries: Vec<(&'static str, Property)> = Vec::new();
        for _ in 0..cursor.count()? {
            let (name, value) = (cursor.text()?, self.property(cursor, depth)?);
            // The generator writes no name twice; of damaged tables the last one counts.
            match entries.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => *known = value,
                None => entries.push((name, value)),
            }
        }
        Ok(entries)
    }

    fn property(&mut self, cursor: &mut Cursor, depth: usize) -> Result<Property, EndpointError> {
        let depth = self.step(depth)?;
        Ok(match cursor.byte()? {
            b'z' => Property::Null,
            b'#' => {
                let digits = cursor.text()?;
                match digits.parse::<f64>() {
                    Ok(number) if number.is_finite() => Property::Number(digits),
                    _ => return Err(EndpointError::Damaged),
                }
            }
            b'l' => {
                let mut values = Vec::new();
                for _ in 0..cursor.count()? {
                    values.push(self.property(cursor, depth)?);
                }
                Property::List(values)
            }
            b'o' => Property::Object(self.entries(cursor, depth)?),
            code => match self.expression(code, cursor, depth)? {
                Some(Value::Text(text)) => Property::Text(text.into_owned()),
                Some(Value::Boolean(boolean)) => Property::Boolean(boolean),
                None => return Err(EndpointError::Unset),
                Some(_) => return Err(EndpointError::Damaged),
            },
        })
    }

    fn text(&mut self, cursor: &mut Cursor, depth: usize) -> Result<Option<Cow<'a, str>>, EndpointError> {
        let value = self.value(cursor, depth)?;
        value.map(|value| value.into_text().ok_or(EndpointError::Damaged)).transpose()
    }

    fn boolean(&mut self, cursor: &mut Cursor, depth: usize) -> Result<Option<bool>, EndpointError> {
        let value = self.value(cursor, depth)?;
        value.map(|value| value.as_boolean().ok_or(EndpointError::Damaged)).transpose()
    }

    /// A text and a boolean.
    fn text_and_boolean(
        &mut self,
        cursor: &mut Cursor,
        depth: usize,
    ) -> Result<Option<(Cow<'a, str>, bool)>, EndpointError> {
        let (text, boolean) = (self.text(cursor, depth)?, self.boolean(cursor, depth)?);
        Ok(text.zip(boolean))
    }

    /// The value of an expression, which is read to its end whether or not it has one.
    fn value(&mut self, cursor: &mut Cursor, depth: usize) -> Result<Option<Value<'a>>, EndpointError> {
        let depth = self.step(depth)?;
        let code = cursor.byte()?;
        self.expression(code, cursor, depth)
    }

    /// The value of the expression that begins with this byte.
    fn expression(&mut self, code: u8, cursor: &mut Cursor, depth: usize) -> Result<Option<Value<'a>>, EndpointError> {
        Ok(match code {
            b's' => Some(Value::Text(Cow::Borrowed(cursor.text()?))),
            b'+' => self.template(cursor, depth)?.map(made).transpose()?,
            b't' => Some(Value::Boolean(true)),
            b'f' => Some(Value::Boolean(false)),
            b'r' => self.variables.get(cursor.number()?).ok_or(EndpointError::Damaged)?.clone(),
            b'.' => {
                let field = cursor.number()?;
                match self.value(cursor, depth)? {
                    Some(record) => Some(record.field(field).ok_or(EndpointError::Damaged)?),
                    None => None,
                }
            }
            b'[' => {
                let index = cursor.number()?;
                self.value(cursor, depth)?.and_then(|list| list.member(index))
            }
            b'?' => Some(Value::Boolean(self.value(cursor, depth)?.is_some())),
            b'<' => {
                let (start, end) = (cursor.number()?, cursor.number()?);
                let arguments = self.text_and_boolean(cursor, depth)?;
                arguments.and_then(|(text, reverse)| functions::substring(&text, start, end, reverse)).map(Value::Text)
            }
            _ => self.call(code, cursor, depth)?,
        })
    }

    /// All parts of a template in one, if all are set.
    fn template(&mut self, cursor: &mut Cursor, depth: usize) -> Result<Option<String>, EndpointError> {
        let mut text = Some(String::new());
        for _ in 0..cursor.count()? {
            match (self.text(cursor, depth)?, &mut text) {
                (Some(part), Some(text)) => text.push_str(&part),
                (None, _) => text = None,
                (Some(_), None) => {}
            }
        }
        Ok(text)
    }

    fn call(&mut self, code: u8, cursor: &mut Cursor, depth: usize) -> Result<Option<Value<'a>>, EndpointError> {
        Ok(match code {
            b'!' => self.boolean(cursor, depth)?.map(|boolean| Value::Boolean(!boolean)),
            b'=' => {
                let (left, right) = (self.text(cursor, depth)?, self.text(cursor, depth)?);
                left.zip(right).map(|(left, right)| Value::Boolean(left == right))
            }
            b'~' => {
                let (left, right) = (self.boolean(cursor, depth)?, self.boolean(cursor, depth)?);
                left.zip(right).map(|(left, right)| Value::Boolean(left == right))
            }
            b'%' => {
                let text = self.text(cursor, depth)?;
                text.map(|text| made(functions::uri_encode(&text))).transpose()?
            }
            b'U' => {
                let text = self.text(cursor, depth)?;
                text.and_then(|text| functions::parse_url(&text)).map(|url| Value::Url(Box::new(url)))
            }
            b'A' => {
                let text = self.text(cursor, depth)?;
                text.and_then(|text| functions::parse_arn(&text)).map(|arn| Value::Arn(Box::new(arn)))
            }
            b'P' => {
                let region = self.text(cursor, depth)?;
                // Rules of some global services ask without a region, and mean the first partition.
                Partition::of_region(region.as_deref().unwrap_or_default()).map(Value::Partition)
            }
            b'H' => {
                let arguments = self.text_and_boolean(cursor, depth)?;
                arguments.map(|(text, dots)| Value::Boolean(functions::is_valid_host_label(&text, dots)))
            }
            b'B' => {
                let arguments = self.text_and_boolean(cursor, depth)?;
                arguments.map(|(text, dots)| Value::Boolean(functions::is_virtual_hostable_bucket(&text, dots)))
            }
            _ => return Err(EndpointError::Damaged),
        })
    }
}
