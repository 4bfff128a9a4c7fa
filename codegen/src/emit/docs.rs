//! Documentation in words: what the model says in prose, and what its facts say.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use crate::emit::Context;
use crate::markdown::code_span;
use crate::model::{Deprecation, Kind, Length, Member, Operation, Range, Shape, Waiter};
use crate::name::capitalized;

/// The attributes for some lines of Markdown. A model's names and prose may have characters that Rust has not in comments: control
/// characters are blanks.
pub(super) fn attributes(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| {
        let line = line.replace(char::is_control, " ");
        let line = line.trim_end();
        let line = if line.is_empty() { String::new() } else { format!(" {line}") };
        quote!(#[doc = #line])
    });
    quote!(#(#lines)*)
}

/// The code without its documentation.
pub(super) fn removed(tokens: TokenStream) -> TokenStream {
    let mut code = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let is_doc = matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(name)) if name == "doc");
                let is_attribute = matches!(code.last(), Some(TokenTree::Punct(mark)) if mark.as_char() == '#');
                if is_doc && is_attribute && group.delimiter() == Delimiter::Bracket {
                    code.pop();
                } else {
                    code.push(TokenTree::Group(Group::new(group.delimiter(), removed(group.stream()))));
                }
            }
            token => code.push(token),
        }
    }
    code.into_iter().collect()
}

