//! Which column feeds which field: by the fields' own names, or as a mapping file says.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;
use toend_ledger::schema::Schema;

use super::error::ImportError;
use super::value::Spelling;

/// The format of a mapping file.
pub const FORMAT: &str = "toend-import/1";
/// Longest mapping file in bytes.
pub const MAX_MAPPING: usize = 1024 * 1024;

/// What a column can feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// `person` or `company`.
    Kind,
    /// Country of the code.
    Country,
    /// Personal or registry code.
    Code,
    /// What names the record inside its list.
    Key,
    /// Version, from 1.
    Version,
    /// Whether the record ended.
    Ended,
    /// `records` or `access-log`.
    Class,
    /// A field of the schema, by position.
    Field(u16),
}

const OWN: [(&str, Target); 7] = [
    ("subject.kind", Target::Kind),
    ("subject.country", Target::Country),
    ("subject.code", Target::Code),
    ("record.key", Target::Key),
    ("record.version", Target::Version),
    ("record.ended", Target::Ended),
    ("record.class", Target::Class),
];

impl Target {
    /// The target's name, which no field of a schema has: theirs have no point.
    pub fn name(self) -> &'static str {
        let own = OWN.iter().find(|(_, target)| *target == self);
        own.map_or("", |(name, _)| name)
    }

    fn find(schema: &Schema, name: &str) -> Option<Self> {
        let own = OWN.iter().find(|(own, _)| *own == name);
        own.map(|(_, target)| *target)
            .or_else(|| schema.position(name).map(Self::Field))
    }
}

/// Where a target's value comes from.
#[derive(Clone, Debug)]
pub struct Source {
    /// What it feeds.
    pub target: Target,
    /// The same for every line, if it has no column.
    pub constant: Option<String>,
    /// What values mean; when there are any, every other value is refused.
    pub values: BTreeMap<String, String>,
    /// How values are written.
    pub spelling: Spelling,
}

/// Which column feeds what.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// All sources.
    pub sources: Vec<Source>,
    /// Columns and the sources they feed; none for a column that is ignored.
    columns: HashMap<String, Vec<usize>>,
    /// Columns that must be there: those that a mapping names, and those without which no line can be taken.
    needed: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    #[serde(default)]
    ignore: BTreeSet<String>,
    #[serde(default)]
    fields: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Column(String),
    Table(Table),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    column: Option<String>,
    value: Option<String>,
    #[serde(default)]
    map: BTreeMap<String, String>,
    #[serde(default)]
    spelling: Spelling,
}

impl Mapping {
    /// Every column has the name of what it feeds.
    pub fn by_name(schema: &'static Schema) -> Self {
        let mut mapping = Self {
            sources: Vec::new(),
            columns: HashMap::new(),
            needed: BTreeSet::new(),
        };
        mapping.complete(schema);
        mapping
    }

    /// Reads a mapping file; what it does not name is fed by the column of its own name.
    pub fn parse(text: &str, schema: &'static Schema) -> Result<Self, ImportError> {
        let wrong = |what: String| ImportError::Mapping { line: None, what };
        let file: File = toml::from_str(text).map_err(|error| ImportError::Mapping {
            line: error.span().map(|span| {
                let before = text.get(..span.start).unwrap_or(text);
                before.matches('\n').count() + 1
            }),
            what: error.message().to_owned(),
        })?;
        if file.format != FORMAT {
            return Err(wrong(format!("the format must be \"{FORMAT}\"")));
        }
        let mut mapping = Self {
            sources: Vec::new(),
            columns: HashMap::new(),
            needed: BTreeSet::new(),
        };
        for (name, entry) in file.fields {
            let target = Target::find(schema, &name)
                .ok_or_else(|| wrong(format!("{name} is no field of {}", schema.name)))?;
            let table = match entry {
                Entry::Column(column) => Table {
                    column: Some(column),
                    value: None,
                    map: BTreeMap::new(),
                    spelling: Spelling::Plain,
                },
                Entry::Table(table) => table,
            };
            if table.column.is_some() == table.value.is_some() {
                return Err(wrong(format!("{name} needs either a column or a value")));
            }
            if let Some(column) = table.column {
                mapping.needed.insert(column.clone());
                let feeds = mapping.columns.entry(column).or_default();
                feeds.push(mapping.sources.len());
            }
            mapping.sources.push(Source {
                target,
                constant: table.value,
                values: table.map,
                spelling: table.spelling,
            });
        }
        for column in file.ignore {
            if mapping.columns.insert(column.clone(), Vec::new()).is_some() {
                return Err(wrong(format!("{column} is both used and ignored")));
            }
        }
        mapping.complete(schema);
        Ok(mapping)
    }

