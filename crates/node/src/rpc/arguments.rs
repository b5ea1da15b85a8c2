//! Arguments of a call, by URI or in JSON, with CometBFT's quoting rules.
//!
//! By URI a number may stand bare or quoted (`height=5`, `height="5"`), bytes
//! are hexadecimal after `0x` or the raw text in quotes, other values are JSON.
//! In JSON, 64-bit numbers are decimal strings, bytes are base64, `data` is
//! hexadecimal.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::envelope::RpcError;

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Signed 64-bit.
    Int,
    /// True or false.
    Bool,
    /// Text.
    Text,
    /// Bytes, base64 in JSON.
    Bytes,
    /// Bytes, hexadecimal in JSON.
    Hex,
}

/// Name and kind of one argument.
pub type Parameter = (&'static str, Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Argument {
    Int(i64),
    Bool(bool),
    Text(String),
    Bytes(Vec<u8>),
}

/// The arguments of one call. What was not given is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments(BTreeMap<&'static str, Argument>);

impl Arguments {
    /// From the pairs of a query string (already percent-decoded). The first of a name counts, an empty value is none.
    pub fn from_query(
        parameters: &[Parameter],
        pairs: &[(String, String)],
    ) -> Result<Self, RpcError> {
        let mut out = BTreeMap::new();
        for &(name, kind) in parameters {
            let Some((_, text)) = pairs.iter().find(|(key, _)| key == name) else {
                continue;
            };
            if text.is_empty() {
                continue;
            }
            let value = from_uri(kind, text).map_err(|why| {
                RpcError::InvalidParams(format!("error converting http params to arguments: {why}"))
            })?;
            out.insert(name, value);
        }
        Ok(Self(out))
    }

    /// From the `params` of a request: an object, an array in order, or nothing.
    pub fn from_json(parameters: &[Parameter], params: &Value) -> Result<Self, RpcError> {
        let wrong = |why: String| {
            RpcError::InvalidParams(format!("error converting json params to arguments: {why}"))
        };
        let mut out = BTreeMap::new();
        match params {
            Value::Null => {}
            Value::Object(map) => {
                for &(name, kind) in parameters {
                    if let Some(value) = map.get(name)
                        && !value.is_null()
                    {
                        out.insert(name, from_json(kind, value).map_err(wrong)?);
                    }
                }
            }
            Value::Array(list) => {
                if list.len() != parameters.len() {
                    let names: Vec<&str> = parameters.iter().map(|(name, _)| *name).collect();
                    return Err(wrong(format!(
                        "expected {} parameters ([{}]), got {}",
                        parameters.len(),
                        names.join(" "),
                        list.len()
                    )));
                }
                for (&(name, kind), value) in parameters.iter().zip(list) {
                    if !value.is_null() {
                        out.insert(name, from_json(kind, value).map_err(wrong)?);
                    }
                }
            }
            _ => {
                return Err(wrong(
                    "unknown type for JSON params: Expected map or array".to_owned(),
                ));
            }
        }
        Ok(Self(out))
    }

    /// A number, or none.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.0.get(name) {
            Some(Argument::Int(value)) => Some(*value),
            _ => None,
        }
    }

    /// A truth value; false when absent.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(Argument::Bool(true)))
    }

    /// Text; empty when absent.
    pub fn text(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(Argument::Text(value)) => value,
            _ => "",
        }
    }

    /// Bytes; empty when absent.
    pub fn bytes(&self, name: &str) -> &[u8] {
        match self.0.get(name) {
            Some(Argument::Bytes(value)) => value,
            _ => &[],
        }
    }
}

fn from_uri(kind: Kind, text: &str) -> Result<Argument, String> {
    let bare_number = text.strip_prefix('-').unwrap_or(text);
    if kind == Kind::Int
        && !bare_number.is_empty()
        && bare_number.bytes().all(|b| b.is_ascii_digit())
    {
        return text
            .parse()
            .map(Argument::Int)
            .map_err(|_| format!("number out of range: {}", clip(text)));
    }
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let bytes = || hex::decode(hex).map_err(|error| format!("encoding/hex: {error}"));
        return match kind {
            Kind::Bytes | Kind::Hex => bytes().map(Argument::Bytes),
            Kind::Text => String::from_utf8(bytes()?)
                .map(Argument::Text)
                .map_err(|_| "text is not UTF-8".to_owned()),
            Kind::Int => Err("got a hex string arg, but expected 'int64'".to_owned()),
            Kind::Bool => Err("got a hex string arg, but expected 'bool'".to_owned()),
        };
    }
    let json: Value =
        serde_json::from_str(text).map_err(|error| format!("{}: {error}", clip(text)))?;
    match (kind, json) {
        // Quoted bytes in a URI are the text itself, not an encoding of it.
        (Kind::Bytes | Kind::Hex, Value::String(raw)) => Ok(Argument::Bytes(raw.into_bytes())),
        (kind, json) => from_json(kind, &json),
    }
}

