//! Backup, restore, and moving from one engine to the other.

use std::path::PathBuf;

use super::*;
use crate::registers::{BackupError, backup, restore};

on_both_engines![
    a_backup_made_at_work_comes_back_and_stays_provable,
    files_that_are_not_this_registers_are_refused,
    a_database_with_anything_in_it_is_not_filled,
    an_old_backup_is_named_at_the_start,
];

fn net() -> Hash {
    Plan::demo().unwrap().net
}

fn save(bench: &Bench, name: &str) -> PathBuf {
    let file = bench.folder.path().join(name);
    backup(&bench.settings(1), &net(), &file, 7, &mut |_| {}).unwrap();
    file
}

/// Settings of an empty place for the register, with its key file.
fn elsewhere(bench: &Bench, folder: &str) -> Settings {
    let settings = bench.settings_in(folder, 1);
    std::fs::create_dir_all(&settings.folder).unwrap();
    let key = "register-1.key";
    let old = bench.folder.path().join("registers").join(key);
    std::fs::copy(old, settings.folder.join(key)).unwrap();
    settings
}

fn fill(settings: &Settings, file: &Path) -> Result<backup::Extent, RegisterError> {
    restore(settings, &net(), file, &mut |_| {})
}

async fn a_backup_made_at_work_comes_back_and_stays_provable(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    let first = [lab("a", 50), visit("b", 1, Flag::Current)];
    register.receive(&first, 1).unwrap();
    register.flush().await.unwrap();
    bench.settled().await;
    register.receive(&[lab("waits", 51)], 2).unwrap();
    // While it is open, and others write.
    let file = std::thread::scope(|threads| {
        let writing = threads.spawn(|| {
            for i in 0..20 {
                let many: Vec<_> = (0..10).map(|j| lab(&format!("{i}/{j}"), i)).collect();
                register.receive(&many, 3).unwrap();
            }
        });
        let file = save(&bench, "backup");
        writing.join().unwrap();
        file
    });
    let commitments = register.commitments(&mari(), Class::Records).unwrap();
    drop(register);

    // Into an empty place of the same engine, then into the other one, then back: always the same.
    let settings = elsewhere(&bench, "second");
    let told = fill(&settings, &file).unwrap();
    assert_eq!((told.batches, told.made_ms), (1, 7));
    let again = bench.folder.path().join("again");
    backup(&settings, &net(), &again, 7, &mut |_| {}).unwrap();
    assert!(std::fs::read(&again).unwrap() == std::fs::read(&file).unwrap());
    let other = match on {
        On::Sqlite => bench.on_server("other"),
        #[cfg(unix)]
        On::Postgres => Some(Storage::File),
    };
    if let Some(storage) = other {
        let moved = Settings {
            storage,
            ..elsewhere(&bench, "other")
        };
        fill(&moved, &again).unwrap();
        let third = bench.folder.path().join("third");
        backup(&moved, &net(), &third, 7, &mut |_| {}).unwrap();
        assert!(std::fs::read(&third).unwrap() == std::fs::read(&file).unwrap());
    }
    let register = Arc::new(Register::open(settings, bench.ledger()).unwrap());
    let restored = register.commitments(&mari(), Class::Records).unwrap();
    assert!(
        restored.len() >= 3 && restored.len() % 10 == 3,
        "whole deliveries"
    );
    assert_eq!(restored, commitments[..restored.len()]);
    assert_eq!(register.receive(&first, 9).unwrap(), [1, 2]);
    register.receive(&[visit("b", 2, Flag::Ended)], 9).unwrap();
    register.flush().await.unwrap();
    let height = bench.settled().await;
    let answer = register.list_answer(&mari(), Class::Records, height);
    assert_eq!(answer.unwrap().unwrap().entries.len(), restored.len() + 1);
    assert_eq!(orphans(&register), [0, 0, 0]);
}

