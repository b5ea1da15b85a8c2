use proptest::prelude::*;

use super::*;

#[test]
fn demonstration_codes_are_valid() {
    for code in [
        "60001017869",
        "39901012239",
        "37302102711",
        "38301105216",
        "47101010033",
        "37101010021",
        "18502140326",
        "29207310271",
        "17708220112",
        "26111300425",
        "16001012226",
    ] {
        let subject = Subject::person("EE", code).unwrap();
        assert_eq!(Subject::decode(&subject.encode()), Ok(subject));
    }
    for code in [
        "19999012", "19999029", "19999035", "19999041", "79999018", "89999019", "99999013",
    ] {
        let subject = Subject::company("EE", code).unwrap();
        assert_eq!(Subject::decode(&subject.encode()), Ok(subject));
    }
}

#[test]
fn encoding_is_fixed() {
    let subject = Subject::company("EE", "19999012").unwrap();
    assert_eq!(subject.encode(), b"\x02EE\x0819999012");
}

#[test]
fn fr_1_6_one_spelling_encodes() {
    let spellings = [
        "47101010033",
        "EE47101010033",
        "ee47101010033",
        " 47101010033",
        "47101010033 ",
        "47101010033\n",
        "4710101 0033",
        "471-01010033",
        "4710101003",
        "471010100330",
        "047101010033",
        "+47101010033",
        "４７１０１０１００３３",
        "٤٧١٠١٠١٠٠٣٣",
        "4710101oo33",
        "4710101OO33",
        "471010l0033",
        "47101010033\0",
        "\u{feff}47101010033",
        "\u{202e}47101010033",
        "47101010033\u{200b}",
        "47101010034",
        "47113010033",
        "47101320033",
        "97101010033",
        "07101010033",
        "",
        "0",
        "PNOEE-47101010033",
        "4.7101010033e10",
        "0xAF7A2B5E1",
    ];
    let encoded: Vec<_> = spellings
        .iter()
        .filter_map(|s| Subject::person("EE", s).ok())
        .collect();
    assert_eq!(
        encoded.len(),
        1,
        "exactly one of {} spellings may encode",
        spellings.len()
    );
    for country in ["ee", "Ee", "EST", "E", "", "FI", "ЕЕ"] {
        assert!(
            Subject::person(country, "47101010033").is_err(),
            "{country}"
        );
    }
}

#[test]
fn fr_1_6_a_company_number_is_never_a_person() {
    let company = Subject::company("EE", "19999012").unwrap();
    assert!(Subject::person("EE", "19999012").is_err());
    let mut bytes = company.encode();
    bytes[0] = 1;
    assert!(Subject::decode(&bytes).is_err());
}

#[test]
fn fr_1_7_a_misspelt_number_names_nothing() {
    for code in ["19999013", "019999012", "9999012", "29999012", "19990912"] {
        assert!(Subject::company("EE", code).is_err(), "{code}");
    }
}

#[test]
fn leap_days_follow_the_calendar() {
    assert!(is_date(2000, 2, 29));
    assert!(!is_date(1900, 2, 29));
    assert!(!is_date(1999, 2, 29));
    assert!(!is_date(1999, 0, 1));
}

#[test]
fn debug_output_holds_no_code() {
    let text = format!("{:?}", Subject::person("EE", "47101010033").unwrap());
    assert!(!text.contains("4710"));
}

proptest! {
    #[test]
    fn decoding_never_panics_and_is_exact(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(subject) = Subject::decode(&bytes) {
            prop_assert_eq!(subject.encode(), bytes);
        }
    }

    #[test]
    fn fr_1_6_no_two_texts_give_one_subject(a in "[0-9 ]{8,12}", b in "[0-9 ]{8,12}") {
        if let (Ok(x), Ok(y)) = (Subject::person("EE", &a), Subject::person("EE", &b)) {
            prop_assert_eq!(a == b, x.encode() == y.encode());
        }
    }
}
