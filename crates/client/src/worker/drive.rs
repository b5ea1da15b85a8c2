//! The thread that runs the sync machine: answers in, effects out.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use toend_ledger::cometbft::{Decode as _, Encode as _, Header, LightBlock, Time, read_json};
use toend_light_client::sync::{
    ChangeSet, Config, Effect, Evidence, Failure, Input, Machine, ProviderId, Question, RequestId,
    Saved, Segment, Source, Status,
};
use toend_light_client::trusted::{Checkpoint, TrustedBlock, VerifiedHeader};
use toend_light_client::verify::signers;
use tokio::runtime::Handle;

use super::{MAX_SIGNED, Shared, Signed};
use crate::providers::{Provider, ProviderError};
use crate::store::{StoredHeader, StoredSegment};

/// How often the machine is told that time passes.
const TICK: Duration = Duration::from_millis(250);
/// Time between questions for a new tip.
const POLL: Duration = Duration::from_secs(1);
/// Light blocks kept on disk.
const KEEP: u32 = 8;

/// What reaches the thread.
pub enum Message {
    /// For the machine.
    Machine(Input),
    /// The end.
    Stop,
}

/// The gateway at a place of the list, as the machine names it.
pub fn source(at: usize, authority: u16) -> Source {
    Source {
        id: ProviderId(u16::try_from(at).unwrap_or(u16::MAX)),
        authority,
    }
}

/// Starts the thread.
pub fn start(shared: Arc<Shared>) -> Sender<Message> {
    let (sender, receiver) = channel();
    let (handle, answers) = (Handle::current(), sender.clone());
    let spawned = std::thread::Builder::new()
        .name("toend-sync".to_owned())
        .spawn(move || {
            run(
                &Driver {
                    shared,
                    handle,
                    answers,
                },
                &receiver,
            );
        });
    if let Err(error) = spawned {
        tracing::error!(%error, "the synchronisation thread cannot start");
    }
    sender
}

struct Driver {
    shared: Arc<Shared>,
    handle: Handle,
    answers: Sender<Message>,
}

fn run(driver: &Driver, messages: &Receiver<Message>) {
    let Some(mut machine) = driver.machine() else {
        return;
    };
    if let Some(head) = machine.head() {
        driver.shared.trust(head.clone());
        driver.shared.remember(&[head.header()]);
    }
    let mut input = Input::Tick;
    loop {
        if let Ok(now) = Time::from_millis(driver.shared.clock.now_ms()) {
            for effect in machine.handle(input, now) {
                driver.carry_out(effect, &machine);
            }
        }
        input = match messages.recv_timeout(TICK) {
            Ok(Message::Machine(input)) => input,
            Err(RecvTimeoutError::Timeout) => Input::Tick,
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return,
        };
    }
}

impl Driver {
    /// The machine, from what was kept where that still verifies, else from the checkpoint.
    fn machine(&self) -> Option<Machine> {
        let saved = self.saved();
        match Machine::new(self.config(), saved) {
            Ok(machine) => Some(machine),
            Err(error) => {
                tracing::warn!(%error, "the saved head is not used; starting from the checkpoint");
                Machine::new(self.config(), None)
                    .map_err(|error| tracing::error!(%error, "the synchronisation cannot start"))
                    .ok()
            }
        }
    }

    fn config(&self) -> Config {
        let network = &self.shared.network;
        let sources = self
            .shared
            .providers
            .all()
            .iter()
            .enumerate()
            .map(|(at, provider)| source(at, u16::try_from(provider.house()).unwrap_or(u16::MAX)))
            .collect();
        let checkpoint = Checkpoint {
            chain_id: network.chain_id.clone(),
            height: network.checkpoint.height,
            header_hash: network.checkpoint.header_hash,
            validators_hash: network.checkpoint.validators_hash,
        };
        let mut config = Config::new(checkpoint, sources);
        config.options.trusting_period = Duration::from_secs(network.trusting_period_s);
        config.first_height = network.first_height;
        config.poll_every = POLL;
        config
    }

    fn saved(&self) -> Option<Saved> {
        let rows = self
            .shared
            .store
            .trusted(&self.shared.net)
            .unwrap_or_default();
        let head: LightBlock = rows
            .iter()
            .find_map(|(_, bytes, _)| read_json(bytes).ok())?;
        if head.height() < self.shared.network.checkpoint.height {
            // The network file is newer than what was kept: its checkpoint is the better beginning.
            return None;
        }
        let attacked = self
            .shared
            .store
            .evidence(&self.shared.net)
            .unwrap_or_default()
            .first()
            .map(|_| head.height());
        Some(Saved {
            head,
            cross_checked: None,
            segments: self.segments(),
            attacked,
        })
    }

    /// Verified heights of earlier starts; what is damaged is left out and verified again.
    fn segments(&self) -> Vec<Segment> {
        let stored = self
            .shared
            .store
            .segments(&self.shared.net)
            .unwrap_or_default();
        let header = |bytes: &[u8], hash| {
            VerifiedHeader::from_own_store(Header::decode(bytes).ok()?, hash).ok()
        };
        stored
            .iter()
            .filter_map(|segment| {
                Some(Segment {
                    low: header(&segment.low, &segment.low_hash)?,
                    high: header(&segment.high, &segment.high_hash)?,
                })
            })
            .collect()
    }

