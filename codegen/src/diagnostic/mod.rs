//! What is wrong with an input, all of it at once: file, line, JSON pointer, what was expected, what may be meant.

mod excerpt;
mod nearest;
mod smithy;

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::path::Path;

use excerpt::Excerpt;

use crate::by_name::ByName;
use crate::file;
use crate::json::{Error, Located, Repeated};

#[cfg(feature = "command")]
pub(crate) use nearest::distance;
pub(crate) use nearest::{did_you_mean, nearest};

/// One thing that is wrong, and where.
///
/// `Display` is one line. [`as_error`](Self::as_error) and [`as_warning`](Self::as_warning) show the text as well.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    file: String,
    pointer: String,
    part: Part,
    message: String,
    hint: Option<Box<str>>,
    excerpt: Option<Box<Excerpt>>,
}

/// What at the place is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Value,
    Key,
}

impl Problem {
    pub(crate) fn new(file: &str, pointer: &str, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            pointer: pointer.to_owned(),
            part: Part::Value,
            message: message.into(),
            hint: None,
            excerpt: None,
        }
    }

    /// A file that is not JSON, or whose objects have keys more than once: of these the last one alone would count, and
    /// facts be dropped.
    pub(crate) fn not_json(file: &str, text: &[u8], errors: Vec<Error>) -> Vec<Self> {
        let mut problems = Vec::new();
        for Error { message, place, repeated } in errors {
            let mut problem = Self::new(file, "", message);
            if let Some(Repeated { pointer, before }) = repeated {
                let before = Excerpt::of_bytes(text, &(before..before));
                let hint = format!("the one before is in line {}, column {}", before.line, before.column);
                problem.hint = Some(hint.into_boxed_str());
                problem.pointer = pointer;
            } else {
                problem.message.insert_str(0, "not JSON: ");
            }
            problem.excerpt = Some(Box::new(Excerpt::of_bytes(text, &place)));
            problems.push(problem);
        }
        problems
    }

    /// A file that is not UTF-8 from this byte on.
    pub(crate) fn encoding(file: &str, text: &[u8], at: usize) -> Self {
        let excerpt = Some(Box::new(Excerpt::of_bytes(text, &(at..at + 1))));
        Self { excerpt, ..Self::new(file, "", "not JSON: this byte is not UTF-8") }
    }

    /// A file that cannot be read.
    pub(crate) fn unreadable(file: &str, error: &io::Error, hint: Option<String>) -> Self {
        let problem = Self::new(file, "", format!("cannot be read: {error}"));
        Self { hint: hint.map(String::into_boxed_str), ..problem }
    }

    /// The file, as it was named to the generator.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The place in the file as a JSON pointer; empty for the whole of it.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// What was expected, or what is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What may be meant.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Line and column of the place, both from 1; columns count characters. None if the text is not at hand, or does
    /// not have the place.
    #[must_use]
    pub fn line_and_column(&self) -> Option<(usize, usize)> {
        self.excerpt.as_ref().map(|excerpt| (excerpt.line, excerpt.column))
    }

    /// The problem as an error, several lines with the text at fault underlined; one line if the text is not at hand.
    #[must_use]
    pub fn as_error(&self) -> impl fmt::Display {
        Report { problem: self, level: "error" }
    }

    /// The same as a warning.
    #[must_use]
    pub fn as_warning(&self) -> impl fmt::Display {
        Report { problem: self, level: "warning" }
    }

    /// The same of another place in the same file.
    #[cfg(feature = "conformance")]
    pub(crate) fn moved(&self, pointer: &str) -> Self {
        Self { pointer: pointer.to_owned(), excerpt: None, ..self.clone() }
    }

    fn locate(&mut self, text: &[u8], located: &Located) {
        if let Some(pointer) = smithy::pointer(&located.value, &self.pointer) {
            self.pointer = pointer;
        }
        self.excerpt = Excerpt::of_pointer(text, located, &self.pointer, self.part == Part::Key).map(Box::new);
    }
}

/// `FILE:LINE:COLUMN#POINTER: MESSAGE; HINT`, as far as there is each.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some((line, column)) = self.line_and_column() {
            write!(f, ":{line}:{column}")?;
        }
        if !self.pointer.is_empty() {
            write!(f, "#{}", visible(&self.pointer))?;
        }
        if !self.file.is_empty() {
            f.write_str(": ")?;
        }
        f.write_str(&visible(&self.message))?;
        self.hint.iter().try_for_each(|hint| write!(f, "; {}", visible(hint)))
    }
}

struct Report<'a> {
    problem: &'a Problem,
    level: &'static str,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { problem, level } = self;
        let Some(excerpt) = &problem.excerpt else { return write!(f, "{level}: {problem}") };
        writeln!(f, "{level}: {}", visible(&problem.message))?;
        excerpt.write(f, &problem.file, &visible(&problem.pointer))?;
        problem.hint.iter().try_for_each(|hint| write!(f, "\n{:2$} = help: {}", "", visible(hint), excerpt.margin()))
    }
}

/// Text of a file that does nothing to a terminal, and stays on its line.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let of = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(of).collect()
}

