//! The document in CBOR: fixed arrays all the way down, no names, no optional item (a missing part is an empty array).

use super::document::{DocumentError, Language, Pinned, ProofDocument, Share, Signers, Version};
use super::index::{EpochStep, IndexProof, MAX_EPOCHS, MAX_RUNGS, Rung};
use super::items::{Items, array, bytes, int, option, path};
use super::statement::{Evidence, MAX_ROWS_SHOWN, MAX_STATEMENTS, RowGroup, SealedBy, Statement};
use crate::cbor::{self, Value};
use crate::cometbft::{Commit, Decode as _, Encode as _, Header, ValidatorSet};
use crate::commitment::{FieldOpening, MAX_POSITIONS, RowOpening};
use crate::history::HistoryProof;
use crate::list::Class;
use crate::proof::StateProof;
use crate::rights::{MAX_PERIODS, RightProof};
use crate::state::{EntryValue, EpochValue, HeadValue, OpeningValue, Reg, RightValue};
use crate::subject::Subject;
use crate::vrf::{Proof, PublicKey};

const NAME: &str = "toend-proof";
const MAX_TEXT: usize = 200;
const MAX_CERTIFICATE: usize = 4096;

pub(super) fn document(document: &ProofDocument) -> Result<Value, DocumentError> {
    Ok(Value::Array(vec![
        Value::text(NAME),
        int(document.version as u64),
        bytes(document.net),
        int(document.language as u64),
        bytes(document.header.encode()),
        bytes(document.commit.encode()),
        match &document.signers {
            Signers::Listed => Value::Array(Vec::new()),
            Signers::Enclosed(set) => Value::Array(vec![bytes(set.encode())]),
        },
        option(document.pinned.as_ref(), |pinned| {
            Value::Array(vec![
                bytes(pinned.header.encode()),
                bytes(pinned.history.encode()),
            ])
        }),
        option(document.share.as_ref(), share),
        statements(document.version, &document.statements)?,
    ]))
}

pub(super) fn read_document(value: &Value) -> Result<ProofDocument, DocumentError> {
    let Value::Array(items) = value else {
        return Err(DocumentError::NotADocument);
    };
    let version = match items.as_slice() {
        [Value::Text(name), Value::Int(1), ..] if name == NAME => Version::One,
        [Value::Text(name), Value::Int(2), ..] if name == NAME => Version::Two,
        [Value::Text(name), Value::Int(3), ..] if name == NAME => Version::Three,
        [Value::Text(name), Value::Int(version), ..] if name == NAME => {
            return Err(DocumentError::UnknownVersion(*version));
        }
        _ => return Err(DocumentError::NotADocument),
    };
    let mut items = Items::of(value, "outline", 10)?;
    let (_, _) = (items.value()?, items.value()?);
    let net = items.hash()?;
    let language = match items.number::<u8>()? {
        0 => Language::Et,
        1 => Language::En,
        2 => Language::Ru,
        _ => return Err(DocumentError::Shape("language")),
    };
    let header = Header::decode(items.bytes()?)?;
    let commit = Commit::decode(items.bytes()?)?;
    let set = items.option(|item| match item {
        Value::Bytes(bytes) => Ok(ValidatorSet::decode(bytes)?),
        _ => Err(DocumentError::Shape("validator set")),
    })?;
    let pinned = items.option(|item| {
        let mut items = Items::of(item, "pin", 2)?;
        Ok(Pinned {
            header: Header::decode(items.bytes()?)?,
            history: HistoryProof::decode(items.bytes()?)?,
        })
    })?;
    let share = items.option(read_share)?;
    let statements = items.list(MAX_STATEMENTS, |item| read_statement(version, item))?;
    if statements.is_empty() {
        return Err(DocumentError::Shape("statements"));
    }
    let signers = set.map_or(Signers::Listed, Signers::Enclosed);
    Ok(ProofDocument {
        version,
        net,
        language,
        header,
        commit,
        signers,
        pinned,
        share,
        statements,
    })
}

fn share(share: &Share) -> Value {
    Value::Array(vec![
        Value::Text(share.audience.clone()),
        Value::Text(share.purpose.clone()),
        int(share.until_ms),
        bytes(share.nonce),
        bytes(share.certificate.as_slice()),
        bytes(share.signature),
    ])
}

