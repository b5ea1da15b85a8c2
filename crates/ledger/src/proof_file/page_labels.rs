//! Names of fields and record kinds on the page, in three languages. Part of format version 2: the table never changes, and a
//! better word makes a new version.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{Language, Version};

/// One line: key, Estonian, English, Russian. Key: `name`, `schema.name` where one kind says it otherwise, `kind/schema`.
const TABLE: &str = include_str!("labels-2.tsv");

type Labels = HashMap<&'static str, [&'static str; 3]>;

fn labels() -> &'static Labels {
    static LABELS: OnceLock<Labels> = OnceLock::new();
    LABELS.get_or_init(|| {
        TABLE
            .lines()
            .filter_map(|line| {
                let mut cells = line.split('\t');
                Some((cells.next()?, [cells.next()?, cells.next()?, cells.next()?]))
            })
            .collect()
    })
}

fn find(key: &str, language: Language) -> Option<&'static str> {
    let [et, en, ru] = *labels().get(key)?;
    Some(match language {
        Language::Et => et,
        Language::En => en,
        Language::Ru => ru,
    })
}

/// Name of a field of a record kind. Version 1 shows the stable name.
pub(super) fn field(version: Version, language: Language, schema: &str, name: &str) -> String {
    let label = match version {
        Version::One => None,
        Version::Two | Version::Three => {
            find(&format!("{schema}.{name}"), language).or_else(|| find(name, language))
        }
    };
    label.map_or_else(|| name.replace('_', " "), str::to_owned)
}

/// Name of a record kind. Version 1 shows the stable name.
pub(super) fn kind(version: Version, language: Language, schema: &str) -> String {
    let label = match version {
        Version::One => None,
        Version::Two | Version::Three => find(&format!("kind/{schema}"), language),
    };
    label.map_or_else(|| schema.replace('_', " "), str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::schema::{self, Field, FieldKind, Schema};

    fn key(schema: &Schema, field: &Field) -> String {
        let own = format!("{}.{}", schema.name, field.name);
        if labels().contains_key(own.as_str()) {
            own
        } else {
            field.name.to_owned()
        }
    }

    #[test]
    fn every_field_and_kind_has_its_name_in_three_languages_and_no_line_is_idle() {
        let mut needed = BTreeSet::new();
        for schema in schema::all() {
            needed.insert(format!("kind/{}", schema.name));
            for field in schema.fields {
                needed.insert(key(schema, field));
                if let FieldKind::Rows(columns) = field.kind {
                    needed.extend(columns.iter().map(|column| key(schema, column)));
                }
            }
        }
        let written: BTreeSet<String> = labels().keys().map(|key| (*key).to_owned()).collect();
        assert_eq!(
            needed.difference(&written).collect::<Vec<_>>(),
            [""; 0],
            "without a name"
        );
        assert_eq!(
            written.difference(&needed).collect::<Vec<_>>(),
            [""; 0],
            "of no field"
        );
        assert_eq!(TABLE.lines().count(), written.len(), "no key twice");
        for line in TABLE.lines() {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 4, "{line}");
            assert!(cells.iter().all(|cell| !cell.trim().is_empty()), "{line}");
        }
    }

    #[test]
    fn version_1_shows_the_stable_names_and_version_2_those_of_the_language() {
        let name = |version, language| field(version, language, "visit", "diagnosis_lay");
        assert_eq!(name(Version::One, Language::Et), "diagnosis lay");
        assert_eq!(name(Version::Two, Language::En), "Diagnosis in plain words");
        assert_ne!(
            name(Version::Two, Language::Et),
            name(Version::Two, Language::Ru)
        );
        assert_eq!(kind(Version::Two, Language::En, "visit"), "Visit");
        assert_eq!(
            field(Version::Two, Language::En, "visit", "of_the_future"),
            "of the future"
        );
    }
}
