//! Memory, start, snapshots and disk of the application with 10^5, 10^6 and 10^7 entries in its state.

use std::path::Path;

use serde_json::{Value, json};

use crate::state::step;
use crate::{Failure, Options};

/// Entries.
const SIZES: [u64; 3] = [100_000, 1_000_000, 10_000_000];
/// From here on the state is put into the database at once.
const BULK: u64 = 10_000_000;

pub fn run(options: &Options) -> Result<Value, Failure> {
    println!(
        "\n== the application alone, filled through blocks of four batches, without an engine"
    );
    let sizes = if options.quick { &SIZES[..2] } else { &SIZES };
    let folder = tempfile::tempdir()?;
    let main = folder.path().join("main");
    let mut all = Vec::new();
    for entries in sizes {
        all.push(at(&main, folder.path(), *entries)?);
    }
    Ok(Value::Array(all))
}

fn at(main: &Path, folder: &Path, entries: u64) -> Result<Value, Failure> {
    let text = |path: &Path| path.display().to_string();
    let way = if entries < BULK { "load" } else { "bulk" };
    let loaded = step(&[way, &text(main), &entries.to_string()])?;
    let opened = step(&["open", &text(main)])?;
    let made = step(&["snapshot", &text(main)])?;
    let copy = folder.join("copy");
    let restored = step(&["restore", &text(main), &text(&copy)])?;
    std::fs::remove_dir_all(&copy)?;
    std::fs::remove_dir_all(main.join("snapshots"))?;
    let number = |value: &Value, name: &str| value[name].as_f64().unwrap_or(0.0);
    let entries = number(&loaded, "entries");
    println!(
        "{entries} entries: {:.0} MB resident ({:.0} bytes an entry), {:.0} entries/s filling ({:.0} MB resident then), database {:.0} bytes an entry",
        number(&opened, "resident_mb"),
        number(&opened, "resident_mb") * 1_048_576.0 / entries,
        number(&loaded, "entries_per_second_finalize_and_commit"),
        number(&loaded, "resident_mb"),
        number(&loaded, "database_bytes") / entries,
    );
    println!(
        "           start {:.2} s (peak {:.0} MB), snapshot made in {:.2} s ({:.0} MB), restored in {:.2} s (peak {:.0} MB)",
        number(&opened, "start_s"),
        number(&opened, "peak_mb"),
        number(&made, "create_s"),
        number(&made, "bytes") / 1_048_576.0,
        number(&restored, "restore_s"),
        number(&restored, "peak_mb"),
    );
    Ok(json!({ "load": loaded, "start": opened, "snapshot": made, "restore": restored }))
}