    fn carry_out(&self, effect: Effect, machine: &Machine) {
        match effect {
            Effect::Ask {
                request,
                provider,
                question,
            } => self.ask(request, provider, question),
            Effect::Save(changes) => self.save(&changes, machine),
            Effect::Blame { provider, fault } => {
                let providers = self.shared.providers.all();
                let authority = providers
                    .get(usize::from(provider.0))
                    .map(Provider::authority);
                tracing::info!(authority, ?fault, "a source answered wrongly or not at all");
            }
            Effect::Attack(evidence) => tracing::error!(
                height = evidence.height(),
                "two versions of the ledger exist"
            ),
            Effect::Status(status) => self.publish(*status, machine),
        }
    }

    fn publish(&self, status: Status, machine: &Machine) {
        let oldest = machine
            .segments()
            .first()
            .map_or(0, |segment| segment.low.height());
        let now = self.shared.clock.now_ms();
        self.shared.view.send_modify(|view| {
            let head = |status: &Option<Status>| {
                status
                    .as_ref()
                    .and_then(|status| status.head)
                    .map(|head| head.height)
            };
            if head(&view.status) != status.head.map(|head| head.height) {
                view.checked_at_ms = now;
            }
            view.pace.note(now, status.history.verified);
            view.status = Some(status);
            view.oldest = oldest;
        });
    }

    fn save(&self, changes: &ChangeSet, machine: &Machine) {
        self.shared.remember(&changes.headers);
        let now = self.shared.clock.now_ms();
        let stored: Vec<StoredHeader> = changes.headers.iter().filter_map(stored).collect();
        let mut result = self.shared.store.put_headers(&self.shared.net, &stored);
        if let Some(evidence) = &changes.evidence {
            result = result.and_then(|()| self.keep_evidence(evidence, now));
        }
        if let Some(height) = changes.rolled_back_to {
            super::lock(&self.shared.trusted).retain(|block| block.height() <= height);
            super::lock(&self.shared.headers).retain(|known, _| *known <= height);
        }
        if let (Some(block), Some(head)) = (&changes.head, machine.head()) {
            result = result.and_then(|()| self.keep_head(block, head, now));
        }
        if let Some(segments) = &changes.segments {
            let stored: Vec<StoredSegment> = segments.iter().map(stored_segment).collect();
            result =
                result.and_then(|()| self.shared.store.put_segments(&self.shared.net, &stored));
        }
        if let Err(error) = result {
            // Following the ledger goes on in memory; the next start begins at the checkpoint.
            tracing::warn!(%error, "progress could not be saved");
        }
    }

    fn keep_head(
        &self,
        block: &LightBlock,
        head: &TrustedBlock,
        now: u64,
    ) -> Result<(), crate::store::StoreError> {
        if head.height() == block.height() {
            self.shared.trust(head.clone());
        }
        let by = signers(block).signed;
        let signed = Signed {
            height: block.height(),
            time_ms: block.header().time.millis(),
            by,
        };
        self.shared.view.send_modify(|view| {
            view.signed.push_back(signed);
            while view.signed.len() > MAX_SIGNED {
                view.signed.pop_front();
            }
        });
        let bytes = serde_json::to_vec(block)
            .map_err(|_| crate::store::StoreError::Other("light block".to_owned()))?;
        self.shared
            .store
            .put_trusted(&self.shared.net, block.height(), &bytes, now, KEEP)
    }

    fn keep_evidence(&self, evidence: &Evidence, now: u64) -> Result<(), crate::store::StoreError> {
        let body = serde_json::to_vec(evidence)
            .map_err(|_| crate::store::StoreError::Other("evidence".to_owned()))?;
        self.shared.store.put_evidence(&self.shared.net, now, &body)
    }

    fn ask(&self, request: RequestId, provider: ProviderId, question: Question) {
        let Some(source) = self
            .shared
            .providers
            .all()
            .get(usize::from(provider.0))
            .cloned()
        else {
            return;
        };
        let answers = self.answers.clone();
        self.handle.spawn(async move {
            let input = answer(&source, request, question).await;
            // The machine may have stopped meanwhile.
            let _ = answers.send(Message::Machine(input));
        });
    }
}

async fn answer(source: &Provider, request: RequestId, question: Question) -> Input {
    let result = match question {
        Question::Latest => source.tip().await.map(|block| Input::Block {
            request,
            block: Box::new(block),
        }),
        Question::Block(height) => source.light_block(height).await.map(|block| Input::Block {
            request,
            block: Box::new(block),
        }),
        Question::Bundle(index) => source
            .bundle(index)
            .await
            .map(|bytes| Input::Bundle { request, bytes }),
    };
    result.unwrap_or_else(|error| match error {
        ProviderError::Refused { status: 404, .. }
        | ProviderError::Refused {
            code: "not_available",
            ..
        } => Input::Missing { request, tip: None },
        ProviderError::Refused { .. } => Input::Failed {
            request,
            failure: Failure::Refused,
        },
        ProviderError::Timeout { .. } => Input::Failed {
            request,
            failure: Failure::Timeout,
        },
        ProviderError::Unreachable { .. }
        | ProviderError::Untrusted { .. }
        | ProviderError::NoGateway => Input::Failed {
            request,
            failure: Failure::Unreachable,
        },
        other => Input::Failed {
            request,
            failure: Failure::Malformed(other.to_string()),
        },
    })
}

/// What is kept on disk of a verified header; `None` for a header of another application.
fn stored(header: &VerifiedHeader) -> Option<StoredHeader> {
    Some(StoredHeader {
        height: header.height(),
        hash: header.hash(),
        time_ms: header.time().millis(),
        state_root: header.header().state_root()?,
        data_hash: header.header().data_hash,
    })
}

fn stored_segment(segment: &Segment) -> StoredSegment {
    StoredSegment {
        low: segment.low.header().encode(),
        low_hash: segment.low.hash(),
        high: segment.high.header().encode(),
        high_hash: segment.high.hash(),
    }
}
