//! A delivery from a record of a file.

use toend_ledger::cbor::Value;
use toend_ledger::list::Class;
use toend_ledger::record::Flag;
use toend_ledger::schema::{FieldKind, ListKind, Schema};
use toend_ledger::subject::Subject;

use super::ImportError;
use super::csv::Csv;
use super::json::{self, Json};
use super::mapping::{Mapping, Source, Target};
use super::reason::{Code, Reason};
use super::records::{Form, Raw};
use super::value;
use crate::registers::{Contents, Delivery, Line};

/// Longest record key in bytes.
const MAX_KEY: usize = 256;

/// Reads lines of one file.
pub struct Reader {
    schema: &'static Schema,
    mapping: Mapping,
    form: Reading,
}

enum Reading {
    /// What each column feeds.
    Csv(Box<Csv>, Vec<Vec<usize>>),
    Ndjson,
}

impl Reader {
    /// For a file of this form; `header` is the first record of a CSV file.
    pub fn new(
        schema: &'static Schema,
        mapping: Mapping,
        form: Form,
        header: Option<&Raw>,
    ) -> Result<Self, ImportError> {
        let form = match form {
            Form::Ndjson => Reading::Ndjson,
            Form::Csv(delimiter) => {
                let mut csv = Box::new(Csv::new(delimiter));
                let header = header.ok_or(ImportError::Empty)?;
                let unread =
                    |code: Code| ImportError::Header(format!("it cannot be read: {}", code.name()));
                if let Some(fault) = header.fault {
                    return Err(unread(fault));
                }
                let bound = mapping.bind(&csv.split(&header.bytes).map_err(unread)?)?;
                Reading::Csv(csv, bound)
            }
        };
        Ok(Self {
            schema,
            mapping,
            form,
        })
    }

    /// What a record delivers, or why it cannot be taken.
    pub fn read(&mut self, raw: &Raw) -> Result<Line, Reason> {
        if let Some(fault) = raw.fault {
            return Err(Reason::line(fault));
        }
        let mut cells: Vec<Json> = vec![Json::Null; self.mapping.sources.len()];
        let mut put = |sources: &[usize], cell: &Json| {
            for source in sources {
                if let Some(slot) = cells.get_mut(*source) {
                    slot.clone_from(cell);
                }
            }
        };
        match &mut self.form {
            Reading::Csv(csv, columns) => {
                let fields = csv.split(&raw.bytes).map_err(Reason::line)?;
                if fields.len() != columns.len() {
                    return Err(Reason::line(Code::Columns));
                }
                for (field, sources) in fields.iter().zip(columns.iter()) {
                    if !sources.is_empty() {
                        put(sources, &Json::Text((*field).to_owned()));
                    }
                }
            }
            Reading::Ndjson => {
                for (name, cell) in json::object(&raw.bytes)? {
                    let sources = self.mapping.feeds(&name);
                    put(sources.ok_or(Reason::line(Code::UnknownField))?, &cell);
                }
            }
        }
        self.line(cells)
    }

    fn line(&self, cells: Vec<Json>) -> Result<Line, Reason> {
        let schema = self.schema;
        let mut own = Own::default();
        let mut fields = vec![Value::Absent; schema.fields.len()];
        let mut rows = std::collections::BTreeMap::new();
        for (source, cell) in self.mapping.sources.iter().zip(cells) {
            let cell = meaning(source, cell, schema)?;
            let Target::Field(position) = source.target else {
                own.set(source.target, cell)?;
                continue;
            };
            let Some(field) = schema.field(position) else {
                continue;
            };
            match value::read(field, source.spelling, &cell)? {
                Some(Value::Array(group)) if matches!(field.kind, FieldKind::Rows(_)) => {
                    rows.insert(position, group);
                }
                Some(value) => {
                    if let Some(slot) = fields.get_mut(usize::from(position)) {
                        *slot = value;
                    }
                }
                None => {}
            }
        }
        // A group without rows is an unused position.
        rows.retain(|_, group: &mut Vec<Value>| !group.is_empty());
        let contents = Contents::new(schema, fields, rows).map_err(|error| Reason::from(&error))?;
        own.deliver(contents)
    }
}

