//! What can go wrong with a card, each with a stable code that the user interface turns into words.

use time::OffsetDateTime;

use crate::apdu::ApduError;
use crate::pin::PinKind;
use crate::tlv::TlvError;
use crate::transport::TransportError;

/// Why an operation with the card did not succeed, and, by its kind, what the person can do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// Reader, service or card cannot be reached. Blame: this computer, or the card was taken out.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The card is no identity card that we know: a bank card, a security key.
    #[error("this is not an Estonian identity card")]
    NotAnIdCard,
    /// An identity card of another country or an older Estonian generation.
    #[error("identity cards of kind \"{kind}\" are not supported")]
    Unsupported {
        /// Which, e.g. `Latvia`.
        kind: &'static str,
    },
    /// An Estonian card on a contactless reader, which would need the CAN: it belongs into a slot.
    #[error("the card lies on a contactless reader; it must go into a slot")]
    Contactless,
    /// A new card was not activated, or its PIN2 must be changed once before the first signature.
    #[error("{pin} of this card is not activated yet")]
    NotActivated {
        /// Which PIN.
        pin: PinKind,
    },
    /// The PIN was wrong. Never tried again automatically.
    #[error("{pin} was wrong; {tries_left} tries left")]
    PinWrong {
        /// Which PIN.
        pin: PinKind,
        /// Tries that remain, at least 1.
        tries_left: u8,
    },
    /// The PIN is blocked.
    #[error("{pin} is blocked")]
    PinBlocked {
        /// Which PIN.
        pin: PinKind,
    },
    /// The PIN has a wrong length or other characters than digits. Nothing was sent to the card.
    #[error("{pin} must have {min} to {max} digits")]
    PinFormat {
        /// Which PIN.
        pin: PinKind,
        /// Fewest digits.
        min: u8,
        /// Most digits.
        max: u8,
    },
    /// The new PIN equals the old one, or the card refuses it for another reason.
    #[error("the card refused the new {pin}")]
    NewPinRefused {
        /// Which PIN.
        pin: PinKind,
    },
    /// The PUK of this generation cannot be changed.
    #[error("the PUK of this card cannot be changed")]
    PukFixed,
    /// The person cancelled on the reader's own keypad.
    #[error("cancelled")]
    Cancelled,
    /// No PIN was entered on the reader's own keypad in time.
    #[error("no PIN was entered on the reader in time")]
    PadTimeout,
    /// Another card is in the reader than the one the work began with.
    #[error("a different card is in the reader")]
    DifferentCard,
    /// The certificate is not valid at the time given.
    #[error("the certificate is valid from {not_before} to {not_after}")]
    CertificateNotValid {
        /// Begin of its validity.
        not_before: OffsetDateTime,
        /// End of its validity.
        not_after: OffsetDateTime,
    },
    /// The card answered something that it must not. Blame: the card or its driver.
    #[error("unexpected answer of the card: {0}")]
    Answer(#[from] AnswerError),
}

