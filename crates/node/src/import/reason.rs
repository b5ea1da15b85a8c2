//! Why a line cannot be taken: a code and a field, never what the line says.

use toend_ledger::cbor::CborError;
use toend_ledger::commitment::FieldError;
use toend_ledger::schema::KindError;
use toend_ledger::subject::SubjectError;

use crate::registers::{ContentsError, RegisterError};

/// What is wrong with a line. The names are part of the format of the file of rejects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Not UTF-8.
    Utf8,
    /// Longer than [`super::records::MAX_RECORD`].
    TooLong,
    /// A quoted field that does not end, or goes on after its end.
    Quotes,
    /// More or fewer fields than the header has columns.
    Columns,
    /// Not one JSON object.
    Json,
    /// A name twice in one object.
    Twice,
    /// A name that no field has.
    UnknownField,
    /// A value that must be there is not.
    Missing,
    /// A country whose codes cannot be checked, or neither `person` nor `company`.
    Subject,
    /// A personal or registry code that cannot exist.
    SubjectCode,
    /// A personal or registry code whose check digit is wrong.
    CheckDigit,
    /// A record key that is too long or holds control characters.
    Key,
    /// No version, or one that does not follow the newest one.
    Version,
    /// The record ended before.
    Ended,
    /// The same version stands here with other contents.
    Conflict,
    /// The record does not belong into this subject's list.
    WrongList,
    /// No number, or not of this field's form.
    Number,
    /// No calendar day.
    Date,
    /// No point in time.
    Time,
    /// Neither true nor false.
    Bool,
    /// No group of rows.
    Rows,
    /// A value of another type.
    Type,
    /// More than a field or a record holds.
    Oversize,
    /// A control character, or one that changes how its neighbours read.
    Character,
    /// Contents that cannot be written for another reason.
    Contents,
}

impl Code {
    /// Its name in the file of rejects.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::TooLong => "too-long",
            Self::Quotes => "quotes",
            Self::Columns => "columns",
            Self::Json => "json",
            Self::Twice => "twice",
            Self::UnknownField => "unknown-field",
            Self::Missing => "missing",
            Self::Subject => "subject",
            Self::SubjectCode => "subject-code",
            Self::CheckDigit => "check-digit",
            Self::Key => "key",
            Self::Version => "version",
            Self::Ended => "ended",
            Self::Conflict => "conflict",
            Self::WrongList => "wrong-list",
            Self::Number => "number",
            Self::Date => "date",
            Self::Time => "time",
            Self::Bool => "bool",
            Self::Rows => "rows",
            Self::Type => "type",
            Self::Oversize => "oversize",
            Self::Character => "character",
            Self::Contents => "contents",
        }
    }
}

/// Why a line cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What is wrong.
    pub code: Code,
    /// The field it is about, by its name in the schema or in [`super::mapping::Target`].
    pub field: Option<&'static str>,
}

impl Reason {
    /// About the line as a whole.
    pub const fn line(code: Code) -> Self {
        Self { code, field: None }
    }

    /// About one field.
    pub const fn field(code: Code, field: &'static str) -> Self {
        Self {
            code,
            field: Some(field),
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.name())?;
        self.field.map_or(Ok(()), |field| write!(f, " ({field})"))
    }
}

impl From<SubjectError> for Reason {
    fn from(error: SubjectError) -> Self {
        match error {
            SubjectError::UnknownCountry => Self::field(Code::Subject, "subject.country"),
            SubjectError::CheckDigit => Self::field(Code::CheckDigit, "subject.code"),
            _ => Self::field(Code::SubjectCode, "subject.code"),
        }
    }
}

impl From<&ContentsError> for Reason {
    fn from(error: &ContentsError) -> Self {
        match error {
            ContentsError::UnknownSchema(_) | ContentsError::UnknownField { .. } => {
                Self::line(Code::UnknownField)
            }
            ContentsError::Twice(field) => Self::field(Code::Twice, field),
            ContentsError::TooManyRows(field) => Self::field(Code::Oversize, field),
            ContentsError::Kind(KindError::Type(field)) => Self::field(Code::Type, field),
            ContentsError::Kind(KindError::Date(field)) => Self::field(Code::Date, field),
            ContentsError::Kind(KindError::Columns(field)) => Self::field(Code::Rows, field),
        }
    }
}

impl From<CborError> for Reason {
    fn from(error: CborError) -> Self {
        Self::line(match error {
            CborError::TooLong { .. } => Code::Oversize,
            CborError::Control(_) => Code::Character,
            _ => Code::Contents,
        })
    }
}

impl From<&RegisterError> for Reason {
    fn from(error: &RegisterError) -> Self {
        match error {
            RegisterError::WrongList | RegisterError::UnknownSubject => Self::line(Code::WrongList),
            RegisterError::Version { newest, given } if *given == newest.saturating_add(1) => {
                Self::line(Code::Ended)
            }
            RegisterError::Version { .. } => Self::line(Code::Version),
            RegisterError::Conflict => Self::line(Code::Conflict),
            RegisterError::Contents(error) => error.into(),
            RegisterError::Cbor(error) | RegisterError::Field(FieldError::Value(error)) => {
                (*error).into()
            }
            _ => Self::line(Code::Contents),
        }
    }
}
