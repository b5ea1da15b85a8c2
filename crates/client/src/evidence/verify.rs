//! Judging an evidence file: are these two pages of one height, both signed as the network file demands?

use std::time::Duration;

use serde::Serialize;
use toend_ledger::cometbft::{LightBlock, Time};
use toend_ledger::network::NetworkFile;
use toend_light_client::Options;
use toend_light_client::trusted::TrustedBlock;

use toend_ledger::evidence::EvidenceError;

use super::{Conflict, EvidenceFile, Side, double_signers, house_of};
use crate::network::listed_validators_hash;

/// Evidence does not run out: whoever signed two histories did so, however long ago.
const FOR_EVER: Duration = Duration::from_secs(1_000 * 366 * 86_400);

/// What an evidence file comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Judgement {
    /// The network's validators signed two histories that exclude each other.
    Proven,
    /// It proves nothing: something in it is false.
    Refuted,
    /// It cannot be told from the file alone.
    CannotTell,
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// Both pages are signed by more than two thirds of the validators.
    #[error("both pages are signed by more than two thirds of the validators")]
    BothSigned,
    /// Not an evidence file.
    #[error("this is not an evidence file")]
    NotEvidence,
    /// A newer program wrote it.
    #[error("a newer program wrote this evidence file")]
    NewerVersion,
    /// Larger than allowed.
    #[error("the file is too large")]
    TooLarge,
    /// It is about another network than the one that was named.
    #[error("it is about another network")]
    OtherNetwork,
    /// The pages are of different heights, or one and the same page.
    #[error("the two pages do not exclude each other")]
    NoConflict,
    /// A page is not signed as it must be.
    #[error("a page is not signed by more than two thirds of the validators")]
    NotSigned,
    /// A gateway signed two answers that exclude each other.
    #[error("the gateway signed two answers that no ledger could make it sign")]
    TwoAnswers,
    /// An answer is not signed by the gateway's key, or the key is not shown to be the gateway's.
    #[error("an answer is not signed by the gateway's key")]
    NotTheGateway,
    /// Headers without signatures.
    #[error("hash links carry no signatures")]
    NoSignatures,
}

impl From<EvidenceError> for Reason {
    fn from(error: EvidenceError) -> Self {
        match error {
            EvidenceError::TooLarge => Self::TooLarge,
            EvidenceError::NotEvidence => Self::NotEvidence,
            EvidenceError::NewerVersion => Self::NewerVersion,
        }
    }
}

/// The result of judging an evidence file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Result.
    pub judgement: Judgement,
    /// Why.
    pub reason: Reason,
    /// Chain id.
    pub chain_id: String,
    /// Ten words of the network file that it was judged by.
    pub words: Vec<String>,
    /// Page of the conflict.
    pub height: u64,
    /// Header hashes of the two pages, lower-case hexadecimal.
    pub hashes: Vec<String>,
    /// Ids of the authorities that certainly signed both: pages in one round, or answers.
    pub double_signers: Vec<String>,
}

/// Judges a file by the network file that is trusted, or, without one, by the file's own, whose words are then to be compared.
///
/// # Errors
/// [`Reason`] when it is no evidence file at all.
pub fn verify(bytes: &[u8], trusted: Option<&NetworkFile>) -> Result<Finding, Reason> {
    let file = EvidenceFile::decode(bytes).map_err(Reason::from)?;
    let network = trusted.unwrap_or(&file.network);
    let (judgement, reason) = judge(&file, network);
    let hashes = match &file.conflict {
        Conflict::Blocks { first, second, .. } => [first, second]
            .iter()
            .filter_map(|side| side.blocks.last())
            .map(|block| hex::encode(block.header().hash()))
            .collect(),
        Conflict::Links { upper, lower } => {
            vec![hex::encode(upper.hash()), hex::encode(lower.hash())]
        }
        Conflict::Answers { first, second, .. } => [first, second]
            .iter()
            .map(|answer| hex::encode(&answer.tip_hash.0))
            .collect(),
    };
    Ok(Finding {
        judgement,
        reason,
        chain_id: network.chain_id.clone(),
        words: network.fingerprint().to_vec(),
        height: file.height(),
        hashes,
        double_signers: if judgement == Judgement::Proven {
            signers(&file)
        } else {
            Vec::new()
        },
    })
}

fn signers(file: &EvidenceFile) -> Vec<String> {
    let Conflict::Answers { first, .. } = &file.conflict else {
        return double_signers(file);
    };
    let house = house_of(file, first.gateway);
    let authority = file.network.authorities.get(usize::from(house));
    authority.map_or_else(
        || vec![format!("authority-{house}")],
        |authority| vec![authority.id.clone()],
    )
}

pub(super) fn judge(file: &EvidenceFile, network: &NetworkFile) -> (Judgement, Reason) {
    if file.network.chain_id != network.chain_id || file.network.net != network.net {
        return (Judgement::Refuted, Reason::OtherNetwork);
    }
    if let Conflict::Answers { key, first, second } = &file.conflict {
        return super::judge_answers(network, key, first, second);
    }
    let Conflict::Blocks {
        common,
        first,
        second,
    } = &file.conflict
    else {
        return (Judgement::CannotTell, Reason::NoSignatures);
    };
    let (Some(a), Some(b)) = (first.blocks.last(), second.blocks.last()) else {
        return (Judgement::Refuted, Reason::NoConflict);
    };
    if a.height() != b.height() || a.header().hash() == b.header().hash() {
        return (Judgement::Refuted, Reason::NoConflict);
    }
    if is_signed(network, common, first) && is_signed(network, common, second) {
        (Judgement::Proven, Reason::BothSigned)
    } else {
        (Judgement::Refuted, Reason::NotSigned)
    }
}

/// Whether the last page of a side is signed by more than two thirds of the validators that the network file lists for its
/// height, or follows, step by step, from the common page signed so.
fn is_signed(network: &NetworkFile, common: &LightBlock, side: &Side) -> bool {
    let Some(last) = side.blocks.last() else {
        return false;
    };
    if by_listed(network, last).is_some() {
        return true;
    }
    let Some(mut trusted) = by_listed(network, common) else {
        return false;
    };
    let options = Options {
        trusting_period: FOR_EVER,
        ..Options::default()
    };
    let now = last.header().time;
    side.blocks.iter().all(|block| {
        let next = step(&trusted, block, &options, now);
        let reached = next.is_some();
        trusted = next.unwrap_or_else(|| trusted.clone());
        reached
    })
}

/// A page signed by more than two thirds of the validators that the network file lists for its height.
pub(crate) fn by_listed(network: &NetworkFile, block: &LightBlock) -> Option<TrustedBlock> {
    let listed = listed_validators_hash(network, block.height())?;
    TrustedBlock::from_listed_validators(
        block.clone(),
        &network.chain_id,
        &listed,
        &Options::default(),
    )
    .ok()
}

fn step(
    trusted: &TrustedBlock,
    block: &LightBlock,
    options: &Options,
    now: Time,
) -> Option<TrustedBlock> {
    trusted.advance(block.clone(), options, now).ok()
}
