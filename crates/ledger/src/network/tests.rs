use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn checkpoint() -> Checkpoint {
    Checkpoint {
        height: 7,
        time_ms: 1_793_491_235_000,
        header_hash: [7; 32],
        validators_hash: [8; 32],
    }
}

fn file() -> NetworkFile {
    let endpoints: Vec<_> = (0..4)
        .map(|i| demo::Endpoint {
            gateway: format!("http://127.0.0.1:{}/v1", 4000 + i),
            rpc: format!("http://127.0.0.1:{}", 4000 + i),
        })
        .collect();
    demo::network_file(&endpoints, checkpoint())
}

fn refused(change: impl Fn(&mut NetworkFile)) -> NetworkError {
    let mut file = file();
    change(&mut file);
    NetworkFile::decode(&file.encode()).unwrap_err()
}

#[test]
fn the_demonstration_file_reads_back() {
    let file = file();
    assert_eq!(NetworkFile::decode(&file.encode()), Ok(file.clone()));
    assert_eq!(file.net, crate::genesis::demo::net());
    assert_eq!(file.authorities.len(), 4);
    assert_eq!(file.validators_at(7).unwrap().validators.len(), 4);
    assert!(NetworkFile::decode(&demo::network_file(&[], checkpoint()).encode()).is_ok());
}

#[test]
fn rights_are_looked_up_by_height() {
    let mut file = file();
    file.rights.push(Right {
        from_height: 100,
        reg: Reg(1),
        schemas: vec![1001],
    });
    assert!(file.may_seal(Reg(1), 1002, 99));
    assert!(!file.may_seal(Reg(1), 1002, 100));
    assert!(file.may_seal(Reg(1), 1001, 100));
    assert!(!file.may_seal(Reg(2), 1001, 5), "another register's kind");
    assert!(!file.may_seal(Reg(9), 1001, 5), "no such register");
    assert!(!file.may_seal(Reg(1), 1001, 0), "before the beginning");
}

#[test]
fn schema_sizes_are_those_of_the_tables() {
    let file = file();
    for schema in crate::schema::all() {
        let size = file.schema(schema.id).unwrap();
        assert_eq!(
            (size.positions, size.headed),
            (schema.size(), schema.headed)
        );
        assert!(file.may_seal(Reg(schema.reg), schema.id, 1));
    }
}

#[test]
fn pins_are_found_upwards() {
    let mut file = file();
    file.pins = vec![
        Pin {
            year: 2026,
            height: 100,
            header_hash: [1; 32],
        },
        Pin {
            year: 2027,
            height: 200,
            header_hash: [2; 32],
        },
    ];
    assert_eq!(file.pin_above(100).unwrap().year, 2026);
    assert_eq!(file.pin_above(101).unwrap().year, 2027);
    assert!(file.pin_above(201).is_none());
    assert!(NetworkFile::decode(&file.encode()).is_ok());
}

#[test]
fn an_issuer_is_part_of_what_people_compare_and_of_format_2_only() {
    let plain = file();
    assert_eq!(
        refused(|f| f.authorities[0].tls_issuer = Some([3; 32])),
        NetworkError::Value("tls_issuer")
    );
    let mut named = file();
    named.format = FORMAT_ISSUERS.to_owned();
    assert_eq!(NetworkFile::decode(&named.encode()), Ok(named.clone()));
    named.authorities[0].tls_issuer = Some([3; 32]);
    assert_eq!(NetworkFile::decode(&named.encode()), Ok(named.clone()));
    let mut other = named.clone();
    other.authorities[0].tls_issuer = Some([4; 32]);
    assert_ne!(named.digest(), other.digest());
    assert_ne!(named.digest(), plain.digest());
    assert!(!String::from_utf8(plain.encode()).unwrap().contains("tls"));
}

#[test]
fn contradictions_are_named() {
    assert_eq!(
        refused(|f| f.format = "toend-network/3".into()),
        NetworkError::UnknownFormat
    );
    assert_eq!(
        refused(|f| f.format = "else".into()),
        NetworkError::UnknownFormat
    );
    assert_eq!(
        refused(|f| f.chain_id.clear()),
        NetworkError::Value("chain_id")
    );
    assert_eq!(
        refused(|f| f.checkpoint.height = 0),
        NetworkError::Value("checkpoint")
    );
    assert_eq!(
        refused(|f| f.trusting_period_s = 0),
        NetworkError::Value("trusting_period_s")
    );
    assert_eq!(
        refused(|f| f.authorities.clear()),
        NetworkError::Value("authorities")
    );
    assert_eq!(
        refused(|f| f.authorities[1].id = "health-house".into()),
        NetworkError::Value("authorities")
    );
    assert_eq!(
        refused(|f| f.authorities[1].gateway = "javascript:x".into()),
        NetworkError::Value("endpoint")
    );
    assert_eq!(
        refused(|f| f.authorities[1].names.et = "\u{7}".into()),
        NetworkError::Value("names")
    );
    assert_eq!(
        refused(|f| f.registers[0].authority = "nobody".into()),
        NetworkError::Value("register's authority")
    );
    assert_eq!(
        refused(|f| f.registers.swap(0, 1)),
        NetworkError::Value("registers")
    );
    assert_eq!(
        refused(|f| f.rights[0].reg = Reg(9)),
        NetworkError::Value("rights")
    );
    assert_eq!(
        refused(|f| f.rights[0].schemas = vec![1]),
        NetworkError::Value("rights")
    );
    assert_eq!(
        refused(|f| f.validator_sets.clear()),
        NetworkError::Value("validator_sets")
    );
    assert_eq!(
        refused(|f| f.validator_sets[0].validators[0].power = 0),
        NetworkError::Value("validator power")
    );
    assert_eq!(
        refused(|f| f.validator_sets[0].validators[0].power = u64::MAX),
        NetworkError::Value("validator power")
    );
    assert_eq!(
        refused(|f| f.schemas[0].positions = 0),
        NetworkError::Value("schemas")
    );
    let pin = |year, height| Pin {
        year,
        height,
        header_hash: [1; 32],
    };
    assert_eq!(
        refused(|f| f.pins = vec![pin(2026, 9), pin(2027, 8)]),
        NetworkError::Value("pins")
    );
}

