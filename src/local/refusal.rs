//! The errors that operations answer with.

use crate::iam;

pub(super) fn no_such_user(name: &str) -> iam::Error {
    iam::NoSuchEntityException::new().with_message(format!("The user with name {name} cannot be found.")).into()
}

pub(super) fn no_such_credential(id: &str) -> iam::Error {
    let message = format!("There is no service-specific credential with the id {id}.");
    iam::NoSuchEntityException::new().with_message(message).into()
}

pub(super) fn user_exists(name: &str) -> iam::Error {
    iam::EntityAlreadyExistsException::new().with_message(format!("User with name {name} already exists.")).into()
}

pub(super) fn no_such_group(name: &str) -> iam::Error {
    iam::NoSuchEntityException::new().with_message(format!("The group with name {name} cannot be found.")).into()
}

pub(super) fn group_exists(name: &str) -> iam::Error {
    iam::EntityAlreadyExistsException::new().with_message(format!("Group with name {name} already exists.")).into()
}

pub(super) fn not_in_group(user_name: &str, group_name: &str) -> iam::Error {
    let message = format!("The user with name {user_name} is not in the group with name {group_name}.");
    iam::NoSuchEntityException::new().with_message(message).into()
}

pub(super) fn no_such_access_key(id: &str) -> iam::Error {
    iam::NoSuchEntityException::new().with_message(format!("The Access Key with id {id} cannot be found.")).into()
}

/// Something hangs on what is to be deleted: `must delete access keys`.
pub(super) fn delete_conflict(what: &str) -> iam::Error {
    iam::DeleteConflictException::new().with_message(format!("Cannot delete entity, {what} first.")).into()
}

pub(super) fn over_quota(name: &str, limit: usize) -> iam::Error {
    iam::LimitExceededException::new().with_message(format!("Cannot exceed quota for {name}: {limit}")).into()
}

pub(super) fn no_status_to_set() -> iam::Error {
    validation(
        "1 validation error detected: Value at 'status' failed to satisfy constraint: \
         Member must satisfy enum value set: [Active, Inactive]",
    )
}

pub(super) fn service_not_supported(service_name: &str) -> iam::Error {
    let message = format!("{service_name} has no service-specific credentials.");
    iam::ServiceNotSupportedException::new().with_message(message).into()
}

pub(super) fn too_many_credentials(name: &str, service_name: &str, limit: usize) -> iam::Error {
    let message = format!("The user {name} has {limit} sets of credentials for {service_name} and can have no more.");
    iam::LimitExceededException::new().with_message(message).into()
}

pub(super) fn repeated_tag_key() -> iam::Error {
    let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
    iam::InvalidInputException::new().with_message(message).into()
}

pub(super) fn reserved_tag_key(key: &str) -> iam::Error {
    let message = format!("The tag key {key} begins with aws:, which is reserved.");
    iam::InvalidInputException::new().with_message(message).into()
}

/// Where a user who means himself may leave out his name, and no user calls.
pub(super) fn no_caller() -> iam::Error {
    validation("Must specify userName when calling with non-User credentials")
}

/// What no model says but the service checks.
pub(super) fn validation(message: impl Into<String>) -> iam::Error {
    iam::Error::unmodeled("ValidationError", 400, message)
}

/// The service's own fault.
pub(super) fn failure(message: impl Into<String>) -> iam::Error {
    iam::ServiceFailureException::new().with_message(message).into()
}
