//! A report as JSON.

use serde_json::{Map, Value as Json};

use super::{Report, Rule, Violation};
use crate::schema::{Length, Number, Range};

impl Report {
    /// The report for programs: `{"violations": []}`, and for each violation `path` as the AWS CLI's JSON has it, `rustPath`,
    /// `wirePath`, `rule` (see [`Rule::name`]), `limit` (see [`Rule::limit`]), `found` and `message`. What there is none of
    /// is `null`. `omitted` is there if there are [others](Report::omitted). Nothing in it is secret.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut json = Json::Null;
        json["violations"] = Json::Array(self.violations.iter().map(Violation::to_json).collect());
        if self.omitted > 0 {
            json["omitted"] = Json::from(self.omitted);
        }
        json
    }
}

impl Violation {
    fn to_json(&self) -> Json {
        let mut json = Json::Null;
        json["path"] = Json::String(self.path.model());
        json["rustPath"] = Json::String(self.path.rust());
        json["wirePath"] = Json::String(self.path.wire());
        json["rule"] = Json::from(self.rule.name());
        json["limit"] = self.rule.limit();
        json["found"] = self.found.clone().map_or(Json::Null, Json::String);
        json["message"] = Json::String(self.message());
        json
    }
}

impl Rule {
    /// What the model asks for, as JSON: an object with `min`, `max` or both of a length and of a range, the text of a
    /// pattern, the list of an enumeration's values, a type in words, the number of a limit; else `null`.
    #[must_use]
    pub fn limit(&self) -> Json {
        match self {
            Self::Length(Length { min, max }) => bounds(min.map(Json::from), max.map(Json::from)),
            Self::Range(Range { min, max }) => bounds(min.map(Json::from), max.map(Json::from)),
            Self::Pattern(text) | Self::Type(text) => Json::from(*text),
            Self::Enum(values) => Json::from(*values),
            Self::Depth(limit) | Self::Items(limit) | Self::Text(limit) => Json::from(*limit),
            Self::Required | Self::OneMember | Self::Unknown => Json::Null,
        }
    }
}

fn bounds(min: Option<Json>, max: Option<Json>) -> Json {
    let mut bounds = Json::Object(Map::new());
    if let Some(min) = min {
        bounds["min"] = min;
    }
    if let Some(max) = max {
        bounds["max"] = max;
    }
    bounds
}

impl From<Number> for Json {
    /// A number that JSON has none for is `null`.
    fn from(number: Number) -> Self {
        match number {
            Number::Integer(number) => number.into(),
            Number::Float(number) => number.into(),
        }
    }
}
