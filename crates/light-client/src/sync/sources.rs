//! Who is asked, and how the answers were lately.

use std::time::Duration;

use toend_ledger::cometbft::Time;

use super::status::elapsed;
use super::{ProviderId, Source};

#[derive(Debug, Clone)]
struct Health {
    source: Source,
    /// Not asked again before; set after a failure.
    rests_until: Option<Time>,
    failures: u32,
    answered: Option<Time>,
    /// The tip it last reported.
    tip: Option<u64>,
}

/// All sources; one of them is the primary.
#[derive(Debug, Clone)]
pub struct Sources {
    list: Vec<Health>,
    primary: usize,
    rest: Duration,
}

/// A failing source rests at most this many times the usual.
const MAX_BACKOFF: u32 = 32;

impl Sources {
    pub fn new(sources: &[Source], rest: Duration) -> Self {
        let mut all = Self {
            list: Vec::new(),
            primary: 0,
            rest,
        };
        for source in sources {
            all.add(*source);
        }
        all
    }

    /// From now on this one is asked too; one that is known already stays as it is.
    pub fn add(&mut self, source: Source) {
        if self.authority(source.id).is_none() {
            self.list.push(Health {
                source,
                rests_until: None,
                failures: 0,
                answered: None,
                tip: None,
            });
        }
    }

    /// The source asked for new blocks, unless all are resting.
    pub fn primary(&mut self, now: Time) -> Option<ProviderId> {
        let count = self.list.len();
        for step in 0..count {
            let at = (self.primary + step) % count;
            if self
                .list
                .get(at)
                .is_some_and(|health| is_awake(health, now))
            {
                self.primary = at;
                return self.list.get(at).map(|health| health.source.id);
            }
        }
        None
    }

    /// A source by turn, from the primary on, that does not rest.
    pub fn nth_awake(&self, turn: usize, now: Time) -> Option<ProviderId> {
        let count = self.list.len();
        (0..count)
            .filter_map(|step| self.list.get((self.primary + turn + step) % count))
            .find(|health| is_awake(health, now))
            .map(|health| health.source.id)
    }

    /// Who is primary now, resting or not.
    pub fn current_primary(&self) -> Option<ProviderId> {
        self.list.get(self.primary).map(|health| health.source.id)
    }

    /// Asks somebody else next time.
    pub fn rotate(&mut self) {
        if !self.list.is_empty() {
            self.primary = (self.primary + 1) % self.list.len();
        }
    }

    /// Sources of other authorities than this one, one that rests excluded.
    pub fn witnesses(&self, of: ProviderId, now: Time) -> Vec<ProviderId> {
        let Some(authority) = self.authority(of) else {
            return Vec::new();
        };
        self.list
            .iter()
            .filter(|health| health.source.authority != authority && is_awake(health, now))
            .map(|health| health.source.id)
            .collect()
    }

    pub fn authority(&self, id: ProviderId) -> Option<u16> {
        self.list
            .iter()
            .find(|health| health.source.id == id)
            .map(|health| health.source.authority)
    }

    pub fn answered(&mut self, id: ProviderId, now: Time, tip: Option<u64>) {
        if let Some(health) = self.get_mut(id) {
            health.answered = Some(now);
            health.failures = 0;
            health.rests_until = None;
            if tip.is_some() {
                health.tip = tip;
            }
        }
    }

    pub fn failed(&mut self, id: ProviderId, now: Time) {
        let rest = self.rest;
        if let Some(health) = self.get_mut(id) {
            health.failures = (health.failures * 2).clamp(1, MAX_BACKOFF);
            health.answered = None;
            let until = now.unix_nanos()
                + i128::try_from((rest * health.failures).as_nanos()).unwrap_or(i128::MAX);
            health.rests_until = Time::from_unix_nanos(until).ok();
        }
        if self.current_primary() == Some(id) {
            self.rotate();
        }
    }

    /// Sources whose last answer was good.
    pub fn answering(&self) -> Vec<ProviderId> {
        self.list
            .iter()
            .filter(|health| health.answered.is_some())
            .map(|health| health.source.id)
            .collect()
    }

    /// How many authorities lately reported no tip above `height`, and whether any reported a higher one.
    pub fn at_or_below(&self, height: u64, now: Time, within: Duration) -> (usize, bool) {
        let mut authorities = Vec::new();
        let mut higher = false;
        for health in &self.list {
            let lately = health.answered.is_some_and(|at| elapsed(at, now) <= within);
            match health.tip {
                Some(tip) if lately && tip > height => higher = true,
                Some(_) if lately && !authorities.contains(&health.source.authority) => {
                    authorities.push(health.source.authority);
                }
                _ => {}
            }
        }
        (authorities.len(), higher)
    }

    fn get_mut(&mut self, id: ProviderId) -> Option<&mut Health> {
        self.list.iter_mut().find(|health| health.source.id == id)
    }
}

fn is_awake(health: &Health, now: Time) -> bool {
    health.rests_until.is_none_or(|until| until <= now)
}