    /// Lets columns named like a target that has no source yet feed it.
    fn complete(&mut self, schema: &'static Schema) {
        let own = OWN.iter().map(|(name, target)| (*name, *target));
        let fields = (0..schema.size())
            .filter_map(|i| schema.field(i).map(|field| (field.name, Target::Field(i))));
        for (name, target) in own.chain(fields) {
            let fed = self.sources.iter().any(|source| source.target == target);
            if fed || self.columns.contains_key(name) {
                continue;
            }
            if matches!(target, Target::Code | Target::Key) {
                self.needed.insert(name.to_owned());
            }
            self.columns
                .insert(name.to_owned(), vec![self.sources.len()]);
            self.sources.push(Source {
                target,
                constant: None,
                values: BTreeMap::new(),
                spelling: Spelling::Plain,
            });
        }
    }

    /// The sources that a column feeds; none for a column that nobody knows.
    pub fn feeds(&self, column: &str) -> Option<&[usize]> {
        self.columns.get(column).map(Vec::as_slice)
    }

    /// What each column of a header feeds.
    pub fn bind(&self, header: &[&str]) -> Result<Vec<Vec<usize>>, ImportError> {
        let mut seen = BTreeSet::new();
        let mut bound = Vec::with_capacity(header.len());
        for column in header {
            if !seen.insert(*column) {
                return Err(ImportError::Header(format!(
                    "column {column:?} stands there twice"
                )));
            }
            let feeds = self.feeds(column).ok_or_else(|| {
                ImportError::Header(format!(
                    "no field takes column {column:?}; name it in a mapping, or among those to ignore"
                ))
            })?;
            bound.push(feeds.to_vec());
        }
        if let Some(column) = self
            .needed
            .iter()
            .find(|name| !seen.contains(name.as_str()))
        {
            return Err(ImportError::Header(format!("column {column:?} is missing")));
        }
        Ok(bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toend_ledger::schema::by_name;

    fn tsd() -> &'static Schema {
        by_name("tsd").unwrap()
    }

    #[test]
    fn columns_feed_the_fields_of_their_name_unless_a_mapping_says_otherwise() {
        let plain = Mapping::by_name(tsd());
        assert!(plain.bind(&["subject.code", "record.key", "gross"]).is_ok());
        for wrong in [
            &["subject.code", "record.key", "brutto"][..],
            &["subject.code", "record.key", "subject.code"],
            &["subject.code", "gross"],
            &[][..],
        ] {
            assert!(plain.bind(wrong).is_err(), "{wrong:?}");
        }
        let text = "format = \"toend-import/1\"\nignore = [\"x\"]\n[fields]\n\"subject.code\" = \"kood\"\n\
                    \"record.key\" = \"nr\"\ngross = { column = \"bruto\", spelling = \"euro\" }\n\
                    payer = { value = \"A\" }\n";
        let mapping = Mapping::parse(text, tsd()).unwrap();
        let bound = mapping.bind(&["kood", "x", "nr", "bruto", "net"]).unwrap();
        assert_eq!(
            bound.iter().map(Vec::len).collect::<Vec<_>>(),
            [1, 0, 1, 1, 1]
        );
        assert!(mapping.bind(&["nr"]).is_err());
        // A field that has a source takes no column of its own name too.
        assert!(mapping.feeds("gross").is_none() && mapping.feeds("payer").is_none());
    }

    #[test]
    fn a_mistake_in_a_mapping_is_named() {
        for text in [
            "",
            "format = \"toend-import/2\"",
            "format = \"toend-import/1\"\n[fields]\nbrutto = \"x\"",
            "format = \"toend-import/1\"\n[fields]\ngross = {}",
            "format = \"toend-import/1\"\n[fields]\ngross = { column = \"a\", value = \"b\" }",
            "format = \"toend-import/1\"\n[fields]\ngross = { column = \"a\", spelling = \"roman\" }",
            "format = \"toend-import/1\"\nignore = [\"a\"]\n[fields]\ngross = \"a\"",
            "format = \"toend-import/1\"\nfield = 1",
        ] {
            assert!(Mapping::parse(text, tsd()).is_err(), "{text}");
        }
    }
}
