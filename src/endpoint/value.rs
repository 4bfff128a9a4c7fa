//! Values while rules are interpreted. Text is borrowed from the parameters or the rules as far as it can be.

use std::borrow::Cow;
use std::ops::Range;

use super::Partition;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Boolean(bool),
    List(Vec<Cow<'a, str>>),
    Partition(&'static Partition),
    Url(Box<Url<'a>>),
    Arn(Box<Arn<'a>>),
}

/// A URL of the scheme http or https, without query.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Url<'a> {
    pub(super) scheme: Cow<'a, str>,
    pub(super) authority: Cow<'a, str>,
    pub(super) path: Cow<'a, str>,
    /// The path with a slash at its start and at its end.
    pub(super) normalized_path: Cow<'a, str>,
    pub(super) is_ip: bool,
}

/// An Amazon resource name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Arn<'a> {
    pub(super) partition: Cow<'a, str>,
    pub(super) service: Cow<'a, str>,
    pub(super) region: Cow<'a, str>,
    pub(super) account_id: Cow<'a, str>,
    pub(super) resource_id: Vec<Cow<'a, str>>,
}

impl<'a> Value<'a> {
    pub(super) fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(boolean) => Some(*boolean),
            _ => None,
        }
    }

    /// The field of a record by its number, which is its place in the generator's list of fields.
    pub(super) fn field(self, number: usize) -> Option<Self> {
        let text = |text: &'static str| Self::Text(Cow::Borrowed(text));
        Some(match self {
            Self::Partition(partition) => match number {
                0 => text(partition.name),
                1 => text(partition.dns_suffix),
                2 => text(partition.dual_stack_dns_suffix),
                3 => Self::Boolean(partition.supports_fips),
                4 => Self::Boolean(partition.supports_dual_stack),
                5 => text(partition.implicit_global_region),
                _ => return None,
            },
            Self::Url(url) => match number {
                0 => Self::Text(url.scheme),
                1 => Self::Text(url.authority),
                2 => Self::Text(url.path),
                3 => Self::Text(url.normalized_path),
                4 => Self::Boolean(url.is_ip),
                _ => return None,
            },
            Self::Arn(arn) => match number {
                0 => Self::Text(arn.partition),
                1 => Self::Text(arn.service),
                2 => Self::Text(arn.region),
                3 => Self::Text(arn.account_id),
                4 => Self::List(arn.resource_id),
                _ => return None,
            },
            Self::Text(_) | Self::Boolean(_) | Self::List(_) => return None,
        })
    }

    /// The member of a list.
    pub(super) fn member(self, index: usize) -> Option<Self> {
        match self {
            Self::List(list) => list.into_iter().nth(index).map(Self::Text),
            _ => None,
        }
    }
}

/// A part of a text, borrowed if the text is.
pub(super) fn part<'a>(text: &Cow<'a, str>, range: Range<usize>) -> Option<Cow<'a, str>> {
    match text {
        Cow::Borrowed(text) => text.get(range).map(Cow::Borrowed),
        Cow::Owned(text) => text.get(range).map(|part| Cow::Owned(part.to_owned())),
    }
}
