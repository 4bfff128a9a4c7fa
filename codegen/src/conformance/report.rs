//! How the cases went, for people and for programs.

use std::fmt;

use crate::json::Value;

/// How a case went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth way")]
pub enum Status {
    /// Both halves did as the case says.
    Pass,
    /// One of them did not, or the case cannot be run.
    Fail,
    /// It is not for us.
    Skip,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Skip => "SKIP",
        })
    }
}

/// A case and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaseReport {
    /// The file that the case is in.
    pub file: String,
    /// Its place there, as a JSON pointer.
    pub pointer: String,
    /// Its id, or what stands for it: `query:3:1` for the second case of the fourth suite of `query.json`.
    pub id: String,
    /// How it went.
    pub status: Status,
    /// Why it failed or was skipped.
    pub reason: Option<String>,
}

impl fmt::Display for CaseReport {
    /// One line: `PASS id`, or `FAIL id: reason (file#pointer)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, pointer, id, status, reason } = self;
        write!(f, "{status} {id}")?;
        match reason {
            Some(reason) => {
                let reason: Vec<&str> = reason.lines().map(str::trim).collect();
                write!(f, ": {} ({file}#{pointer})", reason.join(" "))
            }
            None => Ok(()),
        }
    }
}

/// How all cases went. `Display` is a line a case, and one with the totals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    cases: Vec<CaseReport>,
}

impl Report {
    pub(super) fn new(cases: Vec<CaseReport>) -> Self {
        Self { cases }
    }

    /// The cases, in the order of files and suites.
    #[must_use]
    pub fn cases(&self) -> &[CaseReport] {
        &self.cases
    }

    /// How many cases went so.
    #[must_use]
    pub fn count(&self, status: Status) -> usize {
        self.cases.iter().filter(|case| case.status == status).count()
    }

    /// Whether no case has failed.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.count(Status::Fail) == 0
    }

    /// The same as JSON: `cases`, each with `file`, `pointer`, `id`, `status` (`pass`, `fail`, `skip`) and `reason`, which may
    /// be null; and `totals`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let cases = self.cases.iter().map(|CaseReport { file, pointer, id, status, reason }| {
            let status = status.to_string().to_lowercase();
            Value::from([
                ("file", file.as_str().into()),
                ("pointer", pointer.as_str().into()),
                ("id", id.as_str().into()),
                ("status", status.into()),
                ("reason", reason.clone().into()),
            ])
        });
        let [pass, fail, skip] = [Status::Pass, Status::Fail, Status::Skip].map(|status| self.count(status));
        let totals =
            [("cases", self.cases.len().into()), ("pass", pass.into()), ("fail", fail.into()), ("skip", skip.into())];
        Value::from([("cases", Value::Array(cases.collect())), ("totals", totals.into())])
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for case in &self.cases {
            writeln!(f, "{case}")?;
        }
        let [pass, fail, skip] = [Status::Pass, Status::Fail, Status::Skip].map(|status| self.count(status));
        write!(f, "{} cases: {pass} passed, {fail} failed, {skip} skipped", self.cases.len())
    }
}
