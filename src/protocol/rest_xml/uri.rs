//! URI templates: labels in braces, greedy ones with `+`. Smithy's `http` trait, "uri".

use crate::encode::EncodeError;

/// A part of a template's path between slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    Literal(&'a str),
    Label(&'a str),
    /// Takes several parts of a path, with the slashes between.
    Greedy(&'a str),
}

/// The segments of a template's path, which begins with a slash.
pub(super) fn segments(path: &str) -> impl Iterator<Item = Segment<'_>> {
    path.strip_prefix('/').unwrap_or(path).split('/').map(|segment| {
        match segment.strip_prefix('{').and_then(|label| label.strip_suffix('}')) {
            Some(label) => match label.strip_suffix('+') {
                Some(label) => Segment::Greedy(label),
                None => Segment::Label(label),
            },
            None => Segment::Literal(segment),
        }
    })
}

/// Appends the segments to a path; `value` gives a label's encoded text.
pub(super) fn push_path<'a>(
    out: &mut String,
    segments: impl Iterator<Item = Segment<'a>>,
    mut value: impl FnMut(&'a str, bool) -> Result<String, EncodeError>,
) -> Result<(), EncodeError> {
    for segment in segments {
        out.push('/');
        match segment {
            Segment::Literal(literal) => out.push_str(literal),
            Segment::Label(label) => out.push_str(&value(label, false)?),
            Segment::Greedy(label) => out.push_str(&value(label, true)?),
        }
    }
    Ok(())
}

#[cfg(feature = "server")]
mod matching {
    use super::{Segment, segments};

    /// What a path gives the labels of a template, still encoded, if it matches.
    pub(in super::super) fn labels<'a>(template: &'a str, path: &str) -> Option<Vec<(&'a str, String)>> {
        let mut expected: Vec<Segment<'a>> = segments(template).collect();
        let mut parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        // A slash at the end means nothing, unless a greedy label takes it.
        expected.pop_if(|last| *last == Segment::Literal(""));
        if !matches!(expected.last(), Some(Segment::Greedy(_))) {
            parts.pop_if(|last| last.is_empty());
        }
        let greedy = expected.iter().position(|segment| matches!(segment, Segment::Greedy(_)));
        let surplus = parts.len().checked_sub(expected.len())?;
        if surplus > 0 && greedy.is_none() {
            return None;
        }
        let mut labels = Vec::new();
        let mut place = 0;
        for (index, segment) in expected.into_iter().enumerate() {
            let taken = if greedy == Some(index) { surplus + 1 } else { 1 };
            let text = parts[place..place + taken].join("/");
            place += taken;
            match segment {
                Segment::Literal(literal) if literal == text => {}
                Segment::Literal(_) => return None,
                Segment::Label(_) | Segment::Greedy(_) if text.is_empty() => return None,
                Segment::Label(label) | Segment::Greedy(label) => labels.push((label, text)),
            }
        }
        Some(labels)
    }

    /// How exact a template is, part by part, to be compared: what is literal goes before labels, these before greedy ones.
    pub(in super::super) fn exactness(template: &str) -> Vec<u8> {
        segments(template)
            .map(|segment| match segment {
                Segment::Literal(_) => 2,
                Segment::Label(_) => 1,
                Segment::Greedy(_) => 0,
            })
            .collect()
    }
}

#[cfg(feature = "server")]
pub(super) use matching::{exactness, labels};

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;

    fn found(template: &str, path: &str) -> Option<Vec<String>> {
        Some(labels(template, path)?.into_iter().map(|(_, text)| text).collect())
    }

    #[test]
    fn greedy_labels_take_slashes_and_others_do_not() {
        assert_eq!(found("/{Bucket}/{Key+}", "/b/a//c/"), Some(vec!["b".to_owned(), "a//c/".to_owned()]));
        assert_eq!(found("/a/{b+}/c", "/a/1/2/c"), Some(vec!["1/2".to_owned()]));
        assert_eq!(found("/a/{b+}/c", "/a/c"), None);
        assert_eq!(found("/{Bucket}", "/b/c"), None);
        assert_eq!(found("/{Bucket}/{Key+}", "/b/"), None);
        assert_eq!(found("/{Bucket}/{Key+}", "//k"), None);
    }

    #[test]
    fn a_slash_at_the_end_means_nothing() {
        assert_eq!(found("/{Bucket}", "/b/"), Some(vec!["b".to_owned()]));
        assert_eq!(found("/zone/{Id}/rrset/", "/zone/1/rrset"), Some(vec!["1".to_owned()]));
        assert_eq!(found("/", "/"), Some(vec![]));
        assert_eq!(found("/", ""), None);
    }
}
