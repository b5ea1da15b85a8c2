//! The three codes of a card and their retry counters.

use std::fmt;

use zeroize::Zeroizing;

use crate::error::CardError;

/// Codes are padded to this length before they go to the card.
pub(crate) const PADDED: usize = 12;

/// Which of the three codes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum PinKind {
    /// For signing in.
    Pin1,
    /// For signatures.
    Pin2,
    /// For unblocking the other two.
    Puk,
}

impl PinKind {
    /// Fewest digits.
    pub fn min_digits(self) -> u8 {
        match self {
            Self::Pin1 => 4,
            Self::Pin2 => 5,
            Self::Puk => 8,
        }
    }

    /// Most digits.
    pub fn max_digits(self) -> u8 {
        PADDED as u8
    }
}

impl fmt::Display for PinKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pin1 => "PIN1",
            Self::Pin2 => "PIN2",
            Self::Puk => "PUK",
        })
    }
}

/// A code that a person entered, checked for form and wiped when dropped. It has no way to be printed.
pub struct Pin {
    kind: PinKind,
    digits: Zeroizing<[u8; PADDED]>,
    len: usize,
}

impl Pin {
    /// Checks form only: digits, and the length that this kind of code has. Nothing goes to a card.
    ///
    /// # Errors
    /// [`CardError::PinFormat`].
    pub fn new(kind: PinKind, entered: &str) -> Result<Self, CardError> {
        let refused = || CardError::PinFormat {
            pin: kind,
            min: kind.min_digits(),
            max: kind.max_digits(),
        };
        let len = entered.len();
        if len < usize::from(kind.min_digits())
            || !entered.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Err(refused());
        }
        let mut digits = Zeroizing::new([0; PADDED]);
        digits
            .get_mut(..len)
            .ok_or_else(refused)?
            .copy_from_slice(entered.as_bytes());
        Ok(Self { kind, digits, len })
    }

    /// Which code this is.
    pub fn kind(&self) -> PinKind {
        self.kind
    }

    /// The code padded to twelve bytes with `padding`.
    pub(crate) fn padded(&self, padding: u8) -> Zeroizing<[u8; PADDED]> {
        let mut block = self.digits.clone();
        for byte in block.iter_mut().skip(self.len) {
            *byte = padding;
        }
        block
    }

    /// This code and then another, both padded, as the commands that replace a code want them.
    pub(crate) fn padded_with(&self, next: &Self, padding: u8) -> Zeroizing<Vec<u8>> {
        let mut both = Zeroizing::new(Vec::with_capacity(2 * PADDED));
        both.extend_from_slice(&*self.padded(padding));
        both.extend_from_slice(&*next.padded(padding));
        both
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pin({})", self.kind)
    }
}

/// How many tries a code has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PinCounter {
    /// Tries left, 0 = blocked.
    pub tries_left: u8,
    /// Tries after a correct entry.
    pub max_tries: u8,
    /// False on a 2025 card whose PIN1 was not activated, or whose PIN2 was not changed once.
    pub activated: bool,
}

/// The counters that were read. A driver that was asked for some of them leaves the others out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct PinInfo {
    /// For signing in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin1: Option<PinCounter>,
    /// For signatures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin2: Option<PinCounter>,
    /// For unblocking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub puk: Option<PinCounter>,
}

impl PinInfo {
    /// The counter of one code.
    pub fn of(&self, kind: PinKind) -> Option<PinCounter> {
        match kind {
            PinKind::Pin1 => self.pin1,
            PinKind::Pin2 => self.pin2,
            PinKind::Puk => self.puk,
        }
    }

    /// Tells before any entry whether asking for this code makes sense.
    ///
    /// # Errors
    /// [`CardError::PinBlocked`] or [`CardError::NotActivated`].
    pub fn ready(&self, kind: PinKind) -> Result<(), CardError> {
        match self.of(kind) {
            Some(PinCounter { tries_left: 0, .. }) => Err(CardError::PinBlocked { pin: kind }),
            Some(PinCounter {
                activated: false, ..
            }) => Err(CardError::NotActivated { pin: kind }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_is_checked_before_anything_goes_to_a_card() {
        for bad in ["", "123", "12a4", "1234567890123", "１２３４", " 1234"] {
            assert_eq!(
                Pin::new(PinKind::Pin1, bad).unwrap_err().code(),
                "E12",
                "{bad:?}"
            );
        }
        assert!(Pin::new(PinKind::Pin2, "1234").is_err());
        assert!(Pin::new(PinKind::Puk, "1234567").is_err());
        let pin = Pin::new(PinKind::Pin1, "1234").unwrap();
        assert_eq!(*pin.padded(0xFF), *b"1234\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
        assert_eq!(format!("{pin:?}"), "Pin(PIN1)");
        assert_eq!(
            *Pin::new(PinKind::Pin1, "123456789012").unwrap().padded(0),
            *b"123456789012"
        );
    }
}
