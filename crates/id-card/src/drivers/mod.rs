//! One driver per chip family. The commands, and their order, are those of the open-source programs that
//! have read these cards for years; [`Order`] lists the ones in use.

mod idemia;
mod thales;

pub use self::idemia::Idemia;
pub use self::thales::Thales;

use crate::apdu::{Command, Status};
use crate::error::{AnswerError, CardError};
use crate::pin::{Pin, PinCounter, PinKind};
use crate::recognise::Generation;
use crate::session::Session;
use crate::tlv;

/// Bytes of a P-384 coordinate.
pub const COORDINATE: usize = 48;
/// Bytes of a raw signature, r and s.
pub const SIGNATURE: usize = 2 * COORDINATE;
/// Bytes of an uncompressed public point: `04`, X, Y.
pub const POINT: usize = 1 + 2 * COORDINATE;

/// Which of the two key pairs of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPair {
    /// For signing in and for key agreement, behind PIN1.
    Authentication,
    /// For signatures, behind PIN2.
    Signature,
}

impl KeyPair {
    /// The code that opens this key.
    pub fn pin(self) -> PinKind {
        match self {
            Self::Authentication => PinKind::Pin1,
            Self::Signature => PinKind::Pin2,
        }
    }
}

/// Which of the orders in use a conversation follows. The default is what this program sends to real cards;
/// the others exist so that recordings of other programs can be replayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// How personal data is reached.
    pub personal: PersonalOrder,
    /// How a certificate is reached.
    pub certificate: CertificateOrder,
    /// Which counters are read.
    pub counters: CounterOrder,
    /// Where the PIN is verified.
    pub key: KeyOrder,
}

/// How personal data is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonalOrder {
    /// The way to the folder.
    pub path: PersonalPath,
    /// Ask for the size of each field and read exactly that much; otherwise read "as much as there is".
    pub sizes: bool,
    /// The last field, 8 to 15.
    pub last: u8,
}

impl Default for PersonalOrder {
    fn default() -> Self {
        Self {
            path: PersonalPath::Usual,
            sizes: false,
            last: 8,
        }
    }
}

/// The way to the personal data folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PersonalPath {
    /// IDEMIA: application, then the folder below it. Thales: the folder by its path.
    #[default]
    Usual,
    /// IDEMIA: the folder by its absolute path. Thales: as usual.
    Path,
    /// The application, then the folder by its path.
    ApplicationAndPath,
}

/// How a certificate is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CertificateOrder {
    /// Select the application; read in the blocks that suit the chip (192 bytes on IDEMIA).
    #[default]
    Application,
    /// Select the application; always ask for "as much as there is".
    ApplicationWhole,
    /// Select by absolute path; 192-byte blocks.
    Path,
    /// Select by absolute path; always ask for "as much as there is".
    PathWhole,
}

impl CertificateOrder {
    fn selects_application(self) -> bool {
        matches!(self, Self::Application | Self::ApplicationWhole)
    }

    fn in_blocks(self) -> bool {
        matches!(self, Self::Application | Self::Path)
    }
}

/// Which retry counters are read, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CounterOrder {
    /// Which.
    pub which: Counters,
    /// Thales: select the application first. IDEMIA always selects.
    pub application: bool,
}

/// Which retry counters are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counters {
    /// All three.
    #[default]
    All,
    /// PIN1 only, as before signing in.
    Pin1,
    /// PIN2 only, as before a signature.
    Pin2,
    /// PIN1, then PIN2.
    Both,
}

impl Counters {
    fn reads(self, kind: PinKind) -> bool {
        match self {
            Self::All => true,
            Self::Pin1 => kind == PinKind::Pin1,
            Self::Pin2 => kind == PinKind::Pin2,
            Self::Both => kind != PinKind::Puk,
        }
    }
}

/// Where the PIN is verified. Cards accept all of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyOrder {
    /// As the widespread programs do: IDEMIA after choosing the key, Thales before.
    #[default]
    Usual,
    /// The other way round.
    Swapped,
    /// IDEMIA: PIN1 is verified in the main application, before the key's application is selected.
    /// Thales: the application is selected first.
    InMain,
}

/// The driver for the chip that was recognised.
#[derive(Clone, Copy, Debug)]
pub enum Driver {
    /// 2018 generation.
    Idemia(Idemia),
    /// 2025 generation.
    Thales(Thales),
}

impl Driver {
    /// The driver for `generation`, following `order`.
    pub fn new(generation: Generation, order: Order) -> Self {
        match generation {
            Generation::Idemia | Generation::IdemiaCosmoX => Self::Idemia(Idemia { order }),
            Generation::Thales => Self::Thales(Thales { order }),
        }
    }

    /// The fields of the personal data file, from 1, as bytes.
    pub(crate) fn personal_fields(
        self,
        session: &mut Session<'_>,
    ) -> Result<Vec<Vec<u8>>, CardError> {
        match self {
            Self::Idemia(driver) => driver.personal_fields(session),
            Self::Thales(driver) => driver.personal_fields(session),
        }
    }

    pub(crate) fn certificate(
        self,
        session: &mut Session<'_>,
        key: KeyPair,
    ) -> Result<Vec<u8>, CardError> {
        match self {
            Self::Idemia(driver) => driver.certificate(session, key),
            Self::Thales(driver) => driver.certificate(session, key),
        }
    }

    pub(crate) fn counters(
        self,
        session: &mut Session<'_>,
    ) -> Result<crate::pin::PinInfo, CardError> {
        match self {
            Self::Idemia(driver) => driver.counters(session),
            Self::Thales(driver) => driver.counters(session),
        }
    }