fn read_share(value: &Value) -> Result<Share, DocumentError> {
    let mut items = Items::of(value, "share", 6)?;
    let (audience, purpose) = (items.text()?.to_owned(), items.text()?.to_owned());
    let (until_ms, nonce) = (items.number()?, items.hash()?);
    let certificate = items.bytes()?.to_vec();
    let signature = items
        .bytes()?
        .try_into()
        .map_err(|_| DocumentError::Shape("share"))?;
    if audience.len() > MAX_TEXT || purpose.len() > MAX_TEXT || certificate.len() > MAX_CERTIFICATE
    {
        return Err(DocumentError::Shape("share"));
    }
    Ok(Share {
        audience,
        purpose,
        until_ms,
        nonce,
        certificate,
        signature,
    })
}

pub(super) fn statements(
    version: Version,
    statements: &[Statement],
) -> Result<Value, DocumentError> {
    Ok(Value::Array(
        statements
            .iter()
            .map(|one| statement(version, one))
            .collect::<Result<_, _>>()?,
    ))
}

fn statement(version: Version, statement: &Statement) -> Result<Value, DocumentError> {
    let fields: Vec<Value> = statement
        .fields
        .iter()
        .map(field)
        .collect::<Result<_, _>>()?;
    let rows: Vec<Value> = statement
        .rows
        .iter()
        .map(row_group)
        .collect::<Result<_, _>>()?;
    let mut parts = vec![
        int(u64::from(statement.reg.0)),
        int(u64::from(statement.schema)),
        bytes(statement.record),
        int(u64::from(statement.v)),
        bytes(statement.fr),
        Value::Array(fields),
        Value::Array(rows),
        match &statement.evidence {
            Evidence::Head { value, proof } => {
                Value::Array(vec![bytes(value.encode()), bytes(proof.encode())])
            }
            Evidence::Entry {
                label,
                p,
                value,
                proof,
            } => Value::Array(vec![
                bytes(*label),
                bytes(*p),
                bytes(value.encode()),
                bytes(proof.encode()),
            ]),
        },
        option(statement.sealed_by.as_ref(), |by| {
            Value::Array(vec![bytes(by.header.encode()), bytes(by.history.encode())])
        }),
        option(statement.index.as_ref(), index),
    ];
    match version {
        Version::Three => parts.push(option(statement.right.as_ref(), right)),
        Version::One | Version::Two if statement.right.is_some() => {
            return Err(DocumentError::Shape("right"));
        }
        Version::One | Version::Two => {}
    }
    Ok(Value::Array(parts))
}

fn right(right: &RightProof) -> Value {
    Value::Array(vec![
        array(&right.periods, |(value, proof)| {
            Value::Array(vec![bytes(value.encode()), bytes(proof.encode())])
        }),
        bytes(right.end.encode()),
    ])
}

fn read_right(value: &Value) -> Result<RightProof, DocumentError> {
    let mut items = Items::of(value, "right", 2)?;
    Ok(RightProof {
        periods: items.list(MAX_PERIODS, |item| {
            let mut items = Items::of(item, "period", 2)?;
            Ok((
                RightValue::decode(items.bytes()?)?,
                StateProof::decode(items.bytes()?)?,
            ))
        })?,
        end: StateProof::decode(items.bytes()?)?,
    })
}

fn read_statement(version: Version, value: &Value) -> Result<Statement, DocumentError> {
    let enclosed = version == Version::Three;
    let mut items = Items::of(value, "statement", if enclosed { 11 } else { 10 })?;
    Ok(Statement {
        reg: Reg(items.number()?),
        schema: items.number()?,
        record: items.hash()?,
        v: items.number()?,
        fr: items.hash()?,
        fields: items.list(usize::from(MAX_POSITIONS), read_field)?,
        rows: items.list(usize::from(MAX_POSITIONS), read_row_group)?,
        evidence: read_evidence(items.value()?)?,
        sealed_by: items.option(|item| {
            let mut items = Items::of(item, "time", 2)?;
            Ok(SealedBy {
                header: Header::decode(items.bytes()?)?,
                history: HistoryProof::decode(items.bytes()?)?,
            })
        })?,
        index: items.option(read_index)?,
        right: if enclosed {
            items.option(read_right)?
        } else {
            None
        },
    })
}

fn read_evidence(value: &Value) -> Result<Evidence, DocumentError> {
    if let Ok(mut items) = Items::of(value, "head", 2) {
        let value = HeadValue::decode(items.bytes()?)?;
        return Ok(Evidence::Head {
            value,
            proof: StateProof::decode(items.bytes()?)?,
        });
    }
    let mut items = Items::of(value, "evidence", 4)?;
    Ok(Evidence::Entry {
        label: items.hash()?,
        p: items.hash()?,
        value: EntryValue::decode(items.bytes()?)?,
        proof: StateProof::decode(items.bytes()?)?,
    })
}

