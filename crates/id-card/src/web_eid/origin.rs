//! The origin a token is made for.

/// `scheme://host[:port]`, without anything behind it, at most 255 bytes. Only `https`, and `http` on this
/// very computer, where nobody listens in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Checks the form.
    ///
    /// # Errors
    /// [`OriginError`].
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        if text.len() > 255 {
            return Err(OriginError::TooLong);
        }
        let (secure, authority) = if let Some(rest) = text.strip_prefix("https://") {
            (true, rest)
        } else if let Some(rest) = text.strip_prefix("http://") {
            (false, rest)
        } else {
            return Err(OriginError::Scheme);
        };
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (address, after) = rest.split_once(']').ok_or(OriginError::Host)?;
                address
                    .parse::<std::net::Ipv6Addr>()
                    .map_err(|_| OriginError::Host)?;
                match after.strip_prefix(':') {
                    Some(port) => (address, Some(port)),
                    None if after.is_empty() => (address, None),
                    None => return Err(OriginError::Host),
                }
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let named =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | ':');
        if host.is_empty() || !host.chars().all(named) {
            return Err(OriginError::Host);
        }
        if let Some(port) = port {
            let plain = !port.is_empty()
                && !port.starts_with('0')
                && port.bytes().all(|b| b.is_ascii_digit());
            if !plain || port.parse::<u16>().is_err() {
                return Err(OriginError::Port);
            }
        }
        if !secure && !matches!(host, "127.0.0.1" | "localhost" | "::1") {
            return Err(OriginError::Insecure);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text, exactly as it is signed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no origin that we sign for. Blame: the gateway's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Over 255 bytes.
    #[error("the origin is longer than 255 bytes")]
    TooLong,
    /// Neither https nor http.
    #[error("the origin is not https")]
    Scheme,
    /// No host name, or a path, query or user behind or before it.
    #[error("the origin is more, or less, than scheme, host and port")]
    Host,
    /// No port number.
    #[error("the origin's port is no number")]
    Port,
    /// Plain http to another computer.
    #[error("plain http to another computer")]
    Insecure,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scheme_host_and_port() {
        for good in [
            "https://ria.ee",
            "https://a.b-c.ee:8443",
            "http://127.0.0.1:40123",
            "http://[::1]:9",
            "http://localhost",
        ] {
            assert_eq!(Origin::parse(good).unwrap().as_str(), good);
        }
        for (bad, why) in [
            ("https://ria.ee/", OriginError::Host),
            ("https://ria.ee?x", OriginError::Host),
            ("https://user@ria.ee", OriginError::Host),
            ("https://RIA.ee", OriginError::Host),
            ("https://", OriginError::Host),
            ("https://ria.ee:", OriginError::Port),
            ("https://ria.ee:70000", OriginError::Port),
            ("https://ria.ee:0443", OriginError::Port),
            ("http://ria.ee", OriginError::Insecure),
            ("http://127.0.0.1.ria.ee", OriginError::Insecure),
            ("ftp://ria.ee", OriginError::Scheme),
            ("https://[::1", OriginError::Host),
        ] {
            assert_eq!(Origin::parse(bad), Err(why), "{bad}");
        }
        assert_eq!(
            Origin::parse(&format!("https://{}", "a".repeat(255))),
            Err(OriginError::TooLong)
        );
    }
}
