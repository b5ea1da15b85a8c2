//! A gateway behind its own door, over a network without registers.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, PublicKeyData as _};
use tempfile::TempDir;
use toend_ledger::hash::sha256;
use toend_node::embedded::Embedded;
use toend_node::gateway::door::{self, Door, Patience};
use toend_node::gateway::tls::{Files, Tls};
use toend_node::gateway::{self, Clerk, Engine, Gateway, HeadIndex, Metrics};
use toend_node::ledger::Ledger;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::common;

/// Longest wait for what must happen; tests that wait so long have failed.
pub const LONG: Duration = Duration::from_secs(60);

/// A network to stand in front of.
pub struct Yard {
    network: Embedded,
    pub folder: TempDir,
    clock: fn() -> u64,
}

/// A gateway that serves.
pub struct Porch {
    pub address: SocketAddr,
    pub metrics: Arc<Metrics>,
    pub stop: watch::Sender<bool>,
    pub serving: JoinHandle<()>,
}

impl Yard {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let network = common::bare(&folder.path().join("network")).await;
        common::reach(&network, 2).await;
        Self {
            network,
            folder,
            clock: gateway::system_clock,
        }
    }

    /// Where no time passes for gateways: no share comes back, however slowly a test gets on.
    pub async fn timeless() -> Self {
        Self {
            clock: standing_clock,
            ..Self::open().await
        }
    }

    pub fn ledger(&self) -> Arc<dyn Ledger> {
        Arc::clone(self.network.network().unwrap()) as Arc<dyn Ledger>
    }

    /// A gateway as `change` wants it, with more routes.
    pub async fn porch(&self, change: impl FnOnce(&mut Door), more: Router) -> Porch {
        self.open_porch(change, more, self.ledger(), |gateway| gateway)
            .await
    }

    /// A gateway that takes filings for this ledger.
    pub async fn filing(&self, clerk: Arc<Clerk>, ledger: Arc<dyn Ledger>) -> Porch {
        self.open_porch(
            |_| {},
            Router::new(),
            ledger,
            |gateway| gateway.with_clerk(clerk),
        )
        .await
    }

    /// A gateway that gives evidence to this CometBFT.
    pub async fn accusing(&self, engine: Engine, ledger: Arc<dyn Ledger>) -> Porch {
        self.open_porch(
            |_| {},
            Router::new(),
            ledger,
            |gateway| gateway.with_engine(engine),
        )
        .await
    }

    async fn open_porch(
        &self,
        change: impl FnOnce(&mut Door),
        more: Router,
        ledger: Arc<dyn Ledger>,
        make: impl FnOnce(Gateway) -> Gateway,
    ) -> Porch {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut door = Door {
            listener,
            tls: None,
            proxies: Vec::new(),
            tunnel: None,
            patience: Patience::default(),
            clock: self.clock,
            metrics: Arc::default(),
        };
        change(&mut door);
        let scheme = if door.tls.is_some() { "https" } else { "http" };
        let host = if door.tls.is_some() {
            "localhost"
        } else {
            "127.0.0.1"
        };
        let index = self
            .folder
            .path()
            .join(format!("{}.sqlite", address.port()));
        let gateway = Gateway::new(gateway::Settings {
            authority: "porch".to_owned(),
            origin: format!("{scheme}://{host}:{}", address.port()),
            trusted: toend_id_card::demo::ca_certificates(),
            heads: Arc::new(HeadIndex::open(&index, &ledger.net()).unwrap()),
            ledger,
            house: None,
            network_file: Vec::new(),
            clock: self.clock,
        });
        let genesis = toend_ledger::genesis::demo::genesis_bytes();
        let gateway = make(gateway).with_genesis(genesis);
        let metrics = gateway.metrics();
        door.metrics = Arc::clone(&metrics);
        let (stop, stopping) = watch::channel(false);
        let routes = more.merge(gateway::router(gateway));
        Porch {
            address,
            metrics,
            stop,
            serving: tokio::spawn(door::serve(door, routes, stopping)),
        }
    }

    pub async fn plain(&self) -> Porch {
        self.porch(|_| {}, Router::new()).await
    }
}

impl Porch {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// Always the time of the first look.
fn standing_clock() -> u64 {
    static NOW: OnceLock<u64> = OnceLock::new();
    *NOW.get_or_init(gateway::system_clock)
}

/// A client whose requests come from a loopback address of its own.
pub fn client_at(last: u8) -> reqwest::Client {
    reqwest::Client::builder()
        .local_address(IpAddr::from([127, 0, 0, last]))
        .build()
        .unwrap()
}

/// A certificate authority of the test.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    pub root: reqwest::Certificate,
    /// As a network file names it.
    pub named: [u8; 32],
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let root = params.self_signed(&key).unwrap();
        Self {
            root: reqwest::Certificate::from_der(root.der()).unwrap(),
            pem: root.pem(),
            named: sha256(&[&key.subject_public_key_info()]),
            issuer: Issuer::new(params, key),
        }
    }

    /// Writes a certificate for `localhost` and its key over what is there.
    pub fn write(&self, folder: &Path) -> Files {
        self.write_for(folder, "localhost", |_| {})
    }

    /// The same for a name, and as `change` wants it. The issuer's certificate comes along.
    pub fn write_for(
        &self,
        folder: &Path,
        name: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Files {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let files = Files {
            certificate: folder.join("gateway.pem"),
            key: folder.join("gateway.key"),
        };
        let chain = format!("{}{}", certificate.pem(), self.pem);
        replace(&files.certificate, chain.as_bytes());
        replace(&files.key, key.serialize_pem().as_bytes());
        files
    }

    pub fn tls(&self, folder: &Path) -> Arc<Tls> {
        Arc::new(Tls::open(self.write(folder)).unwrap())
    }

    /// A client that trusts this authority and no other.
    pub fn client(&self) -> reqwest::ClientBuilder {
        reqwest::Client::builder().tls_certs_only([self.root.clone()])
    }
}

/// Writes beside and renames, as whoever renews certificates does.
pub fn replace(path: &PathBuf, bytes: &[u8]) {
    use std::os::unix::fs::PermissionsExt as _;
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, bytes).unwrap();
    std::fs::set_permissions(&fresh, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::rename(fresh, path).unwrap();
}
