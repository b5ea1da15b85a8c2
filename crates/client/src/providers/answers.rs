//! One authority's gateway: the requests of the wire contract, decoded within limits.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use reqwest::Method;
use serde::de::DeserializeOwned;
use toend_ledger::cometbft::{Header, LightBlock, MAX_JSON, bundle, read_json};
use toend_ledger::gateway::{
    B64, BlockTxs, Challenge, EvidenceAnswer, EvidenceOutcome, FilingAnswer, FilingRequest, Health,
    Login, MAX_ANSWER, Proven, SessionAnswer, Signed,
};
use toend_ledger::genesis::MAX_GENESIS;
use toend_ledger::hash::Hash;

use super::http::Request;
use super::ways::{LastWay, Neighbour};
use super::{Http, MAX_DEPTH, ProviderError, address, check_address, check_depth};

/// Largest small answer: challenge, session, health.
const MAX_SMALL: usize = 16 * 1024;

/// The gateway of one authority.
#[derive(Clone, Debug)]
pub struct Provider {
    index: usize,
    house: usize,
    authority: String,
    base: Arc<RwLock<String>>,
    way: LastWay,
    http: Http,
}

impl Provider {
    /// A provider at a gateway's base address (with or without the closing `/v1`).
    pub fn new(index: usize, authority: String, gateway: &str, http: Http) -> Self {
        let base = origin_of(gateway);
        http.neighbours().put(index, &authority, &base);
        Self {
            index,
            house: index,
            authority,
            base: Arc::new(RwLock::new(base)),
            way: LastWay::default(),
            http,
        }
    }

    /// The same gateway, run by the authority of another number than its own.
    #[must_use]
    pub fn run_by(self, house: usize) -> Self {
        Self { house, ..self }
    }

    /// The gateway answers at another address from now on, for all clones of this provider.
    pub fn move_to(&self, gateway: &str) {
        let base = origin_of(gateway);
        let moved = *self.base.read().unwrap_or_else(PoisonError::into_inner) != base;
        if moved {
            self.http
                .neighbours()
                .put(self.index, &self.authority, &base);
            *self.base.write().unwrap_or_else(PoisonError::into_inner) = base;
            self.way.found(None);
        }
    }

    /// The gateway is closed: it is neither asked nor asked to carry, until it is somewhere again.
    pub fn close(&self) {
        self.http.neighbours().remove(self.index);
        self.base
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        self.way.found(None);
    }

    /// The gateway answers at an address with certificates of this issuer; none for the system's authorities.
    pub fn follow(&self, gateway: &str, issuer: Option<Hash>) {
        let url = check_address(gateway).ok();
        // Before it is asked there: nobody else may answer in between.
        if let Some(host) = url.as_ref().and_then(address::host)
            && self.http.trust().put(self.index, host, issuer)
        {
            self.http.renew();
        }
        self.move_to(gateway);
    }

    /// Number of the gateway, which is its authority's place in the network file where it stands there.
    pub const fn index(&self) -> usize {
        self.index
    }

    /// Number of the authority that runs it.
    pub const fn house(&self) -> usize {
        self.house
    }

