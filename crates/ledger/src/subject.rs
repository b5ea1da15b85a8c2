//! Whom or what a list is about: one encoding per person or company, or none.
//!
//! `subject` = kind u8 ‖ country 2 ASCII capitals ‖ length u8 ‖ canonical ASCII code. Two spellings of one code
//! would be two lists, one of them hidden, so prover and verifier both refuse everything but the canonical
//! spelling with a valid check digit (review finding 1.6). Codes are never taken from text meant for a screen.

use std::fmt;

use thiserror::Error;

use crate::hash::{Hash, h};
use crate::layout::{LayoutError, Reader};

/// Longest encoded subject.
pub const MAX_LEN: usize = 4 + 24;

/// What kind of subject a code names. The number is hashed and never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A natural person, by personal code.
    Person = 1,
    /// A company, authority, association or foundation, by registry code.
    Company = 2,
}

/// A person or company in its one canonical spelling.
///
/// `Debug` shows kind and country only: a personal code belongs in no log.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    kind: Kind,
    country: [u8; 2],
    code: String,
}

/// Why a code names nobody. Whoever supplied it is to blame: the user who typed it, or the peer that sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SubjectError {
    /// No check-digit rule is known for this country, so no canonical spelling either.
    #[error("codes of this country cannot be checked")]
    UnknownCountry,
    /// The kind byte is not one of ours.
    #[error("{0} is no kind of subject")]
    UnknownKind(u8),
    /// Wrong length, or a character that is not an ASCII digit.
    #[error("the code has the wrong length or characters")]
    Spelling,
    /// Digits that stand for no calendar date, century or kind of company.
    #[error("the code names no existing date or kind")]
    Meaning,
    /// The last digit does not fit the others.
    #[error("the check digit is wrong")]
    CheckDigit,
    /// The encoded form is malformed.
    #[error(transparent)]
    Layout(#[from] LayoutError),
}

impl Subject {
    /// A natural person by personal code, for example `EE` and 11 digits.
    pub fn person(country: &str, code: &str) -> Result<Self, SubjectError> {
        Self::new(Kind::Person, country, code)
    }

    /// A company, authority or association by registry code, for example `EE` and 8 digits.
    pub fn company(country: &str, code: &str) -> Result<Self, SubjectError> {
        Self::new(Kind::Company, country, code)
    }

    fn new(kind: Kind, country: &str, code: &str) -> Result<Self, SubjectError> {
        if country != "EE" {
            return Err(SubjectError::UnknownCountry);
        }
        let digits = digits(code)?;
        match kind {
            Kind::Person => check_personal_code(&digits)?,
            Kind::Company => check_registry_code(&digits)?,
        }
        Ok(Self {
            kind,
            country: *b"EE",
            code: code.to_owned(),
        })
    }

    /// Person or company.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The country whose register gave the code.
    pub fn country(&self) -> &str {
        std::str::from_utf8(&self.country).unwrap_or_default()
    }

    /// The canonical code, ASCII digits. Personal data when the subject is a person.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// kind u8 ‖ country 2 ‖ length u8 ‖ code.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(4 + self.code.len());
        out.push(self.kind as u8);
        out.extend_from_slice(&self.country);
        out.push(self.code.len() as u8);
        out.extend_from_slice(self.code.as_bytes());
        out
    }

    /// Reads what [`encode`](Self::encode) wrote and checks the code again.
    pub fn decode(bytes: &[u8]) -> Result<Self, SubjectError> {
        let mut reader = Reader::new(bytes);
        let kind = match reader.u8()? {
            1 => Kind::Person,
            2 => Kind::Company,
            other => return Err(SubjectError::UnknownKind(other)),
        };
        let country = reader.array::<2>()?;
        let length = reader.u8()?;
        let code = reader.take(length as usize)?;
        reader.finish()?;
        let country = std::str::from_utf8(&country).map_err(|_| SubjectError::UnknownCountry)?;
        let code = std::str::from_utf8(code).map_err(|_| SubjectError::Spelling)?;
        Self::new(kind, country, code)
    }

    /// `H(T("subject") ‖ subject)`, the key of a public list. Never used for a person: codes can be tried out.
    pub fn hash(&self) -> Hash {
        h("subject", &[&self.encode()])
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subject({:?}, {}, …)", self.kind, self.country())
    }
}

fn digits(code: &str) -> Result<Vec<u8>, SubjectError> {
    code.bytes()
        .map(|byte| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            _ => Err(SubjectError::Spelling),
        })
        .collect()
}

/// Estonian personal code: century and sex, YYMMDD, serial, check digit.
fn check_personal_code(digits: &[u8]) -> Result<(), SubjectError> {
    let [century, y1, y2, m1, m2, d1, d2, _, _, _, check] = *digits else {
        return Err(SubjectError::Spelling);
    };
    if !(1..=8).contains(&century) {
        return Err(SubjectError::Meaning);
    }
    let year = 1800 + 100 * u16::from((century - 1) / 2) + u16::from(10 * y1 + y2);
    if !is_date(year, 10 * m1 + m2, 10 * d1 + d2) {
        return Err(SubjectError::Meaning);
    }
    if check == check_digit(digits) {
        Ok(())
    } else {
        Err(SubjectError::CheckDigit)
    }
}

/// Estonian registry code: 1 company, 7 state and municipality, 8 association, 9 foundation.
fn check_registry_code(digits: &[u8]) -> Result<(), SubjectError> {
    let [first, _, _, _, _, _, _, check] = *digits else {
        return Err(SubjectError::Spelling);
    };
    if !matches!(first, 1 | 7 | 8 | 9) {
        return Err(SubjectError::Meaning);
    }
    if check == check_digit(digits) {
        Ok(())
    } else {
        Err(SubjectError::CheckDigit)
    }
}

/// Weights 1, 2 … 9, 1 … modulo 11; if that gives 10, weights 3, 4 … 9, 1 …; if 10 again, 0.
fn check_digit(digits: &[u8]) -> u8 {
    let body = digits.len().saturating_sub(1);
    let sum = |start: usize| {
        digits
            .iter()
            .take(body)
            .enumerate()
            .map(|(i, digit)| usize::from(*digit) * ((i + start - 1) % 9 + 1))
            .sum::<usize>()
            % 11
    };
    match (sum(1), sum(3)) {
        (10, 10) => 0,
        (10, second) => second as u8,
        (first, _) => first as u8,
    }
}

const fn is_date(year: u16, month: u8, day: u8) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    day >= 1 && day <= last
}

#[cfg(test)]
mod tests;