impl Context<'_> {
    /// A structure, union or enumeration.
    pub(super) fn shape_docs(&self, shape: &Shape) -> String {
        let mut text = match &shape.documentation {
            Some(documentation) => documentation.clone(),
            None => self.shape_in_words(shape),
        };
        if let (Some(error), Some(_)) = (error_in_words(shape), &shape.documentation) {
            append(&mut text, &format!("{}.", capitalized(&error)));
        }
        if let Some(deprecated) = &shape.deprecated {
            append(&mut text, &format!("{}.", capitalized(&deprecation_in_words(deprecated))));
        }
        text
    }

    fn shape_in_words(&self, shape: &Shape) -> String {
        if let Some(error) = error_in_words(shape) {
            return format!("{}.", capitalized(&error));
        }
        let users = |is_user: &dyn Fn(&Operation) -> bool| {
            let users: Vec<String> = self
                .operations()
                .iter()
                .filter(|operation| is_user(operation))
                .map(|operation| format!("[`{}`]", self.names.operation(&operation.name).type_name))
                .collect();
            match users.as_slice() {
                [] => None,
                [first] => Some(first.clone()),
                [first, second] => Some(format!("{first} and {second}")),
                [first, others @ ..] => Some(format!("{first} and {} other operations", others.len())),
            }
        };
        let is = |payload: &Option<crate::model::Payload>| payload.as_ref().is_some_and(|it| it.shape == shape.name);
        if let Some(users) = users(&|operation| is(&operation.input)) {
            return format!("The input of {users}.");
        }
        if let Some(users) = users(&|operation| is(&operation.output)) {
            return format!("The output of {users}.");
        }
        match &shape.kind {
            Kind::Enum(_) => format!("The enumeration `{}`.", shape.name),
            Kind::Union(_) => format!("The union `{}`: one of its members.", shape.name),
            _ => format!("The structure `{}`.", shape.name),
        }
    }

    /// A field of a structure or a variant of a union.
    pub(super) fn member_docs(&self, member: &Member) -> String {
        let mut facts = Vec::new();
        if member.required {
            facts.push("required".to_owned());
        }
        let target = self.shape(&member.target);
        let constraints = constraints_in_words(target);
        let mut rest = Vec::new();
        match &target.kind {
            Kind::List(list) => {
                rest.extend(constraints);
                let of = constraints_in_words(self.shape(&list.member.target)).join("; ");
                rest.extend((!of.is_empty()).then(|| format!("each {of}")));
            }
            Kind::Enum(values) if target.sensitive || member.sensitive => {
                rest.push(format!(
                    "one of {}",
                    values.iter().map(|value| code_span(value)).collect::<Vec<_>>().join(", ")
                ));
            }
            Kind::Enum(_) => {}
            _ => rest.extend(constraints),
        }
        if target.sensitive || member.sensitive {
            rest.push("secret".to_owned());
        }
        if target.percent_encoded_json {
            rest.push("JSON, in replies percent-encoded: see [`PolicyDocument`](shapewire::PolicyDocument)".to_owned());
        }
        if member.idempotency_token {
            rest.push("makes a repeated request harmless".to_owned());
        }
        if let Some(deprecated) = &member.deprecated {
            rest.push(deprecation_in_words(deprecated));
        }
        match &member.documentation {
            Some(documentation) => {
                facts.extend(rest);
                let mut text = documentation.clone();
                if !facts.is_empty() {
                    append(&mut text, &format!("{}.", capitalized(&facts.join("; "))));
                }
                text
            }
            None => {
                if rest.is_empty() {
                    facts.push(self.type_in_words(member));
                }
                facts.extend(rest);
                format!("{}: {}.", code_span(&member.name), facts.join("; "))
            }
        }
    }

    /// The static of a waiter.
    pub(super) fn waiter_docs(&self, waiter: &Waiter) -> String {
        let Waiter { name, delay, max_delay, max_attempts, .. } = waiter;
        let operation = &self.names.operation(&waiter.operation).type_name;
        let period = match (max_delay, delay) {
            (Some(max_delay), delay) => format!("{delay} to {max_delay} seconds"),
            (None, 1) => "second".to_owned(),
            (None, delay) => format!("{delay} seconds"),
        };
        let most = max_attempts.map(|most| format!(", at most {most} calls")).unwrap_or_default();
        let text = format!("{}: repeats [`{operation}`](super::{operation}) every {period}{most}.", code_span(name));
        match &waiter.documentation {
            Some(documentation) => format!("{documentation}\n\n{text}"),
            None => text,
        }
    }

    fn type_in_words(&self, member: &Member) -> String {
        let target = self.shape(&member.target);
        match &target.kind {
            Kind::Boolean => "true or false".to_owned(),
            Kind::Integer | Kind::Long => "a whole number".to_owned(),
            Kind::Float | Kind::Double => "a number".to_owned(),
            Kind::String => "text".to_owned(),
            Kind::Blob => "bytes".to_owned(),
            Kind::Timestamp(_) => "a timestamp".to_owned(),
            Kind::List(_) => "a list".to_owned(),
            Kind::Map(_) => "a map".to_owned(),
            Kind::Enum(_) | Kind::Structure(_) | Kind::Union(_) => {
                format!("of the type [`{}`]", self.names.type_of(&target.name))
            }
        }
    }

    /// An operation's type.
    pub(super) fn operation_docs(&self, operation: &Operation) -> String {
        let mut text = match &operation.documentation {
            Some(documentation) => documentation.clone(),
            None => format!("The operation `{}` of {}.", operation.name, self.model.service.service_id),
        };
        let mut facts = Vec::new();
        if operation.unauthenticated {
            facts.push("Requests go unsigned.".to_owned());
        }
        if operation.idempotent {
            facts.push("A repeated request does no more than the first.".to_owned());
        }
        if let Some(deprecated) = &operation.deprecated {
            facts.push(format!("{}.", capitalized(&deprecation_in_words(deprecated))));
        }
        if !operation.errors.is_empty() {
            let errors: Vec<String> =
                operation.errors.iter().map(|error| format!("[`{}`]", self.names.type_of(error))).collect();
            facts.push(format!("Errors: {}.", errors.join(", ")));
        }
        if let Some(uid) = &self.model.service.uid
            && uid.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
        {
            facts.push(format!("[API reference](https://docs.aws.amazon.com/goto/WebAPI/{uid}/{})", operation.name));
        }
        if !facts.is_empty() {
            text.push_str("\n\n");
            text.push_str(&facts.join(" "));
        }
        text
    }

    /// The client's method for an operation.
    pub(super) fn method_docs(&self, operation: &Operation) -> String {
        let type_name = &self.names.operation(&operation.name).type_name;
        match operation.documentation.as_deref().and_then(first_sentence) {
            Some(sentence) => format!("{sentence} See [`{type_name}`]."),
            None => format!("Calls [`{type_name}`]."),
        }
    }
}