fn field(field: &FieldOpening) -> Result<Value, DocumentError> {
    Ok(Value::Array(vec![
        int(u64::from(field.position)),
        bytes(field.salt),
        bytes(cbor::encode(&field.value)?),
        path(&field.path),
    ]))
}

fn read_field(value: &Value) -> Result<FieldOpening, DocumentError> {
    let mut items = Items::of(value, "field", 4)?;
    Ok(FieldOpening {
        position: items.number()?,
        salt: items.hash()?,
        value: cbor::decode(items.bytes()?)?,
        path: items.path()?,
    })
}

fn row_group(group: &RowGroup) -> Result<Value, DocumentError> {
    let rows: Vec<Value> = group.rows.iter().map(row).collect::<Result<_, _>>()?;
    Ok(Value::Array(vec![
        int(u64::from(group.position)),
        Value::Array(rows),
    ]))
}

fn row(row: &RowOpening) -> Result<Value, DocumentError> {
    Ok(Value::Array(vec![
        int(u64::from(row.row)),
        bytes(row.salt),
        bytes(cbor::encode(&row.value)?),
        path(&row.path),
    ]))
}

fn read_row_group(value: &Value) -> Result<RowGroup, DocumentError> {
    let mut items = Items::of(value, "rows", 2)?;
    Ok(RowGroup {
        position: items.number()?,
        rows: items.list(MAX_ROWS_SHOWN, read_row)?,
    })
}

fn read_row(value: &Value) -> Result<RowOpening, DocumentError> {
    let mut items = Items::of(value, "row", 4)?;
    Ok(RowOpening {
        row: items.number()?,
        salt: items.hash()?,
        value: cbor::decode(items.bytes()?)?,
        path: items.path()?,
    })
}

fn index(index: &IndexProof) -> Value {
    Value::Array(vec![
        bytes(index.subject.encode()),
        array(&index.epochs, |step| {
            Value::Array(vec![
                bytes(step.value.encode()),
                bytes(step.proof.encode()),
                bytes(*step.o.as_bytes()),
                bytes(step.opening.encode()),
            ])
        }),
        bytes(index.opening.encode()),
        bytes(*index.list_key.as_bytes()),
        int(index.class as u64),
        bytes(index.blind),
        bytes(index.prev),
        rung(&index.entry),
        array(&index.ladder, rung),
    ])
}

fn read_index(value: &Value) -> Result<IndexProof, DocumentError> {
    let mut items = Items::of(value, "index", 9)?;
    Ok(IndexProof {
        subject: Subject::decode(items.bytes()?)?,
        epochs: items.list(MAX_EPOCHS, |item| {
            let mut items = Items::of(item, "epoch", 4)?;
            Ok(EpochStep {
                value: EpochValue::decode(items.bytes()?)?,
                proof: StateProof::decode(items.bytes()?)?,
                o: Proof::from_bytes(items.bytes()?)?,
                opening: StateProof::decode(items.bytes()?)?,
            })
        })?,
        opening: OpeningValue::decode(items.bytes()?)?,
        list_key: PublicKey::from_bytes(items.bytes()?)?,
        class: Class::from_byte(items.number()?).ok_or(DocumentError::Shape("class"))?,
        blind: items.hash()?,
        prev: items.hash()?,
        entry: read_rung(items.value()?)?,
        ladder: items.list(MAX_RUNGS, read_rung)?,
    })
}

fn rung(rung: &Rung) -> Value {
    Value::Array(vec![
        int(rung.n),
        bytes(*rung.label.as_bytes()),
        option(rung.value.as_ref(), |value| bytes(value.encode())),
        bytes(rung.proof.encode()),
    ])
}

fn read_rung(value: &Value) -> Result<Rung, DocumentError> {
    let mut items = Items::of(value, "rung", 4)?;
    Ok(Rung {
        n: items.number()?,
        label: Proof::from_bytes(items.bytes()?)?,
        value: items.option(|item| match item {
            Value::Bytes(bytes) => Ok(EntryValue::decode(bytes)?),
            _ => Err(DocumentError::Shape("rung")),
        })?,
        proof: StateProof::decode(items.bytes()?)?,
    })
}
