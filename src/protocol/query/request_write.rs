//! Input to form body. Smithy's `awsQuery` and `ec2Query` specifications, "Request serialization".

use crate::MAX_DEPTH;
use crate::encode::{EncodeError, EncodeErrorKind};
use crate::form::push_encoded;
use crate::path::{push_list, push_name};
use crate::protocol::scalar;
use crate::schema::{Member, Operation, ShapeKind};
use crate::value::{Structure, Value, View};
use crate::wipe;

/// The body of a request: `Action=…&Version=…` and a pair for each scalar, named by its path.
pub(crate) fn write_request(
    operation: &Operation,
    input: &dyn Structure,
    new_token: &dyn Fn() -> String,
) -> Result<String, EncodeError> {
    let mut form =
        FormWriter { body: String::with_capacity(256), key: String::with_capacity(64), new_token, holds_secret: false };
    form.body.push_str("Action=");
    push_encoded(&mut form.body, operation.name());
    form.body.push_str("&Version=");
    push_encoded(&mut form.body, operation.service().api_version());
    form.structure(input, 0)?;
    Ok(form.body)
}

struct FormWriter<'a> {
    body: String,
    /// The path to the value being written.
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
                self.below(&member.query_name(), |form| form.value(value, member, member.is_flattened(), depth))?;
            }
        }
        Ok(())
    }

    fn value(
        &mut self,
        value: &dyn Value,
        member: &'static Member,
        flattened: bool,
        depth: usize,
    ) -> Result<(), EncodeError> {
        self.holds_secret |= member.is_sensitive();
        match (value.view(), member.target().kind()) {
            (View::Absent | View::String(""), _) if member.is_idempotency_token() => {
                self.pair(&(self.new_token)());
                Ok(())
            }
            (View::Absent, _) => Ok(()),
            (View::Structure(source), _) => self.structure(source, depth + 1),
            (View::List(list), ShapeKind::List(_)) if list.is_empty() => {
                // `ec2Query` has no form for an empty list.
                if !member.is_ec2() {
                    self.pair("");
                }
                Ok(())
            }
            (View::List(list), ShapeKind::List(shape)) => {
                let outer = self.key.len();
                push_list(&mut self.key, member, shape, flattened);
                for index in 0..list.len() {
                    self.below(&(index + 1).to_string(), |form| {
                        form.value(list.get(index), shape.member, false, depth + 1)
                    })?;
                }
                self.key.truncate(outer);
                Ok(())
            }
            (View::Map(map), ShapeKind::Map(shape)) => {
                let outer = self.key.len();
                if !flattened {
                    push_name(&mut self.key, "entry");
                }
                self.holds_secret |= shape.key.is_sensitive();
                for (index, (key, value)) in map.entries().enumerate() {
                    self.below(&(index + 1).to_string(), |form| {
                        form.below(shape.key.wire_name(), |form| {
                            form.pair(key);
                            Ok(())
                        })?;
                        form.below(shape.value.wire_name(), |form| form.value(value, shape.value, false, depth + 1))
                    })?;
                }
                self.key.truncate(outer);
                Ok(())
            }
            (view, _) => {
                if let Some(text) = scalar::write(view, member.timestamp_format()) {
                    self.pair(&text);
                    wipe::discard(text, member.is_sensitive());
                }
                Ok(())
            }
        }
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

    fn pair(&mut self, value: &str) {
        if self.holds_secret {
            // `&`, `=`, and three bytes for each that is encoded.
            wipe::reserve(&mut self.body, 2 + 3 * (self.key.len() + value.len()));
        }
        self.body.push('&');
        push_encoded(&mut self.body, &self.key);
        self.body.push('=');
        push_encoded(&mut self.body, value);
    }
}