fn error_in_words(shape: &Shape) -> Option<String> {
    let error = shape.error.as_ref()?;
    let code = code_span(error.code.as_deref().unwrap_or(&shape.name));
    Some(match error.status {
        Some(status) => format!("the error {code}, status {status}"),
        None => format!("the error {code}"),
    })
}

/// A variant of the service's error type.
pub(super) fn error_variant(shape: &Shape) -> String {
    error_in_words(shape).map(|error| format!("{}.", capitalized(&error))).unwrap_or_default()
}

/// The first sentence of some Markdown, if it can be cut there without cutting a mark.
fn first_sentence(text: &str) -> Option<&str> {
    let line = text.lines().next()?;
    let ends = line.match_indices(". ").map(|(end, _)| end + 1).chain([line.len()]);
    let whole = |sentence: &str| {
        let count = |c: char| sentence.matches(c).count();
        count('`') % 2 == 0 && count('[') == count(']') && count('(') == count(')')
    };
    ends.map(|end| &line[..end]).find(|sentence| whole(sentence)).filter(|sentence| sentence.ends_with('.'))
}

/// Adds a sentence: on the same line if the text is one, else as a paragraph.
fn append(text: &mut String, sentence: &str) {
    if text.contains('\n') {
        text.push_str("\n\n");
    } else {
        if !text.ends_with(['.', '!', '?', ':']) {
            text.push('.');
        }
        text.push(' ');
    }
    text.push_str(sentence);
}

fn deprecation_in_words(deprecated: &Deprecation) -> String {
    let mut text = "deprecated".to_owned();
    if let Some(since) = &deprecated.since {
        text.push_str(" since ");
        text.push_str(since);
    }
    if let Some(message) = &deprecated.message {
        text.push_str(": ");
        text.push_str(message.lines().next().unwrap_or_default().trim_end_matches('.'));
    }
    text
}

fn constraints_in_words(shape: &Shape) -> Vec<String> {
    let mut words = Vec::new();
    if matches!(shape.kind, Kind::Enum(_)) {
        return words;
    }
    if let Some(length) = shape.length {
        let (one, many) = match shape.kind {
            Kind::Blob => ("byte", "bytes"),
            Kind::List(_) => ("member", "members"),
            Kind::Map(_) => ("entry", "entries"),
            _ => ("character", "characters"),
        };
        words.extend(length_in_words(length, one, many));
    }
    words.extend(shape.range.and_then(range_in_words));
    if let Some(pattern) = &shape.pattern {
        words.push(format!("pattern {}", code_span(pattern)));
    }
    words
}

fn length_in_words(length: Length, one: &str, many: &str) -> Option<String> {
    let unit = |count: u64| if count == 1 { one } else { many };
    Some(match (length.min, length.max) {
        (Some(min), Some(max)) if min == max => format!("exactly {min} {}", unit(min)),
        (Some(0) | None, Some(max)) => format!("at most {max} {}", unit(max)),
        (Some(min), Some(max)) => format!("{min}–{max} {many}"),
        (Some(0) | None, None) => return None,
        (Some(min), None) => format!("at least {min} {}", unit(min)),
    })
}

fn range_in_words(range: Range) -> Option<String> {
    Some(match (range.min, range.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Number;

    #[test]
    fn bounds_in_words() {
        let length = |min, max| length_in_words(Length { min, max }, "byte", "bytes").unwrap_or_default();
        assert_eq!(length(Some(1), Some(64)), "1–64 bytes");
        assert_eq!(length(Some(0), Some(1)), "at most 1 byte");
        assert_eq!(length(Some(1), None), "at least 1 byte");
        assert_eq!(length(Some(5), Some(5)), "exactly 5 bytes");
        assert_eq!(length(Some(0), None), "");
        let range = Range { min: Some(Number::Integer(-1)), max: Some(Number::Float(99.5)) };
        assert_eq!(range_in_words(range).unwrap(), "-1 to 99.5");
    }

    #[test]
    fn the_first_sentence_ends_where_no_mark_is_open() {
        assert_eq!(first_sentence("Gets `a. b` now. Then more."), Some("Gets `a. b` now."));
        assert_eq!(first_sentence("See [a. b](https://x.y). Z"), Some("See [a. b](https://x.y)."));
        assert_eq!(first_sentence("No end"), None);
    }
}
