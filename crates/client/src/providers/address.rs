//! Addresses of gateways: which may be asked at all.
//!
//! Encrypted, or on this computer. Everything else is refused, whoever named it: between here and there anybody could read
//! the session and what it fetches.

use reqwest::Url;

/// Why an address is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// No address of the form `https://host[:port]`.
    Malformed,
    /// Plain HTTP to another computer.
    Plain,
}

/// Reads an address and refuses what must not be asked.
///
/// # Errors
/// [`AddressError`].
pub fn check(address: &str) -> Result<Url, AddressError> {
    let url = Url::parse(address).map_err(|_| AddressError::Malformed)?;
    // `http://127.0.0.1@elsewhere` is elsewhere, and names nobody we know.
    let bare = url.username().is_empty() && url.password().is_none() && url.host_str().is_some();
    match url.scheme() {
        _ if !bare => Err(AddressError::Malformed),
        "https" => Ok(url),
        "http" if is_local(&url) => Ok(url),
        "http" => Err(AddressError::Plain),
        _ => Err(AddressError::Malformed),
    }
}

/// Whether an address is on this computer.
pub fn is_local(url: &Url) -> bool {
    host(url).is_some_and(|host| {
        host == "localhost"
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    })
}

/// Name or number of the host, in lower case and without brackets.
pub fn host(url: &Url) -> Option<&str> {
    let host = url.host_str()?;
    Some(host.trim_start_matches('[').trim_end_matches(']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encrypted_or_on_this_computer() {
        for good in [
            "https://house.example",
            "https://house.example:8443/v1/tip",
            "https://127.0.0.1:1",
            "http://127.0.0.1:26602",
            "http://127.9.9.9:1/v1",
            "http://localhost:1",
            "http://[::1]:1",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        for plain in [
            "http://house.example",
            "http://10.0.0.1:80",
            "http://localhost.example:1",
            "http://127.0.0.1.example",
            "HTTP://house.example",
        ] {
            assert_eq!(check(plain), Err(AddressError::Plain), "{plain}");
        }
        for bad in [
            "http://127.0.0.1@house.example",
            "https://a:b@house.example",
            "ftp://house.example",
            "https://",
            "house.example",
            "",
        ] {
            assert_eq!(check(bad), Err(AddressError::Malformed), "{bad}");
        }
    }
}
