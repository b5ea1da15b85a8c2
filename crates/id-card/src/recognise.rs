//! Which card is in the reader, from its answer to reset alone.
//!
//! Sources for the ATRs: the public card documentation of the Estonian authorities and the tables of the
//! open-source programs that read these cards. Our own three are matched exactly, as all of them do.

use crate::error::CardError;

/// A supported chip generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum Generation {
    /// IDEMIA Cosmo 8, issued from December 2018.
    #[serde(rename = "idemia2018")]
    Idemia,
    /// IDEMIA Cosmo X, the later half of that generation. Same commands; some readers fail on long reads.
    #[serde(rename = "idemia2018v2")]
    IdemiaCosmoX,
    /// Thales, issued from November 2025.
    #[serde(rename = "thales2025")]
    Thales,
}

impl Generation {
    /// A stable name: `idemia2018`, `idemia2018v2` or `thales2025`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Idemia => "idemia2018",
            Self::IdemiaCosmoX => "idemia2018v2",
            Self::Thales => "thales2025",
        }
    }

    /// The answer to reset of this generation.
    pub fn atr(self) -> &'static [u8] {
        match self {
            Self::Idemia => ATR_IDEMIA,
            Self::IdemiaCosmoX => ATR_COSMO_X,
            Self::Thales => ATR_THALES,
        }
    }

    /// All three.
    pub const ALL: [Self; 3] = [Self::Idemia, Self::IdemiaCosmoX, Self::Thales];
}

const ATR_IDEMIA: &[u8] =
    b"\x3B\xDB\x96\x00\x80\xB1\xFE\x45\x1F\x83\x00\x12\x23\x3F\x53\x65\x49\x44\x0F\x90\x00\xF1";
const ATR_COSMO_X: &[u8] =
    b"\x3B\xDC\x96\x00\x80\xB1\xFE\x45\x1F\x83\x00\x12\x23\x3F\x54\x65\x49\x44\x32\x0F\x90\x00\xC3";
const ATR_THALES: &[u8] = b"\x3B\xFF\x96\x00\x00\x80\x31\xFE\x43\x80\x31\xB8\x53\x65\x49\x44\x64\xB0\x85\x05\x10\x12\x23\x3F\x1D";
/// The 2018 card without contacts.
const ATS_IDEMIA: &[u8] = b"\x3B\x8B\x80\x01\x00\x12\x23\x3F\x53\x65\x49\x44\x0F\x90\x00\xA0";

/// Other identity cards, `..` standing for any byte. Only the name is made of it.
const OTHERS: &[(&str, &str)] = &[
    ("Finland", "3B7F96000080 31B865B08504021B1200F6829000"),
    ("Finland", "3B7F96000080 31B865B085........2460829000"),
    ("Belgium", "3B7F96000080 318065B085040120120FFF829000"),
    ("Belgium", "3B98..40..A503010101AD13.."),
    ("Lithuania", "3B9D188131FC358031C0694D54434F537302......"),
    (
        "Croatia",
        "3BFF13000081 31FE450031B9640444ECC1739401808290 0012",
    ),
    ("Czechia", "3B7E9400008025D203100100560000000202 00"),
    ("Luxembourg", "3B7F......80318065B0....0000120FFF829000"),
    (
        "Estonia, before 2018",
        "3BFE18000080 31FE458031806640 90A4162A00830F9000EF",
    ),
];

/// Country codes (ISO 3166 numeric, as the cards carry them after the tag `12`) of identity cards.
const COUNTRIES: &[(&str, [u8; 3])] = &[
    ("Estonia, unknown generation", [0x12, 0x23, 0x3F]),
    ("Latvia", [0x12, 0x42, 0x8F]),
    ("Finland", [0x12, 0x24, 0x60]),
];

/// Names the generation of a card.
///
/// # Errors
/// [`CardError::Contactless`] for an Estonian card on a contactless reader, [`CardError::Unsupported`] for
/// another identity card, [`CardError::NotAnIdCard`] for anything else.
pub fn recognise(atr: &[u8]) -> Result<Generation, CardError> {
    if let Some(generation) = Generation::ALL
        .into_iter()
        .find(|generation| generation.atr() == atr)
    {
        return Ok(generation);
    }
    if atr == ATS_IDEMIA {
        return Err(CardError::Contactless);
    }
    if let Some((kind, _)) = OTHERS.iter().find(|(_, pattern)| matches(pattern, atr)) {
        return Err(CardError::Unsupported { kind });
    }
    if atr.windows(14).any(|window| window == b"EstEID ver 1.0") {
        return Err(CardError::Unsupported {
            kind: "Estonia, before 2018",
        });
    }
    if let Some((kind, _)) = COUNTRIES
        .iter()
        .find(|(_, code)| atr.windows(3).any(|window| window == code))
    {
        return Err(CardError::Unsupported { kind });
    }
    Err(CardError::NotAnIdCard)
}

/// Compares with a hexadecimal pattern in which `..` is any byte and spaces do not count.
fn matches(pattern: &str, atr: &[u8]) -> bool {
    let digits: Vec<char> = pattern.chars().filter(|digit| *digit != ' ').collect();
    digits.len() == atr.len() * 2
        && digits.chunks(2).zip(atr).all(|(pair, byte)| match pair {
            ['.', '.'] => true,
            [high, low] => high
                .to_digit(16)
                .zip(low.to_digit(16))
                .is_some_and(|(high, low)| u32::from(*byte) == high << 4 | low),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(atr: &str) -> Result<Generation, CardError> {
        recognise(&hex::decode(atr).unwrap())
    }

    #[test]
    fn the_three_supported_cards() {
        assert_eq!(
            kind("3BDB960080B1FE451F830012233F536549440F9000F1"),
            Ok(Generation::Idemia)
        );
        assert_eq!(
            kind("3BDC960080B1FE451F830012233F54654944320F9000C3"),
            Ok(Generation::IdemiaCosmoX)
        );
        assert_eq!(
            kind("3BFF9600008031FE438031B85365494464B085051012233F1D"),
            Ok(Generation::Thales)
        );
    }

    #[test]
    fn foreign_and_unknown_cards_are_told_apart() {
        for (atr, name) in [
            ("3BDB960080B1FE451F830012428F536549440F900020", "Latvia"),
            ("3BDC960080B1FE451F830012428F54654944320F900012", "Latvia"),
            ("3B7F9600008031B865B08504021B1200F6829000", "Finland"),
            ("3B7F9600008031B865B085050011122460829000", "Finland"),
            ("3B7F96000080318065B085040120120FFF829000", "Belgium"),
            ("3B7E9400008025D20310010056000000020200", "Czechia"),
            (
                "3BFE9400FF80B1FA451F034573744549442076657220312E3043",
                "Estonia, before 2018",
            ),
        ] {
            assert_eq!(
                kind(atr),
                Err(CardError::Unsupported { kind: name }),
                "{atr}"
            );
        }
        // A YubiKey, a bank card, and nothing at all.
        for atr in [
            "3BFD1300008131FE158073C021C057597562694B657940",
            "3B6500002063CB6800",
            "",
        ] {
            assert_eq!(kind(atr), Err(CardError::NotAnIdCard), "{atr}");
        }
        assert_eq!(
            kind("3B8B80010012233F536549440F9000A0"),
            Err(CardError::Contactless)
        );
    }

    #[test]
    fn one_wrong_byte_is_no_supported_card() {
        for generation in Generation::ALL {
            for index in 0..generation.atr().len() {
                let mut atr = generation.atr().to_vec();
                atr[index] ^= 0x10;
                assert!(recognise(&atr).is_err());
            }
        }
    }
}
