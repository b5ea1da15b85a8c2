//! Record kinds: which field stands at which position.
//!
//! A record is committed by *position*, never by name (review finding 3.1): position `i` of schema `s` **is** the field,
//! the number of positions is fixed by the schema, and an unused position is salted like a used one. So the order of the
//! fields below is part of the format: a published schema never changes, a changed form gets a new number.
//!
//! | kind | deterministic CBOR of a value |
//! |---|---|
//! | text, code | text string (NFC); a code belongs to the code system named in [`Field::source`] |
//! | date | text string `YYYY-MM-DD` |
//! | time | integer, seconds since the Unix epoch |
//! | int | integer |
//! | money | integer, euro cents |
//! | decimal | array `[digits, places]`: digits · 10⁻ᵖˡᵃᶜᵉˢ |
//! | bool | boolean |
//! | rows | array `[count, root]` in the position; each row is an array in column order, an unused cell is an empty array |
//!
//! An unused position is CBOR `undefined`. `docs/formats/schemas.md` lists every schema; a test keeps it current.

mod business;
mod health;
mod tax;
mod value;

pub use value::{KindError, check, check_row};

/// Register number of the health register.
pub const HEALTH: u16 = 1;
/// Register number of the tax register.
pub const TAX: u16 = 2;
/// Register number of the business register.
pub const BUSINESS: u16 = 3;

/// Most versions a year that a headed record may see: more would show a rhythm on the ledger (review finding 2.6).
pub const MAX_HEADED_VERSIONS: u8 = 4;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Words of the record.
    Text,
    /// Whole number.
    Int,
    /// Euro cents.
    Money,
    /// Decimal number with its number of places.
    Decimal,
    /// Calendar day, ISO.
    Date,
    /// Instant, seconds since the Unix epoch.
    Time,
    /// Yes or no.
    Bool,
    /// A code of a code system, or a number that identifies something.
    Code,
    /// Repeated group with these columns.
    Rows(&'static [Field]),
}

/// One position of a schema, or one column of a repeated group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Stable name, lower case ASCII with underscores; part of translation keys.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Shown in list rows.
    pub summary: bool,
    /// Element of the field's own standard: FHIR R5 path, TSD or KMD element, column of the business register.
    pub source: &'static str,
}

impl Field {
    const fn new(name: &'static str, kind: FieldKind, source: &'static str) -> Self {
        Self {
            name,
            kind,
            summary: false,
            source,
        }
    }

    /// The same field, shown in list rows.
    const fn row(self) -> Self {
        Self {
            summary: true,
            ..self
        }
    }
}

const fn text(name: &'static str, source: &'static str) -> Field {
    Field::new(name, FieldKind::Text, source)
}
const fn code(name: &'static str, source: &'static str) -> Field {
    Field::new(name, FieldKind::Code, source)
}
const fn int(name: &'static str, source: &'static str) -> Field {
    Field::new(name, FieldKind::Int, source)
}
const fn money(name: &'static str, source: &'static str) -> Field {
    Field::new(name, FieldKind::Money, source)
}
const fn decimal(name: &'static str, source: &'static str) -> Field {
    Field::new(name, FieldKind::Decimal, source)
}
const fn date(name: &'static str, source: &'static str) -> Field {
    Field::new(name, FieldKind::Date, source)
}
const fn time(name: &'static str, source: &'static str) -> Field {
    Field::new(name, FieldKind::Time, source)
}
const fn bool(name: &'static str, source: &'static str) -> Field {
    Field::new(name, FieldKind::Bool, source)
}
const fn rows(name: &'static str, columns: &'static [Field], source: &'static str) -> Field {
    Field::new(name, FieldKind::Rows(columns), source)
}

/// Whose list an entry of a schema stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// A person's private list: labels nobody else can link.
    Private,
    /// A company's or immovable's public list, never a person's (review finding 1.14).
    Public,
}

/// A record kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Number, hashed into every content commitment.
    pub id: u32,
    /// Stable name, unique over all registers.
    pub name: &'static str,
    /// Register that may seal it.
    pub reg: u16,
    /// Private or public list.
    pub list: ListKind,
    /// List class: 0 records, 1 access log.
    pub class: u8,
    /// Records of this kind have a head that names the current version.
    pub headed: bool,
    /// Versions one record may see in a year.
    pub max_versions_per_year: u8,
    /// Position by position.
    pub fields: &'static [Field],
    /// The date a list sorts and shows by; always a field of kind date.
    pub date_field: Option<&'static str>,
    /// The standard's name for the record.
    pub source: &'static str,
}

impl Schema {
    /// Number of positions, the size of every field tree of this schema.
    pub const fn size(&self) -> u16 {
        self.fields.len() as u16
    }

    /// Position of a field.
    pub fn position(&self, name: &str) -> Option<u16> {
        self.fields
            .iter()
            .position(|field| field.name == name)
            .map(|i| i as u16)
    }

    /// The field at a position.
    pub fn field(&self, position: u16) -> Option<&'static Field> {
        self.fields.get(usize::from(position))
    }

    /// Fields shown in list rows, with their positions.
    pub fn summary(&self) -> impl Iterator<Item = (u16, &'static Field)> {
        (0u16..).zip(self.fields).filter(|(_, field)| field.summary)
    }
}

const ALL: [&Schema; 17] = [
    &health::VISIT,
    &health::PRESCRIPTION,
    &health::DISPENSE,
    &health::VACCINATION,
    &health::LAB,
    &health::REFERRAL,
    &health::SICKLEAVE,
    &tax::TSD,
    &tax::KMD,
    &tax::INCOME_TAX,
    &tax::PREPAYMENT,
    &business::MANDATE,
    &business::REGISTRY_CARD,
    &business::CARD_PERSON,
    &business::SHAREHOLDER,
    &business::BENEFICIAL_OWNER,
    &business::ANNUAL_REPORT,
];

/// Every schema, by ascending number.
pub fn all() -> impl Iterator<Item = &'static Schema> {
    ALL.into_iter()
}

/// The schema with a number.
pub fn by_id(id: u32) -> Option<&'static Schema> {
    all().find(|schema| schema.id == id)
}

/// The schema with a name.
pub fn by_name(name: &str) -> Option<&'static Schema> {
    all().find(|schema| schema.name == name)
}

#[cfg(test)]
mod tests;
