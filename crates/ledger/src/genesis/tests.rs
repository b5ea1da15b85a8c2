use proptest::prelude::*;

use super::*;

fn text() -> String {
    String::from_utf8(demo::genesis_bytes()).unwrap()
}

fn refused(text: &str) -> GenesisError {
    Genesis::parse(text.as_bytes()).unwrap_err()
}

#[test]
fn the_demonstration_file_reads_back() {
    let bytes = demo::genesis_bytes();
    let (genesis, net) = Genesis::parse(&bytes).unwrap();
    assert_eq!(genesis, demo::genesis());
    assert_eq!(net, demo::net());
    assert_eq!(genesis.encode(), bytes);
    assert_eq!(genesis.genesis_time_ms, 1_793_491_200_000);
    assert_eq!(genesis.app.registers.len(), 3);
}

#[test]
fn a_share_of_a_block_has_one_form() {
    assert_eq!(demo::genesis().app.filings_per_gateway, FILINGS_PER_GATEWAY);
    let mut genesis = demo::genesis();
    genesis.app.filings_per_gateway = 1024;
    let bytes = genesis.encode();
    assert_eq!(Genesis::parse(&bytes).unwrap().0, genesis);
    let said = String::from_utf8(bytes).unwrap();
    for bad in [0, FILINGS_PER_GATEWAY, MOST_FILINGS_PER_GATEWAY + 1] {
        let bad = said.replacen(
            "\"filings_per_gateway\": 1024",
            &format!("\"filings_per_gateway\": {bad}"),
            1,
        );
        assert_eq!(refused(&bad), GenesisError::Value("filings_per_gateway"));
    }
}

#[test]
fn net_binds_every_byte() {
    let mut bytes = demo::genesis_bytes();
    bytes.push(b' ');
    assert_ne!(net(&bytes), demo::net());
}

#[test]
fn demonstration_keys_follow_their_definition() {
    let expected = sha256(&[
        b"toend demonstration key, no legal effect",
        &[0],
        b"seal",
        &[0, 2],
    ]);
    assert_eq!(demo::key(demo::Purpose::Seal, 2), expected);
    assert_ne!(
        demo::key(demo::Purpose::Seal, 2),
        demo::key(demo::Purpose::Answer, 2)
    );
}

#[test]
fn mistakes_are_named() {
    let text = text();
    let change = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        refused(&text.replacen(from, to, 1))
    };
    assert_eq!(
        change("\"initial_height\": \"1\"", "\"initial_height\": \"0\""),
        GenesisError::Value("initial_height")
    );
    assert_eq!(
        change("\"initial_height\": \"1\"", "\"initial_height\": \"01\""),
        GenesisError::Value("initial_height")
    );
    assert_eq!(
        change("2026-11-01T00:00:00Z", "2026-11-01T00:00:00+02:00"),
        GenesisError::Value("genesis_time")
    );
    assert_eq!(
        change("\"power\": \"10\"", "\"power\": \"0\""),
        GenesisError::Value("validators")
    );
    assert_eq!(
        change("\"power\": \"10\"", "\"power\": \"-1\""),
        GenesisError::Value("validator power")
    );
    assert_eq!(
        change("\"least_batch\": 8", "\"least_batch\": 0"),
        GenesisError::Value("least_batch")
    );
    assert_eq!(
        change("\"tick_ms\": 5000", "\"tick_ms\": 0"),
        GenesisError::Value("tick_ms")
    );
    assert_eq!(
        change("\"reg\": 2", "\"reg\": 1"),
        GenesisError::Value("registers")
    );
    assert_eq!(
        change("toend-app-state/1", "toend-app-state/2"),
        GenesisError::Value("app_state format")
    );
    assert_eq!(
        change("\"chain_id\": \"toend-demo-1\"", "\"chain_id\": \"\""),
        GenesisError::Value("chain_id")
    );
    assert!(
        matches!(change("\"chain_id\"", "\"chain\""), GenesisError::Json(message) if message.contains("line"))
    );
    assert!(matches!(
        change("\"tick_ms\"", "\"tick\": 1, \"tick_ms\""),
        GenesisError::Json(_)
    ));
    assert!(matches!(
        change("\"tick_ms\": 5000", "\"tick_ms\": 5000, \"tick_ms\": 1"),
        GenesisError::Json(_)
    ));
}

#[test]
fn fr_8_8_one_key_has_one_purpose() {
    let mut genesis = demo::genesis();
    genesis.app.registers[0].answer_key = genesis.app.registers[0].seal_key;
    assert!(
        matches!(Genesis::parse(&genesis.encode()), Err(GenesisError::Value(name)) if name.starts_with("keys"))
    );
    let mut genesis = demo::genesis();
    genesis.app.governance_keys[1] = genesis.validators[0].pub_key;
    assert!(
        matches!(Genesis::parse(&genesis.encode()), Err(GenesisError::Value(name)) if name.starts_with("keys"))
    );
}

#[test]
fn fr_4_2_a_vrf_key_without_possession_is_refused() {
    let mut genesis = demo::genesis();
    genesis.app.registers[0].vrf_pop = genesis.app.registers[1].vrf_pop;
    assert_eq!(
        Genesis::parse(&genesis.encode()),
        Err(GenesisError::Value("proof of possession of a VRF key"))
    );
    let mut genesis = demo::genesis();
    let copy = genesis.app.registers[0].clone();
    genesis.app.registers[1].vrf_key = copy.vrf_key;
    genesis.app.registers[1].vrf_pop = copy.vrf_pop;
    assert!(
        Genesis::parse(&genesis.encode()).is_err(),
        "another register's key"
    );
}

#[test]
fn a_file_is_limited() {
    assert_eq!(
        Genesis::parse(&vec![b' '; MAX_GENESIS + 1]),
        Err(GenesisError::TooLong(MAX_GENESIS + 1))
    );
    assert!(Genesis::parse(&vec![b'['; 100_000]).is_err());
}

proptest! {
    #[test]
    fn reading_never_panics(at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = demo::genesis_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = Genesis::parse(&bytes);
    }
}
