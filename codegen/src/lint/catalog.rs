//! What is looked for, by names that stay.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "a finding is no worse and no better")]
pub enum Level {
    /// No code can be generated.
    Error,
    /// What is generated does less than the model says, or refuses what the model allows.
    Warning,
    /// It may be meant.
    Hint,
}

impl Level {
    /// `error`, `warning` or `hint`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Hint => "hint",
        }
    }
}

/// Something that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
#[expect(missing_docs, reason = "`summary` says what each finds")]
pub enum Lint {
    Unreadable,
    DanglingTarget,
    WrongKind,
    ImpossibleConstraint,
    DuplicateEnumValue,
    EndlessShape,
    DeepNesting,
    Unsupported,
    WireName,
    Unusual,
    PatternNotEnforced,
    PatternMatchesNothing,
    MisplacedConstraint,
    ConstraintBeyondType,
    ContradictoryConstraints,
    RefusedEnumValue,
    RequiredUnionMember,
    AmbiguousError,
    UnusablePaginator,
    UnusableWaiter,
    DeprecatedRequired,
    MissingPaginator,
    UnmarkedSecret,
    UnusedShape,
    Renamed,
}

impl Lint {
    /// All of them, the worst first.
    pub const ALL: [Self; 25] = [
        Self::Unreadable,
        Self::DanglingTarget,
        Self::WrongKind,
        Self::ImpossibleConstraint,
        Self::DuplicateEnumValue,
        Self::EndlessShape,
        Self::DeepNesting,
        Self::Unsupported,
        Self::WireName,
        Self::Unusual,
        Self::PatternNotEnforced,
        Self::PatternMatchesNothing,
        Self::MisplacedConstraint,
        Self::ConstraintBeyondType,
        Self::ContradictoryConstraints,
        Self::RefusedEnumValue,
        Self::RequiredUnionMember,
        Self::AmbiguousError,
        Self::UnusablePaginator,
        Self::UnusableWaiter,
        Self::DeprecatedRequired,
        Self::MissingPaginator,
        Self::UnmarkedSecret,
        Self::UnusedShape,
        Self::Renamed,
    ];

    /// The lint of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lint| lint.name() == name)
    }

    /// Its name, which stays: `unused-shape`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().0
    }

    /// How bad it is.
    #[must_use]
    pub const fn level(self) -> Level {
        self.facts().1
    }

    /// What it finds.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        self.facts().2
    }

    const fn facts(self) -> (&'static str, Level, &'static str) {
        use Level::{Error, Hint, Warning};
        match self {
            Self::Unreadable => ("unreadable", Error, "the model or an overlay cannot be read or applied"),
            Self::DanglingTarget => ("dangling-target", Error, "a shape that is named is not there"),
            Self::WrongKind => ("wrong-kind", Error, "a shape is of a kind that its place does not take"),
            Self::ImpossibleConstraint => {
                ("impossible-constraint", Error, "the least is above the most, or a whole number has a fraction")
            }
            Self::DuplicateEnumValue => ("duplicate-enum-value", Error, "a value is listed twice"),
            Self::EndlessShape => ("endless-shape", Error, "a shape holds another one of itself without choice"),
            Self::DeepNesting => ("deep-nesting", Error, "lists and maps nest too deep"),
            Self::Unsupported => ("unsupported", Error, "a protocol, or a fact, for which no code can be generated"),
            Self::WireName => ("wire-name", Error, "names on the wire cannot be written or told apart"),
            Self::Unusual => ("unusual", Warning, "the reader passes over something"),
            Self::PatternNotEnforced => {
                ("pattern-not-enforced", Warning, "a pattern cannot be read, or engines read it differently")
            }
            Self::PatternMatchesNothing => ("pattern-matches-nothing", Warning, "no text matches a pattern"),
            Self::MisplacedConstraint => {
                ("misplaced-constraint", Warning, "a constraint that the kind of shape does not have")
            }
            Self::ConstraintBeyondType => ("constraint-beyond-type", Warning, "a bound that the type does not reach"),
            Self::ContradictoryConstraints => {
                ("contradictory-constraints", Warning, "no text has both the length and the pattern")
            }
            Self::RefusedEnumValue => {
                ("refused-enum-value", Warning, "a value of an enumeration violates the shape's own constraints")
            }
            Self::RequiredUnionMember => ("required-union-member", Warning, "a member of a union is required"),
            Self::AmbiguousError => {
                ("ambiguous-error", Warning, "two errors of an operation have one code on the wire")
            }
            Self::UnusablePaginator => {
                ("unusable-paginator", Warning, "a paginator names what is not there, or is not understood")
            }
            Self::UnusableWaiter => {
                ("unusable-waiter", Warning, "a waiter names what is not there, or is not understood")
            }
            Self::DeprecatedRequired => ("deprecated-required", Hint, "an input needs what should no longer be used"),
            Self::MissingPaginator => {
                ("missing-paginator", Hint, "an operation takes and gives a token of pages, but has no paginator")
            }
            Self::UnmarkedSecret => {
                ("unmarked-secret", Hint, "a member is named like a secret, but is not marked as one")
            }
            Self::UnusedShape => ("unused-shape", Hint, "no operation leads to a shape"),
            Self::Renamed => ("renamed", Hint, "a name has a suffix in Rust, because another one has it already"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kebab_case_and_told_apart() {
        for lint in Lint::ALL {
            assert!(lint.name().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{lint:?}");
            assert_eq!(Lint::named(lint.name()), Some(lint));
        }
        assert!(Lint::ALL.is_sorted_by_key(|lint| lint.level()), "the worst first");
    }
}
