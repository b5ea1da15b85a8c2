//! What is written onto a virtual card: a person, two certificates and their keys.

use time::Date;

use super::{CardCodes, SecretKey};

/// A person and her document, for the personal data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persona {
    /// Surname in capitals.
    pub surname: String,
    /// Given names in capitals.
    pub given_names: String,
    /// `M` or `F`, empty for an e-resident.
    pub sex: String,
    /// ISO 3166 alpha-3, empty for an e-resident.
    pub citizenship: String,
    /// Birth date, none for an e-resident.
    pub birth_date: Option<Date>,
    /// Country of birth, alpha-3; the 2025 card does not name it.
    pub birth_place: String,
    /// Personal code.
    pub personal_code: String,
    /// Document number.
    pub document_number: String,
    /// Last day of validity.
    pub expires: Date,
    /// Day of issue.
    pub issued: Date,
}

impl Persona {
    /// The fields 1 to 15, an empty one as a single zero byte.
    pub(super) fn fields(&self, names_birth_place: bool) -> Vec<Vec<u8>> {
        let date = |date: Date| {
            format!(
                "{:02} {:02} {:04}",
                date.day(),
                u8::from(date.month()),
                date.year()
            )
        };
        let mut birth = self.birth_date.map(date).unwrap_or_default();
        if names_birth_place && !birth.is_empty() && !self.birth_place.is_empty() {
            birth = format!("{birth} {}", self.birth_place);
        }
        let mut fields = vec![
            self.surname.clone(),
            self.given_names.clone(),
            self.sex.clone(),
            self.citizenship.clone(),
            birth,
            self.personal_code.clone(),
            self.document_number.clone(),
            date(self.expires),
            date(self.issued),
        ];
        fields.resize(15, String::new());
        fields
            .into_iter()
            .map(|field| {
                if field.is_empty() {
                    vec![0]
                } else {
                    field.into_bytes()
                }
            })
            .collect()
    }
}

/// Everything on a card.
#[derive(Clone)]
pub struct Contents {
    /// Whose card.
    pub persona: Persona,
    /// Certificate for signing in, DER.
    pub auth_certificate: Vec<u8>,
    /// Certificate for signatures, DER.
    pub sign_certificate: Vec<u8>,
    /// Its key.
    pub auth_key: SecretKey,
    /// Its key.
    pub sign_key: SecretKey,
    /// The codes.
    pub codes: CardCodes,
}
