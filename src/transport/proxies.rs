//! Which proxy the environment names for a URL: one for each scheme, as curl and Python have it, and the same for both HTTP
//! transports. ureq by itself takes the first that is named, for all URLs; reqwest takes one for SOCKS, and cannot talk to it.

use std::net::IpAddr;

use http::Uri;

use super::TransportError;

/// The proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY`, and the hosts of `NO_PROXY` that are reached without; each
/// variable is in upper or in lower case. `P` is a transport's own type for a proxy.
#[derive(Clone)]
pub(super) struct Proxies<P> {
    http: Option<Proxy<P>>,
    https: Option<Proxy<P>>,
    without: Vec<Without>,
}

/// A proxy, or none that can be used.
type Proxy<P> = Result<P, &'static str>;

/// What is reached without a proxy.
#[derive(Clone)]
enum Without {
    All,
    /// A host with this name, or below it.
    Domain(String),
    /// Addresses that begin with so many bits of this one.
    Network(IpAddr, u32),
}

impl<P> Proxies<P> {
    /// Those that these variables name; `parse` is given URLs whose scheme is http or https.
    pub(super) fn of(variable: impl Fn(&str) -> Option<String>, parse: impl Fn(&str) -> Option<P>) -> Self {
        let named = |name: &str| {
            let value = |name: &str| variable(name).filter(|value| !value.is_empty());
            value(name).or_else(|| value(&name.to_lowercase()))
        };
        // A CGI program has headers of its request in its variables: `HTTP_PROXY` may come from anyone.
        let http = if variable("REQUEST_METHOD").is_some() { variable("http_proxy") } else { named("HTTP_PROXY") };
        let all = || named("ALL_PROXY");
        let hosts = named("NO_PROXY").unwrap_or_default();
        Self {
            http: http.or_else(all).map(|url| proxy(&url, &parse)),
            https: named("HTTPS_PROXY").or_else(all).map(|url| proxy(&url, &parse)),
            without: hosts.split(',').filter_map(|entry| Without::read(entry.trim())).collect(),
        }
    }

    /// The proxy for this URL, if it has one.
    pub(super) fn for_uri(&self, uri: &Uri) -> Result<Option<&P>, TransportError> {
        self.for_host(uri.scheme_str(), uri.host().unwrap_or_default()).map_err(TransportError::unusable)
    }

    /// The proxy for this host by this scheme, if it has one.
    pub(super) fn for_host(&self, scheme: Option<&str>, host: &str) -> Result<Option<&P>, &'static str> {
        let proxy = if scheme == Some("https") { &self.https } else { &self.http };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_lowercase();
        match proxy {
            Some(_) if self.without.iter().any(|entry| entry.has(&host)) => Ok(None),
            Some(Ok(proxy)) => Ok(Some(proxy)),
            Some(Err(why)) => Err(why),
            None => Ok(None),
        }
    }
}

impl Without {
    /// An entry of `NO_PROXY`: a host, a domain, perhaps with a dot or `*.` before it, an address, a network of addresses
    /// (`10.0.0.0/8`), or `*`.
    fn read(entry: &str) -> Option<Self> {
        if entry == "*" {
            return Some(Self::All);
        }
        if let Some((address, bits)) = entry.split_once('/')
            && let (Ok(address), Ok(bits)) = (address.parse::<IpAddr>(), bits.parse())
        {
            return Some(Self::Network(address, bits));
        }
        let domain = entry.trim_start_matches("*.").trim_start_matches('.').to_lowercase();
        (!domain.is_empty()).then_some(Self::Domain(domain))
    }

    fn has(&self, host: &str) -> bool {
        match self {
            Self::All => true,
            Self::Domain(domain) => {
                host.strip_suffix(&**domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
            }
            Self::Network(network, bits) => host.parse().is_ok_and(|address| begin_alike(*network, address, *bits)),
        }
    }
}

/// Whether the first bits of two addresses are the same.
fn begin_alike(one: IpAddr, other: IpAddr, bits: u32) -> bool {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            let different = (one.to_bits() ^ other.to_bits()).leading_zeros();
            bits <= u32::BITS && different >= bits
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            let different = (one.to_bits() ^ other.to_bits()).leading_zeros();
            bits <= u128::BITS && different >= bits
        }
        _ => false,
    }
}

/// The URL may have a password in it, so no error repeats it. Without a scheme, it is one of http.
fn proxy<P>(url: &str, parse: impl Fn(&str) -> Option<P>) -> Proxy<P> {
    let scheme = url.split_once("://").map_or("http", |(scheme, _)| scheme).to_lowercase();
    if scheme.starts_with("socks") {
        return Err("the proxy of the environment is one for SOCKS, which is not supported: it must be one for http");
    }
    if !matches!(&*scheme, "http" | "https") {
        return Err(
            "the proxy of the environment is a URL of a scheme that is not supported: it must be http or https",
        );
    }
    let whole = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    parse(&whole).ok_or("the proxy of the environment is no URL")
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
        let host = |url: &str| url.parse::<Uri>().ok()?.host().map(str::to_owned);
        let proxies = Proxies::of(variable, host);
        proxies.for_uri(&uri).map(Option::<&String>::cloned).map_err(|error| error.to_string())
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
        let other = chosen(&[("ALL_PROXY", "ftp://user:canary@a:1")], tls).unwrap_err();
        assert!(other.contains("must be http or https") && !other.contains("canary"), "{other}");
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
            ("10.1.0.0/16", "10.1.255.3", true),
            ("10.1.0.0/16", "10.2.0.1", false),
            ("10.1.0.0/0", "192.168.0.1", true),
            ("10.1.2.3/32", "10.1.2.3", true),
            ("10.1.2.3/33", "10.1.2.3", false),
            ("10.1.0.0/16", "iam.amazonaws.com", false),
            ("fd00::/8, 10.0.0.0/8", "[fd12::1]:80", true),
            ("fd00::/8", "[fe80::1]", false),
            ("fd00::/8", "10.0.0.1", false),
        ] {
            let variables = [("ALL_PROXY", "http://a:1"), ("NO_PROXY", hosts)];
            let chosen = chosen(&variables, &format!("http://{host}/"));
            assert_eq!(chosen, Ok((!without).then(|| "a".to_owned())), "{hosts} {host}");
        }
    }
}
