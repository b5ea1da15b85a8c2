//! One authority's validator key.

use ed25519_dalek::{Signer as _, SigningKey};
use toend_ledger::cometbft::{
    Address, BlockId, BlockIdFlag, CommitSig, Signature, Time, VoteKind, address_of, sign_bytes,
};

/// Why a validator does not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// It signed another block at this height already, or a later height.
    #[error("the validator signed height {signed} already and is asked for height {asked}")]
    WouldDoubleSign {
        /// The last height it signed.
        signed: u64,
        /// The height it is asked to sign.
        asked: u64,
    },
}

/// Signs precommits with one key, and never two blocks at one height.
///
/// The key is wiped from memory when this is dropped.
#[derive(Debug)]
pub struct Signer {
    key: SigningKey,
    address: Address,
    last: Option<(u64, BlockId)>,
}

impl Signer {
    /// A signer that has signed nothing above `height` yet: what was decided
    /// up to there is on disk, and nothing undecided was ever shown to anybody.
    pub fn new(secret: &[u8; 32], decided: Option<(u64, BlockId)>) -> Self {
        let key = SigningKey::from_bytes(secret);
        let address = address_of(&key.verifying_key().to_bytes());
        Self {
            key,
            address,
            last: decided,
        }
    }

    /// The validator's address.
    pub const fn address(&self) -> Address {
        self.address
    }

    /// The validator's public key.
    pub fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// Votes for `block` at `height` in round 0, dated `time`.
    pub fn precommit(
        &mut self,
        chain_id: &str,
        height: u64,
        block: &BlockId,
        time: Time,
    ) -> Result<CommitSig, SignError> {
        if let Some((signed, id)) = &self.last
            && (*signed > height || (*signed == height && id != block))
        {
            return Err(SignError::WouldDoubleSign {
                signed: *signed,
                asked: height,
            });
        }
        self.last = Some((height, *block));
        let bytes = sign_bytes(VoteKind::Precommit, chain_id, height, 0, Some(block), time);
        let signature: Signature = self.key.sign(&bytes).to_bytes();
        Ok(CommitSig {
            flag: BlockIdFlag::Commit,
            address: self.address,
            time,
            signature,
        })
    }
}

#[cfg(test)]
mod tests {
    use toend_ledger::cometbft::PartSetHeader;

    use super::*;

    fn id(n: u8) -> BlockId {
        BlockId {
            hash: [n; 32],
            parts: PartSetHeader {
                total: 1,
                hash: [n; 32],
            },
        }
    }

    #[test]
    fn no_second_block_at_one_height() {
        let mut signer = Signer::new(&[7; 32], Some((4, id(4))));
        let time = Time::UNIX_EPOCH;
        assert_eq!(
            signer.precommit("c", 4, &id(5), time),
            Err(SignError::WouldDoubleSign {
                signed: 4,
                asked: 4
            })
        );
        assert!(signer.precommit("c", 5, &id(5), time).is_ok());
        assert!(signer.precommit("c", 5, &id(5), time).is_ok());
        assert!(signer.precommit("c", 5, &id(6), time).is_err());
        assert!(signer.precommit("c", 4, &id(4), time).is_err());
    }
}
