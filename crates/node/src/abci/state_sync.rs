//! State sync as ABCI asks for it: snapshots made, listed, offered and taken.

use std::sync::PoisonError;

use tendermint_proto::v0_38::abci::{
    RequestApplySnapshotChunk, ResponseApplySnapshotChunk, ResponseListSnapshots,
    ResponseOfferSnapshot, Snapshot, response_apply_snapshot_chunk, response_offer_snapshot,
};
use toend_state_machine::App;

use super::application::Application;
use super::error::ApplicationError;
use super::incoming::{Incoming, Refusal, TakeError, most_bytes};
use super::snapshot::FORMAT;
use super::store::{AppStore, Base};

impl Application {
    pub(super) fn begin_snapshot(&self, store: &AppStore, base: Base) {
        let held = store.reader().and_then(|reader| {
            let holds = reader.hold()?;
            Ok((reader, holds))
        });
        match held {
            Ok((reader, holds)) if holds == Some(base) => self.snapshots.make_aside(reader, base),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "no snapshot was begun"),
        }
    }

    pub(super) fn list_snapshots(&self) -> ResponseListSnapshots {
        let snapshots = self.snapshots.list().into_iter().map(|manifest| Snapshot {
            height: manifest.height,
            format: FORMAT,
            chunks: manifest.chunks.len() as u32,
            hash: manifest.hash().to_vec().into(),
            metadata: manifest.encode().into(),
        });
        ResponseListSnapshots {
            snapshots: snapshots.collect(),
        }
    }

    pub(super) fn offer(&self, offer: Option<Snapshot>, root: &[u8]) -> ResponseOfferSnapshot {
        use response_offer_snapshot::Result as Verdict;
        let mut machine = self.write();
        let verdict = if machine.app.info().height >= self.genesis.initial_height {
            // Never over a state that stands: CometBFT asks only nodes that have none.
            Verdict::Abort
        } else {
            let begun = offer.map(|offer| {
                let most = most_bytes(&self.genesis, offer.height);
                Incoming::begin(&offer, root, &self.net, most, self.snapshots.incoming())
            });
            match begun {
                Some(Ok(incoming)) => {
                    machine.incoming = Some(incoming);
                    Verdict::Accept
                }
                Some(Err(Refusal::Format)) => Verdict::RejectFormat,
                Some(Err(Refusal::Sender)) => {
                    tracing::warn!("a snapshot that cannot be one was offered");
                    Verdict::RejectSender
                }
                Some(Err(Refusal::Snapshot)) | None => Verdict::Reject,
            }
        };
        ResponseOfferSnapshot {
            result: verdict.into(),
        }
    }

    pub(super) fn apply_chunk(
        &self,
        asked: RequestApplySnapshotChunk,
    ) -> Result<ResponseApplySnapshotChunk, ApplicationError> {
        use response_apply_snapshot_chunk::Result as Verdict;
        let answer = |verdict: Verdict| ResponseApplySnapshotChunk {
            result: verdict.into(),
            ..ResponseApplySnapshotChunk::default()
        };
        let mut machine = self.write();
        let Some(incoming) = machine.incoming.as_mut() else {
            return Ok(answer(Verdict::Abort));
        };
        // Nobody honest offers what this was: none of them may stand in the way of the next.
        let refuse_all = |senders: Vec<String>| ResponseApplySnapshotChunk {
            reject_senders: senders,
            ..answer(Verdict::RejectSnapshot)
        };
        match incoming.take(asked.index, &asked.chunk, &asked.sender) {
            Ok(()) => {}
            Err(TakeError::Storage(error)) => return Err(error.into()),
            Err(TakeError::Chunk(error)) => {
                tracing::warn!(%error, index = asked.index, "a chunk of a snapshot was refused");
                return Ok(ResponseApplySnapshotChunk {
                    refetch_chunks: incoming.awaits().into_iter().collect(),
                    reject_senders: vec![asked.sender],
                    ..answer(Verdict::Retry)
                });
            }
            Err(error @ TakeError::Whole(_)) => {
                tracing::warn!(%error, index = asked.index, "a snapshot was refused");
                let senders = incoming.senders();
                machine.incoming = None;
                return Ok(refuse_all(senders));
            }
        }
        if incoming.awaits().is_some() {
            return Ok(answer(Verdict::Accept));
        }
        let senders = incoming.senders();
        let Some(received) = machine.incoming.take().and_then(Incoming::finish) else {
            return Ok(refuse_all(senders));
        };
        let (height, root) = (received.height(), received.root());
        let mut fault = None;
        let pairs = received
            .pairs()
            .map_while(|pair| pair.map_err(|error| fault = Some(error)).ok());
        let restored = App::restore_with_file(pairs, height, root, &self.genesis_file);
        if let Some(fault) = fault {
            return Err(fault.into());
        }
        match restored {
            Ok(app) => {
                let app = app.knowing(machine.app.knows());
                app.check_rules()?;
                machine
                    .store
                    .get_mut()
                    .unwrap_or_else(PoisonError::into_inner)
                    .begin(received.pairs(), Base { height, root })?;
                machine.app = app;
                machine.ahead = None;
                machine.newest = None;
                machine.pending = None;
                drop(machine);
                self.committed.send_replace(height);
                Ok(answer(Verdict::Accept))
            }
            Err(error) => {
                tracing::warn!(%error, "a snapshot does not give the state that was committed");
                Ok(refuse_all(senders))
            }
        }
    }
}
