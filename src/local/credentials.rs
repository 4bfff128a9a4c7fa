//! The operations on service-specific credentials.

use secrecy::SecretString;

use super::call::Call;
use super::paging;
use super::random;
use super::refusal;
use super::services::{self, SecretKind, Service};
use super::state::{Credential, Key, State, User, is_active, to_the_second};
use crate::iam;
use crate::timestamp::Timestamp;

/// How many sets of credentials a user can have for one service.
const SETS: usize = 2;
const SECONDS_A_DAY: i64 = 86_400;
/// The name of the list of credentials in its markers.
const LIST: &str = "service-specific-credentials";

pub(super) fn create(
    state: &mut State,
    call: &Call<'_>,
    request: &iam::CreateServiceSpecificCredentialRequest,
) -> Result<iam::CreateServiceSpecificCredentialResponse, iam::Error> {
    let user = state.user(&request.user_name)?;
    let service = services::find(&request.service_name)?;
    let created = to_the_second(call.now());
    let expires = request.credential_age_days.map(|days| expiry(service, created, days)).transpose()?;
    let sets = user.credentials.iter().filter(|credential| credential.service.name == service.name).count();
    if sets >= SETS {
        return Err(refusal::too_many_credentials(&user.name, service.name, SETS));
    }
    let credential = Credential {
        id: random::id(call, "ACCA", |id| state.credentials().any(|credential| credential.id == id))?,
        number: state.made,
        service,
        public_name: public_name(state, call, user, service),
        created,
        expires,
        is_active: true,
    };
    let secret = secret(call, &credential)?;
    let shown = details(user, &credential, created, secret);
    state.user_mut(&request.user_name)?.credentials.push(credential);
    state.made += 1;
    Ok(iam::CreateServiceSpecificCredentialResponse::new().with_service_specific_credential(shown))
}

pub(super) fn list(
    state: &State,
    call: &Call<'_>,
    request: &iam::ListServiceSpecificCredentialsRequest,
) -> Result<iam::ListServiceSpecificCredentialsResponse, iam::Error> {
    let users: Vec<&User> = match (request.user_name.as_deref(), request.all_users.unwrap_or_default()) {
        (Some(_), true) => return Err(refusal::validation("UserName cannot be given together with AllUsers")),
        (Some(name), false) => vec![state.user(name)?],
        (None, true) => state.users.values().collect(),
        (None, false) => vec![state.named_or_caller(None, call)?],
    };
    let service = request.service_name.as_deref().map(services::find).transpose()?;
    let after = request.marker.as_deref().map(Place::read).transpose()?;
    let credentials = users
        .into_iter()
        .flat_map(|user| user.credentials.iter().map(move |credential| (user, credential)))
        .filter(|(_, credential)| service.is_none_or(|service| service.name == credential.service.name))
        .filter(|(user, credential)| after.as_ref().is_none_or(|after| *after < Place::of(user, credential)));
    let (page, is_truncated) = paging::page(credentials, request.max_items);
    let now = call.now();
    let shown: Vec<_> = page.iter().map(|(user, credential)| summary(user, credential, now)).collect();
    let mut response = iam::ListServiceSpecificCredentialsResponse::new()
        .with_service_specific_credentials(shown)
        .with_is_truncated(is_truncated);
    if is_truncated {
        response.marker = page.last().map(|(user, credential)| Place::of(user, credential).marker());
    }
    Ok(response)
}

pub(super) fn reset(
    state: &mut State,
    call: &Call<'_>,
    request: &iam::ResetServiceSpecificCredentialRequest,
) -> Result<iam::ResetServiceSpecificCredentialResponse, iam::Error> {
    let (user, index) =
        state.credential_mut(request.user_name.as_deref(), call, &request.service_specific_credential_id)?;
    let credential = &user.credentials[index];
    let secret = secret(call, credential)?;
    let shown = details(user, credential, call.now(), secret);
    Ok(iam::ResetServiceSpecificCredentialResponse::new().with_service_specific_credential(shown))
}

pub(super) fn update(
    state: &mut State,
    call: &Call<'_>,
    request: &iam::UpdateServiceSpecificCredentialRequest,
) -> Result<iam::UpdateServiceSpecificCredentialResponse, iam::Error> {
    let is_active = is_active(&request.status)?;
    let (user, index) =
        state.credential_mut(request.user_name.as_deref(), call, &request.service_specific_credential_id)?;
    user.credentials[index].is_active = is_active;
    Ok(iam::UpdateServiceSpecificCredentialResponse::new())
}

