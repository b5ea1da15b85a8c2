use super::*;

const NET: [u8; 32] = [7; 32];

fn header(height: u64) -> StoredHeader {
    StoredHeader {
        height,
        hash: [height as u8; 32],
        time_ms: 1000 * height,
        state_root: [1; 32],
        data_hash: None,
    }
}

/// What every store must do, whatever its history.
fn conforms(store: &Store) {
    store
        .put_headers(&NET, &[header(1), header(2), header(3)])
        .unwrap();
    let other = StoredHeader {
        hash: [99; 32],
        ..header(2)
    };
    store.put_headers(&NET, &[other]).unwrap();
    assert_eq!(
        store.header(&NET, 2).unwrap(),
        Some(header(2)),
        "what was verified first stays"
    );
    assert_eq!(
        store.header(&[8; 32], 2).unwrap(),
        None,
        "ledgers are kept apart"
    );
    assert_eq!(
        store.newest_headers(&NET, 2).unwrap(),
        [header(2), header(3)]
    );
    assert_eq!(store.header_span(&NET).unwrap(), Some((3, 1, 3)));
    for height in 1..=5 {
        store
            .put_trusted(&NET, height, &[height as u8], 10, 3)
            .unwrap();
    }
    let kept: Vec<u64> = store
        .trusted(&NET)
        .unwrap()
        .into_iter()
        .map(|row| row.0)
        .collect();
    assert_eq!(kept, [5, 4, 3]);
    let segment = |n: u8| StoredSegment {
        low: vec![n],
        low_hash: [n; 32],
        high: vec![n, n],
        high_hash: [n + 1; 32],
    };
    store.put_segments(&NET, &[segment(1), segment(5)]).unwrap();
    store.put_segments(&NET, &[segment(3)]).unwrap();
    assert_eq!(store.segments(&NET).unwrap(), [segment(3)]);
    store.put_setting("language", "et").unwrap();
    store.put_setting("language", "ru").unwrap();
    assert_eq!(store.setting("language").unwrap().as_deref(), Some("ru"));
    assert_eq!(store.setting("none").unwrap(), None);
    store.put_sealed(&[1; 32], &[2; 32], b"closed").unwrap();
    assert_eq!(
        store.sealed(&[1; 32], &[2; 32]).unwrap().as_deref(),
        Some(&b"closed"[..])
    );
    assert_eq!(store.sealed(&[2; 32], &[2; 32]).unwrap(), None);
    let first = store.seal_point(|| Some(vec![1])).unwrap();
    let second = store.seal_point(|| Some(vec![2])).unwrap();
    assert_eq!(first, second, "the point never changes");
    store.put_evidence(&NET, 5, b"two faces").unwrap();
    assert_eq!(store.evidence(&NET).unwrap(), [(5, b"two faces".to_vec())]);
}

#[test]
fn a_new_store_conforms() {
    let folder = tempfile::tempdir().unwrap();
    conforms(&Store::open(folder.path()).unwrap());
}

#[test]
fn two_programs_share_one_store() {
    let folder = tempfile::tempdir().unwrap();
    let window = Store::open(folder.path()).unwrap();
    let terminal = Store::open(folder.path()).unwrap();
    let writer = std::thread::spawn(move || {
        for height in 1..=200 {
            window.put_headers(&NET, &[header(height)]).unwrap();
        }
    });
    for height in 201..=400 {
        terminal.put_headers(&NET, &[header(height)]).unwrap();
    }
    writer.join().unwrap();
    assert_eq!(terminal.header_span(&NET).unwrap(), Some((400, 1, 400)));
}

#[test]
fn two_programs_may_start_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || Store::open(&path).map(|_| ()))
        })
        .collect();
    for start in starts {
        assert_eq!(start.join().unwrap(), Ok(()));
    }
}

#[test]
fn a_damaged_store_is_put_aside_and_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    std::fs::write(folder.path().join(FILE), vec![b'x'; 20_000]).unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert!(store.rebuilt());
    assert!(
        folder.path().join("damaged-1.sqlite3").exists(),
        "the damaged file is kept"
    );
    conforms(&store);
    drop(store);
    assert!(!Store::open(folder.path()).unwrap().rebuilt(), "said once");
}

#[test]
fn a_flipped_page_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store
        .put_headers(&NET, &(1..500).map(header).collect::<Vec<_>>())
        .unwrap();
    store
        .with(|connection| Ok(connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")?))
        .unwrap();
    drop(store);
    let file = folder.path().join(FILE);
    let mut bytes = std::fs::read(&file).unwrap();
    for byte in bytes.iter_mut().skip(4096 * 2) {
        *byte ^= 0x55;
    }
    std::fs::write(&file, bytes).unwrap();
    assert!(Store::open(folder.path()).unwrap().rebuilt());
}

#[test]
fn an_older_program_refuses_a_newer_store_and_leaves_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.put_setting("language", "et").unwrap();
    store
        .with(|connection| Ok(connection.pragma_update(None, "user_version", 1000)?))
        .unwrap();
    drop(store);
    let error = Store::open(folder.path()).err().unwrap();
    assert_eq!(
        error,
        StoreError::Newer {
            found: 1000,
            known: 2
        }
    );
    assert_eq!(error.info().code, "E67");
    assert!(folder.path().join(FILE).exists());
}

#[test]
fn a_folder_that_cannot_be_made_is_the_computers_doing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("taken");
    std::fs::write(&file, b"a file, not a folder").unwrap();
    let error = Store::open(&file.join("client")).err().unwrap();
    assert!(
        matches!(error, StoreError::Other(_) | StoreError::NotWritable),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_full_disk_has_its_own_name() {
    let full =
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None);
    assert_eq!(StoreError::from(full), StoreError::Full);
    let read_only = rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY),
        None,
    );
    assert_eq!(StoreError::from(read_only).info().code, "E66");
    let io = std::io::Error::from(std::io::ErrorKind::StorageFull);
    assert_eq!(
        StoreError::from(io)
            .info()
            .params
            .get("kind")
            .map(String::as_str),
        Some("full")
    );
}

#[test]
fn forgetting_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let secret = b"a-text-that-must-vanish".repeat(20);
    store.put_sealed(&[1; 32], &[2; 32], &secret).unwrap();
    store.put_setting("language", "et").unwrap();
    store.forget_everything().unwrap();
    assert_eq!(store.sealed(&[1; 32], &[2; 32]).unwrap(), None);
    assert_eq!(store.setting("language").unwrap(), None);
    drop(store);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(
            !bytes
                .windows(23)
                .any(|window| window == b"a-text-that-must-vanish")
        );
    }
    conforms(&Store::open(folder.path()).unwrap());
}
