//! Ways to a gateway that cannot be reached: through another authority's gateway, which carries bytes and reads none.
//!
//! TLS goes from this program to the gateway that is meant: the near one learns which gateway is asked, and how much. Where a
//! gateway has no TLS there is no such way, for what is carried could be read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How long a way is kept before the straight one is tried again.
const KEEP: Duration = Duration::from_secs(60);

/// Addresses of all gateways, by authority. Clones are handles on the same table.
#[derive(Clone, Debug, Default)]
pub struct Neighbours(Arc<RwLock<BTreeMap<usize, Neighbour>>>);

/// A gateway that may carry for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Authority id.
    pub authority: String,
    /// `scheme://host[:port]`.
    pub base: String,
}

impl Neighbours {
    /// A gateway is at this address from now on.
    pub fn put(&self, index: usize, authority: &str, base: &str) {
        let neighbour = Neighbour {
            authority: authority.to_owned(),
            base: base.to_owned(),
        };
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(index, neighbour);
    }

    /// A gateway is nowhere.
    pub fn remove(&self, index: usize) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.remove(&index);
    }

    /// All but one; those after it first, so that not all carry through the same one.
    pub fn others(&self, index: usize) -> Vec<Neighbour> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let after = all.range(index.saturating_add(1)..);
        let before = all.range(..index);
        after.chain(before).map(|(_, one)| one.clone()).collect()
    }
}

/// The way that worked last. Clones are handles on the same one.
#[derive(Clone, Debug, Default)]
pub struct LastWay(Arc<Mutex<Option<(Neighbour, Instant)>>>);

impl LastWay {
    /// The way that is used now; none is the straight one.
    pub fn now(&self) -> Option<Neighbour> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref()
            .filter(|(_, since)| since.elapsed() < KEEP)
            .map(|(way, _)| way.clone())
    }

    /// A way worked.
    pub fn found(&self, way: Option<Neighbour>) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = way.map(|way| (way, Instant::now()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_asked_in_turn_and_never_the_gateway_itself() {
        let neighbours = Neighbours::default();
        for (index, authority) in ["a", "b", "c"].iter().enumerate() {
            neighbours.put(index, authority, "https://old.example");
        }
        neighbours.put(2, "c", "https://new.example");
        let names = |index| -> Vec<String> {
            let others = neighbours.others(index).into_iter();
            others.map(|one| one.authority).collect()
        };
        assert_eq!(names(0), ["b", "c"]);
        assert_eq!(names(1), ["c", "a"]);
        assert_eq!(neighbours.others(1)[0].base, "https://new.example");
        let last = LastWay::default();
        assert_eq!(last.now(), None);
        last.clone().found(neighbours.others(0).pop());
        assert_eq!(last.now().map(|way| way.authority).as_deref(), Some("c"));
        last.found(None);
        assert_eq!(last.now(), None);
    }
}
