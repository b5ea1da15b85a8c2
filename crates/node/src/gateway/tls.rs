//! TLS for the gateway: TLS 1.3 and nothing older, with a certificate that may change while the gateway runs.
//!
//! Certificate and key are read from two PEM files. They are looked at every few seconds and taken once both fit each other;
//! what does not fit is left alone and said in the log, and people go on being served under the old one.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::TLS13;
use toend_ledger::hash::{Hash, sha256};
use tokio::sync::watch;
use zeroize::Zeroizing;

/// Most bytes read of either file.
const MAX_FILE: u64 = 256 * 1024;
/// How often the files are looked at.
pub const LOOK: Duration = Duration::from_secs(5);

/// Where certificate and key lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// PEM: the gateway's certificate, then those that lead to its issuer.
    pub certificate: PathBuf,
    /// PEM: the private key.
    pub key: PathBuf,
}

/// Why there is no TLS. Never holds anything of the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// A file that cannot be read.
    #[error("{file}: {reason}")]
    File {
        /// Which.
        file: String,
        /// What the system says.
        reason: String,
    },
    /// A key file that is not its owner's and group's alone.
    #[error("{0}: everybody may read it; chmod 640 or 600 it")]
    Exposed(String),
    /// No certificate inside.
    #[error("{0}: it holds no certificate in PEM form")]
    NoCertificate(String),
    /// No key inside.
    #[error("{0}: it holds no private key in PEM form")]
    NoKey(String),
    /// They do not belong together, or cannot be used.
    #[error("certificate and key cannot be used together: {0}")]
    Unusable(String),
}

/// What is shown to whoever connects, replaced in one piece.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let shown = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&shown))
    }
}

/// The gateway's certificate.
pub struct Tls {
    files: Files,
    provider: Arc<CryptoProvider>,
    shown: Arc<Shown>,
    config: Arc<ServerConfig>,
    first: Hash,
}

/// Both files as they are now.
struct Pair {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl Pair {
    fn digest(&self) -> Hash {
        sha256(&[&sha256(&[&self.certificate]), &self.key])
    }
}

impl Tls {
    /// Reads certificate and key.
    ///
    /// # Errors
    /// [`TlsError`]: which file is wrong, and how.
    pub fn open(files: Files) -> Result<Self, TlsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let pair = read(&files)?;
        let certified = certified(&files, &pair, &provider)?;
        let shown = Arc::new(Shown(RwLock::new(Arc::new(certified))));
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&TLS13])
            .map_err(|error| TlsError::Unusable(error.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&shown) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            files,
            provider,
            shown,
            config: Arc::new(config),
            first: pair.digest(),
        })
    }

    pub(super) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    /// Looks at the files every `every` and takes what is new in them, until told to stop.
    pub async fn follow(self: Arc<Self>, every: Duration, mut stop: watch::Receiver<bool>) {
        let mut known = self.first;
        let mut complained = None;
        loop {
            tokio::select! {
                () = tokio::time::sleep(every) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let tls = Arc::clone(&self);
            let Ok(looked) = tokio::task::spawn_blocking(move || tls.look(&known)).await else {
                return;
            };
            match looked {
                Ok(None) => complained = None,
                Ok(Some(digest)) => {
                    tracing::warn!("the gateway shows a new certificate");
                    (known, complained) = (digest, None);
                }
                // Said once, not at every look: somebody may be half-way through replacing the files.
                Err(error) if complained.as_ref() == Some(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "the old certificate is kept");
                    complained = Some(error);
                }
            }
        }
    }

    /// Takes what lies in the files unless it is `known`; its digest if it was taken.
    fn look(&self, known: &Hash) -> Result<Option<Hash>, TlsError> {
        let pair = read(&self.files)?;
        let digest = pair.digest();
        if digest == *known {
            return Ok(None);
        }
        let certified = Arc::new(certified(&self.files, &pair, &self.provider)?);
        *self.shown.0.write().unwrap_or_else(PoisonError::into_inner) = certified;
        Ok(Some(digest))
    }
}

fn read(files: &Files) -> Result<Pair, TlsError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = std::fs::metadata(&files.key).map_err(|error| file(&files.key, &error))?;
        if metadata.permissions().mode() & 0o007 != 0 {
            return Err(TlsError::Exposed(files.key.display().to_string()));
        }
    }
    Ok(Pair {
        certificate: read_one(&files.certificate)?,
        key: Zeroizing::new(read_one(&files.key)?),
    })
}

fn read_one(path: &Path) -> Result<Vec<u8>, TlsError> {
    use std::io::Read as _;
    let opened = std::fs::File::open(path).map_err(|error| file(path, &error))?;
    // Of one size from the start, so that no part of a key is left behind where the buffer grew.
    let mut bytes = Vec::with_capacity(usize::try_from(MAX_FILE).unwrap_or_default());
    opened
        .take(MAX_FILE)
        .read_to_end(&mut bytes)
        .map_err(|error| file(path, &error))?;
    Ok(bytes)
}

fn file(path: &Path, error: &std::io::Error) -> TlsError {
    TlsError::File {
        file: path.display().to_string(),
        reason: error.to_string(),
    }
}

fn certified(
    files: &Files,
    pair: &Pair,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, TlsError> {
    let name = |path: &Path| path.display().to_string();
    let chain = CertificateDer::pem_slice_iter(&pair.certificate)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| TlsError::NoCertificate(name(&files.certificate)))?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(name(&files.certificate)));
    }
    let key =
        PrivateKeyDer::from_pem_slice(&pair.key).map_err(|_| TlsError::NoKey(name(&files.key)))?;
    CertifiedKey::from_der(chain, key, provider)
        .map_err(|error| TlsError::Unusable(error.to_string()))
}
