//! Sources with chains of their own, and a clock, around a sync machine.

use std::collections::BTreeMap;
use std::time::Duration;

use toend_ledger::cometbft::{Header, LightBlock, Time, bundle};
use toend_light_client::sync::*;
use toend_light_client::trusted::Checkpoint;

use super::chain;

/// How a source behaves.
#[derive(Clone, Default)]
pub struct Behaviour {
    /// Its blocks, ascending from height 1.
    pub blocks: Vec<LightBlock>,
    /// Does not answer at all.
    pub silent: bool,
    /// Answers that it cannot be reached.
    pub down: bool,
    /// Serves this block where its own of the height is asked for.
    pub lies: BTreeMap<u64, LightBlock>,
    /// Changes the headers of its bundles.
    pub tampers: Option<fn(&mut Header)>,
    /// Has no bundles.
    pub no_history: bool,
}

pub struct World {
    pub machine: Machine,
    pub sources: Vec<Behaviour>,
    pub now: Time,
    pub saved: Vec<ChangeSet>,
    pub blamed: Vec<(u16, Fault)>,
    pub attacks: Vec<Evidence>,
    pub asked: Vec<(u16, Question)>,
    pub statuses: Vec<Status>,
}

pub fn checkpoint(block: &LightBlock) -> Checkpoint {
    Checkpoint {
        chain_id: chain::CHAIN.into(),
        height: block.height(),
        header_hash: block.header().hash(),
        validators_hash: block.header().validators_hash,
    }
}

pub fn config(root: &LightBlock, sources: usize) -> Config {
    let ids = (0u16..)
        .take(sources)
        .map(|i| Source {
            id: ProviderId(i),
            authority: i,
        })
        .collect();
    Config::new(checkpoint(root), ids)
}

pub fn seconds(time: Time, by: i64) -> Time {
    Time::new(time.secs() + by, time.nanos()).unwrap()
}

impl World {
    /// All sources serve the same chain; the checkpoint is its first block; the clock stands a second after its last.
    pub fn honest(blocks: &[LightBlock], sources: usize) -> Self {
        let behaviour = Behaviour {
            blocks: blocks.to_vec(),
            ..Behaviour::default()
        };
        Self::new(config(&blocks[0], sources), vec![behaviour; sources], None)
    }

    pub fn new(config: Config, sources: Vec<Behaviour>, saved: Option<Saved>) -> Self {
        let tip = sources
            .iter()
            .filter_map(|s| s.blocks.last())
            .map(|b| b.header().time)
            .max()
            .unwrap();
        Self {
            machine: Machine::new(config, saved).unwrap(),
            sources,
            now: seconds(tip, 1),
            saved: Vec::new(),
            blamed: Vec::new(),
            attacks: Vec::new(),
            asked: Vec::new(),
            statuses: Vec::new(),
        }
    }

    /// Gives one input and everything that follows from it.
    pub fn feed(&mut self, input: Input) {
        let mut inputs = vec![input];
        let mut rounds = 0;
        while let Some(input) = inputs.pop() {
            rounds += 1;
            assert!(rounds < 100_000, "the machine comes to rest");
            for effect in self.machine.handle(input, self.now) {
                match effect {
                    Effect::Ask {
                        request,
                        provider,
                        question,
                    } => {
                        self.asked.push((provider.0, question));
                        inputs.extend(self.answer(request, provider, question));
                    }
                    Effect::Save(changes) => self.saved.push(*changes),
                    Effect::Blame { provider, fault } => self.blamed.push((provider.0, fault)),
                    Effect::Attack(evidence) => self.attacks.push(*evidence),
                    Effect::Status(status) => self.statuses.push(*status),
                }
            }
        }
    }

    fn answer(
        &self,
        request: RequestId,
        provider: ProviderId,
        question: Question,
    ) -> Option<Input> {
        let source = &self.sources[usize::from(provider.0)];
        if source.silent {
            return None;
        }
        if source.down {
            return Some(Input::Failed {
                request,
                failure: Failure::Unreachable,
            });
        }
        let tip = source.blocks.last().map(LightBlock::height);
        let block = |height: u64| {
            source
                .lies
                .get(&height)
                .or_else(|| source.blocks.iter().find(|b| b.height() == height))
                .cloned()
        };
        let found = match question {
            Question::Latest => tip.and_then(block),
            Question::Block(height) => block(height),
            Question::Bundle(index) => return Some(Self::bundle(source, request, index)),
        };
        Some(match found {
            Some(found) => Input::Block {
                request,
                block: Box::new(found),
            },
            None => Input::Missing { request, tip },
        })
    }

    fn bundle(source: &Behaviour, request: RequestId, index: u64) -> Input {
        let first = 1 + index * 256;
        let mut headers: Vec<Header> = source
            .blocks
            .iter()
            .filter(|b| (first..first + 256).contains(&b.height()))
            .map(|b| b.header().clone())
            .collect();
        if source.no_history || headers.is_empty() {
            return Input::Missing { request, tip: None };
        }
        if let Some(tamper) = source.tampers {
            headers.iter_mut().for_each(tamper);
        }
        Input::Bundle {
            request,
            bytes: bundle::encode(&headers).unwrap(),
        }
    }

    /// Lets seconds pass, a tick for each.
    pub fn pass(&mut self, count: u64) {
        for _ in 0..count {
            self.now = seconds(self.now, 1);
            self.feed(Input::Tick);
        }
    }

    pub fn status(&self) -> &Status {
        self.machine.status().expect("a status was published")
    }

    pub fn head(&self) -> u64 {
        self.status().head.map_or(0, |head| head.height)
    }

    /// What a store would give back.
    pub fn stored(&self) -> Saved {
        let mut saved = Saved {
            head: self.sources[0].blocks[0].clone(),
            cross_checked: None,
            segments: Vec::new(),
            attacked: None,
        };
        for changes in &self.saved {
            if let Some(head) = &changes.head {
                saved.head = head.clone();
            }
            saved.cross_checked = changes.cross_checked.or(saved.cross_checked);
            if let Some(segments) = &changes.segments {
                saved.segments.clone_from(segments);
            }
            if let Some(evidence) = &changes.evidence {
                saved.attacked = Some(evidence.height());
            }
        }
        saved
    }

    /// Every header that was handed over for keeping, by height.
    pub fn kept(&self) -> BTreeMap<u64, [u8; 32]> {
        self.saved
            .iter()
            .flat_map(|c| &c.headers)
            .map(|h| (h.height(), h.hash()))
            .collect()
    }
}

pub fn minutes(n: u64) -> Duration {
    Duration::from_secs(60 * n)
}
