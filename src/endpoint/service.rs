//! Endpoints of a service: its rules, and what they leave to its model.

use super::{AuthScheme, Endpoint, EndpointError, EndpointParameters, Partition};
use crate::schema::Service;

/// The way to sign of services whose rules name none.
const SIGV4: &str = "sigv4";

impl Service {
    /// The endpoint for these parameters, with at least one way to sign, each with a name and, if one is known, a
    /// region: where the rules say nothing, those are the service's name for signing and the region of `parameters`.
    ///
    /// # Errors
    /// What the service's rules say, or why they cannot be applied.
    pub fn endpoint(&self, parameters: &EndpointParameters) -> Result<Endpoint, EndpointError> {
        let rules = self.endpoint_rules().ok_or(EndpointError::NoRules)?;
        let mut endpoint = rules.resolve(parameters)?;
        if endpoint.auth_schemes.is_empty() {
            endpoint.auth_schemes.push(AuthScheme { name: SIGV4.to_owned(), ..AuthScheme::default() });
        }
        for scheme in &mut endpoint.auth_schemes {
            scheme.signing_name.get_or_insert_with(|| self.signing_name().to_owned());
            if scheme.signing_region.is_none() && scheme.signing_region_set.is_empty() {
                scheme.signing_region = parameters.region.as_deref().map(signing_region);
            }
        }
        Ok(endpoint)
    }
}

/// The region to sign for: a region, where the name stands for all regions of a partition.
fn signing_region(region: &str) -> String {
    match Partition::of_region(region) {
        Some(partition) if region.strip_suffix("-global") == Some(partition.name) => {
            partition.implicit_global_region.to_owned()
        }
        _ => region.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_for_all_regions_are_signed_for_one() {
        assert_eq!(signing_region("aws-global"), "us-east-1");
        assert_eq!(signing_region("aws-cn-global"), "cn-northwest-1");
        assert_eq!(signing_region("eu-west-1"), "eu-west-1");
        assert_eq!(signing_region("mars-global"), "mars-global");
    }
}
