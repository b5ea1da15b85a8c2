//! How a list and an entry lie in the database, before encryption.

use toend_ledger::cbor::{self, Limits, Value};
use toend_ledger::commitment::{FieldTree, RowTree, Seed};
use toend_ledger::gateway::{B64, EntryContents, RowGroup};
use toend_ledger::hash::Hash;
use toend_ledger::layout::Reader;
use toend_ledger::list::ListKey;
use toend_ledger::record::Flag;
use toend_ledger::state::Reg;
use toend_ledger::subject::Subject;
use toend_ledger::tx::Op;
use toend_ledger::vrf::SecretKey;

use super::{Contents, RegisterError};

/// The secrets of a private list.
pub(super) struct ListSecret {
    pub epoch: u16,
    pub o: Hash,
    pub key: ListKey,
}

/// Whose a list is, and its secrets when it is private.
pub(super) struct ListPlain {
    pub subject: Subject,
    pub secret: Option<ListSecret>,
}

impl ListPlain {
    /// Subject length u8 ‖ subject ‖ for a private list: epoch u16 ‖ O 32 ‖ secret key 32.
    pub(super) fn encode(&self) -> zeroize::Zeroizing<Vec<u8>> {
        let subject = self.subject.encode();
        let mut out = zeroize::Zeroizing::new(vec![subject.len() as u8]);
        out.extend_from_slice(&subject);
        if let Some(secret) = &self.secret {
            out.extend_from_slice(&secret.epoch.to_be_bytes());
            out.extend_from_slice(&secret.o);
            out.extend_from_slice(secret.key.secret().as_bytes());
        }
        out
    }

    pub(super) fn decode(bytes: &[u8], net: Hash, reg: Reg) -> Result<Self, RegisterError> {
        let damaged = |_| RegisterError::damaged("a list row has another layout");
        let mut reader = Reader::new(bytes);
        let length = reader.u8().map_err(damaged)?;
        let subject = Subject::decode(reader.take(usize::from(length)).map_err(damaged)?)
            .map_err(|_| RegisterError::damaged("a list row names no subject"))?;
        if reader.left() == 0 {
            return Ok(Self {
                subject,
                secret: None,
            });
        }
        let (epoch, o) = (
            reader.u16().map_err(damaged)?,
            reader.array().map_err(damaged)?,
        );
        let key = ListKey::new(
            net,
            reg,
            SecretKey::from_bytes(reader.array().map_err(damaged)?),
        );
        reader.finish().map_err(damaged)?;
        Ok(Self {
            subject,
            secret: Some(ListSecret { epoch, o, key }),
        })
    }
}

/// What an entry writes to the ledger: itself, and its record's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EntryOps {
    pub entry: Op,
    pub head: Option<Op>,
}

impl EntryOps {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = self.entry.encode();
        if let Some(head) = &self.head {
            head.write(&mut out);
        }
        out
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, RegisterError> {
        let mut reader = Reader::new(bytes);
        let entry = Op::read(&mut reader)?;
        let head = if reader.left() > 0 {
            Some(Op::read(&mut reader)?)
        } else {
            None
        };
        Ok(Self { entry, head })
    }

    /// The entry's commitment.
    pub(super) const fn c(&self) -> Hash {
        match self.entry {
            Op::Entry { c, .. } | Op::ListAppend { c, .. } => c,
            _ => [0; 32],
        }
    }
}

/// An entry with everything that opens it.
pub(super) struct EntryPlain {
    pub record: Hash,
    pub v: u32,
    pub flag: Flag,
    pub schema: u32,
    pub seed: Seed,
    pub blind: Hash,
    pub fields: Vec<Vec<u8>>,
    pub rows: Vec<(u16, Vec<Vec<u8>>)>,
}

impl EntryPlain {
    /// Salts the contents. Returns the entry and the root over its fields.
    pub(super) fn new(
        record: Hash,
        v: u32,
        flag: Flag,
        seed: Seed,
        blind: Hash,
        contents: &Contents,
    ) -> Result<(Self, Hash), RegisterError> {
        let (plain, values) = Self::laid_out(record, v, flag, seed, blind, contents)?;
        let root = FieldTree::new(&plain.seed, values)?.root();
        Ok((plain, root))
    }

    /// The root over its fields.
    pub(super) fn root(&self) -> Result<Hash, RegisterError> {
        let values = self.fields.iter().map(|field| cbor::decode(field));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        Ok(FieldTree::new(&self.seed, values)?.root())
    }

