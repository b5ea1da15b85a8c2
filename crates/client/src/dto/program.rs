//! The program itself: what it keeps, what it is made of, what it was asked to open.

use serde::{Deserialize, Serialize};

/// What a part of the data folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum StorageKind {
    /// Pages of the ledger that were checked here.
    Ledger,
    /// Saved lists, sealed with the card.
    Records,
    /// The demonstration network that runs on this computer, and network files.
    Network,
    /// Settings, evidence, and files that were put aside.
    Other,
}

/// Bytes of one part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct StoragePart {
    /// What it holds.
    pub kind: StorageKind,
    /// Bytes.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub bytes: u64,
}

/// What the program keeps on this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct StorageUse {
    /// The data folder.
    pub folder: String,
    /// Parts, each kind once, in the order of the kinds.
    pub parts: Vec<StoragePart>,
    /// Sum of the parts.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub total_bytes: u64,
    /// False on a shared computer: saved lists are not written to disk.
    pub on_disk: bool,
}

/// Which world a component comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum ComponentKind {
    /// A Rust crate.
    Rust,
    /// A package of the window.
    Web,
}

/// One component of others that ships inside the program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Licence, as an SPDX expression where its makers give one.
    pub licence: String,
    /// World.
    pub kind: ComponentKind,
}

/// About the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// Version of the program.
    pub version: String,
    /// Format of the network files it understands.
    pub network_protocol: String,
    /// Version of the web view that draws the window; none in a terminal.
    pub webview: Option<String>,
    /// Operating system and processor.
    pub os: String,
    /// Components, by world and name.
    pub components: Vec<Component>,
}

/// A page that a `toend:` link may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Page {
    /// Home.
    Home,
    /// Health.
    Health,
    /// Tax.
    Tax,
    /// Business.
    Business,
    /// Check a file.
    Check,
    /// Status of the ledger.
    Status,
    /// Settings.
    Settings,
    /// Help.
    Help,
}

/// What the program was asked to open: by command line, link, double click or second start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum OpenTarget {
    /// A proof file, to be checked.
    File {
        /// Absolute path.
        path: String,
    },
    /// A page.
    Page {
        /// Which.
        page: Page,
    },
    /// It was asked for something that it does not open; the error says so.
    Refused {
        /// E74.
        error: super::ErrorInfo,
    },
}
