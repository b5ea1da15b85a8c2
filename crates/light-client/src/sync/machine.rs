use std::collections::BTreeMap;

use thiserror::Error;
use toend_ledger::cometbft::{Header, Time};

use super::history::{FillError, History, Segment};
use super::requests::{Purpose, Requests};
use super::sources::Sources;
use super::status::{CrossCheck, Head, Phase, Rate, Status, elapsed};
use super::{Bisection, ChangeSet, Config, Effect, Evidence, Input, ProviderId, Question, Saved};
use crate::trusted::{TrustError, TrustedBlock};
use crate::verify::predicates;

/// Bundles asked for at once, so that history is not bound by the delay of a single answer.
pub(super) const BUNDLES_AHEAD: u64 = 4;

/// A new tip that waits for sources of other authorities.
#[derive(Debug, Clone)]
pub(super) struct Round {
    /// Trusted before the climb: the last block that both sides of a conflict can start from.
    pub base: TrustedBlock,
    pub candidate: TrustedBlock,
    pub provider: ProviderId,
    pub trace: Vec<toend_ledger::cometbft::LightBlock>,
    /// Not answered yet, or not that far yet.
    pub waiting: Vec<ProviderId>,
    pub agreeing: Vec<ProviderId>,
    pub since: Time,
    pub asked: Time,
    pub adopted: bool,
}

/// A conflicting block whose history is being verified.
#[derive(Debug, Clone)]
pub(super) struct Examination {
    pub witness: ProviderId,
    pub climb: Bisection,
    pub needed: u64,
}

/// A climb in progress.
#[derive(Debug, Clone)]
pub(super) struct Climb {
    pub provider: ProviderId,
    pub base: TrustedBlock,
    pub bisection: Bisection,
    pub needed: u64,
}

/// See the [module](super).
#[derive(Debug, Clone)]
pub struct Machine {
    pub(super) config: Config,
    pub(super) sources: Sources,
    pub(super) requests: Requests,
    pub(super) head: Option<TrustedBlock>,
    pub(super) confirmed: CrossCheck,
    pub(super) climb: Option<Climb>,
    pub(super) round: Option<Round>,
    pub(super) examination: Option<Examination>,
    pub(super) split: Option<u64>,
    pub(super) attacked: Option<u64>,
    /// The latest time that the authorities have certainly signed.
    pub(super) signed_time: Time,
    pub(super) checkpoint_refused: bool,
    pub(super) history: History,
    pub(super) bundles: BTreeMap<u64, (ProviderId, Vec<Header>)>,
    pub(super) rate: Rate,
    /// History waits after a useless answer, and asks the next source.
    pub(super) history_rests_until: Option<Time>,
    pub(super) history_turn: usize,
    last_poll: Option<Time>,
    paused: bool,
    published: Option<Status>,
}

