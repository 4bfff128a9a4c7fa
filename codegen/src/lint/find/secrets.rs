//! Members that are named like secrets.

use super::{Found, Lint};
use crate::model::{Kind, Model};

/// How names of secrets end, in lower case.
const ENDINGS: [&str; 10] = [
    "password",
    "passphrase",
    "passwd",
    "secret",
    "secretkey",
    "secretaccesskey",
    "privatekey",
    "sessiontoken",
    "authtoken",
    "keymaterial",
];

/// Whether a member of this name holds a secret, and not the name of one to be removed.
fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending)) && !name.contains("public") && !name.starts_with("remove")
}

pub(super) fn lint(model: &Model, found: &mut Found<'_>) {
    for shape in &model.shapes {
        for member in shape.members() {
            let Some(target) = model.shapes.get(&member.target) else { continue };
            let holds_text = matches!(target.kind, Kind::String | Kind::Blob);
            let is_marked = member.sensitive || target.sensitive;
            if holds_text && !is_marked && is_secret(&member.name) {
                let message = "is named like a secret, but not marked as `sensitive`: logs may show it";
                found.add(Lint::UnmarkedSecret, &["shapes", &shape.name, "members", &member.name], message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in ["Password", "MasterUserPassword", "SecretAccessKey", "SessionToken", "clientSecret"] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["PasswordLastUsed", "SecretArn", "PublicKeyMaterial", "RemovePrivateKey", "NextToken"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
