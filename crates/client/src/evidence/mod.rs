//! Evidence that the ledger broke its rules: kept when it is found, shown, saved as a file that a stranger can verify.
//!
//! The file is JSON (`docs/formats/evidence.md`). It holds the network file and two signed versions of one page, or two signed
//! answers of one gateway; nothing in it is about a person. [`verify`](mod@verify) needs nothing else: no account, no gateway, no data folder.

mod answers;
mod verify;

use serde::Deserialize;
use toend_ledger::cometbft::{Header, LightBlock};
pub use toend_ledger::evidence::{
    Conflict, EvidenceFile, FORMAT, FORMAT_ANSWERS, GatewayKey, MAX_EVIDENCE, Side,
};
use toend_ledger::gateway::Contradiction;
use toend_ledger::network::NetworkFile;
use toend_light_client::sync::{Evidence, ProviderId};

use crate::dto::{ContradictionKind, ContradictionView, EvidenceView, Names};
use crate::network::{authority_of, names};
use crate::records::rows::signed;

use self::answers::{house_of, judge as judge_answers};
pub(crate) use self::verify::by_listed;
pub use self::verify::{Finding, Judgement, Reason, verify};

/// As the light client's evidence lies in the store.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Kept {
    Blocks {
        common: Box<LightBlock>,
        first_source: u16,
        first: Vec<LightBlock>,
        second_source: u16,
        second: Vec<LightBlock>,
    },
    Links {
        upper: Box<Header>,
        lower: Box<Header>,
    },
}

/// From what the store keeps; `None` when it is damaged.
pub(crate) fn from_store(
    network: &NetworkFile,
    found_ms: u64,
    body: &[u8],
    source: impl Fn(u16) -> Option<String>,
) -> Option<EvidenceFile> {
    let conflict = match serde_json::from_slice(body).ok()? {
        Kept::Blocks {
            common,
            first_source,
            first,
            second_source,
            second,
        } => Conflict::Blocks {
            common,
            first: Side {
                source: source(first_source),
                blocks: first,
            },
            second: Side {
                source: source(second_source),
                blocks: second,
            },
        },
        Kept::Links { upper, lower } => Conflict::Links { upper, lower },
    };
    Some(EvidenceFile {
        format: FORMAT.to_owned(),
        found_ms,
        network: network.clone(),
        conflict,
    })
}

/// Ids of the authorities that certainly broke the rules: they signed both pages in one round.
pub fn double_signers(file: &EvidenceFile) -> Vec<String> {
    let Conflict::Blocks {
        common,
        first,
        second,
    } = &file.conflict
    else {
        return Vec::new();
    };
    let evidence = Evidence::Blocks {
        common: common.clone(),
        first_source: ProviderId(0),
        first: first.blocks.clone(),
        second_source: ProviderId(1),
        second: second.blocks.clone(),
    };
    evidence
        .double_signers()
        .iter()
        .filter_map(|address| authority_of(&file.network, address))
        .collect()
}

/// As a screen shows it.
pub(crate) fn view(file: &EvidenceFile) -> EvidenceView {
    let last_common_ms = match &file.conflict {
        Conflict::Blocks { common, .. } => Some(signed(common.header().time.millis())),
        Conflict::Links { .. } | Conflict::Answers { .. } => None,
    };
    EvidenceView {
        found_ms: signed(file.found_ms),
        height: file.height(),
        last_common_ms,
        authorities: names_of(&file.network, &double_signers(file)),
        // Links carry no signatures, and a gateway's key is no validator's.
        for_validators: matches!(file.conflict, Conflict::Blocks { .. }),
    }
}

/// Two answers of a gateway as a screen shows them; none unless they prove what they say.
pub(crate) fn contradiction(
    file: &EvidenceFile,
    network: &NetworkFile,
) -> Option<ContradictionView> {
    let Conflict::Answers { first, second, .. } = &file.conflict else {
        return None;
    };
    let kind = match first.contradicts(second)? {
        Contradiction::Tips => ContradictionKind::Pages,
        Contradiction::Heights => ContradictionKind::Places,
        Contradiction::Unsealed => ContradictionKind::Sealed,
    };
    let (judgement, _) = verify::judge(file, network);
    let house = usize::from(house_of(file, first.gateway));
    let entry = network.authorities.get(house);
    (judgement == Judgement::Proven).then(|| ContradictionView {
        gateway: first.gateway,
        authority: entry.map_or_else(|| format!("authority-{house}"), |entry| entry.id.clone()),
        kind,
        found_ms: signed(file.found_ms),
        height: file.height(),
    })
}

fn names_of(network: &NetworkFile, ids: &[String]) -> Vec<Names> {
    network
        .authorities
        .iter()
        .filter(|authority| ids.contains(&authority.id))
        .map(|authority| names(&authority.names))
        .collect()
}
