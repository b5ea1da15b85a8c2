//! PIN1, PIN2 and PUK inside a virtual card.

use crate::apdu::Status;
use crate::pin::{PADDED, PinKind};

/// Tries after a correct entry.
pub(super) const MAX_TRIES: u8 = 3;

/// The codes of a card and whether a new one was activated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardCodes {
    /// For signing in.
    pub pin1: String,
    /// For signatures.
    pub pin2: String,
    /// For unblocking.
    pub puk: String,
    /// False: a 2025 card whose PIN1 was not activated.
    pub pin1_activated: bool,
    /// False: a 2025 card whose PIN2 was never changed.
    pub pin2_activated: bool,
}

impl Default for CardCodes {
    /// The codes of test cards: 1234, 12345, 12345678.
    fn default() -> Self {
        Self {
            pin1: "1234".into(),
            pin2: "12345".into(),
            puk: "12345678".into(),
            pin1_activated: true,
            pin2_activated: true,
        }
    }
}

/// One code.
struct Code {
    kind: PinKind,
    block: [u8; PADDED],
    tries_left: u8,
    verified: bool,
    activated: bool,
}

/// All three.
pub(super) struct Codes {
    padding: u8,
    pin1: Code,
    pin2: Code,
    puk: Code,
}

impl Codes {
    pub(super) fn new(codes: &CardCodes, padding: u8) -> Self {
        let code = |kind, digits: &str, activated| {
            let mut block = [padding; PADDED];
            for (to, from) in block.iter_mut().zip(digits.bytes()) {
                *to = from;
            }
            Code {
                kind,
                block,
                tries_left: MAX_TRIES,
                verified: false,
                activated,
            }
        };
        Self {
            padding,
            pin1: code(PinKind::Pin1, &codes.pin1, codes.pin1_activated),
            pin2: code(PinKind::Pin2, &codes.pin2, codes.pin2_activated),
            puk: code(PinKind::Puk, &codes.puk, true),
        }
    }

    fn of(&self, kind: PinKind) -> &Code {
        match kind {
            PinKind::Pin1 => &self.pin1,
            PinKind::Pin2 => &self.pin2,
            PinKind::Puk => &self.puk,
        }
    }

    fn of_mut(&mut self, kind: PinKind) -> &mut Code {
        match kind {
            PinKind::Pin1 => &mut self.pin1,
            PinKind::Pin2 => &mut self.pin2,
            PinKind::Puk => &mut self.puk,
        }
    }

    /// What a reset does: verification is lost, counters stay.
    pub(super) fn forget(&mut self) {
        for kind in [PinKind::Pin1, PinKind::Pin2, PinKind::Puk] {
            self.of_mut(kind).verified = false;
        }
    }

    pub(super) fn devalidate(&mut self, kind: PinKind) {
        self.of_mut(kind).verified = false;
    }

    pub(super) fn tries_left(&self, kind: PinKind) -> u8 {
        self.of(kind).tries_left
    }

    pub(super) fn activated(&self, kind: PinKind) -> bool {
        self.of(kind).activated
    }

    pub(super) fn verified(&self, kind: PinKind) -> bool {
        self.of(kind).verified
    }

    /// VERIFY without data: whether it is verified, otherwise the tries left.
    pub(super) fn status(&self, kind: PinKind) -> Status {
        let code = self.of(kind);
        match code.tries_left {
            _ if code.verified => Status::Ok,
            0 => Status::PinBlocked,
            tries_left => Status::PinWrong { tries_left },
        }
    }

    /// VERIFY. The third wrong entry answers "blocked" at once.
    pub(super) fn verify(&mut self, kind: PinKind, entry: &[u8]) -> Status {
        let code = self.of_mut(kind);
        if code.tries_left == 0 {
            return Status::PinBlocked;
        }
        if entry.len() != PADDED {
            return Status::WrongLength;
        }
        if entry == code.block {
            code.tries_left = MAX_TRIES;
            code.verified = true;
            return Status::Ok;
        }
        code.verified = false;
        code.tries_left -= 1;
        match code.tries_left {
            0 => Status::PinBlocked,
            tries_left => Status::PinWrong { tries_left },
        }
    }

    /// Sets a new code of proper form and makes it usable again.
    pub(super) fn set(&mut self, kind: PinKind, block: &[u8]) -> Status {
        let padding = self.padding;
        let code = self.of_mut(kind);
        let Ok(block) = <[u8; PADDED]>::try_from(block) else {
            return Status::WrongLength;
        };
        let digits = block
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let padded = block.iter().skip(digits).all(|byte| *byte == padding);
        if digits < usize::from(code.kind.min_digits()) || !padded {
            return Status::WrongData;
        }
        code.block = block;
        code.tries_left = MAX_TRIES;
        code.verified = false;
        code.activated = true;
        Status::Ok
    }

    /// Whether this is the code already.
    pub(super) fn is(&self, kind: PinKind, block: &[u8]) -> bool {
        self.of(kind).block == block
    }
}
