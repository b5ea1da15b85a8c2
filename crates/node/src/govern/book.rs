//! What the ledger says about offices, asked of this authority's own node.
//!
//! The own node is believed: it executed every block itself. What somebody else's gateway says is for the client to judge.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use toend_ledger::genesis::Genesis;
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::state::{Key, Reg, RightValue, VACANT, Value};
use toend_ledger::tx::Action;

use super::words::stands;
use crate::comet::rpc::{CometRpc, RpcError};

/// How many numbers beyond the genesis file's are looked at for authorities that joined.
const NEWCOMERS: u16 = 16;
/// How long a decision may take to stand in a block.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is looked whether it does.
const LOOK: Duration = Duration::from_millis(200);

/// Why the ledger gives no answer.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The node.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// What it answers.
    #[error("the node's answer about the state cannot be read")]
    Answer,
    /// Another ledger.
    #[error("the node runs another network than the genesis file's")]
    OtherNetwork,
    /// What is to be changed does not exist.
    #[error("{0}")]
    Nothing(String),
    /// The ledger refused.
    #[error(
        "the ledger refused the decision: {says} (code {code}); `govern show` with --genesis and --rpc says what stands now: where that has changed, draft the decision anew"
    )]
    Refused {
        /// Its code.
        code: u32,
        /// What it means.
        says: String,
    },
    /// It came into no block.
    #[error(
        "the decision stands in no block yet: look again with `govern show`, or submit it again"
    )]
    Waiting,
}

/// The ledger as the own node tells it.
#[derive(Clone, Debug)]
pub struct Book {
    rpc: CometRpc,
    genesis: Genesis,
    net: Hash,
}

impl Book {
    /// Opens it.
    ///
    /// # Errors
    /// [`BookError::OtherNetwork`] when node and genesis file do not belong together.
    pub fn open(rpc: CometRpc, genesis: Genesis, net: Hash) -> Result<Self, BookError> {
        let status = rpc.call("status", &json!({}))?;
        if status.pointer("/node_info/network").and_then(Json::as_str) != Some(&genesis.chain_id) {
            return Err(BookError::OtherNetwork);
        }
        Ok(Self { rpc, genesis, net })
    }

    /// Name of the chain.
    pub fn chain_id(&self) -> &str {
        &self.genesis.chain_id
    }

    /// Hash of the genesis file.
    pub const fn net(&self) -> Hash {
        self.net
    }

    /// What stands under a key in the newest state that a header commits.
    ///
    /// # Errors
    /// [`BookError`].
    pub fn value(&self, key: &Key) -> Result<Option<Value>, BookError> {
        let asked = json!({ "path": "/state", "data": hex::encode(key.encode()), "prove": false });
        let answer = self.rpc.call("abci_query", &asked)?;
        let response = answer.get("response").ok_or(BookError::Answer)?;
        if response.get("code").and_then(Json::as_u64).unwrap_or(0) != 0 {
            return Err(BookError::Answer);
        }
        match response.get("value").and_then(Json::as_str) {
            None | Some("") => Ok(None),
            Some(text) => {
                let bytes = STANDARD.decode(text).map_err(|_| BookError::Answer)?;
                let value = Value::decode(key, &bytes).map_err(|_| BookError::Answer)?;
                Ok(Some(value))
            }
        }
    }

    /// The governance keys in force, by authority.
    ///
    /// # Errors
    /// [`BookError`].
    pub fn governance_keys(&self) -> Result<BTreeMap<u16, [u8; 32]>, BookError> {
        let began = &self.genesis.app.governance_keys;
        let mut keys: BTreeMap<u16, [u8; 32]> = (0u16..).zip(began.iter().copied()).collect();
        let last = u16::try_from(began.len()).unwrap_or(u16::MAX);
        for authority in 0..last.saturating_add(NEWCOMERS) {
            if let Some(Value::Authority(value)) = self.value(&Key::Authority(authority))? {
                if value.governance_key == VACANT {
                    keys.remove(&authority);
                } else {
                    keys.insert(authority, value.governance_key);
                }
            }
        }
        Ok(keys)
    }

    /// The number of the next change of an office.
    ///
    /// # Errors
    /// [`BookError`].
    pub fn next_serial(&self, key: &Key) -> Result<u32, BookError> {
        let serial = match self.value(key)? {
            Some(Value::Authority(value)) => value.serial,
            Some(Value::Validator(value)) => value.serial,
            Some(Value::Gateway(value)) => value.serial,
            Some(Value::Rules(value)) => value.serial,
            Some(Value::Register(value)) => value.changed.map_or(0, |changed| changed.serial),
            _ => 0,
        };
        Ok(serial.saturating_add(1))
    }

    /// The version of the rules for the next block.
    ///
    /// # Errors
    /// [`BookError`].
    pub fn rules(&self) -> Result<u64, BookError> {
        let info = self.rpc.call("abci_info", &json!({}))?;
        // Where it is 0, CometBFT leaves it out.
        match info.pointer("/response/app_version") {
            None => Ok(0),
            Some(version) => version
                .as_str()
                .and_then(|text| text.parse().ok())
                .ok_or(BookError::Answer),
        }
    }

    /// Seal and answer key of a register.
    ///
    /// # Errors
    /// [`BookError::Nothing`] for a register that does not exist.
    pub fn register_keys(&self, reg: Reg) -> Result<([u8; 32], [u8; 32]), BookError> {
        match self.value(&Key::Register(reg))? {
            Some(Value::Register(value)) => Ok((value.seal_key, value.answer_key)),
            _ => Err(BookError::Nothing(format!("there is no register {reg}"))),
        }
    }

