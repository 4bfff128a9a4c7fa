//! Which proxy the environment names for a URL: one for each scheme, as curl, Python and reqwest have it. ureq by itself takes
//! the first that is named, for all URLs.

use http::Uri;

use super::TransportError;

/// The proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY`, and the hosts of `NO_PROXY` that are reached without; each
/// variable is in upper or in lower case.
#[derive(Clone, Default)]
pub(super) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    without: Vec<String>,
}

/// A proxy, or none that can be used.
type Proxy = Result<ureq::Proxy, &'static str>;

impl Proxies {
    /// Those that these variables name.
    pub(super) fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let named = |name: &str| {
            let value = |name: &str| variable(name).filter(|value| !value.is_empty());
            value(name).or_else(|| value(&name.to_lowercase()))
        };
        // A CGI program has headers of its request in its variables: `HTTP_PROXY` may come from anyone.
        let http = if variable("REQUEST_METHOD").is_some() { variable("http_proxy") } else { named("HTTP_PROXY") };
        let all = || named("ALL_PROXY");
        Self {
            http: http.or_else(all).map(|url| proxy(&url)),
            https: named("HTTPS_PROXY").or_else(all).map(|url| proxy(&url)),
            without: named("NO_PROXY").unwrap_or_default().split(',').map(|host| host.trim().to_lowercase()).collect(),
        }
    }

    /// The proxy for this URL, if it has one.
    pub(super) fn for_uri(&self, uri: &Uri) -> Result<Option<&ureq::Proxy>, TransportError> {
        let proxy = if uri.scheme_str() == Some("https") { &self.https } else { &self.http };
        match proxy {
            Some(_) if self.goes_without(uri.host().unwrap_or_default()) => Ok(None),
            Some(Ok(proxy)) => Ok(Some(proxy)),
            Some(Err(why)) => Err(TransportError::unusable(*why)),
            None => Ok(None),
        }
    }

    /// Whether `NO_PROXY` has the host, a domain of it, or `*`.
    fn goes_without(&self, host: &str) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']').to_lowercase();
        self.without.iter().any(|entry| {
            let domain = entry.trim_start_matches("*.").trim_start_matches('.');
            let before = host.strip_suffix(domain).filter(|_| !domain.is_empty());
            entry == "*" || before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
    }
}

fn proxy(url: &str) -> Proxy {
    match ureq::Proxy::new(url) {
        Ok(proxy) if matches!(proxy.protocol(), ureq::ProxyProtocol::Http | ureq::ProxyProtocol::Https) => Ok(proxy),
        Ok(_) => Err("the proxy of the environment is one for SOCKS, which is not supported"),
        // The URL may have a password in it.
        Err(_) => Err("the proxy of the environment is no URL"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(variables: &[(&str, &str)], uri: &str) -> Result<Option<String>, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let uri = uri.parse().unwrap();
        let proxies = Proxies::of(variable);
        let proxy = proxies.for_uri(&uri).map_err(|error| error.to_string())?;
        Ok(proxy.map(|proxy| proxy.host().to_owned()))
    }

    #[test]
    fn each_scheme_has_its_own() {
        let (plain, tls) = ("http://localhost:4566/", "https://iam.amazonaws.com/");
        let both = [("HTTP_PROXY", "http://a:1"), ("https_proxy", "http://b:1"), ("ALL_PROXY", "http://c:1")];
        let name = |name: &str| Ok(Some(name.to_owned()));
        assert_eq!((chosen(&both, plain), chosen(&both, tls)), (name("a"), name("b")));
        assert_eq!((chosen(&both[1..], plain), chosen(&both[..1], tls)), (name("c"), Ok(None)));
        assert_eq!((chosen(&both[1..2], plain), chosen(&[], tls)), (Ok(None), Ok(None)));
        assert_eq!(chosen(&[("HTTP_PROXY", ""), ("ALL_PROXY", "c:1")], plain), name("c"));
        assert_eq!(chosen(&[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://evil")], plain), Ok(None));
        let socks = chosen(&[("ALL_PROXY", "socks5://user:canary@a:1")], tls).unwrap_err();
        assert!(socks.contains("SOCKS") && !socks.contains("canary"), "{socks}");
        let wrong = chosen(&[("HTTPS_PROXY", "http://user:canary@")], tls).unwrap_err();
        assert!(!wrong.contains("canary"), "{wrong}");
    }

    #[test]
    fn some_hosts_go_without() {
        for (hosts, host, without) in [
            ("*", "iam.amazonaws.com", true),
            ("localhost, .amazonaws.com", "IAM.amazonaws.com", true),
            ("amazonaws.com", "iam.amazonaws.com", true),
            ("*.amazonaws.com", "iam.amazonaws.com", true),
            ("aws.com", "iam.amazonaws.com", false),
            ("iam.amazonaws.com.evil", "iam.amazonaws.com", false),
            ("", "iam.amazonaws.com", false),
            (",,", "iam.amazonaws.com", false),
            ("127.0.0.1", "127.0.0.1:4566", true),
            ("::1", "[::1]:4566", true),
        ] {
            let variables = [("ALL_PROXY", "http://a:1"), ("NO_PROXY", hosts)];
            let chosen = chosen(&variables, &format!("http://{host}/"));
            assert_eq!(chosen, Ok((!without).then(|| "a".to_owned())), "{hosts} {host}");
        }
    }
}
