//! The calls to CometBFT's RPC that an authority makes to its own node, over plain HTTP on a connection of their own.
//!
//! HTTP/1.0 on purpose: the answer ends where the connection does, so that there is nothing to parse and no connection to
//! be found dead. Answers are bounded, and every call has a deadline.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use toend_ledger::cometbft::{SignedHeader, ValidatorSet};
use toend_ledger::hash::Hash;

/// Longest answer: a block of 4 MiB in base64 with results fits.
const MAX_ANSWER: u64 = 32 << 20;
/// Time for a whole call.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest answer of somebody else's node: header, commit or a page of validators.
const MAX_PEER_ANSWER: u64 = 4 << 20;
/// Time for a whole call to somebody else's node.
const PEER_PATIENCE: Duration = Duration::from_secs(10);

/// CometBFT's RPC at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CometRpc {
    address: String,
    patience: Duration,
    longest: u64,
}

/// Why a call gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RpcError {
    /// Nobody answers, or not in time: the node is stopped or starting.
    #[error("CometBFT's RPC does not answer: {0}")]
    Unreachable(String),
    /// CometBFT refused.
    #[error("CometBFT refused: {0}")]
    Refused(String),
    /// The answer is not what CometBFT answers.
    #[error("CometBFT's answer cannot be read")]
    Answer,
}

/// Where CometBFT stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Newest height.
    pub latest: u64,
    /// Oldest height it has.
    pub earliest: u64,
    /// Whether it still fetches what was decided while it was away.
    pub catching_up: bool,
}

/// What became of a transaction handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The application's code.
    pub code: u32,
    /// The application's reason.
    pub log: String,
}

impl CometRpc {
    /// `HOST:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// `http://host:port`; none for anything else.
    pub fn new(url: &str) -> Option<Self> {
        let address = url.strip_prefix("http://")?.trim_end_matches('/');
        let (host, port) = address.rsplit_once(':')?;
        (!host.is_empty() && port.parse::<u16>().is_ok()).then(|| Self {
            address: address.to_owned(),
            patience: PATIENCE,
            longest: MAX_ANSWER,
        })
    }

    /// As somebody else's node, which is given less time and fewer bytes than the own one.
    #[must_use]
    pub fn of_peer(self) -> Self {
        Self {
            patience: PEER_PATIENCE,
            longest: MAX_PEER_ANSWER,
            ..self
        }
    }

    /// With another time for a whole call.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Where it stands.
    pub fn status(&self) -> Result<Status, RpcError> {
        let answer = self.call("status", &json!({}))?;
        let info = answer.get("sync_info").ok_or(RpcError::Answer)?;
        let height = |name: &str| -> Option<u64> { info.get(name)?.as_str()?.parse().ok() };
        Ok(Status {
            latest: height("latest_block_height").ok_or(RpcError::Answer)?,
            earliest: height("earliest_block_height").ok_or(RpcError::Answer)?,
            catching_up: info
                .get("catching_up")
                .and_then(Value::as_bool)
                .ok_or(RpcError::Answer)?,
        })
    }

    /// Header and commit of a height.
    pub fn commit(&self, height: u64) -> Result<SignedHeader, RpcError> {
        let mut answer = self.call("commit", &json!({ "height": height.to_string() }))?;
        let signed = answer
            .get_mut("signed_header")
            .map(Value::take)
            .ok_or(RpcError::Answer)?;
        let signed: SignedHeader = serde_json::from_value(signed).map_err(|_| RpcError::Answer)?;
        let named = signed.commit.block_id.map(|id| id.hash);
        if signed.header.height == height && named == Some(signed.header.hash()) {
            Ok(signed)
        } else {
            Err(RpcError::Answer)
        }
    }

    /// The validators of a height.
    pub fn validators(&self, height: u64) -> Result<ValidatorSet, RpcError> {
        let mut all = Vec::new();
        for page in 1..=100 {
            let asked = json!({ "height": height.to_string(), "page": page.to_string(), "per_page": "100" });
            let mut answer = self.call("validators", &asked)?;
            let total: usize = answer
                .get("total")
                .and_then(Value::as_str)
                .and_then(|total| total.parse().ok())
                .ok_or(RpcError::Answer)?;
            match answer.get_mut("validators").map(Value::take) {
                Some(Value::Array(page)) if !page.is_empty() => all.extend(page),
                _ => return Err(RpcError::Answer),
            }
            if all.len() >= total {
                break;
            }
        }
        serde_json::from_value(Value::Array(all)).map_err(|_| RpcError::Answer)
    }

    /// The transactions of a block, in order.
    pub fn block_txs(&self, height: u64) -> Result<Vec<Vec<u8>>, RpcError> {
        let answer = self.call("block", &json!({ "height": height.to_string() }))?;
        match answer.pointer("/block/data/txs") {
            Some(Value::Array(txs)) => txs
                .iter()
                .map(|tx| {
                    tx.as_str()
                        .and_then(|text| STANDARD.decode(text).ok())
                        .ok_or(RpcError::Answer)
                })
                .collect(),
            Some(Value::Null) => Ok(Vec::new()),
            _ => Err(RpcError::Answer),
        }
    }

