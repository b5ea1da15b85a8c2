//! What the machine does with an answer.

use std::time::Duration;

use toend_ledger::cometbft::{LightBlock, Time, bundle};

use super::bisection::{Bisection, ClimbError, Step};
use super::evidence::Evidence;
use super::history::FillError;
use super::machine::{BUNDLES_AHEAD, Climb, Examination, Machine, Round};
use super::requests::{Open, Purpose};
use super::status::elapsed;
use super::{ChangeSet, Effect, Failure, Fault, ProviderId, Question};
use crate::Options;
use crate::trusted::TrustedBlock;
use crate::verify::{Reason, Threads};

/// Time after which a witness that was not that far is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(500);

impl Machine {
    pub(super) fn on_block(
        &mut self,
        open: Open,
        block: LightBlock,
        now: Time,
        out: &mut Vec<Effect>,
    ) {
        if matches!(open.question, Question::Block(height) if height != block.height()) {
            return self.on_fault(open, Fault::WrongAnswer, now, out);
        }
        let tip = matches!(open.question, Question::Latest).then(|| block.height());
        if tip.is_some() || matches!(open.purpose, Purpose::Witness) {
            self.sources.answered(open.provider, now, tip);
        }
        match open.purpose {
            Purpose::Checkpoint => self.on_checkpoint(open, block, now, out),
            Purpose::Tip => self.on_tip(open, block, now, out),
            Purpose::Climb => self.on_climb(open, block, now, out),
            Purpose::Witness => self.on_witness(open.provider, block, now, out),
            Purpose::Examine => self.on_examine(block, now, out),
            Purpose::History(_) => self.on_fault(open, Fault::WrongAnswer, now, out),
        }
    }

    fn on_checkpoint(&mut self, open: Open, block: LightBlock, now: Time, out: &mut Vec<Effect>) {
        match TrustedBlock::from_checkpoint(block, &self.config.checkpoint, &self.config.options) {
            Ok(trusted) => {
                self.checkpoint_refused = false;
                self.sources.answered(open.provider, now, None);
                self.adopt(trusted, out);
            }
            Err(error) => {
                self.checkpoint_refused = true;
                let reason = match error {
                    crate::trusted::TrustError::Invalid(reason) => reason,
                    crate::trusted::TrustError::ValidatorsHash => Reason::ValidatorsHash,
                    _ => Reason::HeaderHash,
                };
                self.on_fault(open, Fault::BadBlock(reason), now, out);
            }
        }
    }

    fn on_tip(&mut self, open: Open, block: LightBlock, now: Time, out: &mut Vec<Effect>) {
        let Some(head) = self.head.clone() else {
            return;
        };
        if block.height() <= head.height() {
            if block.height() == head.height() && block.header().hash() != head.hash() {
                self.conflict(open.provider, block, now, out);
            } else if elapsed(head.time(), now) > self.config.poll_every * 3 {
                // It has nothing newer although time has passed; the next source may.
                self.sources.rotate();
            }
            return;
        }
        let bisection = Bisection::new(head.clone(), block);
        self.climb = Some(Climb {
            provider: open.provider,
            base: head,
            bisection,
            needed: 0,
        });
        self.climb_on(now, out);
    }

    fn on_climb(&mut self, open: Open, block: LightBlock, now: Time, out: &mut Vec<Effect>) {
        let Some(climb) = &mut self.climb else { return };
        if climb.provider != open.provider {
            return;
        }
        let wanted = climb.needed;
        match climb.bisection.provide(wanted, block) {
            Ok(()) => self.climb_on(now, out),
            Err(error) => self.climb_failed(error, now, out),
        }
    }

    fn climb_on(&mut self, now: Time, out: &mut Vec<Effect>) {
        let Some(climb) = &mut self.climb else { return };
        match climb.bisection.step(&self.config.options, now) {
            Ok(Step::Need(height)) => {
                climb.needed = height;
                let provider = climb.provider;
                self.requests
                    .ask(provider, Purpose::Climb, Question::Block(height), now, out);
            }
            Ok(Step::Done(block)) => self.climbed(*block, now, out),
            Err(error) => self.climb_failed(error, now, out),
        }
    }

    fn climb_failed(&mut self, error: ClimbError, now: Time, out: &mut Vec<Effect>) {
        let Some(climb) = self.climb.take() else {
            return;
        };
        if let ClimbError::Refused {
            reason: Reason::FromFuture(time),
            ..
        } = &error
        {
            // If the block is properly signed apart from its time, more than two thirds of the authorities say that it is
            // later than this clock thinks: then the clock is wrong, not the source.
            let mut again = climb.bisection;
            let patient = Options {
                clock_drift: elapsed(now, *time) + self.config.options.clock_drift,
                ..self.config.options
            };
            if matches!(again.step(&patient, now), Ok(Step::Done(_))) {
                self.signed_time = self.signed_time.max(*time);
                return;
            }
        }
        let fault = match error {
            ClimbError::Refused { reason, .. } => Fault::BadBlock(reason),
            other => Fault::BadChain(other),
        };
        self.blame(climb.provider, fault, now, out);
    }

