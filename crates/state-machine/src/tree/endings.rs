//! The last bytes of values that many have in common: everything that a block seals ends with the block's height and time.

use std::collections::BTreeMap;

/// Bytes of an ending.
pub(super) const ENDING: usize = 16;

/// All endings there are, each once as long as they come in the order of blocks. They are never given up: 16 bytes a block
/// that seals something, beside what it seals.
#[derive(Debug, Default)]
pub(super) struct Endings {
    all: Vec<[u8; ENDING]>,
    /// By content, while a state is read in another order than that of its blocks.
    known: Option<BTreeMap<[u8; ENDING], u32>>,
}

impl Endings {
    /// The number of an ending, given to it now if it has none. None when there are no numbers left.
    pub fn number(&mut self, ending: &[u8; ENDING]) -> Option<u32> {
        let next = u32::try_from(self.all.len()).ok()?;
        if self.all.last() == Some(ending) {
            return next.checked_sub(1);
        }
        if let Some(known) = &mut self.known {
            let number = *known.entry(*ending).or_insert(next);
            if number != next {
                return Some(number);
            }
        }
        self.all.push(*ending);
        Some(next)
    }

    pub fn get(&self, number: u32) -> &[u8] {
        self.all
            .get(number as usize)
            .map_or(&[], |ending| ending.as_slice())
    }

    /// Whether every ending is to be found again, not only the last.
    pub fn remember(&mut self, all: bool) {
        self.known = all.then(BTreeMap::new);
    }
}
