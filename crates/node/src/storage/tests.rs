use toend_ledger::cometbft::{
    BLOCK_PROTOCOL, BlockId, Commit, CommitSig, Encode as _, Header, PartSetHeader, Time,
    Validator, ValidatorSet, Version,
};

use super::*;

const NET: Hash = [7; 32];

fn sealed(height: u64, changes: Vec<(Vec<u8>, Vec<u8>)>) -> Sealed {
    let validators = ValidatorSet::new(vec![Validator::new([1; 32], 10)]).unwrap();
    let header = Header {
        version: Version {
            block: BLOCK_PROTOCOL,
            app: 1,
        },
        chain_id: "test".to_owned(),
        height,
        time: Time::from_millis(1_000 * height).unwrap(),
        last_block_id: None,
        last_commit_hash: None,
        data_hash: None,
        validators_hash: validators.hash(),
        next_validators_hash: validators.hash(),
        consensus_hash: [2; 32],
        app_hash: vec![3; 32],
        last_results_hash: None,
        evidence_hash: None,
        proposer_address: [4; 20],
    };
    let id = BlockId {
        hash: header.hash(),
        parts: PartSetHeader {
            total: 1,
            hash: [5; 32],
        },
    };
    let commit = Commit {
        height,
        round: 0,
        block_id: Some(id),
        signatures: vec![CommitSig::ABSENT],
    };
    Sealed {
        block: header.encode(),
        header,
        id,
        tx_hashes: vec![[height as u8; 32]],
        results: vec![TxRecord {
            code: 9,
            gas_wanted: 1,
            gas_used: 2,
            log: "log".to_owned(),
        }],
        commit,
        validators,
        app_hash: [height as u8; 32],
        changes,
    }
}

#[test]
fn a_block_comes_back_as_it_was_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let Store { mut writer, reader } = Store::open(folder.path(), &NET).unwrap();
    assert_eq!(reader.height(), Ok(0));
    writer.genesis(&[(vec![1], vec![10])]).unwrap();
    let one = sealed(1, vec![(vec![2], vec![20])]);
    writer.seal(&one).unwrap();
    writer.seal(&sealed(2, vec![(vec![1], vec![11])])).unwrap();

    let row = reader.block(1).unwrap().unwrap();
    assert_eq!(
        (row.header, row.id, row.commit),
        (one.header, one.id, one.commit)
    );
    assert_eq!(
        (row.app_hash, row.tx_count, row.size),
        (one.app_hash, 1, one.block.len() as u64)
    );
    assert_eq!(reader.results(1).unwrap().unwrap(), one.results);
    assert_eq!(reader.included(&[2; 32]).unwrap().unwrap().height, 2);
    assert_eq!(reader.included(&[9; 32]).unwrap(), None);
    assert_eq!(reader.height_of(&one.id.hash).unwrap(), Some(1));
    assert_eq!(
        reader.state().unwrap(),
        [(vec![1], vec![11]), (vec![2], vec![20])]
    );
    assert_eq!(
        reader
            .blocks_down(1, 2)
            .unwrap()
            .iter()
            .map(|row| row.header.height)
            .collect::<Vec<_>>(),
        [2, 1]
    );
}

#[test]
fn no_height_is_written_twice() {
    let folder = tempfile::tempdir().unwrap();
    let Store { mut writer, reader } = Store::open(folder.path(), &NET).unwrap();
    writer.seal(&sealed(1, vec![(vec![1], vec![1])])).unwrap();
    let mut other = sealed(1, vec![(vec![1], vec![2])]);
    other.id.hash = [9; 32];
    assert!(writer.seal(&other).is_err());
    assert_eq!(reader.state().unwrap(), [(vec![1], vec![1])]);
}

/// A full disk refuses the whole block; with room again the same block goes through.
#[test]
fn a_full_disk_takes_all_of_a_block_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Store { mut writer, reader } = Store::open(folder.path(), &NET).unwrap();
    writer.seal(&sealed(1, vec![])).unwrap();
    let large = sealed(
        2,
        (0..500u16)
            .map(|i| (i.to_be_bytes().to_vec(), vec![0; 1000]))
            .collect(),
    );
    writer.limit_pages(20);
    assert_eq!(writer.seal(&large), Err(StorageError::Full));
    assert_eq!((reader.height(), reader.state_size()), (Ok(1), Ok(0)));
    writer.limit_pages(100_000);
    writer.seal(&large).unwrap();
    assert_eq!((reader.height(), reader.state_size()), (Ok(2), Ok(500)));
}

#[test]
fn another_network_s_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path(), &NET).unwrap());
    assert_eq!(
        Store::open(folder.path(), &[8; 32]).err(),
        Some(StorageError::OtherNetwork)
    );
    assert!(Store::open(folder.path(), &NET).is_ok());
}

#[test]
fn another_program_s_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let other = Connection::open(folder.path().join(FILE)).unwrap();
    other.pragma_update(None, "user_version", 1).unwrap();
    drop(other);
    assert!(matches!(
        Store::open(folder.path(), &NET),
        Err(StorageError::Damaged(_))
    ));
}

#[test]
fn bundles_hold_256_headers_and_stop_at_the_tip() {
    use toend_ledger::cometbft::bundle;
    let folder = tempfile::tempdir().unwrap();
    let Store { mut writer, reader } = Store::open(folder.path(), &NET).unwrap();
    for height in 1..=258 {
        writer.seal(&sealed(height, vec![])).unwrap();
    }
    let heights = |index, tip| {
        let file: Option<Vec<u8>> = reader.header_bundle(index, tip).unwrap();
        file.map(|file| {
            bundle::decode(&file)
                .unwrap()
                .iter()
                .map(|h| h.height)
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(heights(0, 258), Some((1..=256).collect()));
    assert_eq!(heights(1, 258), Some(vec![257, 258]));
    // A block that is written but not shown yet is not in it.
    assert_eq!(heights(1, 257), Some(vec![257]));
    assert_eq!(heights(2, 258), None);
    assert_eq!(heights(u64::MAX, 258), None);
}

#[test]
fn a_commit_waits_for_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let db = Connection::open(folder.path().join("some.sqlite3")).unwrap();
    // As an SQLite that was built for speed may begin.
    db.pragma_update(None, "synchronous", "OFF").unwrap();
    configure(&db).unwrap();
    let waits: i64 = db
        .query_row("PRAGMA synchronous", [], |row| row.get(0))
        .unwrap();
    assert_eq!(waits, 2, "2 is FULL");
}
