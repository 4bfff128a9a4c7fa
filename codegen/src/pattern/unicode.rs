//! The classes that `\p{…}` names: general categories of Unicode, and the POSIX classes of Java, which are ASCII.

use std::sync::LazyLock;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::set::Set;

/// Large runs of one category, each up to where the next begins: ideographs, Hangul, private use, and planes without characters.
/// To look up one character of each takes a quarter off what an unoptimized generator does for IAM.
const UNIFORM: [(char, char); 8] = [
    ('\u{3400}', '\u{4DC0}'),
    ('\u{4E00}', '\u{A000}'),
    ('\u{AC00}', '\u{D7A4}'),
    ('\u{E000}', '\u{F900}'),
    ('\u{20000}', '\u{2A6E0}'),
    ('\u{40000}', '\u{E0000}'),
    ('\u{F0000}', '\u{FFFFE}'),
    ('\u{100000}', '\u{10FFFE}'),
];

/// The runs of all code points by category, in order: where each begins.
static CATEGORIES: LazyLock<Vec<(u32, GeneralCategory)>> = LazyLock::new(|| {
    let mut runs: Vec<(u32, GeneralCategory)> = Vec::new();
    let mut add = |c: char| {
        let category = c.general_category();
        if runs.last().is_none_or(|(_, last)| *last != category) {
            runs.push((u32::from(c), category));
        }
    };
    let mut start = char::MIN;
    for (first, end) in UNIFORM {
        (start..=first).for_each(&mut add);
        start = end;
    }
    (start..=char::MAX).for_each(add);
    runs
});

/// The set of this name, if it is one that all engines agree on.
pub(super) fn class(name: &str) -> Option<Set> {
    if let Some(ranges) = posix(name) {
        return Some(Set::of_chars(ranges));
    }
    let name = ["gc=", "general_category=", "Is"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    let codes = codes(name);
    if codes.is_empty() {
        return None;
    }
    let categories = &*CATEGORIES;
    let ends = categories.iter().skip(1).map(|(begin, _)| begin - 1).chain([u32::from(char::MAX)]);
    let runs = categories.iter().zip(ends).filter(|((_, category), _)| codes.contains(&code(*category)));
    Some(Set::of_runs(runs.map(|((begin, _), end)| (*begin, end)).collect()))
}

fn posix(name: &str) -> Option<&'static [(char, char)]> {
    Some(match name {
        "ASCII" => &[('\0', '\x7f')],
        "Alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "Alpha" => &[('A', 'Z'), ('a', 'z')],
        "Blank" => &[(' ', ' '), ('\t', '\t')],
        "Cntrl" => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        "Digit" => &[('0', '9')],
        "Graph" => &[('!', '~')],
        "Lower" => &[('a', 'z')],
        "Print" => &[(' ', '~')],
        "Punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "Space" => &[('\t', '\r'), (' ', ' ')],
        "Upper" => &[('A', 'Z')],
        "XDigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        _ => return None,
    })
}

/// The codes of the categories that a name stands for: of one of them, or of all that begin with a letter.
fn codes(name: &str) -> Vec<&'static str> {
    const CODES: [&str; 29] = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Co",
    ];
    if name == "LC" {
        return vec!["Lu", "Ll", "Lt"];
    }
    CODES.into_iter().filter(|code| *code == name || (name.len() == 1 && code.starts_with(name))).collect()
}

fn code(category: GeneralCategory) -> &'static str {
    match category {
        GeneralCategory::UppercaseLetter => "Lu",
        GeneralCategory::LowercaseLetter => "Ll",
        GeneralCategory::TitlecaseLetter => "Lt",
        GeneralCategory::ModifierLetter => "Lm",
        GeneralCategory::OtherLetter => "Lo",
        GeneralCategory::NonspacingMark => "Mn",
        GeneralCategory::SpacingMark => "Mc",
        GeneralCategory::EnclosingMark => "Me",
        GeneralCategory::DecimalNumber => "Nd",
        GeneralCategory::LetterNumber => "Nl",
        GeneralCategory::OtherNumber => "No",
        GeneralCategory::ConnectorPunctuation => "Pc",
        GeneralCategory::DashPunctuation => "Pd",
        GeneralCategory::OpenPunctuation => "Ps",
        GeneralCategory::ClosePunctuation => "Pe",
        GeneralCategory::InitialPunctuation => "Pi",
        GeneralCategory::FinalPunctuation => "Pf",
        GeneralCategory::OtherPunctuation => "Po",
        GeneralCategory::MathSymbol => "Sm",
        GeneralCategory::CurrencySymbol => "Sc",
        GeneralCategory::ModifierSymbol => "Sk",
        GeneralCategory::OtherSymbol => "So",
        GeneralCategory::SpaceSeparator => "Zs",
        GeneralCategory::LineSeparator => "Zl",
        GeneralCategory::ParagraphSeparator => "Zp",
        GeneralCategory::Control => "Cc",
        GeneralCategory::Format => "Cf",
        GeneralCategory::Surrogate => "Cs",
        GeneralCategory::PrivateUse => "Co",
        GeneralCategory::Unassigned => "Cn",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_runs_have_one_category() {
        for (first, end) in UNIFORM {
            let category = first.general_category();
            assert_eq!((first..end).find(|c| c.general_category() != category), None, "from {first:?}");
        }
    }
}
