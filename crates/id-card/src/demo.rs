//! The two demonstration cards and the authority that issued their certificates.
//!
//! Both persons are published test identities. Keys follow from public texts ([`crate::demo_ca`]); the
//! certificates were issued once and are compiled in, so that every program knows the same ones. Nothing here
//! has any legal effect.

use time::macros::date;

use crate::certificate::Certificate;
use crate::demo_ca::card_key;
use crate::drivers::KeyPair;
use crate::recognise::Generation;
use crate::virtual_card::{CardCodes, Contents, KeyError, Persona, VirtualCard};

/// PIN1 of both cards.
pub const PIN1: &str = "1234";
/// PIN2 of both cards.
pub const PIN2: &str = "12345";
/// PUK of both cards.
pub const PUK: &str = "12345678";

const AUTHORITY: &[u8] = include_bytes!("../fixtures/demonstration-ca.der");
const MARI_LIIS: [&[u8]; 2] = [
    include_bytes!("../fixtures/mari-liis-authentication.der"),
    include_bytes!("../fixtures/mari-liis-signature.der"),
];
const IGOR: [&[u8]; 2] = [
    include_bytes!("../fixtures/igor-authentication.der"),
    include_bytes!("../fixtures/igor-signature.der"),
];

/// A demonstration card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoCard {
    /// Stable name: `mari-liis` or `igor`.
    pub id: &'static str,
    /// Whose card.
    pub persona: Persona,
    /// Its chip.
    pub generation: Generation,
    certificates: [&'static [u8]; 2],
}

impl DemoCard {
    /// The certificates for signing in and for signatures, DER.
    pub fn certificates(&self) -> [&'static [u8]; 2] {
        self.certificates
    }

    /// A fresh virtual card with full retry counters. Each call makes another one.
    ///
    /// # Errors
    /// [`KeyError`], which does not happen in practice.
    pub fn card(&self) -> Result<VirtualCard, KeyError> {
        self.card_on(self.generation, CardCodes::default())
    }

    /// The same person's card on another chip, or with other codes.
    ///
    /// # Errors
    /// [`KeyError`], which does not happen in practice.
    pub fn card_on(
        &self,
        generation: Generation,
        codes: CardCodes,
    ) -> Result<VirtualCard, KeyError> {
        let [auth_certificate, sign_certificate] = self.certificates.map(<[u8]>::to_vec);
        let contents = Contents {
            auth_key: card_key(&self.persona.personal_code, KeyPair::Authentication)?,
            sign_key: card_key(&self.persona.personal_code, KeyPair::Signature)?,
            persona: self.persona.clone(),
            auth_certificate,
            sign_certificate,
            codes,
        };
        Ok(VirtualCard::new(generation, contents))
    }
}

/// Both demonstration cards.
pub fn cards() -> Vec<DemoCard> {
    vec![
        DemoCard {
            id: "mari-liis",
            persona: Persona {
                surname: "MÄNNIK".into(),
                given_names: "MARI-LIIS".into(),
                sex: "F".into(),
                citizenship: "EST".into(),
                birth_date: Some(date!(1971 - 01 - 01)),
                birth_place: "EST".into(),
                personal_code: "47101010033".into(),
                document_number: "AS9990017".into(),
                expires: date!(2030 - 09 - 30),
                issued: date!(2025 - 10 - 01),
            },
            generation: Generation::Idemia,
            certificates: MARI_LIIS,
        },
        DemoCard {
            id: "igor",
            persona: Persona {
                surname: "ŽAIKOVSKI".into(),
                given_names: "IGOR".into(),
                sex: "M".into(),
                citizenship: "EST".into(),
                birth_date: Some(date!(1971 - 01 - 01)),
                birth_place: "EST".into(),
                personal_code: "37101010021".into(),
                document_number: "AT9990024".into(),
                expires: date!(2031 - 01 - 19),
                issued: date!(2026 - 01 - 20),
            },
            generation: Generation::Thales,
            certificates: IGOR,
        },
    ]
}

/// The demonstration card of this id or personal code.
pub fn find(id_or_code: &str) -> Option<DemoCard> {
    cards()
        .into_iter()
        .find(|card| card.id == id_or_code || card.persona.personal_code == id_or_code)
}

/// A fresh virtual card of the person with this personal code, if there is one.
pub fn card_for(personal_code: &str) -> Option<VirtualCard> {
    find(personal_code)?.card().ok()
}

/// The authorities to trust in a demonstration, and only there.
pub fn ca_certificates() -> Vec<Certificate> {
    // The fixture is checked by this crate's tests.
    Certificate::parse(AUTHORITY).into_iter().collect()
}
