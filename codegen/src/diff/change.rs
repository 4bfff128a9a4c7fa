//! Changes and their verdicts.

use std::fmt;

use crate::load::Loaded;

/// All that differs between two models.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Difference {
    /// The service's name in prose, as the new model has it.
    pub service: String,
    /// The file and the API version of the old model.
    pub old: (String, String),
    /// The file and the API version of the new model.
    pub new: (String, String),
    /// The changes: the service's own, operations, shapes, each sorted by name.
    pub changes: Vec<Change>,
}

/// One change of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// What changes.
    pub subject: Subject,
    /// The kind of change: `member-added`, `length-tightened`, …. These names stay.
    pub kind: &'static str,
    /// The change in words.
    pub text: String,
    /// For Rust code that uses what is generated.
    pub rust: Severity,
    /// On the wire, for a client of the old model that calls a service of the new one.
    pub client: Severity,
    /// On the wire, for a server of the old model that is called by clients of the new one.
    pub server: Severity,
    /// What changes in the generated code because of it.
    pub rust_changes: Vec<RustChange>,
}

/// One public item of the generated code that comes, goes or becomes another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct RustChange {
    /// The item: `User.path`, `User::new`, `StatusType::Expired`.
    pub item: String,
    /// What it was.
    pub old: Option<String>,
    /// What it is.
    pub new: Option<String>,
    /// Whether code that was right may not compile, or mean something else.
    pub severity: Severity,
}

/// What a change is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Subject {
    /// The service as a whole.
    Service,
    /// An operation, by name.
    Operation(String),
    /// A shape, by name.
    Shape(String),
    /// A member, by the names of its shape and its own.
    Member(String, String),
}

/// How much a change breaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "versions have three numbers")]
pub enum Severity {
    /// Nothing.
    #[default]
    None,
    /// Rust: something is new. On the wire: all goes on as before, but for what only one side knows, takes or sends.
    Minor,
    /// What was right is wrong now.
    Major,
}

impl Severity {
    /// `none`, `minor` or `major`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Subject {
    /// `CreateUser`, `User`, `User.Path`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service => f.write_str("service"),
            Self::Operation(name) | Self::Shape(name) => f.write_str(name),
            Self::Member(shape, member) => write!(f, "{shape}.{member}"),
        }
    }
}

impl Subject {
    /// `service`, `operation`, `shape` or `member`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Operation(_) => "operation",
            Self::Shape(_) => "shape",
            Self::Member(..) => "member",
        }
    }
}

impl Change {
    /// A change that does nothing to Rust code yet.
    pub(super) fn new(subject: Subject, kind: &'static str, text: String, wire: Wire) -> Self {
        let Wire { client, server } = wire;
        Self { subject, kind, text, rust: Severity::None, client, server, rust_changes: Vec::new() }
    }

    /// The worst of its verdicts.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.rust.max(self.client).max(self.server)
    }
}

impl Difference {
    pub(super) fn new(old: &Loaded, new: &Loaded, mut changes: Vec<Change>) -> Self {
        changes.sort_by(|left, right| {
            (&left.subject, left.kind, &left.text).cmp(&(&right.subject, right.kind, &right.text))
        });
        let of = |loaded: &Loaded| {
            let file = loaded.files.first().map(|file| file.display().to_string());
            (file.unwrap_or_default(), loaded.model.service.api_version.clone())
        };
        Self { service: new.model.service.full_name.clone(), old: of(old), new: of(new), changes }
    }

    /// The worst verdict for Rust code: what the next version's number must say.
    #[must_use]
    pub fn rust(&self) -> Severity {
        self.changes.iter().map(|change| change.rust).max().unwrap_or_default()
    }

    /// The worst verdict for clients.
    #[must_use]
    pub fn client(&self) -> Severity {
        self.changes.iter().map(|change| change.client).max().unwrap_or_default()
    }

    /// The worst verdict for servers.
    #[must_use]
    pub fn server(&self) -> Severity {
        self.changes.iter().map(|change| change.server).max().unwrap_or_default()
    }

    /// The part of a semantic version that the crate with the generated code must raise: `major`, `minor` or `patch`; `none`
    /// if the models are the same.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.rust() {
            Severity::None if self.changes.is_empty() => "none",
            Severity::None => "patch",
            severity => severity.name(),
        }
    }
}

/// What a change does to those who have not followed it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wire {
    pub(super) client: Severity,
    pub(super) server: Severity,
}

impl Wire {
    pub(super) const NONE: Self = Self { client: Severity::None, server: Severity::None };

    pub(super) const fn new(client: Severity, server: Severity) -> Self {
        Self { client, server }
    }
}
