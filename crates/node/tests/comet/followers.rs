//! Light clients that follow the network while it is disturbed, and note everything they accept.
//!
//! At every gateway one that uses our verification, and at every node the unmodified tendermint-light-client. None of them
//! may ever accept two values for one thing, nor may two of them differ: [`agree`] compares them with each other and with
//! the nodes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tendermint_light_client::builder::LightClientBuilder;
use tendermint_light_client::store::memory::MemoryStore;
use tendermint_light_client::verifier::options::Options as TheirOptions;
use tendermint_light_client::verifier::types::{Height, PeerId};
use tendermint_rpc::HttpClient;
use toend_ledger::cometbft::{LightBlock, Time};
use toend_ledger::hash::Hash;
use toend_ledger::proof::StateProof;
use toend_ledger::state::{FilingValue, Key, Reg};
use toend_light_client::Options;
use toend_light_client::trusted::{Checkpoint, StateRoot, TrustedBlock};

use crate::history::Acknowledged;
use crate::network::{NODES, Net};

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(250);
/// Time for one question.
const PATIENCE: Duration = Duration::from_secs(3);

/// What one client accepted.
#[derive(Debug)]
pub struct Accepted {
    name: String,
    headers: BTreeMap<u64, Hash>,
    /// By height and key: the value that was proven, or that there is none.
    values: BTreeMap<(u64, Vec<u8>), Option<Vec<u8>>>,
    /// Filings whose place in the ledger was proven to it.
    pub receipts: Vec<Acknowledged>,
}

impl Accepted {
    /// Nothing yet.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            headers: BTreeMap::new(),
            values: BTreeMap::new(),
            receipts: Vec::new(),
        }
    }

    /// Notes a header.
    pub fn header(&mut self, height: u64, hash: Hash) {
        let known = *self.headers.entry(height).or_insert(hash);
        assert_eq!(
            known, hash,
            "{} accepted two headers at {height}",
            self.name
        );
    }

    fn value(&mut self, height: u64, key: Vec<u8>, value: Option<&[u8]>) {
        let known = self.values.entry((height, key));
        let known = known.or_insert_with(|| value.map(<[u8]>::to_vec));
        assert_eq!(known.as_deref(), value, "{} accepted two values", self.name);
    }

    /// The newest height.
    pub fn newest(&self) -> u64 {
        self.headers.keys().next_back().copied().unwrap_or(0)
    }
}

/// The running clients.
pub struct Followers {
    stop: Arc<AtomicBool>,
    watched: Arc<Mutex<Vec<Hash>>>,
    clients: Vec<JoinHandle<Accepted>>,
}

impl Followers {
    /// Starts two clients at every node.
    pub fn start(net: &Arc<Net>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let watched = Arc::new(Mutex::new(Vec::new()));
        let mut clients = Vec::new();
        for node in 0..NODES {
            let (net, stop, watched) = (Arc::clone(net), Arc::clone(&stop), Arc::clone(&watched));
            let (theirs, until) = (Arc::clone(&net), Arc::clone(&stop));
            clients.push(std::thread::spawn(move || {
                ours(&net, node, &stop, &watched)
            }));
            clients.push(std::thread::spawn(move || {
                tendermint(&theirs, node, &until)
            }));
        }
        Self {
            stop,
            watched,
            clients,
        }
    }

    /// All of ours want a receipt for this filing.
    pub fn watch(&self, f: Hash) {
        self.watched.lock().unwrap().push(f);
    }

    /// Ends them; what each accepted.
    pub fn finish(mut self) -> Vec<Accepted> {
        self.stop.store(true, Ordering::Relaxed);
        std::mem::take(&mut self.clients)
            .into_iter()
            .map(|client| client.join().unwrap())
            .collect()
    }
}

impl Drop for Followers {
    /// A test that failed must not keep its network.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for client in self.clients.drain(..) {
            let _ = client.join();
        }
    }
}

/// No two clients accepted different values, and what they accepted is what the nodes have. Returns all their receipts.
pub fn agree(net: &Net, all: &[Accepted]) -> Vec<Acknowledged> {
    let mut whole = Accepted::new("one of all clients");
    for one in all {
        println!(
            "{}: {} headers to {}, {} values, {} receipts",
            one.name,
            one.headers.len(),
            one.newest(),
            one.values.len(),
            one.receipts.len()
        );
        assert!(!one.headers.is_empty(), "{} followed nothing", one.name);
        for (height, hash) in &one.headers {
            whole.header(*height, *hash);
        }
        for ((height, key), value) in &one.values {
            whole.value(*height, key.clone(), value.as_deref());
        }
        whole.receipts.extend(&one.receipts);
    }
    for (height, hash) in &whole.headers {
        // All nodes have the same blocks, which the history's check shows.
        let held = (0..NODES).find_map(|node| net.rpc(node).header_hash(*height).ok());
        assert_eq!(
            held,
            Some(*hash),
            "a client accepted another block {height}"
        );
    }
    whole.receipts
}

