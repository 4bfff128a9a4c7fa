//! Facts of a model as they go into a sentence: `none`, or what they are, in backquotes.

use crate::model::{Binding, Checksum, ContextParam, ContextValue, Fault, Paginator, TimestampFormat, XmlNamespace};

/// A fact that can be told.
pub(super) trait Words {
    fn words(&self) -> String;
}

const NONE: &str = "none";

fn quoted(text: impl std::fmt::Display) -> String {
    format!("`{text}`")
}

impl Words for String {
    fn words(&self) -> String {
        quoted(self)
    }
}

impl Words for u16 {
    fn words(&self) -> String {
        quoted(self)
    }
}

impl<T: Words> Words for Option<T> {
    fn words(&self) -> String {
        self.as_ref().map_or(NONE.to_owned(), Words::words)
    }
}

impl<T: Words> Words for Vec<T> {
    fn words(&self) -> String {
        if self.is_empty() { NONE.to_owned() } else { self.iter().map(Words::words).collect::<Vec<_>>().join(", ") }
    }
}

impl Words for Binding {
    fn words(&self) -> String {
        quoted(format_args!("{self:?}"))
    }
}

impl Words for TimestampFormat {
    fn words(&self) -> String {
        quoted(format_args!("{self:?}"))
    }
}

impl Words for Fault {
    fn words(&self) -> String {
        quoted(format_args!("{self:?}"))
    }
}

impl Words for XmlNamespace {
    fn words(&self) -> String {
        let prefix = self.prefix.as_ref().map(|prefix| format!(" with the prefix {}", quoted(prefix)));
        quoted(&self.uri) + &prefix.unwrap_or_default()
    }
}

impl Words for ContextParam {
    fn words(&self) -> String {
        let value = match &self.value {
            ContextValue::Boolean(value) => value.to_string(),
            ContextValue::Text(value) | ContextValue::Path(value) => value.clone(),
            ContextValue::Texts(values) => values.join(", "),
        };
        quoted(format_args!("{} = {value}", self.name))
    }
}

impl Words for Paginator {
    fn words(&self) -> String {
        let pairs = self.input_tokens.iter().zip(&self.output_tokens);
        let mut parts: Vec<String> =
            pairs.map(|(input, output)| format!("{} from {}", quoted(input), quoted(output))).collect();
        parts.extend(self.more_results.as_ref().map(|member| format!("while {}", quoted(member))));
        parts.extend(self.limit_key.as_ref().map(|member| format!("page size {}", quoted(member))));
        for (what, members) in [("items", &self.result_keys), ("on every page", &self.non_aggregate_keys)] {
            parts.extend((!members.is_empty()).then(|| format!("{what} {}", members.words())));
        }
        parts.join(", ")
    }
}

impl Words for Checksum {
    fn words(&self) -> String {
        let mut parts = vec![if self.flexible { "of several algorithms" } else { "MD5" }.to_owned()];
        parts.extend(self.required.then(|| "required".to_owned()));
        parts.extend(self.algorithm_member.as_ref().map(|member| format!("chosen by {}", quoted(member))));
        parts.extend(self.mode_member.as_ref().map(|member| format!("asked for by {}", quoted(member))));
        let replies = &self.response_algorithms;
        parts.extend((!replies.is_empty()).then(|| format!("in replies {}", replies.words())));
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_of_several_parts_are_told_as_people_say_them() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let paginator = Paginator {
            input_tokens: names(&["KeyMarker", "IdMarker"]),
            output_tokens: names(&["NextKeyMarker", "NextIdMarker"]),
            more_results: Some("IsTruncated".to_owned()),
            limit_key: None,
            result_keys: names(&["Uploads"]),
            non_aggregate_keys: names(&["Prefix"]),
        };
        assert_eq!(
            Some(paginator).words(),
            "`KeyMarker` from `NextKeyMarker`, `IdMarker` from `NextIdMarker`, while `IsTruncated`, items `Uploads`, \
             on every page `Prefix`"
        );
        let checksum = Checksum {
            required: true,
            flexible: true,
            algorithm_member: Some("Algorithm".to_owned()),
            mode_member: None,
            response_algorithms: names(&["CRC32", "SHA256"]),
        };
        assert_eq!(
            checksum.words(),
            "of several algorithms, required, chosen by `Algorithm`, in replies `CRC32`, `SHA256`"
        );
        let flag = ContextParam { name: "UseArn".to_owned(), value: ContextValue::Boolean(true) };
        assert_eq!((vec![flag].words(), Vec::<String>::new().words()), ("`UseArn = true`".to_owned(), NONE.to_owned()));
        let prefixed = XmlNamespace { uri: "http://x/".to_owned(), prefix: Some("xsi".to_owned()) };
        assert_eq!(prefixed.words(), "`http://x/` with the prefix `xsi`");
    }
}