/// What was kept cannot be continued from. This computer's store is damaged; starting afresh from the checkpoint is safe.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the saved head does not verify: {0}")]
pub struct RestoreError(#[from] TrustError);

impl Machine {
    /// Starts from what was kept, or from the checkpoint.
    pub fn new(config: Config, saved: Option<Saved>) -> Result<Self, RestoreError> {
        let sources = Sources::new(&config.sources, config.rest);
        let mut machine = Self {
            sources,
            requests: Requests::default(),
            head: None,
            confirmed: CrossCheck::default(),
            climb: None,
            round: None,
            examination: None,
            split: None,
            attacked: None,
            signed_time: config.clock_floor,
            checkpoint_refused: false,
            history: History::new(config.first_height),
            bundles: BTreeMap::new(),
            rate: Rate::default(),
            history_rests_until: None,
            history_turn: 0,
            last_poll: None,
            paused: false,
            published: None,
            config,
        };
        if let Some(saved) = saved {
            let chain = machine.config.checkpoint.chain_id.clone();
            let head = TrustedBlock::from_own_store(saved.head, &chain, &machine.config.options)?;
            let segments: Vec<Segment> = saved
                .segments
                .into_iter()
                .filter(|segment| segment.high.height() <= head.height())
                .collect();
            machine.history = History::restored(machine.config.first_height, segments);
            // A kept head that does not link to the kept header below it is damage or a fork; fetching anew will tell.
            if machine.history.adopt(&head.header()).is_err() {
                machine.history = History::new(machine.config.first_height);
            }
            machine.signed_time = machine.signed_time.max(head.time());
            machine.confirmed.height = saved.cross_checked;
            machine.attacked = saved.attacked;
            machine.head = Some(head);
        }
        Ok(machine)
    }

    /// The highest block that may be relied on.
    pub const fn head(&self) -> Option<&TrustedBlock> {
        self.head.as_ref()
    }

    /// Verified heights without gaps, the highest first.
    pub fn segments(&self) -> &[Segment] {
        self.history.segments()
    }

    /// Takes what happened and says what shall happen.
    pub fn handle(&mut self, input: Input, now: Time) -> Vec<Effect> {
        let mut out = Vec::new();
        match input {
            Input::Tick => {}
            Input::Pause(paused) => self.paused = paused,
            Input::Source(source) => self.sources.add(source),
            Input::Block { request, block } => {
                if let Some(open) = self.requests.take(request) {
                    self.on_block(open, *block, now, &mut out);
                }
            }
            Input::Missing { request, tip } => {
                if let Some(open) = self.requests.take(request) {
                    self.on_missing(open, tip, now, &mut out);
                }
            }
            Input::Bundle { request, bytes } => {
                if let Some(open) = self.requests.take(request) {
                    self.on_bundle(open, &bytes, now, &mut out);
                }
            }
            Input::Failed { request, failure } => {
                if let Some(open) = self.requests.take(request) {
                    self.on_failure(open, failure, now, &mut out);
                }
            }
        }
        for open in self.requests.take_late(now, self.config.request_timeout) {
            self.on_failure(open, super::Failure::Timeout, now, &mut out);
        }
        self.drive(now, &mut out);
        self.publish(now, &mut out);
        out
    }

    /// Whether nothing may move: an attack is proven, trust has expired, or the clock cannot be right.
    fn is_halted(&self, now: Time) -> bool {
        self.attacked.is_some()
            || self.paused
            || self.is_expired(now)
            || self.clock_behind(now).is_some()
    }

    fn is_expired(&self, now: Time) -> bool {
        let period = self.config.options.trusting_period;
        self.head.as_ref().is_some_and(|head| {
            predicates::is_within_trusting_period(head.time(), period, now).is_err()
        })
    }

    /// A clock before a time that the authorities have signed is wrong: it would make expired trust look fresh.
    fn clock_behind(&self, now: Time) -> Option<std::time::Duration> {
        let drift = self.config.options.clock_drift;
        predicates::is_not_from_future(self.signed_time, drift, now)
            .err()
            .map(|_| elapsed(now, self.signed_time))
    }

    fn drive(&mut self, now: Time, out: &mut Vec<Effect>) {
        if self.is_halted(now) {
            return;
        }
        if self.head.is_none() {
            let asked = self.requests.any(|p| p == Purpose::Checkpoint);
            if !asked && let Some(primary) = self.sources.primary(now) {
                let question = Question::Block(self.config.checkpoint.height);
                self.requests
                    .ask(primary, Purpose::Checkpoint, question, now, out);
            }
            return;
        }
        self.settle_round(now, out);
        let busy = self.climb.is_some()
            || self.examination.is_some()
            || self.round.as_ref().is_some_and(|round| !round.adopted)
            || self.requests.any(|p| p == Purpose::Tip);
        let due = self
            .last_poll
            .is_none_or(|at| elapsed(at, now) >= self.config.poll_every || now < at);
        if !busy
            && due
            && let Some(primary) = self.sources.primary(now)
        {
            self.last_poll = Some(now);
            self.requests
                .ask(primary, Purpose::Tip, Question::Latest, now, out);
        }
        // Tip first: history begins when the tip has been asked for and nothing is in the way.
        let climbing = self.climb.is_some() || self.requests.any(|p| p == Purpose::Tip);
        if !climbing && self.config.fill_history {
            self.ask_history(now, out);
        }
    }

    fn ask_history(&mut self, now: Time, out: &mut Vec<Effect>) {
        if self.history_rests_until.is_some_and(|until| now < until) {
            return;
        }
        for index in self.history.wanted(BUNDLES_AHEAD) {
            let known = self.bundles.contains_key(&index)
                || self.requests.any(|p| p == Purpose::History(index));
            if known {
                continue;
            }
            let Some(source) = self.sources.nth_awake(self.history_turn, now) else {
                return;
            };
            self.requests.ask(
                source,
                Purpose::History(index),
                Question::Bundle(index),
                now,
                out,
            );
        }
    }

    /// Makes a verified block the head.
    pub(super) fn adopt(&mut self, block: TrustedBlock, out: &mut Vec<Effect>) {
        if let Err(FillError::Fork { upper, lower }) = self.history.adopt(&block.header()) {
            return self.halt(Evidence::Links { upper, lower }, None, out);
        }
        self.signed_time = self.signed_time.max(block.time());
        out.push(Effect::Save(Box::new(ChangeSet {
            head: Some(block.block().clone()),
            cross_checked: self.confirmed.height,
            headers: vec![block.header()],
            segments: Some(self.history.segments().to_vec()),
            ..ChangeSet::default()
        })));
        self.head = Some(block);
    }

    /// Stops for good, back at the last block that both histories contain.
    pub(super) fn halt(
        &mut self,
        evidence: Evidence,
        common: Option<TrustedBlock>,
        out: &mut Vec<Effect>,
    ) {
        self.attacked = Some(evidence.height());
        self.split = None;
        self.climb = None;
        self.round = None;
        self.examination = None;
        self.bundles.clear();
        self.requests.drop_all(|_| true);
        let mut changes = ChangeSet {
            evidence: Some(Box::new(evidence.clone())),
            ..ChangeSet::default()
        };
        let above = |common: &TrustedBlock| {
            self.head
                .as_ref()
                .is_some_and(|head| head.height() > common.height())
        };
        if let Some(common) = common.filter(above) {
            self.history.forget_above(common.height());
            // Below a cut there is nothing that could fail to link.
            let _ = self.history.adopt(&common.header());
            self.confirmed.agreeing.clear();
            self.confirmed.height = self
                .confirmed
                .height
                .filter(|height| *height <= common.height());
            changes.rolled_back_to = Some(common.height());
            changes.head = Some(common.block().clone());
            changes.cross_checked = self.confirmed.height;
            changes.segments = Some(self.history.segments().to_vec());
            self.head = Some(common);
        }
        out.push(Effect::Save(Box::new(changes)));
        out.push(Effect::Attack(Box::new(evidence)));
    }

    fn phase(&self, now: Time) -> Phase {
        if let Some(height) = self.attacked {
            return Phase::Attacked { height };
        }
        if let Some(by) = self.clock_behind(now) {
            return Phase::ClockBehind { by };
        }
        if self.is_expired(now) {
            return Phase::Expired;
        }
        if let Some(height) = self.split {
            return Phase::Split { height };
        }
        if self.paused {
            return Phase::Paused;
        }
        let Some(head) = &self.head else {
            return if self.checkpoint_refused {
                Phase::CheckpointRefused
            } else {
                Phase::Starting
            };
        };
        if let Some(target) = self.target() {
            return Phase::Climbing { target };
        }
        let age = elapsed(head.time(), now);
        if age < self.config.stale_after {
            return Phase::Current;
        }
        let (authorities, higher) =
            self.sources
                .at_or_below(head.height(), now, self.config.stale_after);
        if authorities >= 2 && !higher {
            Phase::LedgerPaused { age }
        } else {
            Phase::Stale { age }
        }
    }

    /// The height of the tip that is being verified.
    fn target(&self) -> Option<u64> {
        let climbing = self.climb.as_ref().map(|climb| climb.bisection.target());
        let waiting = self
            .round
            .as_ref()
            .filter(|round| !round.adopted)
            .map(|round| round.candidate.height());
        // A step to the next block is everyday life and not worth a word.
        climbing.or(waiting).filter(|target| {
            self.head
                .as_ref()
                .is_none_or(|head| *target > head.height() + 10)
        })
    }

    fn publish(&mut self, now: Time, out: &mut Vec<Effect>) {
        let head = self.head.as_ref().map(|head| Head {
            height: head.height(),
            hash: head.hash(),
            time: head.time(),
        });
        let status = Status {
            phase: self.phase(now),
            head,
            cross_check: self.confirmed.clone(),
            history: self
                .rate
                .progress(self.history.verified(), self.history.total()),
            primary: self.sources.current_primary(),
            answering: self.sources.answering(),
        };
        if self.published.as_ref() != Some(&status) {
            self.published = Some(status.clone());
            out.push(Effect::Status(Box::new(status)));
        }
    }

    /// The status last published.
    pub const fn status(&self) -> Option<&Status> {
        self.published.as_ref()
    }
}
