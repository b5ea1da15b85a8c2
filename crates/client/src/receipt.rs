//! The receipt of a filed document, as a file: what was handed in, and the ledger's proof that it came in time.
//!
//! `toend-receipt/1` (`docs/formats/receipt.md`). It is written before anything is handed in, with the nonce and no proof: whoever
//! is interrupted goes on with the same commitment, which makes one entry however often it is handed in.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};
use toend_ledger::cometbft::LightBlock;
use toend_ledger::gateway::{B64, Proven, filing_commitment};
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::network::NetworkFile;
use toend_ledger::state::{FilingValue, Key, Reg, Value};
use toend_light_client::trusted::{VerifiedHeader, state_root_for};

use crate::client::Client;
use crate::dto::RegisterId;
use crate::error::ClientError;
use crate::evidence::by_listed;
use crate::filing::FilingReceipt;
use crate::providers::{MAX_DEPTH, check_depth};
use crate::records::{Shown, show};

/// The format that this program reads and writes.
pub const FORMAT: &str = "toend-receipt/1";
/// Most bytes of a receipt.
pub const MAX_RECEIPT: usize = 1024 * 1024;
/// Most bytes of a document.
pub const MAX_DOCUMENT: u64 = 64 * 1024 * 1024;

/// The file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// [`FORMAT`].
    pub format: String,
    /// Name of the chain.
    pub chain_id: String,
    /// Hash of the genesis file.
    pub net: B64,
    /// Number of the register that the document is for.
    pub register: u16,
    /// 32 random bytes; without them nobody sees in the ledger what was filed.
    pub nonce: B64,
    /// SHA-256 of the document.
    pub document: B64,
    /// The proof, once the ledger holds it.
    pub sealed: Option<Sealed>,
}

/// Proof that the ledger holds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// Value of key `20` in the state.
    pub value: B64,
    /// Encoded proof of presence.
    pub proof: B64,
    /// The page that carries the state's root.
    pub page: LightBlock,
}

/// Why a receipt proves nothing about a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptFault {
    /// It cannot be read.
    #[error("this is not a receipt")]
    NotAReceipt,
    /// It is about another network.
    #[error("the receipt is about another network")]
    OtherNetwork,
    /// It is about another document, or for another register.
    #[error("the receipt is about another document or register")]
    OtherDocument,
    /// It was handed in, and no proof came.
    #[error("there is no proof in the receipt yet")]
    NotSealed,
    /// The page is not signed by validators that the network file lists for its height.
    #[error("the page of the receipt is not signed by the validators that the network file lists")]
    Page,
    /// The proof does not show it.
    #[error("the proof in the receipt does not hold")]
    Proof,
}

impl Receipt {
    /// A receipt to be, for a document that has not been handed in.
    ///
    /// # Errors
    /// [`ClientError::Stopped`] where the system gives no random bytes.
    pub fn begin(
        network: &NetworkFile,
        register: RegisterId,
        document: &[u8],
    ) -> Result<Self, ClientError> {
        let mut nonce = [0; 32];
        SystemRandom::new()
            .fill(&mut nonce)
            .map_err(|_| ClientError::Stopped)?;
        Ok(Self {
            format: FORMAT.to_owned(),
            chain_id: network.chain_id.clone(),
            net: B64(network.net.to_vec()),
            register: register.number(),
            nonce: B64(nonce.to_vec()),
            document: B64(sha256(&[document]).to_vec()),
            sealed: None,
        })
    }