/// A cell as the mapping reads it.
fn meaning(source: &Source, cell: Json, schema: &'static Schema) -> Result<Json, Reason> {
    if let Some(constant) = &source.constant {
        return Ok(Json::Text(constant.clone()));
    }
    if source.values.is_empty() {
        return Ok(cell);
    }
    let text = match &cell {
        Json::Null => "",
        Json::Text(text) => text,
        Json::Bool(true) => "true",
        Json::Bool(false) => "false",
        _ => {
            return Err(Reason::field(
                Code::Type,
                target_name(source.target, schema),
            ));
        }
    };
    match source.values.get(text) {
        Some(meant) => Ok(Json::Text(meant.clone())),
        // Nothing is nothing, unless the map says what it means.
        None if text.is_empty() => Ok(Json::Null),
        None => Err(Reason::field(
            Code::Contents,
            target_name(source.target, schema),
        )),
    }
}

fn target_name(target: Target, schema: &'static Schema) -> &'static str {
    match target {
        Target::Field(position) => schema.field(position).map_or("", |field| field.name),
        own => own.name(),
    }
}

/// What a line says beside the fields of its schema.
#[derive(Default)]
struct Own {
    kind: Option<String>,
    country: Option<String>,
    code: Option<String>,
    key: Option<String>,
    version: Option<u32>,
    ended: bool,
    class: Option<Class>,
}

impl Own {
    fn set(&mut self, target: Target, cell: Json) -> Result<(), Reason> {
        let wrong = |code| Err(Reason::field(code, target.name()));
        let text = match (target, cell) {
            (_, Json::Null) => return Ok(()),
            (_, Json::Text(text)) if text.is_empty() => return Ok(()),
            (_, Json::Text(text)) => text,
            (Target::Version, Json::Int(number)) => number.to_string(),
            (Target::Ended, Json::Bool(ended)) => ended.to_string(),
            _ => return wrong(Code::Type),
        };
        match target {
            Target::Kind => self.kind = Some(text),
            Target::Country => self.country = Some(text),
            Target::Code => self.code = Some(text),
            Target::Key => self.key = Some(text),
            Target::Version => match value::whole(&text).map(u32::try_from) {
                Some(Ok(version)) if version > 0 => self.version = Some(version),
                _ => return wrong(Code::Version),
            },
            Target::Ended => match text.as_str() {
                "true" => self.ended = true,
                "false" => self.ended = false,
                _ => return wrong(Code::Bool),
            },
            Target::Class => match text.as_str() {
                "records" => self.class = Some(Class::Records),
                "access-log" => self.class = Some(Class::AccessLog),
                _ => return wrong(Code::Type),
            },
            Target::Field(_) => {}
        }
        Ok(())
    }

    fn deliver(self, contents: Contents) -> Result<Line, Reason> {
        let schema = contents.schema();
        let missing = |target: Target| Reason::field(Code::Missing, target.name());
        let code = self.code.ok_or_else(|| missing(Target::Code))?;
        let key: String = match Value::text(&self.key.ok_or_else(|| missing(Target::Key))?) {
            Value::Text(key) => key,
            _ => String::new(),
        };
        if key.len() > MAX_KEY || key.chars().any(char::is_control) {
            return Err(Reason::field(Code::Key, Target::Key.name()));
        }
        let usual = match schema.list {
            ListKind::Private => "person",
            ListKind::Public => "company",
        };
        let country = self.country.as_deref().unwrap_or("EE");
        let subject = match self.kind.as_deref().unwrap_or(usual) {
            "person" => Subject::person(country, &code)?,
            "company" => Subject::company(country, &code)?,
            _ => return Err(Reason::field(Code::Subject, Target::Kind.name())),
        };
        let class = Class::from_byte(schema.class).unwrap_or(Class::Records);
        Ok(Line {
            delivery: Delivery {
                subject,
                class: self.class.unwrap_or(class),
                key,
                v: self.version.unwrap_or(0),
                flag: if self.ended {
                    Flag::Ended
                } else {
                    Flag::Current
                },
                contents,
            },
            counted: self.version.is_none(),
        })
    }
}