fn from_json(kind: Kind, value: &Value) -> Result<Argument, String> {
    match (kind, value) {
        (Kind::Int, Value::String(text)) => text
            .parse()
            .map(Argument::Int)
            .map_err(|_| format!("invalid number {:?}", clip(text))),
        (Kind::Int, other) => Err(format!(
            "invalid 64-bit integer encoding {:?}, expected string",
            clip(&other.to_string())
        )),
        (Kind::Bool, Value::Bool(value)) => Ok(Argument::Bool(*value)),
        (Kind::Text, Value::String(text)) => Ok(Argument::Text(text.clone())),
        (Kind::Bytes, Value::String(text)) => STANDARD
            .decode(text)
            .map(Argument::Bytes)
            .map_err(|error| format!("illegal base64 data: {error}")),
        (Kind::Hex, Value::String(text)) => hex::decode(text)
            .map(Argument::Bytes)
            .map_err(|error| format!("encoding/hex: {error}")),
        (kind, other) => Err(format!(
            "cannot read {} as {kind:?}",
            clip(&other.to_string())
        )),
    }
}

/// Enough of a bad value to recognise it by.
fn clip(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ALL: &[Parameter] = &[
        ("height", Kind::Int),
        ("prove", Kind::Bool),
        ("path", Kind::Text),
        ("tx", Kind::Bytes),
        ("data", Kind::Hex),
    ];

    fn uri(name: &str, text: &str) -> Result<Arguments, RpcError> {
        Arguments::from_query(ALL, &[(name.to_owned(), text.to_owned())])
    }

    #[test]
    fn numbers_stand_bare_or_quoted_in_a_uri() {
        for text in ["5", "\"5\""] {
            assert_eq!(uri("height", text).unwrap().int("height"), Some(5));
        }
        assert_eq!(uri("height", "-5").unwrap().int("height"), Some(-5));
        assert_eq!(uri("height", "").unwrap().int("height"), None);
        for text in ["5.5", "0x05", "five", "99999999999999999999", "true"] {
            assert!(uri("height", text).is_err(), "{text}");
        }
    }

    #[test]
    fn bytes_are_hexadecimal_or_quoted_text_in_a_uri() {
        assert_eq!(uri("tx", "0x00ff").unwrap().bytes("tx"), [0, 0xff]);
        assert_eq!(uri("tx", "\"00ff\"").unwrap().bytes("tx"), b"00ff");
        assert_eq!(uri("data", "0x00ff").unwrap().bytes("data"), [0, 0xff]);
        assert_eq!(uri("data", "\"key\"").unwrap().bytes("data"), b"key");
        assert!(uri("tx", "00ff").is_err());
        assert!(uri("tx", "0x0").is_err());
    }

    #[test]
    fn text_is_quoted_and_truth_is_bare_in_a_uri() {
        assert_eq!(uri("path", "\"/state\"").unwrap().text("path"), "/state");
        assert!(uri("path", "/state").is_err());
        assert!(uri("prove", "true").unwrap().flag("prove"));
        assert!(uri("prove", "\"true\"").is_err());
    }

    #[test]
    fn json_numbers_are_strings_and_bytes_are_encoded() {
        let params = json!({"height": "7", "prove": true, "path": "/p", "tx": "AP8=", "data": "00FF", "more": 1});
        let arguments = Arguments::from_json(ALL, &params).unwrap();
        assert_eq!(arguments.int("height"), Some(7));
        assert!(arguments.flag("prove"));
        assert_eq!(
            (arguments.text("path"), arguments.bytes("tx")),
            ("/p", &[0, 0xff][..])
        );
        assert_eq!(arguments.bytes("data"), [0, 0xff]);
        assert!(Arguments::from_json(ALL, &json!({"height": 7})).is_err());
        assert!(Arguments::from_json(ALL, &json!({"tx": "0x0"})).is_err());
        assert!(Arguments::from_json(ALL, &json!("7")).is_err());
        assert_eq!(
            Arguments::from_json(ALL, &json!({"height": null}))
                .unwrap()
                .int("height"),
            None
        );
    }

    #[test]
    fn arrays_give_every_argument_in_order() {
        let full = json!(["7", false, "", "", ""]);
        assert_eq!(
            Arguments::from_json(ALL, &full).unwrap().int("height"),
            Some(7)
        );
        assert!(Arguments::from_json(ALL, &json!(["7"])).is_err());
    }
}
