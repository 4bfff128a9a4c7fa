//! The protocols that code can be generated for.

use std::borrow::Cow;

use crate::model::{Member, Service};
use crate::name::capitalized;

/// A protocol that code can be generated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    AwsQuery,
    Ec2Query,
    RestXml,
}

impl Protocol {
    const ALL: [Self; 3] = [Self::AwsQuery, Self::Ec2Query, Self::RestXml];

    /// The service's own, if code can be generated for it.
    pub(crate) fn of(service: &Service) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.name() == service.protocol)
    }

    /// The name in API JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AwsQuery => "query",
            Self::Ec2Query => "ec2",
            Self::RestXml => "rest-xml",
        }
    }

    /// All names in API JSON, in prose.
    pub(crate) fn names() -> String {
        let [first @ .., last] = Self::ALL.map(|protocol| format!("`{}`", protocol.name()));
        format!("{} and {last}", first.join(", "))
    }

    /// The name of a member in a request of `ec2Query`.
    pub(crate) fn ec2_name(member: &Member) -> Cow<'_, str> {
        if let Some(query_name) = &member.query_name {
            return Cow::Borrowed(query_name);
        }
        Cow::Owned(capitalized(member.wire_name.as_ref().unwrap_or(&member.name)))
    }
}
