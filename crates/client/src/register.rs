//! The registers this program knows, by number, id and screen.

use toend_ledger::subject::{Kind, Subject};

use crate::dto::{RegisterId, SubjectRef};

impl RegisterId {
    /// All, by number.
    pub const ALL: [Self; 3] = [Self::Health, Self::Tax, Self::Business];

    /// Stable id, as in addresses, row ids and the terminal.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Tax => "tax",
            Self::Business => "business",
        }
    }

    /// Register number on the ledger.
    pub const fn number(self) -> u16 {
        match self {
            Self::Health => 1,
            Self::Tax => 2,
            Self::Business => 3,
        }
    }

    /// The register with a number.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|register| register.number() == number)
    }

    /// The register with an id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|register| register.id() == id)
    }
}

impl std::str::FromStr for RegisterId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_id(text).ok_or_else(|| "health, tax or business".to_owned())
    }
}

impl SubjectRef {
    /// A person.
    pub fn person(country: &str, code: &str, name: String) -> Self {
        Self {
            kind: "person".to_owned(),
            country: country.to_owned(),
            code: code.to_owned(),
            name,
        }
    }

    /// A company.
    pub fn company(country: &str, code: &str, name: String) -> Self {
        Self {
            kind: "company".to_owned(),
            country: country.to_owned(),
            code: code.to_owned(),
            name,
        }
    }

    /// The subject in its one canonical spelling; `None` for anything else.
    pub fn subject(&self) -> Option<Subject> {
        match self.kind.as_str() {
            "person" => Subject::person(&self.country, &self.code).ok(),
            "company" => Subject::company(&self.country, &self.code).ok(),
            _ => None,
        }
    }

    /// True for a company, whose lists are public.
    pub fn is_company(&self) -> bool {
        self.subject()
            .is_some_and(|subject| subject.kind() == Kind::Company)
    }
}

/// A row's id: `<register>-me-<n>`, `<register>-<company code>-<n>`, or with `p<k>` for one not yet sealed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowId {
    /// Register.
    pub register: RegisterId,
    /// Company code; `None` for the person's own list. A person's code never stands in an id.
    pub company: Option<String>,
    /// Index in the list, or place among those not yet sealed.
    pub n: u64,
    /// Not yet sealed.
    pub pending: bool,
}

impl RowId {
    /// Reads an id; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 64 {
            return None;
        }
        let mut parts = text.splitn(3, '-');
        let register = RegisterId::from_id(parts.next()?)?;
        let whose = parts.next()?;
        let number = parts.next()?;
        let company = match whose {
            "me" => None,
            code => Some(Subject::company("EE", code).ok()?.code().to_owned()),
        };
        let (pending, digits) = number
            .strip_prefix('p')
            .map_or((false, number), |rest| (true, rest));
        let n: u64 = digits.parse().ok().filter(|n| *n > 0)?;
        (n.to_string() == digits).then_some(Self {
            register,
            company,
            n,
            pending,
        })
    }
}

impl std::fmt::Display for RowId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whose = self.company.as_deref().unwrap_or("me");
        let pending = if self.pending { "p" } else { "" };
        write!(f, "{}-{whose}-{pending}{}", self.register.id(), self.n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_go_to_text_and_back() {
        for text in ["health-me-12", "business-19999012-1", "tax-me-p3"] {
            assert_eq!(RowId::parse(text).unwrap().to_string(), text);
        }
        for bad in [
            "",
            "health",
            "health-me-0",
            "health-me-01",
            "health-47101010033-1",
            "land-me-1",
            "health-me--1",
            "health-me-1-2",
        ] {
            assert_eq!(RowId::parse(bad), None, "{bad}");
        }
    }
}
