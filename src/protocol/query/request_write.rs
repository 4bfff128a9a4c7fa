//! Input to form body. Smithy's `awsQuery` and `ec2Query` specifications, "Request serialization".

use crate::MAX_DEPTH;
use crate::encode::{EncodeError, EncodeErrorKind};
use crate::form::push_encoded;
use crate::path::{push_list, push_name};
use crate::protocol::scalar;
use crate::schema::{Member, Operation, ShapeKind};
use crate::value::{Structure, Value, View};
use crate::wipe;

/// The body of a request: `Action=…&Version=…` and a pair for each scalar, named by its path. And whether there is a secret in it.
pub(crate) fn write_request(
    operation: &Operation,
    input: &dyn Structure,
    new_token: &dyn Fn() -> String,
) -> Result<(String, bool), EncodeError> {
    let holds_secret = input.shape().is_sensitive();
    let mut form = FormWriter { body: String::with_capacity(256), key: String::new(), new_token, holds_secret };
    form.body.push_str("Action=");
    push_encoded(&mut form.body, operation.name());
    form.body.push_str("&Version=");
    push_encoded(&mut form.body, operation.service().api_version());
    form.structure(input, 0)?;
    Ok((form.body, form.holds_secret))
}

struct FormWriter<'a> {
    body: String,
    /// The path to the list, map or structure being written.
    key: String,
    /// Fills in idempotency tokens that are absent.
    new_token: &'a dyn Fn() -> String,
    /// Whether a secret has been written: the body must leave nothing behind when it grows.
    holds_secret: bool,
}

impl FormWriter<'_> {
    fn structure(&mut self, source: &dyn Structure, depth: usize) -> Result<(), EncodeError> {
        if depth >= MAX_DEPTH {
            return Err(EncodeError::new(EncodeErrorKind::TooDeep(MAX_DEPTH)));
        }
        for (index, member) in source.shape().members().iter().enumerate() {
            let value = source.member(index);
            // Most members of large inputs are absent: their names need not be made.
            if !matches!(value.view(), View::Absent) || member.is_idempotency_token() {
                self.value(&member.query_name(), value, member, member.is_flattened(), depth)?;
            }
        }
        Ok(())
    }

    /// Writes what has this name inside the current path.
    fn value(
        &mut self,
        name: &str,
        value: &dyn Value,
        member: &'static Member,
        flattened: bool,
        depth: usize,
    ) -> Result<(), EncodeError> {
        let view = value.view();
        self.holds_secret |= member.is_sensitive() && !matches!(view, View::Absent);
        match (view, member.target().kind()) {
            (View::Absent | View::String(""), _) if member.is_idempotency_token() => {
                self.pair(name, &(self.new_token)());
            }
            (View::Absent, _) => {}
            (View::Structure(source), _) => return self.below(name, |form| form.structure(source, depth + 1)),
            (View::List(list), ShapeKind::List(_)) if list.is_empty() => {
                // `ec2Query` has no form for an empty list.
                if !member.is_ec2() {
                    self.pair(name, "");
                }
            }
            (View::List(list), ShapeKind::List(shape)) => {
                return self.below(name, |form| {
                    push_list(&mut form.key, member, shape, flattened);
                    for index in 0..list.len() {
                        form.value(&(index + 1).to_string(), list.get(index), shape.member, false, depth + 1)?;
                    }
                    Ok(())
                });
            }
            (View::Map(map), ShapeKind::Map(shape)) => {
                return self.below(name, |form| {
                    if !flattened {
                        push_name(&mut form.key, "entry");
                    }
                    form.holds_secret |= shape.key.is_sensitive() && !map.is_empty();
                    for (index, (key, value)) in map.entries().enumerate() {
                        form.below(&(index + 1).to_string(), |form| {
                            form.pair(shape.key.wire_name(), key);
                            form.value(shape.value.wire_name(), value, shape.value, false, depth + 1)
                        })?;
                    }
                    Ok(())
                });
            }
            (view, _) => {
                if let Some(text) = scalar::write(view, member.timestamp_format()) {
                    self.pair(name, &text);
                    wipe::discard(text, member.is_sensitive());
                }
            }
        }
        Ok(())
    }

    /// Writes something whose path is one name longer.
    fn below(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let outer = self.key.len();
        push_name(&mut self.key, name);
        let written = write(self).map_err(|error| error.within(name));
        self.key.truncate(outer);
        written
    }

    fn pair(&mut self, name: &str, value: &str) {
        if self.holds_secret {
            // `&`, `.`, `=`, and three bytes for each that is encoded.
            wipe::reserve(&mut self.body, 3 + 3 * (self.key.len() + name.len() + value.len()));
        }
        self.body.push('&');
        if !self.key.is_empty() {
            push_encoded(&mut self.body, &self.key);
            self.body.push('.');
        }
        push_encoded(&mut self.body, name);
        self.body.push('=');
        push_encoded(&mut self.body, value);
    }
}