#[test]
fn unknown_repeated_and_misspelt_fields_are_refused() {
    let text = String::from_utf8(file().encode()).unwrap();
    let decode = |text: String| NetworkFile::decode(text.as_bytes());
    assert!(decode(text.clone()).is_ok());
    let extra = text.replacen("\"chain_id\"", "\"extra\": 1, \"chain_id\"", 1);
    assert!(matches!(decode(extra), Err(NetworkError::Json(_))));
    let twice = text.replacen("\"chain_id\"", "\"chain_id\": \"other\", \"chain_id\"", 1);
    assert!(matches!(decode(twice), Err(NetworkError::Json(_))));
    let capitals = text.replacen(&"07".repeat(32), &"0A".repeat(32), 1);
    assert!(matches!(decode(capitals), Err(NetworkError::Json(_))));
}

#[test]
fn size_and_depth_are_limited() {
    let long = vec![b' '; MAX_NETWORK_FILE + 1];
    assert_eq!(
        NetworkFile::decode(&long),
        Err(NetworkError::TooLong(long.len()))
    );
    assert_eq!(
        NetworkFile::decode(&vec![b'['; 500_000]),
        Err(NetworkError::TooDeep)
    );
    assert_eq!(
        NetworkFile::decode(&[b"{\"a\":".repeat(17), b"1".to_vec()].concat()),
        Err(NetworkError::TooDeep)
    );
    // Brackets inside a string are no levels.
    let text = format!("{{\"format\":\"{}\"}}", "[".repeat(40));
    assert!(matches!(
        NetworkFile::decode(text.as_bytes()),
        Err(NetworkError::Json(_))
    ));
}

#[test]
fn fr_8_5_a_fingerprint_is_ten_words_of_eleven_bits() {
    let words: BTreeSet<String> = (0..2048).map(word).collect();
    assert_eq!(words.len(), 2048, "no word twice");
    assert!(
        words
            .iter()
            .all(|word| word.len() == 5 && word.bytes().all(|b| b.is_ascii_lowercase()))
    );
    assert_eq!(word(0), "baban");
    assert_eq!(word(2047), "zovun");
    let mut digest = [0; 32];
    digest[0] = 0b1000_0000;
    digest[1] = 0b0010_0000;
    assert_eq!(words_of(&digest)[0], word(0b100_0000_0001));
    assert_eq!(words_of(&digest)[1], word(0));
    // Every one of the 110 bits shows, the others do not.
    for bit in 0..256 {
        let mut digest = [0u8; 32];
        digest[bit / 8] = 0x80 >> (bit % 8);
        assert_eq!(words_of(&digest) != words_of(&[0; 32]), bit < 110);
    }
}

#[test]
fn fr_8_5_the_fingerprint_covers_what_is_trusted_and_no_endpoint() {
    let file = file();
    let fingerprint = file.fingerprint();
    let mut moved = file.clone();
    moved.authorities[0].gateway = "http://127.0.0.1:9/v1".into();
    moved.authorities[0].rpc.clear();
    assert_eq!(moved.fingerprint(), fingerprint);
    let changes: [&dyn Fn(&mut NetworkFile); 6] = [
        &|f| f.checkpoint.header_hash[31] ^= 1,
        &|f| f.net[0] ^= 1,
        &|f| f.rights[0].schemas.clear(),
        &|f| f.validator_sets[0].validators[0].power += 1,
        &|f| f.authorities[0].names.et.push('x'),
        &|f| f.trusting_period_s += 1,
    ];
    for change in changes {
        let mut other = file.clone();
        change(&mut other);
        assert_ne!(other.fingerprint(), fingerprint);
        assert_ne!(other.digest(), file.digest());
    }
}

proptest! {
    #[test]
    fn reading_never_panics(at in any::<proptest::sample::Index>(), byte in any::<u8>(), cut in any::<proptest::sample::Index>()) {
        let mut bytes = file().encode();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = NetworkFile::decode(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(NetworkFile::decode(&bytes).is_err());
    }
}