    /// r and s over `hash`, which the card takes as it is.
    pub(crate) fn sign(
        self,
        session: &mut Session<'_>,
        key: KeyPair,
        pin: &Pin,
        hash: &[u8],
    ) -> Result<[u8; SIGNATURE], CardError> {
        let signature = match self {
            Self::Idemia(driver) => driver.sign(session, key, pin, hash),
            Self::Thales(driver) => driver.sign(session, key, pin, hash),
        }?;
        exactly(&signature)
    }

    /// The X coordinate of (authentication key · point).
    pub(crate) fn derive(
        self,
        session: &mut Session<'_>,
        pin: &Pin,
        point: &[u8; POINT],
    ) -> Result<[u8; COORDINATE], CardError> {
        let secret = match self {
            Self::Idemia(driver) => driver.derive(session, pin, point),
            Self::Thales(driver) => driver.derive(session, pin, point),
        }?;
        let secret = zeroize::Zeroizing::new(secret);
        exactly(&secret)
    }

    pub(crate) fn change_pin(
        self,
        session: &mut Session<'_>,
        old: &Pin,
        new: &Pin,
    ) -> Result<(), CardError> {
        match self {
            Self::Idemia(driver) => driver.change_pin(session, old, new),
            Self::Thales(driver) => driver.change_pin(session, old, new),
        }
    }

    pub(crate) fn unblock(
        self,
        session: &mut Session<'_>,
        puk: &Pin,
        new: &Pin,
    ) -> Result<(), CardError> {
        match self {
            Self::Idemia(driver) => driver.unblock(session, puk, new),
            Self::Thales(driver) => driver.unblock(session, puk, new),
        }
    }
}

/// Sends a command with a code in it and turns the answer into an error about that code.
fn present(session: &mut Session<'_>, pin: PinKind, command: &Command) -> Result<(), CardError> {
    match session.transmit(command)?.status {
        Status::Ok => Ok(()),
        Status::PinWrong { tries_left } => Err(CardError::PinWrong { pin, tries_left }),
        Status::PinBlocked => Err(CardError::PinBlocked { pin }),
        Status::PadTimeout => Err(CardError::PadTimeout),
        Status::PadCancelled => Err(CardError::Cancelled),
        Status::WrongLength | Status::WrongData | Status::PadLength => Err(CardError::PinFormat {
            pin,
            min: pin.min_digits(),
            max: pin.max_digits(),
        }),
        status => Err(AnswerError::Refused {
            step: "verify PIN",
            word: status.word(),
        }
        .into()),
    }
}

/// Like [`present`] for a command that also sets a new code.
fn replace(
    session: &mut Session<'_>,
    proof: PinKind,
    new: PinKind,
    command: &Command,
) -> Result<(), CardError> {
    match session.transmit(command)?.status {
        Status::Ok => Ok(()),
        Status::PinWrong { tries_left } => Err(CardError::PinWrong {
            pin: proof,
            tries_left,
        }),
        Status::PinBlocked => Err(CardError::PinBlocked { pin: proof }),
        Status::PadTimeout => Err(CardError::PadTimeout),
        Status::PadCancelled => Err(CardError::Cancelled),
        Status::WrongLength
        | Status::WrongData
        | Status::ConditionsNotSatisfied
        | Status::PadMismatch
        | Status::PadLength => Err(CardError::NewPinRefused { pin: new }),
        status => Err(AnswerError::Refused {
            step: "set new PIN",
            word: status.word(),
        }
        .into()),
    }
}

/// Reads the size of a selected file from its FCP, under the tag `80` or `81`.
fn file_size(fcp: &[u8]) -> Result<usize, CardError> {
    let body = tlv::need(fcp, 0x62)?;
    let size = match tlv::find(body, 0x80)? {
        Some(size) => size,
        None => tlv::need(body, 0x81)?,
    };
    match size {
        [high, low] => Ok(usize::from(u16::from_be_bytes([*high, *low]))),
        other => Err(AnswerError::Length {
            len: other.len(),
            want: 2,
        }
        .into()),
    }
}

/// Reads the fields 1 to `last` of the selected personal data folder.
fn read_fields(session: &mut Session<'_>, order: PersonalOrder) -> Result<Vec<Vec<u8>>, CardError> {
    let mut fields = Vec::with_capacity(usize::from(order.last));
    for number in 1..=order.last {
        let content = if order.sizes {
            let fcp = session.run("select field", [0, 0xA4, 2, 4], &[0x50, number], Some(0))?;
            let size = file_size(&fcp)?;
            session.read_file(size, Some(0xFF))?
        } else {
            session.run("select field", [0, 0xA4, 2, 0x0C], &[0x50, number], None)?;
            session.expect_ok("read field", &Command::read_binary(0, 0))?
        };
        fields.push(content);
    }
    Ok(fields)
}

/// Refuses counters that no card can have.
fn counter(left: u8, max: u8, activated: bool) -> Result<PinCounter, CardError> {
    if left > max || max == 0 || max > 15 {
        return Err(AnswerError::Counter { left, max }.into());
    }
    Ok(PinCounter {
        tries_left: left,
        max_tries: max,
        activated,
    })
}

fn exactly<const N: usize>(bytes: &[u8]) -> Result<[u8; N], CardError> {
    bytes.try_into().map_err(|_| {
        AnswerError::Length {
            len: bytes.len(),
            want: N,
        }
        .into()
    })
}
