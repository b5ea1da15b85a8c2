//! The application as the network drives it: ABCI 2.0's calls, in the network's own types.

use toend_ledger::cometbft::Time;
use toend_ledger::hash::Hash;
use toend_ledger::tx::{Action, Governance, Tx};
use toend_state_machine::{App, Block, Code, Proposal, QueryError, TxResult};

use super::plan::Plan;
use crate::ledger::QueryResult;
use crate::storage::{Pairs, TxRecord};

/// One replica of the application. All four validators of the embedded network
/// look at this one: its answers are a pure function of the blocks, so four
/// copies in one process would only say the same thing four times.
#[derive(Debug)]
pub struct Replica {
    app: App,
}

/// What a block did.
#[derive(Clone, Debug)]
pub struct Finalized {
    /// One result per transaction.
    pub results: Vec<TxRecord>,
    /// State root after the block.
    pub app_hash: Hash,
    /// The state's writes.
    pub changes: Pairs,
}

impl Replica {
    /// `InitChain`: the state the genesis file makes, and its pairs to be stored.
    pub fn genesis(plan: &Plan) -> Result<(Self, Pairs), String> {
        let app = App::from_genesis_file(&plan.genesis_bytes).map_err(|error| error.to_string())?;
        Ok((Self { app }, App::genesis_state(&plan.genesis)))
    }

    /// The state after block `height` as it was stored; refused unless its root is `app_hash`.
    pub fn restore(plan: &Plan, state: Pairs, height: u64, app_hash: Hash) -> Result<Self, String> {
        App::restore_with_file(state.into_iter(), height, app_hash, &plan.genesis_bytes)
            .map(|app| Self { app })
            .map_err(|error| error.to_string())
    }

    /// `Info`: height and state root of the last committed block.
    pub fn info(&self) -> (u64, Hash) {
        let info = self.app.info();
        (info.height, info.app_hash)
    }

    /// `CheckTx`: whether a transaction may wait for a block.
    ///
    /// The four validators of one process are the genesis file's for ever, and its rules are its program's: a decision that
    /// would change either is refused before it can wait, so that no block ever holds one.
    pub fn check_tx(&mut self, tx: &[u8]) -> TxRecord {
        if let Some(code) = fixed_here(tx) {
            return TxRecord {
                code: code.number(),
                gas_wanted: 0,
                gas_used: 0,
                log: code.to_string(),
            };
        }
        record(self.app.check_tx(tx))
    }

    /// `PrepareProposal`: those of the waiting transactions that would take effect.
    pub fn prepare_proposal(&mut self, txs: Vec<Vec<u8>>, max_bytes: usize) -> Vec<Vec<u8>> {
        self.app.prepare_proposal(txs, max_bytes as u64)
    }

    /// `ProcessProposal`: one validator's judgement; the error says what is wrong.
    pub fn process_proposal(&self, height: u64, time: Time, txs: &[Vec<u8>]) -> Result<(), String> {
        match self.app.process_proposal(height, time.millis(), txs) {
            Proposal::Accept => Ok(()),
            Proposal::Reject { place, code } => Err(format!("transaction {place}: {code}")),
        }
    }

    /// `FinalizeBlock`: executes a decided block without committing it.
    pub fn finalize_block(
        &mut self,
        height: u64,
        time: Time,
        hash: Hash,
        txs: &[Vec<u8>],
    ) -> Result<Finalized, String> {
        let block = Block {
            height,
            time_ms: time.millis(),
            hash,
            txs: txs.to_vec(),
            // Validators of one process do not contradict each other.
            misbehavior: Vec::new(),
        };
        let done = self
            .app
            .finalize_block(block)
            .map_err(|error| error.to_string())?;
        Ok(Finalized {
            results: done.tx_results.into_iter().map(record).collect(),
            app_hash: done.app_hash,
            changes: done.changes,
        })
    }

    /// `Commit`: the executed block becomes the state.
    pub fn commit(&mut self) {
        self.app.commit();
    }

    /// `Query`: the state under a key after block `height`, proven. None when that version is not kept.
    pub fn query(&self, key: &[u8], height: u64) -> Option<QueryResult> {
        let found = self.app.query(key, Some(height)).ok()?;
        Some(QueryResult {
            value: found.value,
            proof: found.proof.encode(),
            height: found.height,
        })
    }

    /// The subtree under the first `bits` bits of `place`, proven.
    pub fn subtree(&self, place: &Hash, bits: usize, height: u64) -> Result<Vec<u8>, QueryError> {
        Ok(self.app.subtree(place, bits, Some(height))?.encode())
    }
}

fn fixed_here(tx: &[u8]) -> Option<Code> {
    match Tx::decode(tx) {
        Ok(Tx::Governance(Governance { action, .. })) => match action {
            Action::Validator { .. } => Some(Code::FixedValidators),
            Action::Upgrade { .. } => Some(Code::FixedRules),
            _ => None,
        },
        _ => None,
    }
}

fn record(result: TxResult) -> TxRecord {
    let log = if result.is_ok() {
        String::new()
    } else {
        result.outcome().to_string()
    };
    TxRecord {
        code: result.code,
        gas_wanted: result.gas_wanted,
        gas_used: result.gas_used,
        log,
    }
}

#[cfg(test)]
mod tests {
    use toend_ledger::genesis::demo::{self, Purpose};

    use super::*;

    #[test]
    fn only_decisions_about_validators_and_rules_are_refused() {
        let key = demo::signing_key(Purpose::Governance, 0);
        let bytes = |action| {
            Governance::signed(demo::net(), action, &[(0, &key)])
                .map(|decision| Tx::Governance(decision).encode())
                .unwrap()
        };
        let validator = Action::Validator {
            authority: 0,
            serial: 1,
            pub_key: [1; 32],
            power: 10,
        };
        assert_eq!(fixed_here(&bytes(validator)), Some(Code::FixedValidators));
        let upgrade = Action::Upgrade {
            serial: 1,
            version: 2,
            height: 1000,
        };
        assert_eq!(fixed_here(&bytes(upgrade)), Some(Code::FixedRules));
        let authority = Action::Authority {
            authority: 0,
            serial: 1,
            governance_key: [1; 32],
        };
        assert_eq!(fixed_here(&bytes(authority)), None);
        assert_eq!(fixed_here(b"no transaction"), None);
    }
}