/// A small client around our verification: always the newest block of one gateway, what stands in its state, and receipts.
fn ours(net: &Net, node: u16, stop: &AtomicBool, watched: &Mutex<Vec<Hash>>) -> Accepted {
    let name = format!("ours at {node}");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let http = reqwest::Client::builder()
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .unwrap();
    let gateway = net.gateway_url(node);
    let get = |path: &str| -> Option<LightBlock> {
        runtime.block_on(async {
            let answer = http.get(format!("{gateway}/v1/{path}")).send().await.ok()?;
            answer.json().await.ok()
        })
    };
    let file = net.network_file();
    let begin = Checkpoint {
        chain_id: file.chain_id,
        height: file.checkpoint.height,
        header_hash: file.checkpoint.header_hash,
        validators_hash: file.checkpoint.validators_hash,
    };
    let options = Options::default();
    let mut accepted = Accepted::new(&name);
    let mut head: Option<TrustedBlock> = None;
    let mut receipts = 0;
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(LOOK);
        let Some(known) = &head else {
            head = get(&format!("light-block/{}", begin.height)).map(|block| {
                TrustedBlock::from_checkpoint(block, &begin, &options).expect("the checkpoint")
            });
            continue;
        };
        let Some(block) = get("tip") else { continue };
        if block.height() <= known.height() {
            continue;
        }
        let now = std::time::UNIX_EPOCH.elapsed().unwrap();
        let now = Time::from_millis(u64::try_from(now.as_millis()).unwrap()).unwrap();
        let next = known
            .advance(block, &options, now)
            .expect("an honest gateway's block");
        accepted.header(next.height(), next.hash());
        let state = next.header().state_root().unwrap();
        let keys = (1..=3).map(|reg| Key::Register(Reg(reg)));
        for key in keys.chain([Key::History]) {
            if let Some(value) = proven(net, node, &key, &state) {
                accepted.value(state.height(), key.encode(), value.as_deref());
            }
        }
        let wanted = watched.lock().unwrap().get(receipts).copied();
        if let Some(f) = wanted
            && let Some(value) = proven(net, node, &Key::Filing(f), &state)
        {
            if let Some(bytes) = &value {
                let place = FilingValue::decode(bytes).unwrap();
                accepted.receipts.push(Acknowledged {
                    f,
                    height: place.at.height,
                    place: place.place,
                });
                receipts += 1;
            }
            accepted.value(state.height(), Key::Filing(f).encode(), value.as_deref());
        }
        head = Some(next);
    }
    accepted
}

/// What a node says stands under a key, where it proves that. Outer none: no answer.
#[allow(clippy::option_option, reason = "no answer, and a proven absence")]
fn proven(net: &Net, node: u16, key: &Key, state: &StateRoot) -> Option<Option<Vec<u8>>> {
    let params = json!({
        "path": "/state",
        "data": hex::encode(key.encode()),
        "height": state.height().to_string(),
        "prove": true,
    });
    let answer = net.call(node, "abci_query", &params)?;
    let answer = answer.get("response")?;
    // A version that is not kept any more, after a long pause.
    if answer.get("code").and_then(Value::as_u64).unwrap_or(0) != 0 {
        return None;
    }
    let bytes = |at: &str| {
        let text = answer.pointer(at)?.as_str()?;
        STANDARD.decode(text).ok().filter(|bytes| !bytes.is_empty())
    };
    let proof = StateProof::decode(&bytes("/proofOps/ops/0/data")?).expect("a proof");
    let value = bytes("/value");
    match &value {
        Some(value) => {
            state.present(key, value, &proof).expect("a proven value");
        }
        None => {
            state.absent(key, &proof).expect("a proven absence");
        }
    }
    Some(value)
}

/// The unmodified tendermint-light-client.
fn tendermint(net: &Net, node: u16, stop: &AtomicBool) -> Accepted {
    let mut accepted = Accepted::new(&format!("tendermint-light-client at {node}"));
    let url = net.rpc_url(node);
    let file = net.network_file();
    let peer: PeerId = "BADFADAD0BEFEEDC0C0ADEADBEEFC0FFEEFACADE".parse().unwrap();
    let mut client = loop {
        let options = TheirOptions {
            trust_threshold: tendermint::trust_threshold::TrustThresholdFraction::TWO_THIRDS,
            trusting_period: Duration::from_secs(14 * 86_400),
            clock_drift: Duration::from_secs(10),
        };
        let begun = LightClientBuilder::prod(
            peer,
            HttpClient::new(url.as_str()).unwrap(),
            Box::new(MemoryStore::new()),
            options,
            Some(PATIENCE),
        )
        .trust_primary_at(
            Height::try_from(file.checkpoint.height).unwrap(),
            tendermint::Hash::Sha256(file.checkpoint.header_hash),
        );
        match begun {
            Ok(client) => break client.build(),
            Err(_) if stop.load(Ordering::Relaxed) => return accepted,
            Err(_) => std::thread::sleep(LOOK),
        }
    };
    while !stop.load(Ordering::Relaxed) {
        // Where nobody answers it says so, and is asked again.
        if let Ok(block) = client.light_client.verify_to_highest(&mut client.state)
            && let tendermint::Hash::Sha256(hash) = block.signed_header.header.hash()
        {
            accepted.header(block.height().value(), hash);
        }
        std::thread::sleep(LOOK * 4);
    }
    accepted
}
