//! One JSON object on a line, read strictly: no name twice, no number beyond 64 bits, no floating point.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::reason::{Code, Reason};

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// Null.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number: it has no exact decimal form here.
    Inexact,
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Self>),
    /// An object, in its order.
    Object(Vec<(String, Self)>),
}

/// What tells a repeated name from other mistakes.
const TWICE: &str = "a name stands twice";

/// Names and values of the object on a line.
pub fn object(line: &[u8]) -> Result<Vec<(String, Json)>, Reason> {
    std::str::from_utf8(line).map_err(|_| Reason::line(Code::Utf8))?;
    match serde_json::from_slice(line) {
        Ok(Json::Object(members)) => Ok(members),
        Err(error) if error.to_string().starts_with(TWICE) => Err(Reason::line(Code::Twice)),
        _ => Err(Reason::line(Code::Json)),
    }
}

/// A JSON text inside a CSV field.
pub fn value(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(i64::try_from(value).map_or(Json::Inexact, Json::Int))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Inexact)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut list: Vec<(String, Json)> = Vec::new();
        let mut names = std::collections::HashSet::new();
        while let Some((name, value)) = members.next_entry::<String, Json>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(TWICE));
            }
            list.push((name, value));
        }
        Ok(Json::Object(list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_strictly() {
        let members = object(br#"{"a": 1, "b": [null, "x", 1.5], "c": {"d": true}}"#).unwrap();
        assert_eq!(members[0], ("a".to_owned(), Json::Int(1)));
        assert_eq!(
            members[1].1,
            Json::List(vec![Json::Null, Json::Text("x".to_owned()), Json::Inexact])
        );
        for (line, code) in [
            (b"{\"a\":1,\"a\":2}".as_slice(), Code::Twice),
            (b"{\"a\":{\"b\":1,\"b\":2}}", Code::Twice),
            (b"[1]", Code::Json),
            (b"{} {}", Code::Json),
            (b"{\"a\":NaN}", Code::Json),
            (b"{\"a\":\"\xff\"}", Code::Utf8),
        ] {
            assert_eq!(object(line), Err(Reason::line(code)));
        }
        let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
        assert_eq!(object(&deep), Err(Reason::line(Code::Json)));
        assert_eq!(value("9223372036854775808"), Some(Json::Inexact));
    }
}
