//! `docs/formats/schemas.md` lists every schema exactly as the code has it. `TOEND_WRITE_DOCS=1` writes it anew.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use toend_ledger::schema::{Field, FieldKind, ListKind, all};

const HEAD: &str = "# Record kinds\n\n\
Generated from `crates/ledger/src/schema/`; `TOEND_WRITE_DOCS=1 cargo test -p toend-ledger --test schemas_page` writes it anew.\n\n\
A record is committed by position, never by name: position *i* of a schema is the field, the number of positions is fixed,\n\
and an unused position is salted like a used one. A published schema never changes; a changed form gets a new number.\n\n\
| kind | deterministic CBOR of a value |\n|---|---|\n\
| text, code | text string, NFC |\n\
| date | text string `YYYY-MM-DD` |\n\
| time | integer, seconds since the Unix epoch |\n\
| int | integer |\n\
| money | integer, euro cents |\n\
| decimal | array `[digits, places]`: digits · 10⁻ᵖˡᵃᶜᵉˢ, 0 to 9 places |\n\
| bool | boolean |\n\
| rows | array `[count, root]` in the position; a row is an array of its columns in order |\n\n\
An unused position is CBOR `undefined`, an unused cell of a row an empty array. *Row* marks what a list shows.\n\
*Head* says that currency can be proven by one state value; such a record sees at most four versions a year.\n";

fn kind(field: &Field) -> &'static str {
    match field.kind {
        FieldKind::Text => "text",
        FieldKind::Int => "int",
        FieldKind::Money => "money",
        FieldKind::Decimal => "decimal",
        FieldKind::Date => "date",
        FieldKind::Time => "time",
        FieldKind::Bool => "bool",
        FieldKind::Code => "code",
        FieldKind::Rows(_) => "rows",
    }
}

fn page() -> String {
    let mut out = HEAD.to_owned();
    for schema in all() {
        let list = match schema.list {
            ListKind::Private => "private",
            ListKind::Public => "public",
        };
        let head = if schema.headed { "head" } else { "no head" };
        write!(
            out,
            "\n## {} `{}`\n\nRegister {}, {list} list, class {}, {head}, {} positions, date: `{}`. Standard: {}.\n\n| i | field | kind | row | source |\n|---|---|---|---|---|\n",
            schema.id,
            schema.name,
            schema.reg,
            schema.class,
            schema.size(),
            schema.date_field.unwrap_or("–"),
            schema.source,
        )
        .unwrap();
        for (i, field) in schema.fields.iter().enumerate() {
            let row = if field.summary { "row" } else { "" };
            writeln!(
                out,
                "| {i} | `{}` | {} | {row} | {} |",
                field.name,
                kind(field),
                field.source
            )
            .unwrap();
            if let FieldKind::Rows(columns) = field.kind {
                for column in columns {
                    writeln!(
                        out,
                        "| | · `{}` | {} | | {} |",
                        column.name,
                        kind(column),
                        column.source
                    )
                    .unwrap();
                }
            }
        }
    }
    out
}

#[test]
fn the_page_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats/schemas.md");
    if std::env::var_os("TOEND_WRITE_DOCS").is_some() {
        std::fs::write(path, page()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), page());
}
