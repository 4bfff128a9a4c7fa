//! Which of several services a request is for, as far as its head tells.

use http::Request;

use super::host;
use crate::schema::Service;
use crate::sigv4::Identity;

/// The services that `request` may be for, in the order of `services`. Scope and host are asked in this order; each
/// narrows the choice if it leaves any:
///
/// 1. the service that the signature is for, by its signing name;
/// 2. the host, by the endpoint prefix as one of its labels.
pub(super) fn candidates<B>(
    services: &[&'static Service],
    request: &Request<B>,
    caller: Option<&Identity>,
) -> Vec<&'static Service> {
    let mut left = services.to_vec();
    if let Some(caller) = caller {
        narrow(&mut left, |service| service.signing_name() == caller.service);
    }
    let labels: Vec<&str> = host::of(request).split('.').collect();
    // The last label is a domain that no service has, or the name of a machine. Of the others those to the left may be
    // a user's, such as a bucket's name.
    for label in labels.iter().rev().skip(1) {
        let label = label.strip_suffix("-fips").unwrap_or(label);
        if narrow(&mut left, |service| service.endpoint_prefix().eq_ignore_ascii_case(label)) {
            break;
        }
    }
    left
}

/// Keeps the services of which `is_meant` holds, if there are any.
fn narrow(services: &mut Vec<&'static Service>, is_meant: impl Fn(&Service) -> bool) -> bool {
    let any = services.iter().any(|service| is_meant(service));
    if any {
        services.retain(|service| is_meant(service));
    }
    any
}
