//! Headers behind the tip, filled in by hash links from the top down.

use toend_ledger::cometbft::bundle::BUNDLE_HEADERS;
use toend_ledger::cometbft::{Hash, Header};

use crate::trusted::VerifiedHeader;
use crate::verify::{SequenceError, Threads};

/// Heights without a gap, all verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The lowest header.
    pub low: VerifiedHeader,
    /// The highest header.
    pub high: VerifiedHeader,
}

/// Which heights are verified, and where the next gap is.
#[derive(Debug, Clone)]
pub struct History {
    first: u64,
    /// Descending and disjoint, with at least one height missing between two.
    segments: Vec<Segment>,
}

/// Why a bundle does not fill the gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FillError {
    /// The bundle does not reach up to the gap's upper end, or holds other heights.
    Unfit,
    /// A header does not belong to the chain: the sender is to blame.
    Wrong(SequenceError),
    /// The filled gap does not meet what was verified below it: the chain forked.
    Fork {
        /// Lowest header of the upper chain.
        upper: Box<Header>,
        /// The header below it that was verified before.
        lower: Box<Header>,
    },
}

impl History {
    /// Nothing verified yet; the chain begins at `first`.
    pub const fn new(first: u64) -> Self {
        Self {
            first,
            segments: Vec::new(),
        }
    }

    /// Continues from what was saved, in any order. What overlaps is left out: it is only fetched again.
    pub fn restored(first: u64, mut saved: Vec<Segment>) -> Self {
        saved.sort_by_key(|segment| std::cmp::Reverse(segment.high.height()));
        let mut segments: Vec<Segment> = Vec::with_capacity(saved.len());
        for segment in saved {
            let whole = segment.low.height() <= segment.high.height();
            let apart = segments
                .last()
                .is_none_or(|above| segment.high.height() + 1 < above.low.height());
            if whole && apart {
                segments.push(segment);
            }
        }
        Self { first, segments }
    }

    /// Verified heights without gaps, from the top down.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Number of verified heights.
    pub fn verified(&self) -> u64 {
        self.segments
            .iter()
            .map(|s| s.high.height() - s.low.height() + 1)
            .sum()
    }

    /// Number of heights up to the tip.
    pub fn total(&self) -> u64 {
        self.segments
            .first()
            .map_or(0, |top| (top.high.height() + 1).saturating_sub(self.first))
    }

    /// A new verified tip. It must link to its neighbour below, if that is verified.
    pub fn adopt(&mut self, head: &VerifiedHeader) -> Result<(), FillError> {
        if let Some(top) = self.segments.first_mut() {
            if head.height() <= top.high.height() {
                return Ok(());
            }
            if head.height() == top.high.height() + 1 {
                if head
                    .header()
                    .last_block_id
                    .is_none_or(|id| id.hash != top.high.hash())
                {
                    return Err(FillError::Fork {
                        upper: Box::new(head.header().clone()),
                        lower: Box::new(top.high.header().clone()),
                    });
                }
                top.high = head.clone();
                return Ok(());
            }
        }
        self.segments.insert(
            0,
            Segment {
                low: head.clone(),
                high: head.clone(),
            },
        );
        Ok(())
    }

    /// Forgets everything above a height, after a fork. What is cut through the middle of a segment is forgotten whole,
    /// because the header at the cut is not kept here.
    pub fn forget_above(&mut self, height: u64) {
        self.segments
            .retain(|segment| segment.high.height() <= height);
    }

    /// The index of the bundle that holds a height.
    pub const fn bundle_of(&self, height: u64) -> u64 {
        height.saturating_sub(self.first) / BUNDLE_HEADERS as u64
    }

    /// The bundles to fetch next, at most `count`, from the top of the highest gap downwards.
    pub fn wanted(&self, count: u64) -> Vec<u64> {
        let Some((_, above, floor)) = self.gap() else {
            return Vec::new();
        };
        let top = self.bundle_of(above - 1);
        let bottom = self.bundle_of(floor).max((top + 1).saturating_sub(count));
        (bottom..=top).rev().collect()
    }

    /// The highest gap: its segment, the height above it, and its lowest missing height.
    fn gap(&self) -> Option<(usize, u64, u64)> {
        self.segments.iter().enumerate().find_map(|(i, segment)| {
            let low = segment.low.height();
            let floor = self
                .segments
                .get(i + 1)
                .map_or(self.first, |below| below.high.height() + 1);
            (low > floor).then_some((i, low, floor))
        })
    }

    /// Verifies what a bundle adds to the highest gap. Gives the headers that are new, ascending.
    pub fn fill(
        &mut self,
        headers: Vec<Header>,
        block_protocol: u64,
        threads: Threads,
    ) -> Result<Vec<VerifiedHeader>, FillError> {
        let Some((at, above, floor)) = self.gap() else {
            return Err(FillError::Unfit);
        };
        let mut missing = headers;
        missing.retain(|header| (floor..above).contains(&header.height));
        if missing.last().is_none_or(|top| top.height + 1 != above) {
            return Err(FillError::Unfit);
        }
        let Some(segment) = self.segments.get_mut(at) else {
            return Err(FillError::Unfit);
        };
        let verified = segment
            .low
            .older(missing, block_protocol, threads)
            .map_err(FillError::Wrong)?;
        let Some(lowest) = verified.first() else {
            return Err(FillError::Unfit);
        };
        if lowest.height() == floor && floor > self.first {
            self.close(at, lowest)?;
        } else {
            segment.low = lowest.clone();
        }
        Ok(verified)
    }

    /// Joins a segment, whose new lowest header is given, with the one below.
    fn close(&mut self, at: usize, lowest: &VerifiedHeader) -> Result<(), FillError> {
        let links_to: Option<Hash> = lowest.header().last_block_id.map(|id| id.hash);
        let Some(below) = self.segments.get(at + 1) else {
            return Ok(());
        };
        if links_to != Some(below.high.hash()) {
            return Err(FillError::Fork {
                upper: Box::new(lowest.header().clone()),
                lower: Box::new(below.high.header().clone()),
            });
        }
        let below = self.segments.remove(at + 1);
        if let Some(segment) = self.segments.get_mut(at) {
            segment.low = below.low;
        }
        Ok(())
    }
}
