//! A bounded store of what senders leave at a gateway: pending sign-ins and sessions.
//!
//! Nobody who leaves much pushes out what others left. When the store is full, or what one network or gateway may leave in
//! it, then whoever uses most of the own bound makes room: of the networks first, of the senders in it next, and of what
//! that sender left what was used longest ago. Among equals it is whoever came last the longest ago.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use super::senders::{Bounds, Level, Sender, Whom};

struct Item<V> {
    value: V,
    /// When it was left or used last, in [`Kept::turns`].
    turn: u64,
    sender: Sender,
}

/// How much of its bound somebody uses, in 65,536ths; when it was there last; who it is. The last one makes room.
type Rank = (u64, Reverse<u64>, Whom);

/// What stands under somebody.
struct Node<K> {
    count: u32,
    /// When something was left or used last.
    turn: u64,
    /// Those below, each with something.
    below: BTreeSet<Rank>,
    /// What is counted under nobody below, by turn.
    own: BTreeMap<u64, K>,
}

impl<K> Default for Node<K> {
    fn default() -> Self {
        Self {
            count: 0,
            turn: 0,
            below: BTreeSet::new(),
            own: BTreeMap::new(),
        }
    }
}

impl<K> Node<K> {
    fn rank(&self, level: &Level, bounds: Bounds) -> Rank {
        let bound = u64::from(bounds.of(level.width)).max(1);
        let used = (u64::from(self.count) << 16) / bound;
        (used, Reverse(self.turn), level.whom)
    }
}

/// What happens to an item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Comes,
    IsUsed,
    Goes,
}

/// The store.
pub(super) struct Kept<K, V> {
    items: HashMap<K, Item<V>>,
    nodes: HashMap<Whom, Node<K>>,
    /// Those below nobody.
    widest: BTreeSet<Rank>,
    most: usize,
    bounds: Bounds,
    /// How often something was left or used.
    turns: u64,
}

