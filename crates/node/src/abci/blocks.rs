//! The requests that consensus waits for: a block proposed, judged, executed, committed.

use std::sync::PoisonError;

use prost::bytes::Bytes;
use tendermint_proto::v0_38::abci::{
    RequestFinalizeBlock, RequestPrepareProposal, RequestProcessProposal, ResponseCommit,
    ResponseFinalizeBlock, ResponsePrepareProposal, ResponseProcessProposal,
    response_process_proposal,
};
use toend_ledger::hash::{Hash, sha256};
use toend_state_machine::{Block, BlockError, Proposal};

use super::answers::{executed, millis, misbehavior, update, version};
use super::application::{Application, Pending};
use super::error::ApplicationError;
use super::store::{Base, Newest};

impl Application {
    fn is_first(&self, height: i64) -> bool {
        u64::try_from(height) == Ok(self.genesis.initial_height)
    }

    pub(super) fn prepare(
        &self,
        asked: &RequestPrepareProposal,
    ) -> Result<ResponsePrepareProposal, ApplicationError> {
        self.read().app.check_rules()?;
        if self.is_first(asked.height) {
            return Ok(ResponsePrepareProposal { txs: Vec::new() });
        }
        let txs = asked.txs.iter().map(|tx| tx.to_vec()).collect();
        let room = u64::try_from(asked.max_tx_bytes).unwrap_or(0);
        let chosen = self.write().app.prepare_proposal(txs, room);
        Ok(ResponsePrepareProposal {
            txs: chosen.into_iter().map(Bytes::from).collect(),
        })
    }

    pub(super) fn process(
        &self,
        asked: &RequestProcessProposal,
    ) -> Result<ResponseProcessProposal, ApplicationError> {
        use response_process_proposal::ProposalStatus;
        self.read().app.check_rules()?;
        let accepted = if self.is_first(asked.height) {
            asked.hash[..] == self.first_block
        } else {
            let txs: Vec<Vec<u8>> = asked.txs.iter().map(|tx| tx.to_vec()).collect();
            let height = u64::try_from(asked.height).unwrap_or(0);
            match self.read().app.process_proposal(height, 0, &txs) {
                Proposal::Accept => true,
                Proposal::Reject { place, code } => {
                    tracing::warn!(
                        height,
                        place,
                        code = code.number(),
                        "a proposal was refused"
                    );
                    false
                }
            }
        };
        let status = if accepted {
            ProposalStatus::Accept
        } else {
            ProposalStatus::Reject
        };
        Ok(ResponseProcessProposal {
            status: status.into(),
        })
    }

    pub(super) fn finalize(
        &self,
        asked: &RequestFinalizeBlock,
    ) -> Result<ResponseFinalizeBlock, ApplicationError> {
        let unusable = |what: &str| ApplicationError::Protocol(what.to_owned());
        let block = Block {
            height: u64::try_from(asked.height).map_err(|_| unusable("a negative height"))?,
            time_ms: millis(asked.time.as_ref())
                .ok_or_else(|| unusable("a block without a time"))?,
            hash: Hash::try_from(&asked.hash[..])
                .map_err(|_| unusable("a block without a hash"))?,
            txs: asked.txs.iter().map(|tx| tx.to_vec()).collect(),
            misbehavior: asked.misbehavior.iter().filter_map(misbehavior).collect(),
        };
        for fault in &block.misbehavior {
            tracing::warn!(
                height = block.height,
                validator = hex::encode(fault.address),
                kind = ?fault.kind,
                at = fault.height,
                "the block holds evidence against a validator"
            );
        }
        let mut machine = self.write();
        let done = machine
            .app
            .finalize_block(block.clone())
            .map_err(|error| match error {
                BlockError::Rules(unknown) => unknown.into(),
                other => ApplicationError::Protocol(other.to_string()),
            })?;
        machine.pending = Some(Pending {
            hashes: block.txs.iter().map(|tx| sha256(&[tx])).collect(),
            codes: done.tx_results.iter().map(|result| result.code).collect(),
            newest: Newest {
                block,
                root: done.app_hash,
            },
            changes: done.changes,
        });
        Ok(ResponseFinalizeBlock {
            events: Vec::new(),
            tx_results: done.tx_results.into_iter().map(executed).collect(),
            validator_updates: done.validator_updates.iter().map(update).collect(),
            consensus_param_updates: done.new_version.map(version),
            app_hash: done.app_hash.to_vec().into(),
        })
    }

    pub(super) fn commit(&self) -> Result<ResponseCommit, ApplicationError> {
        let mut guard = self.write();
        let machine = &mut *guard;
        let pending = machine
            .pending
            .take()
            .ok_or_else(|| ApplicationError::Protocol("a commit without a block".to_owned()))?;
        let (before, base) = match &machine.ahead {
            Some((changes, base)) => (changes.as_slice(), Some(*base)),
            None => (&[][..], None),
        };
        let store = machine
            .store
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        store.commit(
            before,
            base,
            &pending.newest,
            &pending.hashes,
            &pending.codes,
        )?;
        let committed = machine.app.commit();
        let root = pending.newest.root;
        if let Some(base) = base.filter(|base| self.snapshots.is_due(base.height)) {
            self.begin_snapshot(store, base);
        }
        machine.ahead = Some((
            pending.changes,
            Base {
                height: committed.height,
                root,
            },
        ));
        machine.newest = Some(pending.newest.block);
        drop(guard);
        self.committed.send_replace(committed.height);
        Ok(ResponseCommit {
            retain_height: committed.retain_height.cast_signed(),
        })
    }
}