pub(super) fn delete(
    state: &mut State,
    call: &Call<'_>,
    request: &iam::DeleteServiceSpecificCredentialRequest,
) -> Result<iam::DeleteServiceSpecificCredentialResponse, iam::Error> {
    let (user, index) =
        state.credential_mut(request.user_name.as_deref(), call, &request.service_specific_credential_id)?;
    user.credentials.remove(index);
    Ok(iam::DeleteServiceSpecificCredentialResponse::new())
}

/// When a credential of this age ends, if it is of a kind that does.
fn expiry(service: &Service, created: Timestamp, days: i32) -> Result<Timestamp, iam::Error> {
    if let SecretKind::Password = service.secret {
        let message = format!("CredentialAgeDays is for services with long-term API keys, not for {}", service.name);
        return Err(refusal::validation(message));
    }
    Timestamp::new(created.seconds() + i64::from(days) * SECONDS_A_DAY, 0)
        .map_err(|_| refusal::validation("CredentialAgeDays leads beyond the year 9999"))
}

/// `jane-at-123456789012`, or with `+1`, `+2`, … after the name: the first that the service does not know yet, from this
/// user or from one who had the name before.
fn public_name(state: &State, call: &Call<'_>, user: &User, service: &Service) -> String {
    let is_taken = |name: &str| {
        state.credentials().any(|credential| credential.service.name == service.name && credential.public_name == name)
    };
    let mut name = format!("{}-at-{}", user.name, call.account_id());
    let mut count = 0_u64;
    while is_taken(&name) {
        count += 1;
        name = format!("{}+{count}-at-{}", user.name, call.account_id());
    }
    name
}

fn secret(call: &Call<'_>, credential: &Credential) -> Result<SecretString, iam::Error> {
    match credential.service.secret {
        SecretKind::Password => random::password(call),
        SecretKind::ApiKey { prefix } => random::api_key(call, prefix, &credential.public_name),
    }
}

/// A credential as lists show it.
fn summary(user: &User, credential: &Credential, now: Timestamp) -> iam::ServiceSpecificCredentialMetadata {
    let mut shown = iam::ServiceSpecificCredentialMetadata::new(
        user.name.as_str(),
        credential.status(now),
        credential.created,
        credential.id.as_str(),
        credential.service.name,
    );
    let public_name = Some(credential.public_name.clone());
    match credential.service.secret {
        SecretKind::Password => shown.service_user_name = public_name,
        SecretKind::ApiKey { .. } => shown.service_credential_alias = public_name,
    }
    shown.expiration_date = credential.expires;
    shown
}

/// A credential with its secret.
fn details(
    user: &User,
    credential: &Credential,
    now: Timestamp,
    secret: SecretString,
) -> iam::ServiceSpecificCredential {
    let mut shown = iam::ServiceSpecificCredential::new(
        credential.created,
        credential.service.name,
        credential.id.as_str(),
        user.name.as_str(),
        credential.status(now),
    );
    let public_name = Some(credential.public_name.clone());
    match credential.service.secret {
        SecretKind::Password => {
            shown.service_user_name = public_name;
            shown.service_password = Some(secret);
        }
        SecretKind::ApiKey { .. } => {
            shown.service_credential_alias = public_name;
            shown.service_credential_secret = Some(secret);
        }
    }
    shown.expiration_date = credential.expires;
    shown
}

/// A credential's place in lists: by user, then by age.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    user: Key,
    number: u64,
}

impl Place {
    fn of(user: &User, credential: &Credential) -> Self {
        Self { user: Key::new(&user.name), number: credential.number }
    }

    fn marker(&self) -> String {
        paging::marker(LIST, &format!("{}:{}", self.number, self.user.as_str()))
    }

    fn read(marker: &str) -> Result<Self, iam::Error> {
        let place = paging::place(LIST, marker)?;
        let (number, user) = place.split_once(':').ok_or_else(paging::invalid_marker)?;
        let number = number.parse().map_err(|_| paging::invalid_marker())?;
        Ok(Self { user: Key::new(user), number })
    }
}
