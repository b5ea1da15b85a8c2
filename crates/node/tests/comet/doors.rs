//! The authorities' doors on the real network, with TLS: each closed in turn to a person, ended in the middle of a filing, and
//! moved to another issuer by decision.
//!
//! Each gateway has a name. A person runs in a mount namespace where one of the names leads nowhere: to her that gateway is
//! cut off, while the authorities still reach each other.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, PublicKeyData as _};
use rustix::process::Signal;
use toend_client::dto::{AuthorityStatus, RegisterId, Verdict};
use toend_client::{
    CardSource, Client, Config, DEMO_READER, FilingReceipt, FilingStep, NetworkSource, Pin,
};
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::network::NetworkFile;
use toend_ledger::state::{Address, TlsIssuer};
use toend_ledger::tx::Action;
use toend_node::ceremony::{CERTIFICATE, CERTIFICATE_KEY};
use toend_node::comet::rpc::RpcError;
use toend_node::testnet::{self, folder_of};
use zeroize::Zeroizing;

use crate::history::{self, Acknowledged};
use crate::namespace::{inside, program, run};
use crate::network::{NODES, Net, PATIENCE};

/// Tells a process that it is a person, and where her network file lies.
const PERSON: &str = "TOEND_CUT_OFF_PERSON";
/// Tells her which gateway she cannot reach.
const CUT: &str = "TOEND_CUT_OFF_FROM";
/// An address of this computer where nobody listens.
const NOWHERE: &str = "127.0.0.99";

fn name(node: u16) -> String {
    format!("g{node}.example")
}

/// The system's names, with those of the gateways; `cut` leads nowhere.
fn hosts(cut: Option<u16>) -> String {
    let lines = (0..NODES).map(|node| {
        let address = if cut == Some(node) {
            NOWHERE
        } else {
            "127.0.0.1"
        };
        format!("{address} {}\n", name(node))
    });
    format!("127.0.0.1 localhost\n{}", lines.collect::<String>())
}

/// A new issuer and its certificate for a gateway's name, put into the authority's folder; the issuer as files name it.
fn certify(network: &Path, node: u16) -> Hash {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer_key = KeyPair::generate().unwrap();
    let issuer_certificate = params.self_signed(&issuer_key).unwrap();
    let named = sha256(&[&issuer_key.subject_public_key_info()]);
    let issuer = Issuer::new(params, issuer_key);
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name(node)]).unwrap();
    let certificate = certificate.signed_by(&key, &issuer).unwrap();
    let chain = format!("{}{}", certificate.pem(), issuer_certificate.pem());
    let folder = folder_of(network, node);
    replace(&folder.join(CERTIFICATE_KEY), &key.serialize_pem());
    replace(&folder.join(CERTIFICATE), &chain);
    named
}

fn replace(path: &Path, text: &str) {
    let staged = path.with_extension("new");
    std::fs::write(&staged, text).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&staged, mode).unwrap();
    std::fs::rename(staged, path).unwrap();
}

/// Gives every gateway its name, in all files that were made.
fn christen(network: &Path, base_port: u16) {
    let made = std::fs::read(network.join(testnet::NETWORK)).unwrap();
    let made = NetworkFile::decode(&made).unwrap();
    let mut changes = Vec::new();
    for (node, authority) in (0u16..).zip(&made.authorities) {
        let port = testnet::ports(base_port, node).gateway;
        let named = certify(network, node);
        changes.push((
            hex::encode(authority.tls_issuer.unwrap()),
            hex::encode(named),
        ));
        changes.push((
            format!("https://127.0.0.1:{port}"),
            format!("https://{}:{port}", name(node)),
        ));
    }
    let mut files = vec![network.join(testnet::NETWORK)];
    for node in 0..NODES {
        let folder = folder_of(network, node);
        files.extend([folder.join(testnet::NETWORK), folder.join(testnet::CONFIG)]);
    }
    for file in files {
        let mut text = std::fs::read_to_string(&file).unwrap();
        for (from, to) in &changes {
            text = text.replace(from, to);
        }
        std::fs::write(file, text).unwrap();
    }
}

