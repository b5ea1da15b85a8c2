//! What gateways sign about filings: checked against their keys, remembered, and held against them.
//!
//! An answer without the gateway's signature is no answer. Two answers that no ledger could make a gateway sign are evidence: they
//! are written to a file that a stranger can judge (`toend evidence verify`), together with what shows whose key it is. The first
//! pair of each gateway is kept; one is enough, and a gateway that lies on cannot fill the disk. The status says it from then on.

use std::collections::{BTreeMap, VecDeque};
use std::io::Read as _;
use std::path::Path;
use std::sync::Mutex;

use toend_ledger::evidence::{Conflict, EvidenceFile, FORMAT_ANSWERS, GatewayKey};
use toend_ledger::gateway::{B64, FilingAnswer};
use toend_ledger::genesis::Genesis;
use toend_ledger::network::NetworkFile;
use toend_ledger::state::{Key, VACANT, Value};
use toend_light_client::trusted::state_root_for;

use crate::client::{Event, Inner};
use crate::dto::ContradictionView;
use crate::evidence::{self, MAX_EVIDENCE};
use crate::providers::{Provider, ProviderError};
use crate::records::{Shown, show};

/// Signed answers that are remembered, of all gateways.
const REMEMBERED: usize = 64;
/// Where evidence lies, in the network's folder.
pub(crate) const FOLDER: &str = "evidence";
/// Most files of it that are read at the start.
const MOST_FILES: usize = 256;

/// Evidence against gateways: of each the first, as a screen shows it and as a file.
pub(crate) type Kept = BTreeMap<u16, (ContradictionView, Vec<u8>)>;

/// What earlier runs kept and still proves what it says.
pub(crate) fn kept(folder: &Path, network: &NetworkFile) -> Kept {
    let listed = std::fs::read_dir(folder).into_iter().flatten();
    let mut kept = Kept::new();
    for entry in listed.flatten().take(MOST_FILES) {
        let Some((view, bytes)) = read(&entry.path(), network) else {
            continue;
        };
        let earlier = kept.get(&view.gateway);
        if earlier.is_none_or(|(earlier, _)| view.found_ms < earlier.found_ms) {
            kept.insert(view.gateway, (view, bytes));
        }
    }
    kept
}

fn read(path: &Path, network: &NetworkFile) -> Option<(ContradictionView, Vec<u8>)> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(MAX_EVIDENCE as u64 + 1)
        .read_to_end(&mut bytes)
        .ok()?;
    let view = evidence::contradiction(&EvidenceFile::decode(&bytes).ok()?, network)?;
    Some((view, bytes))
}

/// What is remembered while the program runs.
#[derive(Default)]
pub struct Promises {
    /// The genesis file, once a gateway gave it.
    genesis: Mutex<Option<(Genesis, Vec<u8>)>>,
    answers: Mutex<VecDeque<FilingAnswer>>,
    kept: Mutex<Kept>,
}

impl Promises {
    /// With what earlier runs kept.
    pub(crate) fn with(kept: Kept) -> Self {
        Self {
            kept: Mutex::new(kept),
            ..Self::default()
        }
    }

    /// Gateways that contradicted themselves, by number.
    pub fn contradictions(&self) -> Vec<ContradictionView> {
        let kept = crate::client::lock(&self.kept);
        kept.values().map(|(view, _)| view.clone()).collect()
    }

    /// The evidence against a gateway as a file.
    pub fn evidence(&self, gateway: u16) -> Option<Vec<u8>> {
        let kept = crate::client::lock(&self.kept);
        kept.get(&gateway).map(|(_, bytes)| bytes.clone())
    }

    /// Remembers an answer; an earlier one that it contradicts.
    fn remember(&self, answer: &FilingAnswer) -> Option<FilingAnswer> {
        let mut answers = crate::client::lock(&self.answers);
        let other = answers.iter().find(|one| one.contradicts(answer).is_some());
        let other = other.cloned();
        answers.push_back(answer.clone());
        while answers.len() > REMEMBERED {
            answers.pop_front();
        }
        other
    }
}