async fn files_that_are_not_this_registers_are_refused(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    register.receive(&[lab("a", 50)], 1).unwrap();
    let file = save(&bench, "backup");
    let taken = backup(&bench.settings(1), &net(), &file, 8, &mut |_| {});
    assert_eq!(taken, Err(BackupError::Exists.into()));
    let settings = elsewhere(&bench, "second");
    let refused = |settings: &Settings, bytes: &[u8]| {
        let bad = bench.folder.path().join("bad");
        std::fs::write(&bad, bytes).unwrap();
        match fill(settings, &bad).unwrap_err() {
            RegisterError::Backup(error) => error,
            other => panic!("{other}"),
        }
    };
    let good = std::fs::read(&file).unwrap();
    for length in [0, 5, 30, 64, 66, 100, good.len() - 1] {
        let error = refused(&settings, &good[..length]);
        let expected = if length < 21 {
            BackupError::NotOne
        } else {
            BackupError::Truncated
        };
        assert_eq!(error, expected, "{length}");
    }
    // One bit at every place: never taken.
    for at in (0..good.len()).step_by(97) {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        let error = refused(&settings, &bad);
        assert!(
            !matches!(error, BackupError::NotEmpty | BackupError::File(_)),
            "{at}"
        );
    }
    assert_eq!(
        refused(&settings, &[&good[..], b"x"].concat()),
        BackupError::Damaged
    );
    let mut newer = good.clone();
    newer[22] = 2;
    assert_eq!(refused(&settings, &newer), BackupError::Newer(2));
    // A chunk left out, its neighbours whole.
    let first = 65 + 4 + u32::from_be_bytes(good[65..69].try_into().unwrap()) as usize + 32;
    assert_eq!(
        refused(&settings, &[&good[..65], &good[first..]].concat()),
        BackupError::Damaged
    );
    let other = restore(&settings, &[9; 32], &file, &mut |_| {});
    assert_eq!(other, Err(BackupError::Foreign.into()));
    assert_eq!(
        refused(&elsewhere_of(&bench, 2), &good),
        BackupError::Foreign
    );
    // Without the key, or with another.
    let key = settings.folder.join("register-1.key");
    std::fs::write(&key, [1; 32]).unwrap();
    assert_eq!(fill(&settings, &file), Err(RegisterError::Key));
    std::fs::remove_file(&key).unwrap();
    assert_eq!(fill(&settings, &file), Err(RegisterError::NoKey));
    let nowhere = bench.folder.path().join("no such backup");
    assert_eq!(fill(&settings, &nowhere), Err(BackupError::Missing.into()));
    // After all of that the place is still empty.
    let settings = elsewhere(&bench, "second");
    fill(&settings, &file).unwrap();
}

fn elsewhere_of(bench: &Bench, reg: u16) -> Settings {
    let settings = bench.settings_in("third", reg);
    std::fs::create_dir_all(&settings.folder).unwrap();
    let old = bench.folder.path().join("registers/register-1.key");
    let key = format!("register-{reg}.key");
    std::fs::copy(old, settings.folder.join(key)).unwrap();
    settings
}

async fn a_database_with_anything_in_it_is_not_filled(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    let file = save(&bench, "backup");
    drop(register);
    let refused = fill(&bench.settings(1), &file);
    assert_eq!(refused, Err(BackupError::NotEmpty.into()));
    assert_eq!(bench.register(1).waiting().unwrap(), 1);
    let none = bench.settings_in("nothing", 1);
    let made = backup(
        &none,
        &net(),
        &bench.folder.path().join("none"),
        7,
        &mut |_| {},
    );
    assert_eq!(made, Err(RegisterError::NotThere));
    // A start that found nothing, before somebody thought of the backup, does not stand in the way.
    let settings = elsewhere(&bench, "second");
    drop(Register::open(elsewhere(&bench, "second"), bench.ledger()).unwrap());
    fill(&settings, &file).unwrap();
}

async fn an_old_backup_is_named_at_the_start(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    register.flush().await.unwrap();
    let old = save(&bench, "old");
    register.receive(&[lab("a", 50)], 1).unwrap();
    register.flush().await.unwrap();
    while register.next_number().unwrap() < 3 {
        bench.settled().await;
    }
    let new = save(&bench, "new");
    drop(register);
    let settings = elsewhere(&bench, "second");
    fill(&settings, &old).unwrap();
    let error = Register::open(settings, bench.ledger()).err().unwrap();
    assert!(
        matches!(error, RegisterError::DatabaseBehind { ledger: 2, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("newer"), "{error}");
    let settings = elsewhere(&bench, "third");
    fill(&settings, &new).unwrap();
    let register = Register::open(settings, bench.ledger()).unwrap();
    bench.settled().await;
    assert_eq!(orphans(&register), [0, 0, 0]);
}
