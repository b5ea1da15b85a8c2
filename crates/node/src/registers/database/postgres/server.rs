//! Which PostgreSQL server keeps a register, and how it is reached.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;
use zeroize::Zeroizing;

/// How long one server may take to answer a wish to connect.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a connection may be silent before it is asked whether it lives.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// How long sent bytes may stay unconfirmed.
const UNCONFIRMED: Duration = Duration::from_secs(30);

/// An address that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not of the form that PostgreSQL knows.
    #[error("an address of the form postgresql://USER@HOST/DATABASE is expected: {0}")]
    Form(String),
    /// A password where everybody reads it.
    #[error(
        "the password belongs into the file that database_password names, not into the address"
    )]
    Password,
    /// Nothing says where the server is.
    #[error("the address names no host; a server on this computer is host=/run/postgresql")]
    NoHost,
    /// Nothing says which database.
    #[error("the address names no database")]
    NoDatabase,
    /// A server elsewhere without encryption.
    #[error("a server on another computer is reached over TLS only: sslmode=disable cannot be")]
    Plain,
    /// A way to use TLS that is not known by this name.
    #[error(
        "sslmode is prefer, require or disable here; leave it out: a server on another computer is reached over TLS only, and its certificate is checked with the name in it, as verify-full does elsewhere"
    )]
    Mode,
    /// TLS, and nothing to check the server by.
    #[error(
        "TLS needs database_ca: a PEM file with the certificates that vouch for the server's own"
    )]
    NoAuthority,
    /// Certificates that cannot be used.
    #[error("the file of database_ca holds no certificate in PEM form that can be used")]
    Authority,
}

/// A PostgreSQL database, and how to reach it.
#[derive(Clone)]
pub struct Server {
    config: Config,
    password: Option<Zeroizing<String>>,
    tls: Option<MakeRustlsConnect>,
}

impl Server {
    /// A database by its address. A server elsewhere, or one asked for with `sslmode=require`, is reached over TLS and must
    /// show a certificate for its host's name that leads to one of `authorities` (PEM).
    ///
    /// # Errors
    /// [`AddressError`]: what is wrong with it, never the password.
    pub fn new(
        address: &str,
        password: Option<Zeroizing<String>>,
        authorities: Option<&[u8]>,
    ) -> Result<Self, AddressError> {
        // What PostgreSQL's own programs know beside these is always done here.
        if address.contains("sslmode=verify-") || address.contains("sslmode=allow") {
            return Err(AddressError::Mode);
        }
        let mut config: Config = address
            .parse()
            .map_err(|error: tokio_postgres::Error| AddressError::Form(error.to_string()))?;
        if config.get_password().is_some() {
            return Err(AddressError::Password);
        }
        if config.get_hosts().is_empty() {
            return Err(AddressError::NoHost);
        }
        if config.get_dbname().is_none_or(str::is_empty) {
            return Err(AddressError::NoDatabase);
        }
        let elsewhere = !config.get_hosts().iter().all(is_here)
            || !config.get_hostaddrs().iter().all(IpAddr::is_loopback);
        if elsewhere && config.get_ssl_mode() == SslMode::Disable {
            return Err(AddressError::Plain);
        }
        let tls = if elsewhere || config.get_ssl_mode() == SslMode::Require {
            config.ssl_mode(SslMode::Require);
            Some(tls(authorities.ok_or(AddressError::NoAuthority)?)?)
        } else {
            config.ssl_mode(SslMode::Disable);
            None
        };
        config
            .application_name("toend-node")
            .connect_timeout(CONNECT)
            .keepalives_idle(KEEPALIVE)
            .keepalives_interval(KEEPALIVE / 3)
            .keepalives_retries(3)
            .tcp_user_timeout(UNCONFIRMED)
            // A standby takes no entries.
            .target_session_attrs(TargetSessionAttrs::ReadWrite);
        Ok(Self {
            config,
            password,
            tls,
        })
    }

    /// Connects, and leaves the connection's own work to the runtime that this is called in.
    pub(super) async fn connect(self) -> Result<Client, tokio_postgres::Error> {
        let Self {
            mut config,
            password,
            tls,
        } = self;
        if let Some(password) = &password {
            config.password(password.as_bytes());
        }
        // How the connection ends is told by the statement that it fails.
        if let Some(tls) = tls {
            let (client, connection) = config.connect(tls).await?;
            tokio::spawn(async { drop(connection.await) });
            Ok(client)
        } else {
            let (client, connection) = config.connect(NoTls).await?;
            tokio::spawn(async { drop(connection.await) });
            Ok(client)
        }
    }
}

/// Whether a host is this computer.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse()
                    .is_ok_and(|address: IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn tls(authorities: &[u8]) -> Result<MakeRustlsConnect, AddressError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authorities) {
        let certificate = certificate.map_err(|_| AddressError::Authority)?;
        roots
            .add(certificate)
            .map_err(|_| AddressError::Authority)?;
    }
    if roots.is_empty() {
        return Err(AddressError::Authority);
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| AddressError::Authority)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(address: &str) -> AddressError {
        Server::new(address, None, None).err().unwrap()
    }

    #[test]
    fn addresses_that_cannot_be_used_are_named() {
        assert!(Server::new("postgresql:///health?host=/run/postgresql", None, None).is_ok());
        assert!(Server::new("postgresql://toend@127.0.0.1:5433/health", None, None).is_ok());
        assert!(matches!(refusal("mysql://a/b"), AddressError::Form(_)));
        assert!(matches!(
            refusal("postgresql://a@localhost/b?colour=red"),
            AddressError::Form(_)
        ));
        assert_eq!(
            refusal("postgresql://a:secret@localhost/b"),
            AddressError::Password
        );
        assert_eq!(refusal("postgresql:///b"), AddressError::NoHost);
        assert_eq!(refusal("postgresql://localhost"), AddressError::NoDatabase);
        assert_eq!(
            refusal("postgresql://db.example/b"),
            AddressError::NoAuthority
        );
        assert_eq!(
            refusal("postgresql://db.example/b?sslmode=disable"),
            AddressError::Plain
        );
        assert_eq!(
            refusal("postgresql://db.example/b?sslmode=verify-full"),
            AddressError::Mode
        );
        assert_eq!(
            refusal("postgresql://localhost/b?sslmode=require"),
            AddressError::NoAuthority
        );
        assert_eq!(
            refusal("postgresql://localhost/b?hostaddr=192.0.2.1"),
            AddressError::NoAuthority
        );
        let none = Server::new("postgresql://db.example/b", None, Some(b"no certificate"));
        assert_eq!(none.err(), Some(AddressError::Authority));
    }
}