impl Inner {
    /// Whether an answer bears the signature of the gateway that gave it, under the key in force; evidence is kept.
    ///
    /// # Errors
    /// [`ProviderError::Garbage`] when it does not, or nobody shows the gateway's key; [`ProviderError::Contradicts`] when it
    /// and an earlier one exclude each other.
    pub async fn check_promise(
        &self,
        provider: &Provider,
        answer: &FilingAnswer,
    ) -> Result<(), ProviderError> {
        let unsigned = || ProviderError::Garbage {
            authority: provider.authority().to_owned(),
            what: "a filing's answer",
        };
        if usize::from(answer.gateway) != provider.index() {
            return Err(unsigned());
        }
        let net = self.network.net;
        let signs = |key: Option<[u8; 32]>| key.is_some_and(|key| answer.is_signed(&net, &key));
        if !signs(self.key_of(answer.gateway).await) {
            // The key may have been changed since the last look.
            let looked = self.look_for_gateways().await;
            if !looked || !signs(self.key_of(answer.gateway).await) {
                return Err(unsigned());
            }
        }
        let Some(other) = self.promises.remember(answer) else {
            return Ok(());
        };
        let kept = self.keep_answers(other, answer.clone()).await.is_some();
        tracing::error!(
            authority = provider.authority(),
            kept,
            "a gateway signed two answers that exclude each other"
        );
        Err(ProviderError::Contradicts {
            authority: provider.authority().to_owned(),
        })
    }

    /// The key of a gateway: as decided, else as the network began.
    async fn key_of(&self, gateway: u16) -> Option<[u8; 32]> {
        let decided = self.decided().get(&gateway).map(|value| value.key);
        match decided {
            Some(VACANT) => None,
            Some(key) => Some(key),
            None => self.genesis().await.and_then(|(genesis, _)| {
                let mut gateways = genesis.app.gateways.iter();
                gateways.find(|one| one.id == gateway).map(|one| one.key)
            }),
        }
    }

    /// The genesis file, from whichever gateway gives the one that the network file names.
    pub async fn genesis(&self) -> Option<(Genesis, Vec<u8>)> {
        if let Some(known) = crate::client::lock(&self.promises.genesis).clone() {
            return Some(known);
        }
        for provider in self.worker.providers() {
            let Ok(bytes) = provider.genesis().await else {
                continue;
            };
            if let Ok((genesis, net)) = Genesis::parse(&bytes)
                && net == self.network.net
            {
                let found = (genesis, bytes);
                *crate::client::lock(&self.promises.genesis) = Some(found.clone());
                return Some(found);
            }
        }
        None
    }

    /// Keeps the first two answers of a gateway that exclude each other, here and in a file, and says so; none where nobody
    /// shows the gateway's key now. What cannot be written is still shown, and can be saved elsewhere.
    async fn keep_answers(&self, first: FilingAnswer, second: FilingAnswer) -> Option<()> {
        let (gateway, height) = (first.gateway, first.tip_height.max(second.tip_height));
        if crate::client::lock(&self.promises.kept).contains_key(&gateway) {
            return Some(());
        }
        let key = self.shown_key(gateway).await?;
        let file = EvidenceFile {
            format: FORMAT_ANSWERS.to_owned(),
            found_ms: self.clock.now_ms(),
            network: (*self.network).clone(),
            conflict: Conflict::Answers { key, first, second },
        };
        let bytes = file.encode().ok()?;
        let view = evidence::contradiction(&file, &self.network)?;
        let folder = self.folder().join(FOLDER);
        let path = folder.join(format!("gateway-{gateway}-{height}.json"));
        let written = async {
            tokio::fs::create_dir_all(&folder).await.is_ok()
                && crate::config::write_file(&path, &bytes).await.is_ok()
        };
        if !written.await {
            tracing::error!("evidence against a gateway could not be written");
        }
        crate::client::lock(&self.promises.kept).insert(gateway, (view, bytes));
        self.emit(Event::Status(Box::new(self.status())));
        Some(())
    }

    /// What shows a stranger whose key it is.
    async fn shown_key(&self, gateway: u16) -> Option<GatewayKey> {
        if !self.decided().contains_key(&gateway) {
            let (_, file) = self.genesis().await?;
            return Some(GatewayKey::Genesis { file: B64(file) });
        }
        let head = self.worker.head()?;
        let height = head.height().checked_sub(1)?;
        let root = state_root_for(height, &head.header()).ok()?;
        let key = Key::Gateway(gateway);
        for provider in self.worker.providers() {
            let Ok(given) = provider.state(&key.encode(), height).await else {
                continue;
            };
            if let Ok(Shown::Present(value, _)) = show(&root, &key, &given)
                && let Value::Gateway(_) = value.get()
            {
                return Some(GatewayKey::Ledger {
                    value: given.value?,
                    proof: given.proof,
                    block: Box::new(head.block().clone()),
                });
            }
        }
        None
    }
}