    /// Authority id.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// `scheme://host[:port]`, for which Web eID tokens are signed: from our network file, never from an answer.
    pub fn origin(&self) -> String {
        self.base
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The newest light block.
    pub async fn tip(&self) -> Result<LightBlock, ProviderError> {
        self.light("tip").await
    }

    /// The light block of one height.
    pub async fn light_block(&self, height: u64) -> Result<LightBlock, ProviderError> {
        self.light(&format!("light-block/{height}")).await
    }

    async fn light(&self, path: &str) -> Result<LightBlock, ProviderError> {
        let (body, _) = self.get(path, None, MAX_JSON).await?;
        self.readable(&body, "a light block")?;
        read_json(&body).map_err(|_| self.garbage("a light block"))
    }

    /// One bundle of headers, not yet read.
    pub async fn bundle(&self, index: u64) -> Result<Vec<u8>, ProviderError> {
        self.get(&format!("headers/{index}"), None, MAX_ANSWER)
            .await
            .map(|(body, _)| body)
    }

    /// One bundle of headers, ascending.
    pub async fn headers(&self, index: u64) -> Result<Vec<Header>, ProviderError> {
        bundle::decode(&self.bundle(index).await?).map_err(|_| self.garbage("a header bundle"))
    }

    /// Transactions of up to `count` blocks from `height`.
    pub async fn block_txs(&self, height: u64, count: u32) -> Result<Vec<BlockTxs>, ProviderError> {
        self.json(
            &format!("blocks/{height}/txs?count={count}"),
            None,
            MAX_ANSWER,
            "transactions",
        )
        .await
    }

    /// State under a key that belongs to nobody (`01`, `02`, `03`), after `height`.
    pub async fn state(&self, key: &[u8], height: u64) -> Result<Proven, ProviderError> {
        self.json(
            &format!("state/{}?height={height}", hex::encode(key)),
            None,
            MAX_ANSWER,
            "a state value",
        )
        .await
    }

    /// The network's genesis file; whoever asks compares its hash.
    pub async fn genesis(&self) -> Result<Vec<u8>, ProviderError> {
        self.get("genesis", None, MAX_GENESIS)
            .await
            .map(|(body, _)| body)
    }

    /// How the gateway is, and how long the answer took.
    pub async fn health(&self) -> Result<(Health, Duration), ProviderError> {
        let (body, took) = self.get("health", None, MAX_SMALL).await?;
        Ok((self.parse(&body, "its state")?, took))
    }

    /// Hands in a filing's commitment.
    pub async fn file(&self, commitment: &Hash) -> Result<FilingAnswer, ProviderError> {
        let request = FilingRequest {
            commitment: B64(commitment.to_vec()),
        };
        let body = serde_json::to_vec(&request).map_err(|_| self.garbage("a filing"))?;
        let answer = self.post("filings", None, body).await?;
        let answer: FilingAnswer = self.parse(&answer, "a filing's answer")?;
        if answer.commitment == request.commitment {
            Ok(answer)
        } else {
            Err(self.garbage("a filing's answer"))
        }
    }

    /// Hands in evidence against validators.
    pub async fn hand_in(&self, evidence: Vec<u8>) -> Result<EvidenceOutcome, ProviderError> {
        let answer = self.post("evidence", None, evidence).await?;
        let answer: EvidenceAnswer = self.parse(&answer, "an answer to evidence")?;
        Ok(answer.is)
    }

    /// Asks for a challenge.
    pub async fn challenge(&self) -> Result<Challenge, ProviderError> {
        let body = self.post("login/challenge", None, b"{}".to_vec()).await?;
        self.parse(&body, "a challenge")
    }

    /// Signs in with a token.
    pub async fn login(&self, login: &Login) -> Result<SessionAnswer, ProviderError> {
        let body = serde_json::to_vec(login).map_err(|_| self.garbage("a session"))?;
        let answer = self.post("login", None, body).await?;
        self.parse(&answer, "a session")
    }

    /// Ends a session.
    pub async fn logout(&self, bearer: &str) -> Result<(), ProviderError> {
        self.post("logout", Some(bearer), b"{}".to_vec())
            .await
            .map(|_| ())
    }

    /// A signed answer to `target`, a request target that begins with `/v1/`.
    pub async fn signed(
        &self,
        target: &str,
        bearer: Option<&str>,
    ) -> Result<Signed, ProviderError> {
        let path = target.strip_prefix("/v1/").unwrap_or(target);
        self.json(path, bearer, MAX_ANSWER, "a list").await
    }

    async fn json<T: DeserializeOwned>(
        &self,
        path: &str,
        bearer: Option<&str>,
        limit: usize,
        what: &'static str,
    ) -> Result<T, ProviderError> {
        let (body, _) = self.get(path, bearer, limit).await?;
        self.parse(&body, what)
    }

    fn parse<T: DeserializeOwned>(
        &self,
        body: &[u8],
        what: &'static str,
    ) -> Result<T, ProviderError> {
        self.readable(body, what)?;
        serde_json::from_slice(body).map_err(|_| self.garbage(what))
    }

    fn readable(&self, body: &[u8], what: &'static str) -> Result<(), ProviderError> {
        if check_depth(body, MAX_DEPTH) {
            Ok(())
        } else {
            Err(self.garbage(what))
        }
    }

    fn garbage(&self, what: &'static str) -> ProviderError {
        ProviderError::Garbage {
            authority: self.authority.clone(),
            what,
        }
    }

    async fn get(
        &self,
        path: &str,
        bearer: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<u8>, Duration), ProviderError> {
        self.send(Method::GET, path, bearer, None, limit).await
    }

    async fn post(
        &self,
        path: &str,
        bearer: Option<&str>,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, ProviderError> {
        self.send(Method::POST, path, bearer, Some(body), MAX_SMALL)
            .await
            .map(|(body, _)| body)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        bearer: Option<&str>,
        body: Option<Vec<u8>>,
        limit: usize,
    ) -> Result<(Vec<u8>, Duration), ProviderError> {
        let base = self.origin();
        if base.is_empty() {
            return Err(ProviderError::NoGateway);
        }
        let url = format!("{base}/v1/{path}");
        let request = async |through: Option<&Neighbour>| {
            let request = Request {
                authority: &self.authority,
                method: method.clone(),
                url: url.clone(),
                through: through.map(|one| one.base.as_str()),
                bearer,
                body: body.clone(),
                limit,
            };
            self.http.send(request).await
        };
        let known = self.way.now();
        let first = request(known.as_ref()).await;
        // Only where nothing was sent yet: what may have arrived is not sent twice.
        let Err(ProviderError::Unreachable { .. }) = first else {
            return first;
        };
        if !base.starts_with("https://") {
            return first;
        }
        if known.is_some() {
            self.way.found(None);
            let straight = request(None).await;
            if !matches!(straight, Err(ProviderError::Unreachable { .. })) {
                return straight;
            }
        }
        for neighbour in self.http.neighbours().others(self.index) {
            match request(Some(&neighbour)).await {
                // That one cannot be reached either, does not lead there, or leads to somebody else.
                Err(ProviderError::Unreachable { .. } | ProviderError::Untrusted { .. }) => {}
                carried => {
                    self.way.found(Some(neighbour));
                    return carried;
                }
            }
        }
        first
    }

    /// Id of the authority whose gateway carries for this one now.
    pub fn through(&self) -> Option<String> {
        self.way.now().map(|one| one.authority)
    }
}

fn origin_of(gateway: &str) -> String {
    gateway
        .trim_end_matches('/')
        .trim_end_matches("/v1")
        .trim_end_matches('/')
        .to_owned()
}
