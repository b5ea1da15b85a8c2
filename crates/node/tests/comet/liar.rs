//! A gateway that lies, between people and a real authority.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::json;
use toend_client::dto::{FaultSort, LedgerState, Status};
use toend_client::evidence::{EvidenceFile, Judgement, verify};
use toend_client::{CardSource, Client, Config, NetworkSource};
use toend_ledger::cometbft::{BlockId, BlockIdFlag, CommitSig, LightBlock, address_of};
use toend_ledger::gateway::EvidenceOutcome;
use toend_ledger::network::{NetworkFile, words_of};
use toend_ledger::state::{At, Fault, FaultKind, FaultValue, Key};

use crate::byzantine::{consensus_key, fault};
use crate::network::{NODES, Net};

/// How long the client may take to see what it must.
const PATIENCE: Duration = Duration::from_secs(120);

/// An honest authority that a gateway accuses.
const ACCUSED: u16 = 1;

/// What the gateway does to the answers that pass through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    /// Nothing.
    None,
    /// Another state root in a header whose signatures are those of the real one.
    AlteredHeader,
    /// Another state root in a header whose votes are those for the real one, renamed.
    RenamedVotes,
    /// The header of another chain.
    OtherChain,
    /// An old page as the newest.
    OldTip(u64),
    /// Another value under a proof of the real one.
    AlteredValue,
    /// Evidence against an honest authority under a proof that there is none.
    InventedValue,
    /// There is nothing to be had.
    Withheld,
    /// From this page on another history, which this many validators sign as well.
    Fork { from: u64, signers: usize },
}

/// The proxy.
#[derive(Clone)]
struct Liar {
    upstream: String,
    lie: Arc<Mutex<Lie>>,
    keys: Arc<Vec<SigningKey>>,
    forked: Arc<Mutex<BTreeMap<u64, LightBlock>>>,
    /// Values that it invented so far.
    invented: Arc<AtomicU64>,
    http: reqwest::Client,
}