    /// Hands in a transaction: checked by the application, queued, and told to the other nodes.
    pub fn broadcast(&self, tx: &[u8]) -> Result<Checked, RpcError> {
        let answer = self.call("broadcast_tx_sync", &json!({ "tx": STANDARD.encode(tx) }))?;
        let code = answer
            .get("code")
            .and_then(Value::as_u64)
            .and_then(|code| u32::try_from(code).ok())
            .ok_or(RpcError::Answer)?;
        let log = answer
            .get("log")
            .and_then(Value::as_str)
            .unwrap_or_default();
        Ok(Checked {
            code,
            log: log.to_owned(),
        })
    }

    /// The block hash at a height, as its header has it.
    pub fn header_hash(&self, height: u64) -> Result<Hash, RpcError> {
        self.commit(height).map(|signed| signed.header.hash())
    }

    /// Calls any method; the answer is its result.
    pub fn call(&self, method: &str, params: &Value) -> Result<Value, RpcError> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer = self
            .post(&body.to_string())
            .map_err(|error| RpcError::Unreachable(error.kind().to_string()))?;
        let at = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .ok_or(RpcError::Answer)?;
        let body = answer.get(at + 4..).ok_or(RpcError::Answer)?;
        let mut answer: Value = serde_json::from_slice(body).map_err(|_| RpcError::Answer)?;
        if let Some(error) = answer.get("error") {
            let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
            return Err(RpcError::Refused(format!(
                "{} {}",
                text("message"),
                text("data")
            )));
        }
        answer
            .get_mut("result")
            .map(Value::take)
            .ok_or(RpcError::Answer)
    }

    fn post(&self, body: &str) -> std::io::Result<Vec<u8>> {
        let address = self
            .address
            .to_socket_addrs()?
            .next()
            .ok_or(std::io::ErrorKind::AddrNotAvailable)?;
        let end = Instant::now() + self.patience;
        let mut stream = TcpStream::connect_timeout(&address, self.patience)?;
        stream.set_write_timeout(Some(left(end)?))?;
        stream.set_nodelay(true)?;
        let head = format!(
            "POST / HTTP/1.0\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
        let mut answer = Vec::new();
        // A deadline for each read alone would let a byte now and then go on for years.
        let mut part = [0; 16 << 10];
        loop {
            stream.set_read_timeout(Some(left(end)?))?;
            let length = stream.read(&mut part)?;
            if length == 0 {
                return Ok(answer);
            }
            answer.extend_from_slice(part.get(..length).unwrap_or_default());
            if answer.len() as u64 > self.longest {
                return Err(std::io::ErrorKind::FileTooLarge.into());
            }
        }
    }
}

/// Time until then; an error when there is none.
fn left(end: Instant) -> std::io::Result<Duration> {
    end.checked_duration_since(Instant::now())
        .filter(|left| !left.is_zero())
        .ok_or_else(|| std::io::ErrorKind::TimedOut.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_with_a_port_are_taken() {
        for good in ["http://127.0.0.1:26657", "http://node.example:1/"] {
            assert!(CometRpc::new(good).is_some(), "{good}");
        }
        for bad in [
            "https://127.0.0.1:1",
            "http://127.0.0.1",
            "http://:1",
            "127.0.0.1:1",
        ] {
            assert_eq!(CometRpc::new(bad), None, "{bad}");
        }
    }

    /// Answers one call with these bytes.
    fn answering(bytes: &'static [u8]) -> CometRpc {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 4096];
            let _ = stream.read(&mut asked).unwrap();
            stream.write_all(bytes).unwrap();
        });
        CometRpc::new(&format!("http://{address}")).unwrap()
    }

    #[test]
    fn answers_are_read_and_faults_told_apart() {
        let good = b"HTTP/1.0 200 OK\r\nA: b\r\n\r\n{\"result\":{\"code\":6,\"log\":\"no\"}}";
        let checked = answering(good).broadcast(b"tx").unwrap();
        assert_eq!((checked.code, checked.log.as_str()), (6, "no"));
        let refused =
            b"HTTP/1.0 500 X\r\n\r\n{\"error\":{\"message\":\"Internal error\",\"data\":\"why\"}}";
        assert_eq!(
            answering(refused).broadcast(b"tx"),
            Err(RpcError::Refused("Internal error why".to_owned()))
        );
        for nonsense in [&b"HTTP/1.0 200 OK"[..], b"\r\n\r\n{}", b"\r\n\r\n[", b""] {
            let result = answering(nonsense).broadcast(b"tx");
            assert!(matches!(result, Err(RpcError::Answer)), "{result:?}");
        }
        assert!(matches!(
            CometRpc::new("http://127.0.0.1:9").unwrap().status(),
            Err(RpcError::Unreachable(_))
        ));
    }
}
