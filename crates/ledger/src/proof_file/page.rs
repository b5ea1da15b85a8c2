//! The readable page, made from the document alone: the same document gives the same bytes, on every machine, for ever.
//!
//! The page holds what the file *says*. Whether it is true, only checking shows; so the page claims no verdict and counts
//! no signature that nobody has verified (review finding 8.6).

use std::fmt::Write as _;
use std::sync::OnceLock;

use super::page_texts::texts;
use super::page_values::{Words, escaped};
use super::statement::{Evidence, RowGroup, Statement};
use super::{Language, ProofDocument};
use crate::cbor::Value;
use crate::genesis::demo;
use crate::hash::Hash;
use crate::record::Flag;
use crate::schema::{self, Field, FieldKind, Schema};

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3rem .6rem;text-align:left;vertical-align:top;\
overflow-wrap:anywhere}code{overflow-wrap:anywhere}";

/// The page that belongs to a document.
pub fn page(document: &ProofDocument) -> String {
    let texts = texts(document.version, document.language);
    let words = Words {
        version: document.version,
        language: document.language,
        texts,
    };
    let mut out = String::with_capacity(4096);
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
        texts.code, texts.title, texts.title
    );
    if document.net == *demo_net() {
        let _ = writeln!(out, "<p><strong>{}</strong></p>", texts.demonstration);
    }
    let _ = writeln!(out, "<p>{}</p>", texts.not_the_proof);
    let _ = writeln!(
        out,
        "<p>{} {} ({}).</p>",
        texts.as_of,
        document.state_height(),
        words.time(document.header.time.millis())
    );
    for statement in &document.statements {
        write_statement(&mut out, words, document, statement);
    }
    match &document.share {
        Some(share) => {
            let _ = writeln!(
                out,
                "<p>{}: {}<br>{}: {}<br>{}: {}</p>",
                texts.audience,
                escaped(&share.audience),
                texts.purpose,
                escaped(&share.purpose),
                texts.until,
                words.time(share.until_ms)
            );
        }
        None => {
            let _ = writeln!(out, "<p>{}</p>", texts.unsigned);
        }
    }
    let _ = writeln!(out, "<h2>{}</h2>", texts.technical);
    let _ = writeln!(out, "<p><code>{}</code></p>", hex::encode(document.net));
    let _ = writeln!(
        out,
        "<p><code>{}</code></p>",
        hex::encode(document.header.hash())
    );
    for statement in &document.statements {
        let _ = writeln!(out, "<p><code>{}</code></p>", hex::encode(statement.record));
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn write_statement(
    out: &mut String,
    words: Words,
    document: &ProofDocument,
    statement: &Statement,
) {
    let texts = words.texts;
    let schema = schema::by_id(statement.schema).filter(|schema| schema.reg == statement.reg.0);
    let register = demo::REGISTERS
        .iter()
        .find(|register| register.reg == statement.reg);
    let register = register
        .filter(|_| document.net == *demo_net())
        .map_or("", |register| {
            let [et, en, ru] = register.names;
            match document.language {
                Language::Et => et,
                Language::En => en,
                Language::Ru => ru,
            }
        });
    let kind = schema.map_or(String::new(), |schema| words.kind(schema.name));
    let _ = writeln!(out, "<h2>{} ({})</h2>", kind, statement.schema);
    let _ = writeln!(
        out,
        "<p>{}: {} ({})<br>",
        texts.register, register, statement.reg
    );
    let _ = writeln!(out, "{}: {} ({})<br>", texts.kind, kind, statement.schema);
    let _ = writeln!(out, "{}: {}<br>", texts.version, statement.v);
    let at = match &statement.evidence {
        Evidence::Head { value, .. } => value.at,
        Evidence::Entry { value, .. } => value.at,
    };
    let _ = write!(out, "{} {} {}", texts.sealed, texts.block, at.height);
    if let Some(by) = &statement.sealed_by {
        let _ = write!(
            out,
            ", {} {} – {}",
            texts.between,
            words.time(at.time_ms),
            words.time(by.header.time.millis())
        );
    }
    let standing = match &statement.evidence {
        Evidence::Head { value, .. } if value.flag == Flag::Ended => texts.ended,
        Evidence::Head { .. } => texts.current,
        Evidence::Entry { .. } => texts.not_said,
    };
    let _ = writeln!(out, ".</p>\n<p>{standing}</p>");
    let _ = writeln!(
        out,
        "<table>\n<tr><th>{}</th><th>{}</th></tr>",
        texts.field, texts.value
    );
    for opening in &statement.fields {
        let field = schema.and_then(|schema| schema.field(opening.position));
        let name = field.map_or_else(
            || opening.position.to_string(),
            |field| words.field(schema, field.name),
        );
        let _ = writeln!(
            out,
            "<tr><td>{name}</td><td>{}</td></tr>",
            words.shown(field, &opening.value)
        );
        if let Some(group) = statement
            .rows
            .iter()
            .find(|group| group.position == opening.position)
        {
            write_rows(out, words, schema, field, group);
        }
    }
    out.push_str("</table>\n");
    if let Some(schema) = schema {
        let _ = writeln!(
            out,
            "<p>{}: {}, {}.</p>",
            texts.only_shown,
            statement.fields.len(),
            schema.size()
        );
    }
    match &statement.index {
        Some(index) => {
            let of = index
                .ladder
                .iter()
                .filter(|rung| rung.value.is_some())
                .map(|rung| rung.n)
                .max()
                .unwrap_or(0);
            let subject = &index.subject;
            let _ = writeln!(
                out,
                "<p>{}: {} {}, {}, {of}.</p>",
                texts.in_list,
                subject.country(),
                subject.code(),
                index.entry.n
            );
        }
        None => {
            let _ = writeln!(out, "<p>{}</p>", texts.not_in_list);
        }
    }
}

fn write_rows(
    out: &mut String,
    words: Words,
    schema: Option<&Schema>,
    field: Option<&Field>,
    group: &RowGroup,
) {
    let columns = match field.map(|field| field.kind) {
        Some(FieldKind::Rows(columns)) => columns,
        _ => &[],
    };
    for row in &group.rows {
        let _ = write!(
            out,
            "<tr><td>{} {}</td><td>",
            words.texts.row,
            u64::from(row.row) + 1
        );
        let cells = match &row.value {
            Value::Array(cells) => cells.as_slice(),
            other => std::slice::from_ref(other),
        };
        for (i, cell) in cells.iter().enumerate() {
            let column = columns.get(i);
            let name =
                column.map_or_else(|| i.to_string(), |column| words.field(schema, column.name));
            let _ = write!(out, "{name}: {}<br>", words.shown(column, cell));
        }
        out.push_str("</td></tr>\n");
    }
}

fn demo_net() -> &'static Hash {
    static NET: OnceLock<Hash> = OnceLock::new();
    NET.get_or_init(demo::net)
}
