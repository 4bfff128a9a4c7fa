//! Where requests go: `--endpoint-url`, else the environment.

use std::env;

use clap::ArgMatches;
use http::Uri;
use shapewire::schema::Service;

use crate::failure::Failure;
use crate::options::common;

/// The URL of requests that go nowhere, or to the local service in the process.
pub(crate) const NOWHERE: &str = "http://localhost/";

/// The endpoint that was asked for, if one was.
pub(crate) fn given(service: &Service, matches: &ArgMatches) -> Result<Option<Uri>, Failure> {
    let option = matches.get_one::<String>(common::ENDPOINT_URL).map(|url| ("--endpoint-url".to_owned(), url.clone()));
    let Some((source, url)) = option.or_else(|| from_environment(service)) else { return Ok(None) };
    let uri: Uri = url.parse().map_err(|error| Failure::usage(format_args!("{source}: {url:?} is no URL: {error}")))?;
    let scheme = uri.scheme_str().unwrap_or_default();
    if !matches!(scheme, "http" | "https") || uri.host().is_none_or(str::is_empty) {
        return Err(Failure::usage(format_args!("{source}: {url:?} must be like http://127.0.0.1:4566")));
    }
    Ok(Some(uri))
}

/// `AWS_ENDPOINT_URL_IAM`, else `AWS_ENDPOINT_URL`, unless `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is `true`.
fn from_environment(service: &Service) -> Option<(String, String)> {
    if env::var("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_ok_and(|value| value.eq_ignore_ascii_case("true")) {
        return None;
    }
    let of_service = format!("AWS_ENDPOINT_URL_{}", service.service_id().replace([' ', '-'], "_").to_ascii_uppercase());
    [of_service, "AWS_ENDPOINT_URL".to_owned()].into_iter().find_map(|name| {
        let url = env::var(&name).ok().filter(|url| !url.is_empty())?;
        Some((name, url))
    })
}

/// The endpoint that a request is to be sent to.
pub(crate) fn reachable(service: &Service, matches: &ArgMatches) -> Result<Uri, Failure> {
    match given(service, matches)? {
        Some(uri) if uri.scheme_str() == Some("http") => Ok(uri),
        Some(uri) => Err(Failure::usage(format_args!(
            "{uri}: TLS comes with a later version; this one reaches http:// endpoints only"
        ))),
        None => Err(Failure::usage(format_args!(
            "no endpoint: calls of AWS itself come with a later version, which signs requests. \
             `--local` calls the IAM in this process, `--endpoint-url URL` (or AWS_ENDPOINT_URL) any http:// endpoint, \
             `--dry-run` shows the request"
        ))),
    }
}