    /// The same contents in the same version always look alike this way.
    pub(super) fn unsalted(v: u32, flag: Flag, contents: &Contents) -> Result<Self, RegisterError> {
        let seed = Seed::from_bytes([0; 32]);
        Self::laid_out([0; 32], v, flag, seed, [0; 32], contents).map(|(plain, _)| plain)
    }

    fn laid_out(
        record: Hash,
        v: u32,
        flag: Flag,
        seed: Seed,
        blind: Hash,
        contents: &Contents,
    ) -> Result<(Self, Vec<Value>), RegisterError> {
        let mut values = contents.fields().to_vec();
        let mut rows = Vec::new();
        for (position, group) in contents.rows() {
            let tree = RowTree::new(&seed, *position, group.clone())?;
            if let Some(slot) = values.get_mut(usize::from(*position)) {
                *slot = tree.field_value();
            }
            rows.push((
                *position,
                group.iter().map(cbor::encode).collect::<Result<_, _>>()?,
            ));
        }
        let fields = values.iter().map(cbor::encode).collect::<Result<_, _>>()?;
        let plain = Self {
            record,
            v,
            flag,
            schema: contents.schema().id,
            seed,
            blind,
            fields,
            rows,
        };
        Ok((plain, values))
    }

    /// Deterministic CBOR: `[record, v, flag, schema, seed, blind, [field …], [[position, [row …]] …]]`.
    pub(super) fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>, RegisterError> {
        let bytes =
            |items: &[Vec<u8>]| Value::Array(items.iter().cloned().map(Value::Bytes).collect());
        let rows = self
            .rows
            .iter()
            .map(|(i, rows)| Value::Array(vec![Value::Int(i64::from(*i)), bytes(rows)]));
        let value = Value::Array(vec![
            Value::Bytes(self.record.to_vec()),
            Value::Int(i64::from(self.v)),
            Value::Int(i64::from(self.flag.byte())),
            Value::Int(i64::from(self.schema)),
            Value::Bytes(self.seed.as_bytes().to_vec()),
            Value::Bytes(self.blind.to_vec()),
            bytes(&self.fields),
            Value::Array(rows.collect()),
        ]);
        Ok(zeroize::Zeroizing::new(cbor::encode_within(
            &value,
            Limits::DOCUMENT,
        )?))
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, RegisterError> {
        read(cbor::decode_within(bytes, Limits::DOCUMENT)?)
            .ok_or(RegisterError::damaged("an entry has another layout"))
    }

    /// As the person receives it.
    pub(super) fn answer(&self, n: u64) -> EntryContents {
        EntryContents {
            n,
            record: B64(self.record.to_vec()),
            v: self.v,
            schema: self.schema,
            seed: B64(self.seed.as_bytes().to_vec()),
            blind: B64(self.blind.to_vec()),
            fields: self.fields.iter().cloned().map(B64).collect(),
            rows: self
                .rows
                .iter()
                .map(|(field, rows)| RowGroup {
                    field: *field,
                    rows: rows.iter().cloned().map(B64).collect(),
                })
                .collect(),
        }
    }
}

fn hash(value: &Value) -> Option<Hash> {
    match value {
        Value::Bytes(bytes) => bytes.as_slice().try_into().ok(),
        _ => None,
    }
}

fn number<T: TryFrom<i64>>(value: &Value) -> Option<T> {
    match value {
        Value::Int(number) => T::try_from(*number).ok(),
        _ => None,
    }
}

fn byte_strings(value: Value) -> Option<Vec<Vec<u8>>> {
    let Value::Array(items) = value else {
        return None;
    };
    items
        .into_iter()
        .map(|item| {
            if let Value::Bytes(bytes) = item {
                Some(bytes)
            } else {
                None
            }
        })
        .collect()
}

fn read(value: Value) -> Option<EntryPlain> {
    let Value::Array(parts) = value else {
        return None;
    };
    let [
        record,
        v,
        flag,
        schema,
        seed,
        blind,
        fields,
        Value::Array(groups),
    ] = <[Value; 8]>::try_from(parts).ok()?
    else {
        return None;
    };
    let rows = groups
        .into_iter()
        .map(|group| match group {
            Value::Array(parts) => {
                let [position, rows] = <[Value; 2]>::try_from(parts).ok()?;
                Some((number(&position)?, byte_strings(rows)?))
            }
            _ => None,
        })
        .collect::<Option<_>>()?;
    Some(EntryPlain {
        record: hash(&record)?,
        v: number(&v)?,
        flag: Flag::from_byte(number(&flag)?).ok()?,
        schema: number(&schema)?,
        seed: Seed::from_bytes(hash(&seed)?),
        blind: hash(&blind)?,
        fields: byte_strings(fields)?,
        rows,
    })
}