/// Finds the places of the first problems in the texts of their files, as far as `read` has them.
pub(crate) fn locate(problems: &mut [Problem], read: impl Fn(&str) -> Option<Vec<u8>>) {
    let mut texts = ByName::default();
    for problem in problems.iter_mut().take(MAX_SHOWN).filter(|problem| problem.excerpt.is_none()) {
        let text = texts.get_or_insert_with(&problem.file, || {
            let text = read(&problem.file)?;
            let located = Located::of(&text)?;
            Some((text, located))
        });
        if let Some((text, located)) = text {
            problem.locate(text, located);
        }
    }
}

/// The text of a file on disk.
pub(crate) fn on_disk(file: &str) -> Option<Vec<u8>> {
    file::read(Path::new(file)).ok()
}

/// All problems of one run. There is at least one.
///
/// `Display` has the problems one after the other: those whose text is at hand with the line at fault, the others as one
/// line. `Debug` is the same after the number of problems, because that is what a build script shows, behind `Error: `, when
/// its `main` returns an error.
#[derive(Clone, PartialEq, Eq)]
pub struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    /// The problems, in the order in which they were found.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// With the places of the problems in files on disk.
    pub(crate) fn located(self) -> Self {
        self.located_in(on_disk)
    }

    /// With the places of the problems in these texts.
    pub(crate) fn located_in(mut self, read: impl Fn(&str) -> Option<Vec<u8>>) -> Self {
        locate(&mut self.list, read);
        self
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self { list: vec![problem] }
    }
}

impl From<Vec<Problem>> for Problems {
    /// The list must not be empty.
    fn from(list: Vec<Problem>) -> Self {
        Self { list }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.list.iter().enumerate() {
            if index > 0 {
                let has_lines = problem.excerpt.is_some() || self.list[index - 1].excerpt.is_some();
                f.write_str(if has_lines { "\n\n" } else { "\n" })?;
            }
            match problem.excerpt {
                Some(_) => problem.as_error().fmt(f)?,
                None => problem.fmt(f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.list.len() {
            1 => f.write_str("1 problem\n\n")?,
            count => write!(f, "{count} problems\n\n")?,
        }
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Problems {}

/// How many problems have hints and are shown with their text. Both take time, and so many problems have one cause.
pub(crate) const MAX_SHOWN: usize = 100;

/// What a run has found so far.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    /// Whether a key that nobody knows does no harm.
    tolerant: bool,
}

impl Diagnostics {
    /// For files whose other readers pass over what they do not know.
    pub(crate) fn tolerant() -> Self {
        Self { tolerant: true, ..Self::default() }
    }

    /// A key that is none of the known ones.
    pub(crate) fn unknown_key(&mut self, file: &str, pointer: &str, key: &str, known: &[&str]) {
        let problem = Problem::new(file, pointer, format!("the key `{key}` is unknown here"));
        let problem = Problem { part: Part::Key, ..problem };
        if self.tolerant {
            self.warnings.push(problem);
        } else {
            self.problems.push(problem);
            self.hint(&|| did_you_mean(key, known));
        }
    }

    pub(crate) fn problem(&mut self, file: &str, pointer: &str, message: impl Into<String>) {
        self.add(Problem::new(file, pointer, message));
    }

    pub(crate) fn add(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    pub(crate) fn add_all(&mut self, problems: Problems) {
        self.problems.extend(problems.list);
    }

    pub(crate) fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Says of the problem that was found last what may be meant.
    pub(crate) fn hint(&mut self, hint: &dyn Fn() -> Option<String>) {
        if self.problems.len() <= MAX_SHOWN
            && let Some(problem) = self.problems.last_mut()
        {
            problem.hint = hint().map(String::into_boxed_str);
        }
    }

    pub(crate) fn warning(&mut self, file: &str, pointer: &str, message: impl Into<String>) {
        self.warnings.push(Problem::new(file, pointer, message));
    }

    /// The warnings if there is no problem, else the problems.
    pub(crate) fn finish(self) -> Result<Vec<Problem>, Problems> {
        if self.problems.is_empty() { Ok(self.warnings) } else { Err(Problems { list: self.problems }) }
    }

    /// Fails if there are problems; the warnings stay.
    pub(crate) fn checkpoint(&mut self) -> Result<(), Problems> {
        if self.problems.is_empty() { Ok(()) } else { Err(Problems { list: std::mem::take(&mut self.problems) }) }
    }
}

/// `pointer` with one more step, escaped as JSON pointers want it.
pub(crate) fn step(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// A JSON pointer of these steps.
pub(crate) fn pointer(steps: &[&str]) -> String {
    steps.iter().fold(String::new(), |pointer, key| step(&pointer, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_file_place_and_reason() {
        let problem = Problem::new("m.json", &pointer(&["shapes", "a/b~c"]), "no such shape");
        assert_eq!(problem.to_string(), "m.json#/shapes/a~1b~0c: no such shape");
        assert_eq!(Problem::new("m.json", "", "not JSON").to_string(), "m.json: not JSON");
    }

    #[test]
    fn all_problems_are_listed_in_both_forms() {
        let mut found = Diagnostics::default();
        found.problem("a", "/x", "one");
        found.problem("a", "/y", "two");
        let problems = found.checkpoint().unwrap_err();
        assert_eq!(problems.to_string(), "a#/x: one\na#/y: two");
        assert_eq!(format!("{problems:?}"), format!("2 problems\n\n{problems}"));
    }
}