impl Liar {
    /// Stands in front of a gateway; the origin under which it is reached.
    async fn start(net: &Net, upstream: &str) -> (Self, String) {
        let liar = Self {
            upstream: upstream.to_owned(),
            lie: Arc::new(Mutex::new(Lie::None)),
            keys: Arc::new((0..NODES).map(|node| consensus_key(net, node)).collect()),
            forked: Arc::default(),
            invented: Arc::default(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(handle).with_state(liar.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (liar, origin)
    }

    fn tell(&self, lie: Lie) {
        self.forked.lock().unwrap().clear();
        *self.lie.lock().unwrap() = lie;
    }

    async fn page(&self, target: &str) -> Option<LightBlock> {
        let url = format!("{}{target}", self.upstream);
        let answer = self.http.get(url).send().await.ok()?;
        serde_json::from_slice(&answer.bytes().await.ok()?).ok()
    }

    /// The same page with another state root on top of `before`, signed by so many.
    fn fork(&self, page: &LightBlock, before: Option<&LightBlock>, signers: usize) -> LightBlock {
        let mut forked = page.clone();
        let header = &mut forked.signed_header.header;
        header.app_hash = header.app_hash.iter().map(|byte| byte ^ 0x55).collect();
        if let Some(before) = before {
            header.last_block_id = before.signed_header.commit.block_id;
        }
        let (hash, chain_id) = (header.hash(), header.chain_id.clone());
        let time = header.time;
        let commit = &mut forked.signed_header.commit;
        let parts = commit.block_id.unwrap().parts;
        commit.block_id = Some(BlockId { hash, parts });
        let addresses: Vec<_> = forked
            .validator_set
            .validators()
            .iter()
            .map(|validator| validator.address)
            .collect();
        for (index, address) in addresses.into_iter().enumerate() {
            let key = self
                .keys
                .iter()
                .take(signers)
                .find(|key| address_of(&key.verifying_key().to_bytes()) == address);
            let Some(key) = key else {
                commit.signatures[index] = CommitSig::ABSENT;
                continue;
            };
            commit.signatures[index] = CommitSig {
                flag: BlockIdFlag::Commit,
                address,
                time,
                signature: [0; 64],
            };
            let message = commit.sign_bytes(&chain_id, index).unwrap();
            commit.signatures[index].signature = key.sign(&message).to_bytes();
        }
        forked
    }

    /// The named page of the other history.
    async fn forked(&self, from: u64, height: u64, signers: usize) -> Option<LightBlock> {
        for height in from..=height {
            if self.forked.lock().unwrap().contains_key(&height) {
                continue;
            }
            let honest = self.page(&format!("/v1/light-block/{height}")).await?;
            let mut pages = self.forked.lock().unwrap();
            let before = height.checked_sub(1).and_then(|below| pages.get(&below));
            let page = self.fork(&honest, before, signers);
            pages.insert(height, page);
        }
        self.forked.lock().unwrap().get(&height).cloned()
    }

    async fn lied(&self, lie: Lie, target: &str) -> Option<Vec<u8>> {
        let is_tip = target.starts_with("/v1/tip");
        let page = if let Lie::OldTip(height) = lie
            && is_tip
        {
            self.page(&format!("/v1/light-block/{height}")).await?
        } else {
            self.page(target).await?
        };
        let mut page = page;
        let header = &mut page.signed_header.header;
        match lie {
            Lie::AlteredHeader => header.app_hash[0] ^= 1,
            Lie::RenamedVotes => {
                header.app_hash[0] ^= 1;
                let hash = header.hash();
                page.signed_header.commit.block_id.as_mut()?.hash = hash;
            }
            Lie::OtherChain => header.chain_id = "another-chain".into(),
            Lie::Fork { from, signers } if page.height() >= from => {
                page = self.forked(from, page.height(), signers).await?;
            }
            _ => {}
        }
        serde_json::to_vec(&page).ok()
    }
}

async fn handle(State(liar): State<Liar>, request: Request) -> Response<Body> {
    let refused = |status| {
        Response::builder()
            .status(status)
            .body(Body::from(r#"{"code":"not_available"}"#))
            .unwrap()
    };
    let lie = *liar.lie.lock().unwrap();
    let target = request
        .uri()
        .path_and_query()
        .map_or_else(String::new, ToString::to_string);
    if lie == Lie::Withheld {
        return refused(StatusCode::NOT_FOUND);
    }
    if target.starts_with("/v1/tip") || target.starts_with("/v1/light-block/") {
        return match liar.lied(lie, &target).await {
            Some(page) => Response::new(Body::from(page)),
            None => refused(StatusCode::NOT_FOUND),
        };
    }
    let url = format!("{}{target}", liar.upstream);
    let Ok(answer) = liar.http.get(url).send().await else {
        return refused(StatusCode::BAD_GATEWAY);
    };
    let status = answer.status();
    let mut bytes = answer.bytes().await.unwrap_or_default().to_vec();
    if lie == Lie::AlteredValue
        && target.starts_with("/v1/state/")
        && let Ok(mut proven) = serde_json::from_slice::<serde_json::Value>(&bytes)
    {
        // Absent things appear, present ones vanish.
        proven["value"] = if proven["value"].is_null() {
            json!("AQAA")
        } else {
            json!(null)
        };
        bytes = proven.to_string().into_bytes();
    }
    let accused = hex::encode(Key::Fault(ACCUSED).encode());
    if lie == Lie::InventedValue
        && target.starts_with(&format!("/v1/state/{accused}?"))
        && let Ok(mut proven) = serde_json::from_slice::<serde_json::Value>(&bytes)
    {
        proven["value"] = json!(STANDARD.encode(invented().encode()));
        bytes = proven.to_string().into_bytes();
        liar.invented.fetch_add(1, Ordering::Relaxed);
    }
    Response::builder()
        .status(status)
        .body(Body::from(bytes))
        .unwrap()
}

/// Evidence as the ledger would hold it.
fn invented() -> FaultValue {
    let once = Fault {
        kind: FaultKind::DuplicateVote,
        address: [7; 20],
        height: 1,
        time_ms: 1,
        at: At {
            height: 2,
            time_ms: 2,
        },
    };
    FaultValue {
        count: 1,
        first: once,
        last: once,
    }
}

#[test]
fn a_gateway_that_lies_is_not_believed_and_a_fork_is_proven() {
    let Some(net) = Net::start(false, 0) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(lies(&net));
}

async fn lies(net: &Net) {
    let mut file = net.network_file();
    let own = file.authorities[0].gateway.clone();
    let upstream = own.trim_end_matches('/').trim_end_matches("/v1").to_owned();
    let (liar, origin) = Liar::start(net, &upstream).await;
    file.authorities[0].gateway = own.replace(&upstream, &origin);
    let id = file.authorities[0].id.clone();
    let path = net.scratch().join("lied-about.json");
    std::fs::write(&path, file.encode()).unwrap();
    let config = Config::new(
        net.scratch().join("client"),
        NetworkSource::File(path),
        CardSource::DemoOnly,
    );
    let client = Client::start(config).await.unwrap();
    client.ready().await.unwrap();
    let agrees = |status: &Status| status.ledger.cross_checked.contains(&id);

    let height = net.height(1);
    let two = Lie::Fork {
        from: height + 1,
        signers: 2,
    };
    for lie in [
        Lie::AlteredHeader,
        Lie::RenamedVotes,
        Lie::OtherChain,
        Lie::OldTip(height.saturating_sub(3).max(1)),
        Lie::AlteredValue,
        Lie::InventedValue,
        Lie::Withheld,
        two,
    ] {
        liar.tell(lie);
        let from = client.status().ledger.height;
        until(&client, &format!("{lie:?}: the client goes on"), |status| {
            status.ledger.height > from + 10
        })
        .await;
        // Whatever it shows is the real ledger's.
        let shown = client.status().ledger;
        assert!(
            !matches!(shown.state, LedgerState::Attacked | LedgerState::Split),
            "{lie:?}: {:?}",
            shown.state
        );
        let real = net.rpc(1).header_hash(shown.height).unwrap();
        assert_eq!(shown.words, words_of(&real).to_vec(), "{lie:?}");
        let offices = client.offices().await.unwrap();
        assert_eq!(offices.authorities.len(), usize::from(NODES), "{lie:?}");
        assert!(offices.authorities.iter().all(|office| {
            office.validates && office.governs_since.is_none() && office.fault.is_none()
        }));
        if lie == Lie::InventedValue {
            assert!(liar.invented.load(Ordering::Relaxed) > 0, "nobody asked it");
        }
        // An old page is a true one: such a gateway is merely behind, and the client goes on without it.
        let true_pages = matches!(lie, Lie::AlteredValue | Lie::InventedValue | Lie::OldTip(_));
        if !true_pages {
            until(&client, &format!("{lie:?}: it is found out"), |status| {
                !agrees(status)
            })
            .await;
        }
        liar.tell(Lie::None);
    }

    // Three of four sign another history: the client stops, and whoever gets its evidence can judge it.
    let from = net.height(1) + 2;
    liar.tell(Lie::Fork { from, signers: 3 });
    until(&client, "the attack", |status| {
        status.ledger.state == LedgerState::Attacked
    })
    .await;
    let evidence = client.evidence_file().await.unwrap();
    judged(net, &file, &evidence, from);
    liar.tell(Lie::None);
    client.shutdown().await;
    accused(net, &evidence).await;
}

/// Whoever has the evidence hands it to an authority, and the ledger says for ever who signed two histories.
async fn accused(net: &Net, evidence: &[u8]) {
    let file = net.scratch().join("evidence.json");
    // A node judges a page by its own of that height, and has its commit one block later.
    net.go_on(&[0, 1, 2, 3], 3);
    let hand_in = |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        let mut command = std::process::Command::new(net.own_program());
        command.arg("evidence").arg(&file);
        command.arg("--rpc").arg(net.rpc_url(2)).output().unwrap()
    };
    // One signature of the false page is another one: it proves nothing.
    let mut invented: serde_json::Value = serde_json::from_slice(evidence).unwrap();
    for side in ["first", "second"] {
        let blocks = invented["conflict"][side]["blocks"].as_array_mut().unwrap();
        let commit = &mut blocks.last_mut().unwrap()["signed_header"]["commit"];
        let votes = commit["signatures"].as_array_mut().unwrap();
        let given = votes.iter_mut().find(|vote| vote["block_id_flag"] == 2);
        given.unwrap()["signature"] = json!(STANDARD.encode([7; 64]));
    }
    let refused = hand_in(&serde_json::to_vec(&invented).unwrap());
    let why = String::from_utf8_lossy(&refused.stderr);
    assert!(
        why.contains("CometBFT refused") && why.contains("wrong signature"),
        "{why}"
    );

    // A person hands it in, at every gateway: the same is refused, and what the client found is taken.
    let config = Config::new(
        net.scratch().join("who hands in"),
        NetworkSource::File(net.path().join("network.json")),
        CardSource::DemoOnly,
    );
    let client = Client::start(config).await.unwrap();
    let invented = EvidenceFile::decode(&serde_json::to_vec(&invented).unwrap()).unwrap();
    let refused = answers(&client, invented).await;
    assert_eq!(refused, [EvidenceOutcome::NotEvidence; 4]);
    let found = EvidenceFile::decode(evidence).unwrap();
    let taken = answers(&client, found.clone()).await;
    assert_eq!(taken[0], EvidenceOutcome::Taken);
    let in_good_hands = [EvidenceOutcome::Taken, EvidenceOutcome::Known];
    assert!(
        taken.iter().all(|is| in_good_hands.contains(is)),
        "{taken:?}"
    );
    net.wait("the evidence in every state", || {
        (0..NODES).all(|node| (0..3).all(|culprit| fault(net, node, culprit).is_some()))
    });
    for culprit in 0..3 {
        let found = fault(net, 0, culprit).unwrap();
        assert_eq!(found.count, 1);
        assert_eq!(found.last.kind, FaultKind::LightClientAttack);
    }
    assert_eq!(fault(net, 0, 3), None, "who did not sign it is not accused");
    let known = answers(&client, found).await;
    assert_eq!(known, [EvidenceOutcome::Known; 4]);
    client.shutdown().await;

    // Somebody who was not there sees it under "who runs the ledger".
    let config = Config::new(
        net.scratch().join("another client"),
        NetworkSource::File(net.path().join("network.json")),
        CardSource::DemoOnly,
    );
    let client = Client::start(config).await.unwrap();
    client.ready().await.unwrap();
    let guilty = Some(FaultSort::FalsePage);
    let end = Instant::now() + PATIENCE;
    loop {
        let offices = client.offices().await.unwrap();
        let shown: Vec<Option<FaultSort>> = offices
            .authorities
            .iter()
            .map(|office| office.fault.map(|fault| fault.last.sort))
            .collect();
        if shown == [guilty, guilty, guilty, None] {
            break;
        }
        // Its newest page may be one of before.
        assert!(Instant::now() < end, "{shown:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    client.shutdown().await;
}

/// What the gateways answer to evidence.
async fn answers(client: &Client, file: EvidenceFile) -> Vec<EvidenceOutcome> {
    let answers = client.hand_in_evidence(file).await.unwrap();
    answers.into_iter().map(|one| one.answer.unwrap()).collect()
}

fn judged(net: &Net, file: &NetworkFile, evidence: &[u8], from: u64) {
    let finding = verify(evidence, Some(file)).unwrap();
    assert_eq!(finding.judgement, Judgement::Proven, "{finding:?}");
    assert!(finding.height >= from);
    let culprits: Vec<String> = file.authorities[..3]
        .iter()
        .map(|one| one.id.clone())
        .collect();
    assert!(
        finding
            .double_signers
            .iter()
            .all(|id| culprits.contains(id)),
        "{finding:?}"
    );
    assert!(finding.double_signers.len() >= 2, "{finding:?}");
    // One of the two is the page that the real network has.
    let real = hex::encode(net.rpc(1).header_hash(finding.height).unwrap());
    assert_eq!(
        finding.hashes.iter().filter(|hash| **hash == real).count(),
        1
    );
}

async fn until(client: &Client, what: &str, mut so: impl FnMut(&Status) -> bool) {
    let end = Instant::now() + PATIENCE;
    loop {
        let status = client.status();
        if so(&status) {
            return;
        }
        assert!(
            Instant::now() < end,
            "{what}: never; {:?} {}",
            status.ledger.state,
            status.ledger.height
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
