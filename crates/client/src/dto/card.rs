//! Card, PIN and session.

use serde::{Deserialize, Serialize};

use super::ErrorInfo;

/// What the readers hold, as one state (E01 to E07).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum CardKind {
    /// The card service of this computer is not running (E01).
    ServiceOff,
    /// No reader (E02).
    NoReader,
    /// A reader, no card (E03).
    NoCard,
    /// A card is being read.
    Reading,
    /// A card that does not answer (E04).
    Unreadable,
    /// Another kind of card (E05).
    NotIdCard,
    /// An identity card of a kind we do not know (E06).
    Unsupported,
    /// Laid on a contactless reader: put it into the slot.
    Contactless,
    /// At least one ID card is ready.
    Ready,
}

/// Which PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "lowercase")]
pub enum PinKind {
    /// Who you are.
    Pin1,
    /// I agree.
    Pin2,
    /// Unlock code.
    Puk,
}

/// Tries left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct PinTries {
    /// Left; 0 = locked.
    pub left: u8,
    /// At most.
    pub max: u8,
    /// False when the code must be activated or changed first (E07).
    pub usable: bool,
}

/// One readable ID card. The personal code is shown only to its holder's own screen, masked by default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct CardInfo {
    /// Reader name; the key for choosing a card.
    pub reader: String,
    /// Given names.
    pub given: String,
    /// Surname.
    pub surname: String,
    /// Personal code, 11 digits.
    pub code: String,
    /// Document number.
    pub document_number: String,
    /// Document expiry, ISO date.
    pub expires: String,
    /// Authentication certificate valid until, ISO date.
    pub auth_valid_until: String,
    /// Signing certificate valid until, ISO date.
    pub sign_valid_until: String,
    /// Document expired or authentication certificate not valid now (E17).
    pub expired: bool,
    /// PIN1.
    pub pin1: PinTries,
    /// PIN2.
    pub pin2: PinTries,
    /// PUK.
    pub puk: PinTries,
    /// Chip: `idemia2018`, `idemia2018v2`, `thales2025`.
    pub chip: String,
    /// A demonstration card without a physical reader.
    pub demo: bool,
    /// What stands in the way of signing in with it: E07, E10, E11, E17; or what to know before: E09.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional = nullable))]
    pub error: Option<ErrorInfo>,
}

/// State of readers and cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct CardState {
    /// State.
    pub kind: CardKind,
    /// Reader names.
    pub readers: Vec<String>,
    /// Readable cards; several make the user choose.
    pub cards: Vec<CardInfo>,
    /// Why no card can be used, E01 to E06; with one readable card, what that card says.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional = nullable))]
    pub error: Option<ErrorInfo>,
}

/// A demonstration card that can be "inserted" without a reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct DemoCardInfo {
    /// Id for `insertDemoCard`.
    pub id: String,
    /// Given names.
    pub given: String,
    /// Surname.
    pub surname: String,
    /// Its PIN1, shown openly because it is a demonstration card.
    pub pin1: String,
    /// Chip, as in [`CardInfo::chip`].
    pub chip: String,
}

/// What the PIN window shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct PinContext {
    /// Which PIN.
    pub pin: PinKind,
    /// The card.
    pub card: CardInfo,
    /// Shortest allowed length.
    pub min_length: u8,
    /// Longest allowed length.
    pub max_length: u8,
    /// The last try failed with this.
    pub error: Option<ErrorInfo>,
    /// The reader has a keypad: the PIN is typed there, never on this computer.
    #[serde(default)]
    pub keypad: bool,
    /// PIN1 of a demonstration card, to be shown as a hint.
    pub demo_pin: Option<String>,
    /// Language of the main window.
    pub language: super::Language,
    /// Colour scheme of the main window.
    pub theme: super::Theme,
}

/// Whose records are looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SubjectRef {
    /// `person` or `company`.
    pub kind: String,
    /// ISO country.
    pub country: String,
    /// Code.
    pub code: String,
    /// Name for display.
    pub name: String,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Given names.
    pub given: String,
    /// Surname.
    pub surname: String,
    /// Personal code.
    pub code: String,
    /// Since when.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub since_ms: i64,
    /// The person first, then companies the person may act for today (from verified records).
    pub subjects: Vec<SubjectRef>,
    /// End of the previous visit, for "what changed".
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub previous_visit_ms: Option<i64>,
    /// Registers where signing in failed.
    pub failed: Vec<ErrorInfo>,
}
