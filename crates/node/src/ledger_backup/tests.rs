//! Saving and bringing back, on files that CometBFT might have written.

use super::file::make_folder;
use super::*;

const NET: Hash = [7; 32];

fn saved(folder: &Path) -> List {
    let mut list = List::new(NET, 9, Some([3; 32]));
    for path in [store::FILE, "blockstore.db/CURRENT", "state.db/000001.log"] {
        let file = folder.join(path);
        make_folder(&file).unwrap();
        std::fs::write(&file, path).unwrap();
        list.add(folder, Path::new(path)).unwrap();
    }
    list.write(&folder.join(LIST)).unwrap();
    list
}

#[test]
fn a_list_is_read_as_it_was_written_and_files_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let extent = saved(folder.path()).extent();
    let list = List::read(&folder.path().join(LIST)).unwrap();
    assert_eq!((list.net(), list.extent()), (NET, extent));
    assert_eq!((extent.height, extent.block), (9, Some([3; 32])));
    let out = tempfile::tempdir().unwrap();
    list.copy(folder.path(), |path| out.path().join(path))
        .unwrap();
    assert_eq!(
        std::fs::read(out.path().join("blockstore.db/CURRENT")).unwrap(),
        b"blockstore.db/CURRENT"
    );
    std::fs::write(folder.path().join("state.db/000001.log"), b"other").unwrap();
    let out = tempfile::tempdir().unwrap();
    let error = list
        .copy(folder.path(), |path| out.path().join(path))
        .unwrap_err();
    assert!(error.to_string().contains("state.db/000001.log"), "{error}");
}

#[test]
fn the_list_of_the_vector_is_what_this_code_writes() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/node/ledger-backup.json");
    let folder = tempfile::tempdir().unwrap();
    let list = saved(folder.path());
    let written = serde_json::from_slice::<serde_json::Value>(&list.encode().unwrap()).unwrap();
    let vector = std::fs::read(path).unwrap();
    assert_eq!(
        written,
        serde_json::from_slice::<serde_json::Value>(&vector).unwrap(),
        "the vector is a list that readers elsewhere hold on to"
    );
    assert_eq!(List::decode(&vector).unwrap().extent(), list.extent());
}

#[test]
fn a_list_that_leads_elsewhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    saved(folder.path());
    let path = folder.path().join(LIST);
    let good = std::fs::read_to_string(&path).unwrap();
    let refused = |text: &str| {
        std::fs::write(&path, text).unwrap();
        List::read(&path).unwrap_err()
    };
    for bad in [
        "../state.db",
        "/etc/passwd",
        "state.db/../../x",
        "cs.wal/wal",
        "priv_validator_state.json",
        "state.db/a/b",
    ] {
        let error = refused(&good.replace("blockstore.db/CURRENT", bad));
        assert!(matches!(error, LedgerBackupError::Damaged(_)), "{bad}");
    }
    assert!(matches!(
        refused(&good.replace("backup/1", "backup/2")),
        LedgerBackupError::Format
    ));
    for cut in [0, 1, good.len() / 2, good.len() - 2] {
        assert!(matches!(
            refused(good.get(..cut).unwrap()),
            LedgerBackupError::Damaged(_)
        ));
    }
    let twice = good.replace("blockstore.db/CURRENT", store::FILE);
    assert!(matches!(refused(&twice), LedgerBackupError::Damaged(_)));
}

#[test]
fn a_list_that_lies_about_lengths_is_read_without_overflow() {
    let folder = tempfile::tempdir().unwrap();
    let mut list: serde_json::Value =
        serde_json::from_slice(&saved(folder.path()).encode().unwrap()).unwrap();
    for file in list["files"].as_array_mut().unwrap() {
        file["bytes"] = u64::MAX.into();
    }
    let list = List::decode(list.to_string().as_bytes()).unwrap();
    assert_eq!(list.extent().bytes, u64::MAX);
    let out = tempfile::tempdir().unwrap();
    let error = list.copy(folder.path(), |path| out.path().join(path));
    assert!(matches!(error, Err(LedgerBackupError::Damaged(_))));
}

#[test]
fn what_was_signed_never_goes_down() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    assert_eq!(signed::last(home).unwrap(), 0);
    assert_eq!(signed::raise(home, 40).unwrap(), 40);
    assert_eq!(signed::raise(home, 12).unwrap(), 40);
    assert_eq!(signed::last(home).unwrap(), 40);
    // At the same height a later round could still be signed: until it is raised.
    let state = r#"{"height":"50","round":0,"step":2,"signature":"AA==","signbytes":"00"}"#;
    std::fs::write(signed::file(home), state).unwrap();
    assert_eq!(signed::raise(home, 49).unwrap(), 50);
    assert_eq!(std::fs::read_to_string(signed::file(home)).unwrap(), state);
    assert_eq!(signed::raise(home, 50).unwrap(), 50);
    let after = std::fs::read_to_string(signed::file(home)).unwrap();
    assert!(after.contains("2147483647"), "{after}");
    std::fs::write(signed::file(home), "{}").unwrap();
    assert!(signed::raise(home, 99).is_err(), "unknown is not nothing");
}

#[test]
fn a_database_in_use_is_seen() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(DATA).join("state.db");
    std::fs::create_dir_all(&folder).unwrap();
    let held = File::create(folder.join(file::LOCK)).unwrap();
    held.lock().unwrap();
    assert!(matches!(
        stopped(home.path()),
        Err(LedgerBackupError::AtWork(_))
    ));
    drop(held);
    assert_eq!(stopped(home.path()).unwrap().len(), 1);
}
