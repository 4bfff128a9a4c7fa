//! What is wrong with an input, all of it at once: file, JSON pointer, what was expected.

use std::fmt;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    file: String,
    pointer: String,
    message: String,
}

impl Problem {
    pub(crate) fn new(file: &str, pointer: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), pointer: pointer.to_owned(), message: message.into() }
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
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if !self.pointer.is_empty() {
            write!(f, "#{}", self.pointer)?;
        }
        if !self.file.is_empty() {
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

/// All problems of one run. There is at least one.
///
/// `Debug` is the same list as `Display`, because that is what a build script shows when its `main` returns an error.
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
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Problems {}

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

    pub(crate) fn unknown_key(&mut self, file: &str, pointer: &str, key: &str) {
        let message = format!("the key `{key}` is unknown here");
        if self.tolerant { self.warning(file, pointer, message) } else { self.problem(file, pointer, message) }
    }

    pub(crate) fn problem(&mut self, file: &str, pointer: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(file, pointer, message));
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
        assert_eq!(format!("{problems:?}"), problems.to_string());
    }
}
