//! What the host of a request says: its name, and what stands before a base domain of the server's.

use http::Request;
use http::header::HOST;

/// The host that a request names, without its port; empty if it names none.
pub(super) fn of<B>(request: &Request<B>) -> &str {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).or_else(|| request.uri().host());
    host.and_then(|host| host.split(':').next()).unwrap_or_default()
}

/// What stands before one of these domains, in lower case: `photos` of `photos.example.com`. Of several the longest counts.
pub(super) fn label_before(host: &str, base_domains: &[String]) -> Option<String> {
    let host = host.to_ascii_lowercase();
    // One of the domains may be below another one.
    if base_domains.contains(&host) {
        return None;
    }
    let labels = base_domains.iter().filter_map(|domain| host.strip_suffix(domain.as_str())?.strip_suffix('.'));
    let label = labels.min_by_key(|label| label.len())?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    (!label.is_empty() && label.bytes().all(is_name)).then(|| label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(host: &str) -> Option<String> {
        let domains = ["example.com", "eu.example.com"].map(str::to_owned);
        let request = Request::builder().header(HOST, host).body(()).unwrap();
        label_before(of(&request), &domains)
    }

    #[test]
    fn labels_stand_before_the_longest_base_domain() {
        assert_eq!(label("photos.example.com"), Some("photos".to_owned()));
        assert_eq!(label("my.Photos.EU.example.com:8080"), Some("my.photos".to_owned()));
        for none in
            ["example.com", "eu.example.com:80", ".example.com", "notexample.com", "a/b.example.com", "", "[::1]"]
        {
            assert_eq!(label(none), None, "{none}");
        }
    }

    #[test]
    fn the_uri_names_the_host_where_no_header_does() {
        let request = Request::get("http://photos.example.com:8080/key").body(()).unwrap();
        assert_eq!(of(&request), "photos.example.com");
        assert_eq!(of(&Request::get("/key").body(()).unwrap()), "");
    }
}
