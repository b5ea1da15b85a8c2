//! ABCI's Query: the state under a key, proven. Only what a header commits is answered.

use tendermint_proto::v0_38::abci::{RequestQuery, ResponseQuery};
use tendermint_proto::v0_38::crypto::{ProofOp, ProofOps};
use toend_state_machine::CODESPACE;

use super::Application;
use crate::rpc::PROOF_TYPE;

impl Application {
    /// `path` is `/state` (or empty), `data` the key before hashing. Height 0 is the newest state that a header commits.
    pub(super) fn abci_query(&self, asked: &RequestQuery) -> ResponseQuery {
        let refuse = |code, log: &str| ResponseQuery {
            code,
            log: log.to_owned(),
            codespace: CODESPACE.to_owned(),
            key: asked.data.clone(),
            ..ResponseQuery::default()
        };
        if !matches!(asked.path.as_str(), "" | "/state") {
            return refuse(1, "unknown path");
        }
        let provable = self.read().app.info().height.saturating_sub(1);
        let height = match asked.height {
            0 => provable,
            asked => match u64::try_from(asked) {
                Ok(height) if height <= provable => height,
                _ => return refuse(2, "that height is not provable yet"),
            },
        };
        let Some(found) = self.query(&asked.data, height) else {
            return refuse(3, "that version of the state is not kept");
        };
        let log = if found.value.is_some() {
            "exists"
        } else {
            "does not exist"
        };
        ResponseQuery {
            log: log.to_owned(),
            key: asked.data.clone(),
            value: found.value.unwrap_or_default().into(),
            proof_ops: asked.prove.then(|| ProofOps {
                ops: vec![ProofOp {
                    r#type: PROOF_TYPE.to_owned(),
                    key: asked.data.to_vec(),
                    data: found.proof,
                }],
            }),
            height: found.height.cast_signed(),
            ..ResponseQuery::default()
        }
    }
}