#[test]
fn every_door_may_close_and_everything_still_gets_through_the_others() {
    if !inside(concat!(
        module_path!(),
        "::every_door_may_close_and_everything_still_gets_through_the_others"
    )) {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    run(program("ip").args(["link", "set", "lo", "up"])).unwrap();
    let known = scratch.path().join("hosts");
    std::fs::write(&known, hosts(None)).unwrap();
    run(program("mount").arg("--bind").arg(&known).arg("/etc/hosts")).unwrap();
    let Some(net) = Net::start_encrypted(christen) else {
        return;
    };
    let file = net.path().join(testnet::NETWORK);
    for node in 0..NODES {
        cut_off(&file, scratch.path(), node);
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let shown = runtime.block_on(ended_in_the_middle(&net));
    runtime.block_on(another_issuer(&net));
    for (f, node) in (0..NODES).map(|node| (filed_by(node), node)) {
        net.wait("a filing of a person who was cut off", || {
            (0..NODES).all(|n| history::place_of(&net, n, &f).is_some())
        });
        assert_ne!(history::place_of(&net, node, &f), None);
    }
    history::check(&net, &shown);
    assert!(net.stop(), "the supervisor did not end well");
}

fn filed_by(cut: u16) -> Hash {
    sha256(&[b"cut off from", &cut.to_be_bytes()])
}

/// Runs a person to whom one gateway's name leads nowhere.
fn cut_off(network: &Path, scratch: &Path, node: u16) {
    let known = scratch.join(format!("hosts-{node}"));
    std::fs::write(&known, hosts(Some(node))).unwrap();
    let own = std::env::current_exe().unwrap();
    let person = program("unshare")
        .args([
            "--mount",
            "sh",
            "-c",
            "mount --bind \"$0\" /etc/hosts && exec \"$@\"",
        ])
        .arg(&known)
        .arg(own)
        .args(["--exact", "doors::a_person_who_is_cut_off", "--nocapture"])
        .env(PERSON, network)
        .env(CUT, node.to_string())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&person.stdout);
    let complained = String::from_utf8_lossy(&person.stderr);
    assert!(
        person.status.success(),
        "cut off from {node}: {said}{complained}"
    );
    assert!(said.contains("got through"), "{said}");
}

/// Not a test by itself: a person in a process of her own. Among the other tests it only checks that she would be one.
#[test]
fn a_person_who_is_cut_off() {
    let Some(network) = std::env::var_os(PERSON) else {
        assert!(std::env::var_os(CUT).is_none());
        return;
    };
    let cut: u16 = std::env::var(CUT).unwrap().parse().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let client = person(folder.path(), PathBuf::from(network)).await;
        let f = filed_by(cut);
        let receipt = client.file(f, |_| {}).await.unwrap();
        assert_eq!(receipt.commitment, f);
        // Her own gateway does answer, through another one's.
        status(&client, cut, |there| {
            there.answering && there.through.is_some()
        })
        .await;
        everything_is_proven(&client).await;
        client.shutdown().await;
    });
    println!("got through");
}

async fn person(folder: &Path, network: PathBuf) -> Client {
    let source = NetworkSource::File(network);
    let config = Config::new(folder.to_path_buf(), source, CardSource::DemoOnly);
    let client = Client::start(config).await.unwrap();
    client.ready().await.unwrap();
    client
}

/// Signs in, and reads all three registers.
async fn everything_is_proven(client: &Client) {
    client.insert_demo_card(Some("mari-liis")).await.unwrap();
    let pin = Zeroizing::new(toend_id_card::demo::PIN1.to_owned());
    let session = client.sign_in(DEMO_READER, Pin::new(pin).unwrap()).await;
    session.unwrap();
    for register in RegisterId::ALL {
        let list = client.list(register, None).await.unwrap();
        assert!(!list.rows.is_empty(), "{register:?}");
        assert!(
            list.rows
                .iter()
                .all(|row| row.verdict.verdict == Verdict::Proven),
            "{register:?}"
        );
    }
}