    /// A new tip is verified: other authorities are asked for the same height.
    fn climbed(&mut self, candidate: TrustedBlock, now: Time, out: &mut Vec<Effect>) {
        let Some(climb) = self.climb.take() else {
            return;
        };
        self.requests.drop_all(|p| p == Purpose::Witness);
        let waiting = self.sources.witnesses(climb.provider, now);
        for witness in &waiting {
            self.requests.ask(
                *witness,
                Purpose::Witness,
                Question::Block(candidate.height()),
                now,
                out,
            );
        }
        self.round = Some(Round {
            base: climb.base,
            candidate,
            provider: climb.provider,
            trace: climb.bisection.trace().to_vec(),
            waiting,
            agreeing: Vec::new(),
            since: now,
            asked: now,
            adopted: false,
        });
        self.settle_round(now, out);
    }

    fn on_witness(
        &mut self,
        witness: ProviderId,
        block: LightBlock,
        now: Time,
        out: &mut Vec<Effect>,
    ) {
        let Some(round) = &mut self.round else { return };
        if block.height() != round.candidate.height() {
            return;
        }
        round.waiting.retain(|id| *id != witness);
        if block.header().hash() != round.candidate.hash() {
            return self.conflict(witness, block, now, out);
        }
        if !round.agreeing.contains(&witness) {
            round.agreeing.push(witness);
        }
        if round.adopted {
            self.confirm(out);
        }
    }

    /// A source names another block for a height: is it signed as well?
    fn conflict(
        &mut self,
        witness: ProviderId,
        block: LightBlock,
        now: Time,
        out: &mut Vec<Effect>,
    ) {
        let Some(round) = &self.round else { return };
        if self.examination.is_some() || block.height() != round.candidate.height() {
            return;
        }
        self.split = Some(block.height());
        let climb = Bisection::new(round.base.clone(), block);
        self.examination = Some(Examination {
            witness,
            climb,
            needed: 0,
        });
        self.examine_on(now, out);
    }

    fn on_examine(&mut self, block: LightBlock, now: Time, out: &mut Vec<Effect>) {
        let Some(examination) = &mut self.examination else {
            return;
        };
        let wanted = examination.needed;
        match examination.climb.provide(wanted, block) {
            Ok(()) => self.examine_on(now, out),
            Err(error) => self.acquit(Fault::BadChain(error), now, out),
        }
    }

    fn examine_on(&mut self, now: Time, out: &mut Vec<Effect>) {
        let Some(examination) = &mut self.examination else {
            return;
        };
        match examination.climb.step(&self.config.options, now) {
            Ok(Step::Need(height)) => {
                examination.needed = height;
                let witness = examination.witness;
                self.requests
                    .ask(witness, Purpose::Examine, Question::Block(height), now, out);
            }
            Ok(Step::Done(_)) => {
                let (Some(examination), Some(round)) = (self.examination.take(), self.round.take())
                else {
                    return;
                };
                let evidence = Evidence::Blocks {
                    common: Box::new(round.base.block().clone()),
                    first_source: round.provider,
                    first: round.trace,
                    second_source: examination.witness,
                    second: examination.climb.trace().to_vec(),
                };
                self.halt(evidence, Some(round.base), out);
            }
            Err(ClimbError::Refused { reason, .. }) => {
                self.acquit(Fault::BadBlock(reason), now, out);
            }
            Err(error) => self.acquit(Fault::BadChain(error), now, out),
        }
    }

    /// The conflicting block is not signed as it should be: its source is wrong, the ledger is not attacked.
    fn acquit(&mut self, fault: Fault, now: Time, out: &mut Vec<Effect>) {
        let Some(examination) = self.examination.take() else {
            return;
        };
        self.split = None;
        self.blame(examination.witness, fault, now, out);
    }

    /// Makes the candidate the head once every witness has answered, or patience ends.
    pub(super) fn settle_round(&mut self, now: Time, out: &mut Vec<Effect>) {
        if self.examination.is_some() {
            return;
        }
        let Some(round) = &mut self.round else { return };
        let patience_over = elapsed(round.since, now) >= self.config.witness_patience;
        if !round.waiting.is_empty() && !patience_over {
            return self.ask_again(now, out);
        }
        if round.adopted {
            return;
        }
        round.adopted = true;
        self.split = None;
        let candidate = round.candidate.clone();
        self.confirmed.agreeing.clone_from(&round.agreeing);
        if !round.agreeing.is_empty() {
            self.confirmed.height = Some(candidate.height());
        }
        self.adopt(candidate, out);
    }