impl<K: Clone + Eq + Hash, V> Kept<K, V> {
    pub(super) fn new(most: usize, bounds: Bounds) -> Self {
        Self {
            items: HashMap::new(),
            nodes: HashMap::new(),
            widest: BTreeSet::new(),
            most,
            bounds,
            turns: 0,
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.items.len() >= self.most
    }

    /// Keeps a value under a sender and makes room for it.
    pub(super) fn put(&mut self, key: K, value: V, sender: Sender) {
        self.take(&key);
        for level in sender.levels() {
            let node = self.nodes.get(&level.whom);
            if node.is_some_and(|node| node.count >= self.bounds.of(level.width)) {
                self.make_room(Some(level.whom));
            }
        }
        if self.is_full() {
            self.make_room(None);
        }
        let turn = self.next_turn();
        self.count(&sender, Change::Comes, turn, &key);
        let item = Item {
            value,
            turn,
            sender,
        };
        self.items.insert(key, item);
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.items.get(key).map(|item| &item.value)
    }

    /// The value, which is used now: of its sender's it makes room last.
    pub(super) fn touch(&mut self, key: &K) -> Option<&mut V> {
        let turn = self.next_turn();
        let item = self.items.get_mut(key)?;
        let (sender, before) = (item.sender.clone(), item.turn);
        item.turn = turn;
        self.disown(&sender, before);
        self.count(&sender, Change::IsUsed, turn, key);
        self.items.get_mut(key).map(|item| &mut item.value)
    }

    pub(super) fn take(&mut self, key: &K) -> Option<V> {
        let item = self.items.remove(key)?;
        self.disown(&item.sender, item.turn);
        self.count(&item.sender, Change::Goes, item.turn, key);
        Some(item.value)
    }

    /// Forgets what has ended.
    pub(super) fn forget(&mut self, ended: impl Fn(&V) -> bool) {
        let over = self.items.iter().filter(|(_, item)| ended(&item.value));
        let over: Vec<K> = over.map(|(key, _)| key.clone()).collect();
        for key in over {
            self.take(&key);
        }
    }

    fn next_turn(&mut self) -> u64 {
        self.turns += 1;
        self.turns
    }

    /// Drops one of what stands under somebody, or of everything.
    fn make_room(&mut self, under: Option<Whom>) {
        let first = |below: &BTreeSet<Rank>| below.last().map(|(_, _, whom)| *whom);
        let mut next = under.or_else(|| first(&self.widest));
        while let Some(node) = next.and_then(|whom| self.nodes.get(&whom)) {
            if let Some(key) = node.own.values().next().cloned() {
                self.take(&key);
                return;
            }
            next = first(&node.below);
        }
    }

    fn disown(&mut self, sender: &Sender, turn: u64) {
        let own = sender.levels().first();
        if let Some(node) = own.and_then(|level| self.nodes.get_mut(&level.whom)) {
            node.own.remove(&turn);
        }
    }

    /// Counts a change under everything that a sender is counted under.
    fn count(&mut self, sender: &Sender, change: Change, turn: u64, key: &K) {
        let mut above = None;
        for level in sender.levels().iter().rev() {
            let node = self.nodes.entry(level.whom).or_default();
            let before = node.rank(level, self.bounds);
            match change {
                Change::Comes => node.count += 1,
                Change::IsUsed => {}
                Change::Goes => node.count -= 1,
            }
            node.turn = node.turn.max(turn);
            let after = (node.count > 0).then(|| node.rank(level, self.bounds));
            if after.is_none() {
                self.nodes.remove(&level.whom);
            }
            let siblings = match above {
                None => Some(&mut self.widest),
                Some(whom) => self.nodes.get_mut(&whom).map(|node| &mut node.below),
            };
            if let Some(siblings) = siblings {
                siblings.remove(&before);
                siblings.extend(after);
            }
            above = Some(level.whom);
        }
        let own = sender.levels().first().filter(|_| change != Change::Goes);
        if let Some(node) = own.and_then(|level| self.nodes.get_mut(&level.whom)) {
            node.own.insert(turn, key.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds {
        way: 3,
        one: 3,
        wider: 5,
        widest: 7,
        gateway: 9,
    };

    fn at(text: &str) -> Sender {
        Sender::at(text.parse().unwrap())
    }

    #[test]
    fn whoever_leaves_too_much_loses_the_own_oldest() {
        let mut kept = Kept::new(100, BOUNDS);
        kept.put(0, (), at("192.0.2.1"));
        for key in 1..=4 {
            kept.put(key, (), at("192.0.2.2"));
        }
        assert!(kept.get(&0).is_some() && kept.get(&1).is_none());
        assert!(kept.get(&2).is_some() && kept.get(&4).is_some());
        // Many networks of one owner are not many senders.
        for key in 10..60 {
            kept.put(key, (), at(&format!("2001:db8:1:{key:x}00::1")));
        }
        assert_eq!(kept.len(), 4 + 7);
        assert!(kept.get(&0).is_some());
    }

    #[test]
    fn who_comes_through_a_gateway_pushes_out_no_other_who_does() {
        let led = |port: u16| Sender::led(([192, 0, 2, 9], port).into());
        let mut kept = Kept::new(100, BOUNDS);
        kept.put(0, (), led(1));
        for key in 1..60 {
            kept.put(key, (), led(2 + u16::try_from(key % 4).unwrap()));
        }
        assert_eq!(kept.len(), 9);
        assert!(kept.get(&0).is_some());
    }

    #[test]
    fn in_a_full_store_whoever_has_most_makes_room() {
        let mut kept = Kept::new(4, BOUNDS);
        kept.put(0, (), at("192.0.2.1"));
        for key in 1..4 {
            kept.put(key, (), at("192.0.2.2"));
        }
        assert!(kept.is_full());
        kept.put(4, (), at("192.0.2.3"));
        assert!(kept.get(&0).is_some() && kept.get(&1).is_none());
        // Whoever comes last need not be who makes room.
        kept.put(5, (), at("192.0.2.3"));
        assert!(kept.get(&4).is_some() && kept.get(&2).is_none());
        kept.forget(|()| true);
        assert_eq!((kept.len(), kept.nodes.len()), (0, 0));
        assert!(kept.widest.is_empty());
    }

    #[test]
    fn among_equals_who_came_longest_ago_makes_room_and_use_counts() {
        let mut kept = Kept::new(3, BOUNDS);
        for host in 1..=3 {
            kept.put(host, (), at(&format!("192.0.2.{host}")));
        }
        assert!(kept.touch(&1).is_some() && kept.touch(&9).is_none());
        kept.put(4, (), at("2001:db8::1"));
        assert!(kept.get(&1).is_some() && kept.get(&2).is_none());
        kept.put(5, (), at("192.0.2.0"));
        assert!(kept.get(&1).is_some() && kept.get(&3).is_none());
        kept.put(6, (), at("192.0.2.5"));
        assert!(kept.get(&1).is_none() && kept.len() == 3);
    }
}
