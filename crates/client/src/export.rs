//! Making a proof file from a proven record: chosen fields, the proof of the record, and the page that carries its root.

use toend_ledger::cometbft::LightBlock;
use toend_ledger::commitment::{MAX_ROWS, RowTree};
use toend_ledger::hash::Hash;
use toend_ledger::history::HistoryProof;
use toend_ledger::merkle::{Frontier, inclusion_proof, leaf_hash};
use toend_ledger::network::NetworkFile;
use toend_ledger::proof::StateProof;
use toend_ledger::proof_file::{
    Evidence, Language as PageLanguage, ProofDocument, ProofFile, RowGroup, SealedBy, Signers,
    Statement, Version,
};
use toend_ledger::rights::RightProof;
use toend_ledger::schema::FieldKind;
use toend_ledger::state::{At, HistoryValue, Key, Reg};

use crate::dto::{FieldValue, Language, RegisterId};
use crate::error::ClientError;
use crate::records::Contents;
use crate::records::held::Held;
use crate::records::judged::{Entry, Judged};
use crate::worker::Worker;

/// What a file is made from.
pub struct Source<'a> {
    /// Which ledger.
    pub net: &'a Hash,
    /// Register that sealed the record.
    pub register: RegisterId,
    /// The list the entry stands in.
    pub judged: &'a Judged,
    /// The entry.
    pub entry: &'a Entry,
    /// The light block whose header carries the root that the list was judged against.
    pub block: &'a LightBlock,
    /// Proof of when the entry was sealed, if it could be had.
    pub sealed_by: Option<SealedBy>,
    /// Proof of who might seal this kind of record when, if it rests on the same page.
    pub right: Option<RightProof>,
}

/// Makes the file. Only a proven record that is the newest of its versions can be proven to somebody else.
pub fn write(
    source: &Source<'_>,
    fields: Option<&[String]>,
    language: Language,
) -> Result<Vec<u8>, ClientError> {
    let contents = source.entry.contents().ok_or(ClientError::NotProven)?;
    let document = ProofDocument {
        version: Version::NEWEST,
        net: *source.net,
        language: match language {
            Language::Et => PageLanguage::Et,
            Language::En => PageLanguage::En,
            Language::Ru => PageLanguage::Ru,
        },
        header: source.block.header().clone(),
        commit: source.block.signed_header.commit.clone(),
        signers: Signers::Listed,
        pinned: None,
        share: None,
        statements: vec![statement(source, contents, fields)?],
    };
    ProofFile::write(&document).map_err(|_| ClientError::NotProven)
}

fn statement(
    source: &Source<'_>,
    contents: &Contents,
    fields: Option<&[String]>,
) -> Result<Statement, ClientError> {
    let tree = contents.tree().ok_or(ClientError::NotProven)?;
    let mut openings = Vec::new();
    let mut rows = Vec::new();
    for position in positions(contents, fields)? {
        let opening = tree.open(position).map_err(|_| ClientError::NoSuchField)?;
        if matches!(
            contents.schema.field(position).map(|field| field.kind),
            Some(FieldKind::Rows(_))
        ) && let Some(group) = row_group(contents, position)
        {
            rows.push(group);
        }
        openings.push(opening);
    }
    Ok(Statement {
        reg: Reg(source.register.number()),
        schema: contents.schema.id,
        record: contents.record,
        v: contents.v,
        fr: contents.fr,
        fields: openings,
        rows,
        evidence: evidence(source)?,
        sealed_by: source.sealed_by.clone(),
        index: None,
        right: source.right.clone(),
    })
}

/// Positions to show: those named, or every used one.
fn positions(contents: &Contents, fields: Option<&[String]>) -> Result<Vec<u16>, ClientError> {
    let mut out = match fields {
        Some(names) => names
            .iter()
            .map(|name| {
                contents
                    .schema
                    .position(name)
                    .ok_or(ClientError::NoSuchField)
            })
            .collect::<Result<Vec<_>, _>>()?,
        None => contents
            .fields()
            .into_iter()
            .filter(|field| field.value != FieldValue::Absent)
            .map(|field| field.position)
            .collect(),
    };
    out.sort_unstable();
    out.dedup();
    if out.is_empty() {
        Err(ClientError::NoSuchField)
    } else {
        Ok(out)
    }
}

fn row_group(contents: &Contents, position: u16) -> Option<RowGroup> {
    let values = contents.rows(position).to_vec();
    let count = u32::try_from(values.len())
        .ok()
        .filter(|count| *count > 0 && *count <= MAX_ROWS)?;
    let tree = RowTree::new(contents.seed(), position, values).ok()?;
    let rows = (0..count)
        .map(|row| tree.open(row).ok())
        .collect::<Option<Vec<_>>>()?;
    Some(RowGroup { position, rows })
}

fn evidence(source: &Source<'_>) -> Result<Evidence, ClientError> {
    let entry = source.entry;
    let contents = entry.contents().ok_or(ClientError::NotProven)?;
    if contents.schema.headed {
        // An older version is true history, but no head names it: nobody else could check it.
        let head = entry.head.as_ref().ok_or(ClientError::NotProven)?;
        return Ok(Evidence::Head {
            value: *head.value.get(),
            proof: head.proof.clone(),
        });
    }
    let (proof, place) = entry
        .proof
        .as_ref()
        .zip(entry.place)
        .ok_or(ClientError::NotProven)?;
    let key = source
        .judged
        .list_key
        .as_ref()
        .ok_or(ClientError::NotProven)?;
    let class = toend_ledger::list::Class::Records;
    match key.entry_key(class, entry.n) {
        Ok(Key::Entry { label, .. }) => Ok(Evidence::Entry {
            label,
            p: place,
            value: *proof.value.get(),
            proof: proof.proof.clone(),
        }),
        _ => Err(ClientError::NotProven),
    }
}

/// Proves when block `at` was sealed: the header after it, in the history of the list's page. `None` when this computer's own
/// history has gaps, or the gateway no longer keeps that state.
pub async fn sealed_by(
    worker: &Worker,
    network: &NetworkFile,
    held: &Held,
    at: At,
) -> Option<SealedBy> {
    let (first, height) = (network.first_height, held.judged.height);
    let next = at.height.checked_add(1).filter(|next| *next <= height)?;
    let hashes = worker.block_hashes(first, height).await?;
    let leaves: Vec<Hash> = hashes.iter().map(|hash| leaf_hash(hash)).collect();
    let path = inclusion_proof(&leaves, next - first).ok()?;
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.push(leaf);
    }
    let key = Key::History.encode();
    for provider in worker.providers() {
        let Ok(state) = provider.state(&key, height).await else {
            continue;
        };
        let Ok(state_proof) = StateProof::decode(&state.proof.0) else {
            continue;
        };
        let history = HistoryProof {
            value: HistoryValue {
                frontier: frontier.clone(),
            },
            path: path.clone(),
            state_proof,
        };
        let root = held.block.block().header().state_root()?;
        let header = worker.full_header(next).await?;
        if history.verify(&root, first, next, &header.hash()).is_ok() {
            return Some(SealedBy {
                header: header.header().clone(),
                history,
            });
        }
    }
    None
}