    /// The newest VRF epoch of a register.
    ///
    /// # Errors
    /// [`BookError`].
    pub fn latest_epoch(&self, reg: Reg) -> Result<u16, BookError> {
        let mut latest = 0;
        while self
            .value(&Key::Epoch {
                reg,
                epoch: latest + 1,
            })?
            .is_some()
        {
            latest += 1;
        }
        Ok(latest)
    }

    /// The period that a decision about a right is about: the open one to end it, the next to begin.
    ///
    /// # Errors
    /// [`BookError`].
    pub fn period(&self, reg: Reg, schema: u32, begins: bool) -> Result<u16, BookError> {
        let mut period = 1;
        loop {
            let key = Key::Right {
                reg,
                schema,
                period,
            };
            match self.value(&key)? {
                Some(Value::Right(value)) if value.until == RightValue::OPEN && !begins => {
                    return Ok(period);
                }
                Some(_) => period += 1,
                None => return Ok(period),
            }
        }
    }

    /// What the ledger says about what a decision changes, in words.
    ///
    /// # Errors
    /// [`BookError`].
    pub fn before(&self, action: &Action) -> Result<Vec<String>, BookError> {
        let key = match *action {
            Action::Register { reg, .. } | Action::Keys { reg, .. } => Key::Register(reg),
            Action::Epoch { reg, epoch, .. } => Key::Epoch {
                reg,
                epoch: epoch.saturating_sub(1),
            },
            Action::Authority { authority, .. } => Key::Authority(authority),
            Action::Validator { authority, .. } => Key::Validator(authority),
            Action::Upgrade { .. } => Key::Rules,
            Action::Gateway { gateway, .. } => Key::Gateway(gateway),
            Action::Right {
                reg,
                schema,
                period,
                begins,
                ..
            } => Key::Right {
                reg,
                schema,
                period: if begins {
                    period.saturating_sub(1)
                } else {
                    period
                },
            },
        };
        Ok(stands(self.value(&key)?.as_ref()))
    }

    /// Hands a decision in and waits until it stands in a block; the block's height.
    ///
    /// # Errors
    /// [`BookError::Refused`] with the ledger's reason, [`BookError::Waiting`] when no block took it in time.
    pub fn submit(&self, transaction: &[u8]) -> Result<u64, BookError> {
        let refused = |code: u32, log: &str| BookError::Refused {
            code,
            says: toend_state_machine::Code::from_number(code)
                .map_or_else(|| log.to_owned(), |code| code.says().to_owned()),
        };
        // Handed in a second time, it is found where it stands.
        if let Some((0, height)) = self.found(transaction)? {
            return Ok(height);
        }
        match self.rpc.broadcast(transaction) {
            Ok(checked) if checked.code != 0 => return Err(refused(checked.code, &checked.log)),
            // Somebody handed it in a moment ago, and no block has it yet.
            Err(RpcError::Refused(said)) if said.contains("already exists in cache") => {}
            handed_in => drop(handed_in?),
        }
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            match self.found(transaction)? {
                Some((0, height)) => {
                    self.await_block(height + 1, end);
                    return Ok(height);
                }
                Some((code, _)) => return Err(refused(code, "")),
                None => std::thread::sleep(LOOK),
            }
        }
        Err(BookError::Waiting)
    }

    /// Code and height of a transaction that stands in a block.
    fn found(&self, transaction: &[u8]) -> Result<Option<(u32, u64)>, BookError> {
        let hash = STANDARD.encode(sha256(&[transaction]));
        let asked = json!({ "hash": hash, "prove": false });
        // Until it stands in a block, CometBFT says that it knows no such transaction.
        let Ok(found) = self.rpc.call("tx", &asked) else {
            return Ok(None);
        };
        let code = found.pointer("/tx_result/code").and_then(Json::as_u64);
        let code = u32::try_from(code.unwrap_or(0)).unwrap_or(u32::MAX);
        let height = found.get("height").and_then(Json::as_str);
        let height = height.and_then(|height| height.parse().ok());
        Ok(Some((code, height.ok_or(BookError::Answer)?)))
    }

    /// Waits for the block whose header commits what the one before it did, so that whoever asks next sees it. A network that
    /// stands still is not waited for longer than until `end`, and a node that stops answering not at all: the decision stands.
    fn await_block(&self, height: u64, end: Instant) {
        while Instant::now() < end {
            let Ok(info) = self.rpc.call("abci_info", &json!({})) else {
                return;
            };
            let last = info.pointer("/response/last_block_height");
            let last = last
                .and_then(Json::as_str)
                .and_then(|text| text.parse::<u64>().ok());
            if last.is_some_and(|last| last >= height) {
                return;
            }
            std::thread::sleep(LOOK);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use toend_ledger::genesis::demo;

    use super::*;

    /// A node that answers one call after the other, and none after these.
    fn node(answers: Vec<Json>) -> CometRpc {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 4096]).unwrap();
                let text = format!("HTTP/1.0 200 OK\r\n\r\n{answer}");
                stream.write_all(text.as_bytes()).unwrap();
            }
        });
        CometRpc::new(&url).unwrap()
    }

    #[test]
    fn a_decision_that_stands_is_no_error_though_the_node_stops_answering() {
        let genesis = demo::genesis();
        let rpc = node(vec![
            json!({ "result": { "node_info": { "network": genesis.chain_id } } }),
            json!({ "error": { "message": "Internal error", "data": "not found" } }),
            json!({ "result": { "code": 0 } }),
            json!({ "result": { "height": "7", "tx_result": { "code": 0 } } }),
        ]);
        let book = Book::open(rpc, genesis, demo::net()).unwrap();
        assert_eq!(book.submit(b"decision").unwrap(), 7);
    }
}
