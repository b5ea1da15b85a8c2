//! Filings: commitments that gateways hand in for people.

use toend_ledger::hash::Hash;
use toend_ledger::state::{FilingValue, Key};
use toend_ledger::tx::Filing;

use super::Round;
use crate::draft::Slot;
use toend_ledger::code::Code;

impl Round<'_> {
    /// `20`: any gateway in force, within its share of the block; once. A repeat, by whichever gateway,
    /// changes nothing and succeeds, so that a person can hand one filing to two gateways.
    pub(super) fn filing(&mut self, filing: &Filing, hash: &Hash, place: u32) -> Result<(), Code> {
        let key = self
            .registry
            .gateway(filing.gateway)
            .ok_or(Code::UnknownGateway)?;
        if !self.verified.filing_holds(hash, &key, filing) {
            return Err(Code::BadSignature);
        }
        // Counted once it is surely the gateway's own; repeats count too, or they would be a free flood.
        let used = self.filings.entry(filing.gateway).or_insert(0);
        if *used >= self.constants.filings_per_gateway {
            return Err(Code::QuotaExceeded);
        }
        *used += 1;
        let slot = Slot::of(Key::Filing(filing.f));
        if !self.draft.holds(&slot) {
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
