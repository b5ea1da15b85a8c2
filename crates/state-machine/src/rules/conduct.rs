//! How the ledger is run: faults that the engine proved, and which rules apply from when on.

use toend_ledger::state::{Fault, FaultKind, FaultValue, Key, RulesValue, ValidatorAddress};

use super::Round;
use crate::draft::Slot;
use toend_ledger::code::Code;

/// Evidence that the engine put into a block: this validator broke its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misbehavior {
    /// What it did.
    pub kind: FaultKind,
    /// Address of its consensus key.
    pub address: ValidatorAddress,
    /// Height that the false signatures are for.
    pub height: u64,
    /// Header time of that height, Unix milliseconds.
    pub time_ms: u64,
}

impl Round<'_> {
    /// `08`: written down and nothing else. Voting power goes by decision only: a block must not take more than a third of
    /// it, and one computer that was set up twice by mistake must not cost the others the last one that may fail.
    pub fn fault(&mut self, shown: &Misbehavior) {
        // The engine knows no validators but those of genesis and decisions.
        let Some(authority) = self.registry.whose(&shown.address) else {
            return;
        };
        let fault = Fault {
            kind: shown.kind,
            address: shown.address,
            height: shown.height,
            time_ms: shown.time_ms,
            at: self.at,
        };
        let slot = Slot::of(Key::Fault(authority));
        let before = self
            .draft
            .get(&slot)
            .and_then(|bytes| FaultValue::decode(&bytes).ok());
        let value = before.map_or(
            FaultValue {
                count: 1,
                first: fault,
                last: fault,
            },
            |before| FaultValue {
                count: before.count.saturating_add(1),
                last: fault,
                ..before
            },
        );
        self.draft.put(&slot, value.encode());
        self.draft.keep();
    }

    /// `09`: the next version from a block on, which is not the next one, so that every program sees it coming; or the one in
    /// force, which takes back what has not come yet.
    pub(super) fn set_rules(&mut self, serial: u32, version: u64, height: u64) -> Result<(), Code> {
        let decided = self.registry.rules();
        super::offices::follows(serial, decided.map_or(0, |rules| rules.serial))?;
        let now = self.at.height;
        let before = self.registry.version_at(now, self.constants.version);
        let comes = version == before || before.checked_add(1) == Some(version);
        // What begins with the next block has been told to the engine, or is about to be.
        let too_late = decided.is_some_and(|rules| rules.from == now.saturating_add(1));
        if !comes || too_late || height <= now.saturating_add(1) {
            return Err(Code::RulesSequence);
        }
        let value = RulesValue {
            before,
            version,
            from: height,
            serial,
            at: self.at,
        };
        self.draft.put(&Slot::of(Key::Rules), value.encode());
        self.registry.to_mut().note_rules(&value);
        Ok(())
    }
}
