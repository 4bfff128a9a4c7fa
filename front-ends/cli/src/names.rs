//! How services, operations and members are spelled on the command line, as the AWS CLI spells them.

use shapewire::schema::{Operation, Service};

/// The command of a service: `iam`.
pub(crate) fn of_service(service: &Service) -> String {
    service.name().replace('_', "-")
}

/// The service with this command.
pub(crate) fn service(command: &str) -> Option<&'static Service> {
    shapewire::SERVICES.iter().copied().find(|service| of_service(service) == command)
}

/// The operation of `service` with this command.
pub(crate) fn operation(service: &'static Service, command: &str) -> Option<&'static Operation> {
    service.operations().iter().copied().find(|operation| kebab(operation.name()) == command)
}

/// A name of the model in lower case with hyphens between its words: `list-mfa-devices` of `ListMFADevices`.
pub(crate) fn kebab(name: &str) -> String {
    let name: Vec<char> = name.replace("IPv", "Ipv").chars().collect();
    let mut result = String::with_capacity(name.len() + 8);
    for (index, &current) in name.iter().enumerate() {
        if !current.is_alphanumeric() {
            if !result.ends_with('-') && !result.is_empty() {
                result.push('-');
            }
            continue;
        }
        if starts_word(&name, index) && !result.ends_with('-') && !result.is_empty() {
            result.push('-');
        }
        result.extend(current.to_lowercase());
    }
    result.truncate(result.trim_end_matches('-').len());
    result
}

/// Whether a word starts at `index`: at a capital after something else than a capital, and at the last of several
/// capitals where a small letter follows that is not their plural.
fn starts_word(name: &[char], index: usize) -> bool {
    let Some(previous) = index.checked_sub(1).and_then(|previous| name.get(previous)) else { return false };
    if !name[index].is_uppercase() {
        return false;
    }
    if !previous.is_uppercase() {
        return true;
    }
    let next = name.get(index + 1);
    let plural = next == Some(&'s') && name.get(index + 2).is_none_or(|after| after.is_uppercase());
    next.is_some_and(|next| next.is_lowercase()) && !plural
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_spelled_as_in_the_aws_cli() {
        for (name, spelled) in [
            ("CreateUser", "create-user"),
            ("CreateOpenIDConnectProvider", "create-open-id-connect-provider"),
            ("UploadSSHPublicKey", "upload-ssh-public-key"),
            ("GetSSHPublicKey", "get-ssh-public-key"),
            ("ListMFADevices", "list-mfa-devices"),
            ("CreateSAMLProvider", "create-saml-provider"),
            ("AddClientIDToOpenIDConnectProvider", "add-client-id-to-open-id-connect-provider"),
            ("GetContextKeysForPrincipalPolicy", "get-context-keys-for-principal-policy"),
            ("PolicyARNs", "policy-arns"),
            ("VPCs", "vpcs"),
            ("Base32StringSeed", "base32-string-seed"),
            ("IPv6Addresses", "ipv6-addresses"),
            ("ETag", "e-tag"),
            ("foo_Bar-baz_", "foo-bar-baz"),
            ("userName", "user-name"),
            ("A", "a"),
            ("", ""),
        ] {
            assert_eq!(kebab(name), spelled, "{name}");
        }
    }

    #[test]
    fn every_operation_has_a_command_of_its_own() {
        for service in shapewire::SERVICES {
            let commands: BTreeSet<String> = service.operations().iter().map(|found| kebab(found.name())).collect();
            assert_eq!(commands.len(), service.operations().len(), "{}", service.name());
            for operation in service.operations() {
                let found = super::operation(service, &kebab(operation.name())).map(Operation::name);
                assert_eq!(found, Some(operation.name()));
            }
        }
    }

    #[test]
    fn services_are_found_by_their_commands() {
        for known in shapewire::SERVICES {
            assert_eq!(service(&of_service(known)).map(Service::name), Some(known.name()));
        }
        assert!(service("no-such-service").is_none());
    }
}