    /// Asks witnesses again that had not reached the height yet, after a while.
    fn ask_again(&mut self, now: Time, out: &mut Vec<Effect>) {
        let Some(round) = &mut self.round else { return };
        if self.requests.any(|p| p == Purpose::Witness) || elapsed(round.asked, now) < ASK_AGAIN {
            return;
        }
        round.asked = now;
        let question = Question::Block(round.candidate.height());
        for witness in &round.waiting {
            self.requests
                .ask(*witness, Purpose::Witness, question, now, out);
        }
    }

    /// A witness agreed after the block had become the head.
    fn confirm(&mut self, out: &mut Vec<Effect>) {
        let Some(round) = &self.round else { return };
        self.confirmed.agreeing.clone_from(&round.agreeing);
        self.confirmed.height = Some(round.candidate.height());
        let changes = ChangeSet {
            cross_checked: self.confirmed.height,
            ..ChangeSet::default()
        };
        out.push(Effect::Save(Box::new(changes)));
    }

    pub(super) fn on_missing(
        &mut self,
        open: Open,
        tip: Option<u64>,
        now: Time,
        out: &mut Vec<Effect>,
    ) {
        match open.purpose {
            // Not that far yet: it stays among the waiting and is asked again at the next tick.
            Purpose::Witness => self.sources.answered(open.provider, now, tip),
            _ => self.on_fault(open, Fault::WrongAnswer, now, out),
        }
    }

    pub(super) fn on_failure(
        &mut self,
        open: Open,
        failure: Failure,
        now: Time,
        out: &mut Vec<Effect>,
    ) {
        self.on_fault(open, Fault::Failed(failure), now, out);
    }

    pub(super) fn on_fault(&mut self, open: Open, fault: Fault, now: Time, out: &mut Vec<Effect>) {
        match open.purpose {
            Purpose::Climb => self.climb = None,
            Purpose::Examine => {
                // It cannot show that its block is signed. Nothing is known, so the old head stays; the next round asks anew.
                self.examination = None;
                if self.round.as_ref().is_some_and(|round| !round.adopted) {
                    self.round = None;
                }
            }
            Purpose::Witness => {
                if let Some(round) = &mut self.round {
                    round.waiting.retain(|id| *id != open.provider);
                }
            }
            Purpose::History(_) => return self.history_failed(open.provider, fault, now, out),
            _ => {}
        }
        self.blame(open.provider, fault, now, out);
    }

    /// A source without history may still be a good source of tips: only history turns to another one, after a while.
    fn history_failed(
        &mut self,
        provider: ProviderId,
        fault: Fault,
        now: Time,
        out: &mut Vec<Effect>,
    ) {
        self.history_turn = self.history_turn.wrapping_add(1);
        let pause = i128::try_from(self.config.poll_every.as_nanos()).unwrap_or(0);
        self.history_rests_until = Time::from_unix_nanos(now.unix_nanos() + pause).ok();
        out.push(Effect::Blame { provider, fault });
    }

    fn blame(&mut self, provider: ProviderId, fault: Fault, now: Time, out: &mut Vec<Effect>) {
        self.sources.failed(provider, now);
        out.push(Effect::Blame { provider, fault });
    }

    pub(super) fn on_bundle(&mut self, open: Open, bytes: &[u8], now: Time, out: &mut Vec<Effect>) {
        let Purpose::History(index) = open.purpose else {
            return self.on_fault(open, Fault::WrongAnswer, now, out);
        };
        match bundle::decode(bytes) {
            Ok(headers) => {
                self.bundles.insert(index, (open.provider, headers));
            }
            Err(error) => {
                return self.on_fault(open, Fault::BadHeaders(error.to_string()), now, out);
            }
        }
        while let Some(next) = self.history.wanted(1).first().copied() {
            let Some((provider, headers)) = self.bundles.remove(&next) else {
                break;
            };
            match self
                .history
                .fill(headers, self.config.options.block_protocol, Threads::All)
            {
                Ok(verified) => {
                    self.rate.note(now, verified.len() as u64);
                    out.push(Effect::Save(Box::new(ChangeSet {
                        headers: verified,
                        segments: Some(self.history.segments().to_vec()),
                        ..ChangeSet::default()
                    })));
                }
                // It was asked for before the tip moved, or its sender is not that far.
                Err(FillError::Unfit) => {
                    return self.history_failed(provider, Fault::WrongAnswer, now, out);
                }
                Err(FillError::Wrong(error)) => {
                    return self.blame(provider, Fault::BadHeaders(error.to_string()), now, out);
                }
                Err(FillError::Fork { upper, lower }) => {
                    return self.halt(Evidence::Links { upper, lower }, None, out);
                }
            }
        }
        // What is no longer wanted was overtaken by a new tip.
        let wanted = self.history.wanted(2 * BUNDLES_AHEAD);
        self.bundles.retain(|index, _| wanted.contains(index));
    }
}