/// How an answer of the card was impossible. The person can only take the card out and try again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// No valid APDU.
    #[error(transparent)]
    Apdu(#[from] ApduError),
    /// A damaged structure.
    #[error(transparent)]
    Tlv(#[from] TlvError),
    /// A command was refused.
    #[error("\"{step}\" was refused with {word:04X}")]
    Refused {
        /// What was asked.
        step: &'static str,
        /// The status word.
        word: u16,
    },
    /// The card keeps announcing more data.
    #[error("the answer does not end")]
    Endless,
    /// A file is announced that is larger than any on these cards.
    #[error("a file of {size} bytes is too large")]
    FileTooLarge {
        /// Its announced size.
        size: usize,
    },
    /// A file ended before its announced size.
    #[error("a file of {size} bytes ended after {read}")]
    FileCutOff {
        /// Its announced size.
        size: usize,
        /// What came.
        read: usize,
    },
    /// More came than the announced size.
    #[error("more than {size} bytes came for a file of that size")]
    FileOverrun {
        /// Its announced size.
        size: usize,
    },
    /// A personal data field is no UTF-8 text or too long.
    #[error("personal data field {field} is not readable text")]
    Text {
        /// Number of the field, from 1.
        field: u8,
    },
    /// A certificate cannot be read.
    #[error("the certificate is damaged: {0}")]
    Certificate(#[from] crate::certificate::CertificateError),
    /// A signature or shared secret has the wrong length.
    #[error("{len} bytes came instead of {want}")]
    Length {
        /// What came.
        len: usize,
        /// What must come.
        want: usize,
    },
    /// A retry counter is impossible.
    #[error("a retry counter of {left} out of {max}")]
    Counter {
        /// Tries left.
        left: u8,
        /// Tries at most.
        max: u8,
    },
}

impl CardError {
    /// The stable help code, `E01` to `E17`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Transport(transport) => match transport {
                TransportError::ServiceOff => "E01",
                TransportError::NoReader => "E02",
                TransportError::NoCard => "E03",
                TransportError::Mute
                | TransportError::WasReset
                | TransportError::Busy
                | TransportError::Timeout
                | TransportError::Reader(_) => "E04",
                TransportError::Removed => "E15",
            },
            Self::Contactless => "E03",
            Self::Answer(_) => "E04",
            Self::NotAnIdCard => "E05",
            Self::Unsupported { .. } => "E06",
            Self::NotActivated { .. } => "E07",
            Self::PinWrong { tries_left: 1, .. } => "E09",
            Self::PinWrong { .. } => "E08",
            Self::PinBlocked { pin: PinKind::Puk } => "E11",
            Self::PinBlocked { .. } => "E10",
            Self::PinFormat { .. } | Self::NewPinRefused { .. } | Self::PukFixed => "E12",
            Self::Cancelled => "E13",
            Self::PadTimeout => "E14",
            Self::DifferentCard => "E16",
            Self::CertificateNotValid { .. } => "E17",
        }
    }

    /// A stable name of the case, finer than [`CardError::code`], for programs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Transport(transport) => match transport {
                TransportError::ServiceOff => "service-off",
                TransportError::NoReader => "no-reader",
                TransportError::NoCard => "no-card",
                TransportError::Mute => "mute",
                TransportError::Removed => "removed",
                TransportError::WasReset => "was-reset",
                TransportError::Busy => "busy",
                TransportError::Timeout => "timeout",
                TransportError::Reader(_) => "reader-failed",
            },
            Self::NotAnIdCard => "not-an-id-card",
            Self::Unsupported { .. } => "unsupported",
            Self::Contactless => "contactless",
            Self::NotActivated { .. } => "not-activated",
            Self::PinWrong { .. } => "pin-wrong",
            Self::PinBlocked { .. } => "pin-blocked",
            Self::PinFormat { .. } => "pin-format",
            Self::NewPinRefused { .. } => "new-pin-refused",
            Self::PukFixed => "puk-fixed",
            Self::Cancelled => "cancelled",
            Self::PadTimeout => "pad-timeout",
            Self::DifferentCard => "different-card",
            Self::CertificateNotValid { .. } => "certificate-not-valid",
            Self::Answer(_) => "unexpected-answer",
        }
    }

    /// Which PIN the error is about.
    pub fn pin(&self) -> Option<PinKind> {
        match self {
            Self::NotActivated { pin }
            | Self::PinWrong { pin, .. }
            | Self::PinBlocked { pin }
            | Self::PinFormat { pin, .. }
            | Self::NewPinRefused { pin } => Some(*pin),
            _ => None,
        }
    }

    /// Tries left for that PIN, as far as the error tells: 0 if it is blocked.
    pub fn tries_left(&self) -> Option<u8> {
        match self {
            Self::PinWrong { tries_left, .. } => Some(*tries_left),
            Self::PinBlocked { .. } => Some(0),
            _ => None,
        }
    }
}

impl From<ApduError> for CardError {
    fn from(error: ApduError) -> Self {
        Self::Answer(error.into())
    }
}

impl From<TlvError> for CardError {
    fn from(error: TlvError) -> Self {
        Self::Answer(error.into())
    }
}