/// Waits until a gateway is so.
async fn status(client: &Client, node: u16, so: impl Fn(&AuthorityStatus) -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !so(&client.status().authorities[usize::from(node)]) {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    let there = || client.status().authorities[usize::from(node)].clone();
    assert!(waited.await.is_ok(), "gateway {node}: {:?}", there());
}

/// A gateway is asked to end, as systemd does it, while it takes a filing and after it took one.
async fn ended_in_the_middle(net: &Net) -> Vec<Acknowledged> {
    let folder = tempfile::tempdir().unwrap();
    let client = person(folder.path(), net.path().join(testnet::NETWORK)).await;
    let mut shown = Vec::new();
    for (n, when_taken) in [(0u8, false), (1, true), (2, false), (3, true)] {
        let f = sha256(&[b"ended in the middle", &[n]]);
        let mut ended = false;
        let before = net.process(0, "toend");
        let receipt = client.file(f, |step| {
            let moment = match step {
                FilingStep::HandingIn { .. } => !when_taken,
                FilingStep::Taken { .. } => when_taken,
                FilingStep::Elsewhere { .. } => false,
            };
            if moment && !ended {
                ended = net.signal(0, "toend", Signal::TERM);
            }
        });
        let FilingReceipt { value, .. } = receipt.await.unwrap();
        assert!(ended, "nobody was there to be ended");
        shown.push(Acknowledged {
            f,
            height: value.at.height,
            place: value.place,
        });
        // What it took before is handed in again, and stands once.
        started_again(net, 0, before);
    }
    client.shutdown().await;
    shown
}

/// Waits until the supervisor has started an authority's program again, and its gateway is open.
fn started_again(net: &Net, node: u16, before: Option<i32>) {
    let address = net.network_file().authorities[usize::from(node)]
        .gateway
        .clone();
    let address = address.trim_start_matches("https://").to_owned();
    net.wait("the gateway that ended", || {
        let now = net.process(node, "toend");
        now.is_some() && now != before && std::net::TcpStream::connect(address.as_str()).is_ok()
    });
}

/// Who runs the ledger: the issuer that was decided, with its decision, beside those of the network file.
async fn issuers_are_shown(client: &Client, node: u16, named: &[u8; 32]) {
    let offices = client.offices().await.unwrap();
    for (office, entry) in offices
        .authorities
        .iter()
        .zip(&client.network().authorities)
    {
        let [gateway] = office.gateways.as_slice() else {
            panic!("{office:?}");
        };
        let issuer = gateway.issuer.as_ref().unwrap();
        let decided = office.number == node;
        assert_eq!(
            (issuer.by_ledger, gateway.since.is_some()),
            (decided, decided)
        );
        let expected = if decided {
            Some(*named)
        } else {
            entry.tls_issuer
        };
        assert_eq!(issuer.fingerprint, expected.map(hex::encode));
        assert_eq!(issuer.words.len(), 6);
    }
}

/// A gateway's certificates come from another issuer: believed only once the ledger says so, by whoever has the old file.
async fn another_issuer(net: &Net) {
    let node = NODES - 1;
    let named = certify(&net.path(), node);
    let before = net.process(node, "toend");
    assert!(net.signal(node, "toend", Signal::TERM));
    started_again(net, node, before);
    let folder = tempfile::tempdir().unwrap();
    let client = person(folder.path(), net.path().join(testnet::NETWORK)).await;
    let not_believed = |there: &AuthorityStatus| {
        let why = |error: &toend_client::dto::ErrorInfo| error.params.get("reason").cloned();
        there.error.as_ref().and_then(why).as_deref() == Some("tlsIssuer")
    };
    status(&client, node, not_believed).await;
    let address = &net.network_file().authorities[usize::from(node)].gateway;
    let action = Action::Gateway {
        gateway: node,
        serial: 1,
        key: net.gateway_key(node).verifying_key().to_bytes(),
        authority: node,
        gateway_address: Address::new(address).unwrap(),
        rpc_address: Address::new("").unwrap(),
        tls_issuer: TlsIssuer::Named(named),
    };
    // The first authority's CometBFT may still be starting: it ends with each of its application's ends.
    let decision = net.decision(&action);
    net.wait("a node that takes the decision", || {
        match net.rpc(0).broadcast(&decision) {
            Ok(checked) => checked.code == 0,
            // Refused: it took it before, and its answer was lost.
            Err(error) => matches!(error, RpcError::Refused(_)),
        }
    });
    status(&client, node, |there| there.answering).await;
    issuers_are_shown(&client, node, &named).await;
    client.shutdown().await;
    // Whoever starts again begins with what was proven, and not with the old file until the ledger was asked again.
    let client = person(folder.path(), net.path().join(testnet::NETWORK)).await;
    status(&client, node, |there| {
        assert!(!not_believed(there), "it began with the old file");
        there.answering
    })
    .await;
    client.shutdown().await;
}