    /// Reads a receipt within its limits.
    ///
    /// # Errors
    /// [`ReceiptFault::NotAReceipt`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ReceiptFault> {
        if bytes.len() > MAX_RECEIPT || !check_depth(bytes, MAX_DEPTH) {
            return Err(ReceiptFault::NotAReceipt);
        }
        let read: Self = serde_json::from_slice(bytes).map_err(|_| ReceiptFault::NotAReceipt)?;
        let whole = [&read.net, &read.nonce, &read.document]
            .iter()
            .all(|bytes| bytes.0.len() == 32);
        if read.format == FORMAT && whole {
            Ok(read)
        } else {
            Err(ReceiptFault::NotAReceipt)
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// When it has no JSON form, which cannot happen.
    pub fn encode(&self) -> Result<Vec<u8>, ClientError> {
        let mut out = serde_json::to_vec_pretty(self).map_err(|_| ClientError::Stopped)?;
        out.push(b'\n');
        Ok(out)
    }

    /// What is handed in for this document: `F`.
    ///
    /// # Errors
    /// [`ReceiptFault`] when the receipt is about something else.
    pub fn commitment(
        &self,
        network: &NetworkFile,
        register: RegisterId,
        document: &[u8],
    ) -> Result<Hash, ReceiptFault> {
        if self.net.0 != network.net || self.chain_id != network.chain_id {
            return Err(ReceiptFault::OtherNetwork);
        }
        let hash = sha256(&[document]);
        if self.register != register.number() || self.document.0 != hash {
            return Err(ReceiptFault::OtherDocument);
        }
        let nonce = Hash::try_from(self.nonce.0.as_slice());
        let nonce = nonce.map_err(|_| ReceiptFault::NotAReceipt)?;
        Ok(filing_commitment(
            &network.net,
            Reg(self.register),
            &nonce,
            &hash,
        ))
    }

    /// Takes the proof in.
    pub fn seal(&mut self, receipt: FilingReceipt) {
        self.sealed = Some(Sealed {
            value: B64(receipt.value.encode()),
            proof: B64(receipt.proof),
            page: receipt.page,
        });
    }

    /// Checks everything by a network file alone, without asking anybody: where in the ledger the document stands.
    ///
    /// # Errors
    /// [`ReceiptFault`].
    pub fn check(
        &self,
        network: &NetworkFile,
        register: RegisterId,
        document: &[u8],
    ) -> Result<FilingValue, ReceiptFault> {
        let commitment = self.commitment(network, register, document)?;
        let sealed = self.sealed.as_ref().ok_or(ReceiptFault::NotSealed)?;
        let page = by_listed(network, &sealed.page).ok_or(ReceiptFault::Page)?;
        self.under(&page.header(), commitment)
    }

    /// What the proof shows under a verified page.
    fn under(&self, page: &VerifiedHeader, commitment: Hash) -> Result<FilingValue, ReceiptFault> {
        let key = Key::Filing(commitment);
        let sealed = self.sealed.as_ref().ok_or(ReceiptFault::NotSealed)?;
        let height = page.height().saturating_sub(1);
        let root = state_root_for(height, page).map_err(|_| ReceiptFault::Proof)?;
        let given = Proven {
            value: Some(sealed.value.clone()),
            proof: sealed.proof.clone(),
        };
        match show(&root, &key, &given) {
            Ok(Shown::Present(value, _)) => match value.get() {
                Value::Filing(value) => Ok(*value),
                _ => Err(ReceiptFault::Proof),
            },
            _ => Err(ReceiptFault::Proof),
        }
    }
}

impl Client {
    /// Checks a receipt: by the network file alone where that lists who signed its page, else by the pages that this computer
    /// verified itself.
    ///
    /// # Errors
    /// [`ReceiptFault`].
    pub async fn check_receipt(
        &self,
        receipt: &Receipt,
        register: RegisterId,
        document: &[u8],
    ) -> Result<FilingValue, ReceiptFault> {
        let network = self.network();
        let by_file = receipt.check(network, register, document);
        let (Err(ReceiptFault::Page), Some(sealed)) = (&by_file, &receipt.sealed) else {
            return by_file;
        };
        let commitment = receipt.commitment(network, register, document)?;
        let worker = &self.0.worker;
        worker.ready().await.map_err(|_| ReceiptFault::Page)?;
        match worker.full_header(sealed.page.height()).await {
            Some(page) if page.hash() == sealed.page.header().hash() => {
                receipt.under(&page, commitment)
            }
            _ => Err(ReceiptFault::Page),
        }
    }
}

#[cfg(test)]
mod tests;
