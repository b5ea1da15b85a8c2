//! All tables as data: what a backup copies, the same on every engine.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Number,
    /// A number, or nothing.
    MaybeNumber,
    /// A number below 256.
    Small,
    /// Yes or no.
    Truth,
    /// Bytes.
    Bytes,
    /// UTF-8.
    Text,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A number.
    Number(i64),
    /// A number, or nothing.
    MaybeNumber(Option<i64>),
    /// A number below 256.
    Small(u8),
    /// Yes or no.
    Truth(bool),
    /// Bytes.
    Bytes(Vec<u8>),
    /// UTF-8.
    Text(String),
}

/// A table; its first columns are its key.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [(&'static str, Kind)],
    /// How many columns are its key.
    pub key: usize,
}

use Kind::{Bytes, MaybeNumber, Number, Small, Text, Truth};

/// All tables, each after those that it refers to. Its place is its number in a backup.
pub const TABLES: [Table; 7] = [
    Table {
        name: "meta",
        columns: &[("name", Text), ("value", Bytes)],
        key: 1,
    },
    Table {
        name: "list",
        columns: &[
            ("id", Number),
            ("tag", Bytes),
            ("public", Truth),
            ("sealed", Bytes),
            ("batch", MaybeNumber),
        ],
        key: 1,
    },
    Table {
        name: "chain",
        columns: &[
            ("list", Number),
            ("class", Small),
            ("size", Number),
            ("sealed", Bytes),
        ],
        key: 2,
    },
    Table {
        name: "record",
        columns: &[
            ("tag", Bytes),
            ("list", Number),
            ("v", Number),
            ("ended", Truth),
            ("sealed", Bytes),
        ],
        key: 1,
    },
    Table {
        name: "entry",
        columns: &[
            ("id", Number),
            ("list", Number),
            ("class", Small),
            ("n", Number),
            ("record", Bytes),
            ("v", Number),
            ("digest", Bytes),
            ("received_ms", Number),
            ("ops", Bytes),
            ("contents", Bytes),
            ("batch", MaybeNumber),
        ],
        key: 1,
    },
    Table {
        name: "batch",
        columns: &[("number", Number), ("hash", Bytes), ("tx", Bytes)],
        key: 1,
    },
    Table {
        name: "decoy_head",
        columns: &[
            ("id", Number),
            ("v", Number),
            ("last", Number),
            ("sealed", Bytes),
        ],
        key: 1,
    },
];

impl Table {
    fn names(&self, count: usize) -> String {
        let names: Vec<_> = self
            .columns
            .iter()
            .take(count)
            .map(|(name, _)| *name)
            .collect();
        names.join(", ")
    }

    /// Rows in order of their key: the first ones, or those after a key. The last value is how many.
    pub(super) fn select(&self, after: bool) -> String {
        let (all, key) = (self.names(self.columns.len()), self.names(self.key));
        let places: Vec<_> = (1..=self.key).map(|n| format!("${n}")).collect();
        let condition = if after {
            format!("WHERE ({key}) > ({})", places.join(", "))
        } else {
            String::new()
        };
        let limit = if after { self.key + 1 } else { 1 };
        format!(
            "SELECT {all} FROM {} {condition} ORDER BY {key} LIMIT ${limit}",
            self.name
        )
    }

    /// A row; values by name are replaced.
    pub(super) fn insert(&self) -> String {
        let places: Vec<_> = (1..=self.columns.len()).map(|n| format!("${n}")).collect();
        self.insert_from(&format!("VALUES ({})", places.join(", ")))
    }

    /// The rows of a source; values by name are replaced.
    pub(super) fn insert_from(&self, source: &str) -> String {
        let replace = if self.name == "meta" {
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        } else {
            ""
        };
        let all = self.names(self.columns.len());
        format!("INSERT INTO {} ({all}) {source} {replace}", self.name)
    }
}
