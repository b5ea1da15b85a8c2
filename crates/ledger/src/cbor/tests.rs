use proptest::prelude::*;

use super::*;

fn pairs() -> Vec<(Value, &'static str)> {
    let text = |s: &str| Value::Text(s.to_owned());
    vec![
        (Value::Int(0), "00"),
        (Value::Int(23), "17"),
        (Value::Int(24), "1818"),
        (Value::Int(255), "18ff"),
        (Value::Int(256), "190100"),
        (Value::Int(65_536), "1a00010000"),
        (Value::Int(4_294_967_296), "1b0000000100000000"),
        (Value::Int(i64::MAX), "1b7fffffffffffffff"),
        (Value::Int(-1), "20"),
        (Value::Int(-25), "3818"),
        (Value::Int(i64::MIN), "3b7fffffffffffffff"),
        (Value::Bytes(vec![1, 2]), "420102"),
        (text(""), "60"),
        (text("õ"), "62c3b5"),
        (Value::Bool(false), "f4"),
        (Value::Bool(true), "f5"),
        (
            Value::Array(vec![Value::Int(1), Value::Array(vec![])]),
            "820180",
        ),
        (Value::Absent, "f7"),
    ]
}

#[test]
fn values_have_their_one_encoding() {
    for (value, bytes) in pairs() {
        let bytes = hex::decode(bytes).unwrap();
        assert_eq!(encode(&value), Ok(bytes.clone()));
        assert_eq!(decode(&bytes), Ok(value));
    }
}

#[test]
fn fr_3_4_everything_outside_the_subset_is_refused() {
    let refused = [
        ("", CborError::Short),
        ("1817", CborError::NotShortest),
        ("1900ff", CborError::NotShortest),
        ("1a0000ffff", CborError::NotShortest),
        ("1b00000000ffffffff", CborError::NotShortest),
        ("5801ff", CborError::NotShortest),
        ("1b8000000000000000", CborError::IntegerRange),
        ("3b8000000000000000", CborError::IntegerRange),
        ("5f4101ff", CborError::NotInSubset(0x5f)),
        ("7f6161ff", CborError::NotInSubset(0x7f)),
        ("9f01ff", CborError::NotInSubset(0x9f)),
        ("1c", CborError::NotInSubset(0x1c)),
        ("a0", CborError::NotInSubset(0xa0)),
        ("c000", CborError::NotInSubset(0xc0)),
        ("f6", CborError::NotInSubset(0xf6)),
        ("f93c00", CborError::NotInSubset(0xf9)),
        ("fb3ff0000000000000", CborError::NotInSubset(0xfb)),
        ("81f7", CborError::AbsentInside),
        ("0000", CborError::Trailing(1)),
        ("f700", CborError::AbsentInside),
        ("42ff", CborError::Short),
        ("9affffffff", CborError::Short),
        ("5bffffffffffffffff", CborError::Short),
        ("61ff", CborError::NotUtf8),
        // õ as o and combining tilde (NFD).
        ("636fcc83", CborError::NotNfc),
        ("63efbbbf", CborError::Control(0xfeff)),
        ("63e280ae", CborError::Control(0x202e)),
        ("63e281a6", CborError::Control(0x2066)),
        ("6100", CborError::Control(0)),
        ("610d", CborError::Control(0xd)),
    ];
    for (bytes, error) in refused {
        assert_eq!(decode(&hex::decode(bytes).unwrap()), Err(error), "{bytes}");
    }
}

#[test]
fn fr_3_4_depth_and_size_are_limited() {
    let nested = |depth| (0..depth).fold(Value::Int(1), |inner, _| Value::Array(vec![inner]));
    assert!(decode(&encode(&nested(4)).unwrap()).is_ok());
    assert_eq!(encode(&nested(5)), Err(CborError::TooDeep(4)));
    assert_eq!(
        decode(&[0x81, 0x81, 0x81, 0x81, 0x81, 1]),
        Err(CborError::TooDeep(4))
    );
    let long = Value::Bytes(vec![0; 64 * 1024]);
    assert!(matches!(encode(&long), Err(CborError::TooLong { .. })));
    assert!(matches!(
        decode(&vec![0; 64 * 1024 + 1]),
        Err(CborError::TooLong { .. })
    ));
    assert_eq!(decode(&vec![0x81; 60_000]), Err(CborError::TooDeep(4)));
}

#[test]
fn fr_3_4_what_cannot_be_read_cannot_be_written() {
    for text in ["o\u{303}", "\u{202e}x", "\u{feff}", "a\u{0}b"] {
        assert!(encode(&Value::Text(text.to_owned())).is_err(), "{text:?}");
    }
    assert_eq!(Value::text("o\u{303}"), Value::Text("õ".to_owned()));
    assert!(encode(&Value::Text("two\nlines\tand a tab".to_owned())).is_ok());
    assert_eq!(
        encode(&Value::Array(vec![Value::Absent])),
        Err(CborError::AbsentInside)
    );
    assert_eq!(
        encode_within(&Value::Absent, Limits::DOCUMENT),
        Err(CborError::AbsentInside)
    );
    assert_eq!(
        decode_within(&[0xf7], Limits::DOCUMENT),
        Err(CborError::AbsentInside)
    );
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::Int),
        any::<bool>().prop_map(Value::Bool),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        "[a-zõäöü ]{0,30}".prop_map(|text| Value::text(&text)),
    ];
    leaf.prop_recursive(4, 32, 8, |inner| {
        proptest::collection::vec(inner, 0..8).prop_map(Value::Array)
    })
}

proptest! {
    #[test]
    fn values_read_back(value in value()) {
        prop_assert_eq!(decode(&encode(&value).unwrap()), Ok(value));
    }

    #[test]
    fn fr_3_4_decoding_is_exact_and_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(value) = decode(&bytes) {
            prop_assert_eq!(encode(&value), Ok(bytes));
        }
    }
}
