//! Filings: commitments that gateways hand in for people.

use toend_ledger::hash::Hash;
use toend_ledger::state::{FilingValue, Key};
use toend_ledger::tx::Filing;

use super::{Mode, Round};
use crate::draft::Slot;
use crate::limits::RULES_WITHOUT_REPLAYS;
use toend_ledger::code::Code;

impl Round<'_> {
    /// `20`: any gateway in force, within its share of the block; once. A filing that stands is refused before its signature
    /// is looked at and uses nobody's share: filings are public, so that anybody can hand in those of others again. In
    /// blocks under versions 1 and 2 of the rules a repeat succeeds, counts, and changes nothing.
    pub(super) fn filing(&mut self, filing: &Filing, hash: &Hash, place: u32) -> Result<(), Code> {
        let key = self
            .registry
            .gateway(filing.gateway)
            .ok_or(Code::UnknownGateway)?;
        let slot = Slot::of(Key::Filing(filing.f));
        let stands = self.draft.holds(&slot);
        // What may wait and what is proposed is for each validator to say, under whichever rules.
        let strict = self.mode == Mode::Foresee || self.version() >= RULES_WITHOUT_REPLAYS;
        if stands && strict {
            return Err(Code::FilingStands);
        }
        if !self.verified.filing_holds(hash, &key, filing) {
            return Err(Code::BadSignature);
        }
        // Counted once it is surely the gateway's own.
        let used = self.filings.entry(filing.gateway).or_insert(0);
        if *used >= self.constants.filings_per_gateway {
            return Err(Code::QuotaExceeded);
        }
        *used += 1;
        if !stands {
            self.draft.put(
                &slot,
                FilingValue {
                    gateway: filing.gateway,
                    place,
                    at: self.at,
                }
                .encode(),
            );
        }
        Ok(())
    }
}
