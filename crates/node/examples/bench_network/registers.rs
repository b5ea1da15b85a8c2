//! Entries sealed by the authorities' own registers: imported while nothing runs, sealed once the network does.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, UNIX_EPOCH};

use serde_json::{Value, json};
use toend_ledger::state::Reg;
use toend_ledger::tx::{Op, Tx};
use toend_node::authority::Config;
use toend_node::comet::rpc::CometRpc;
use toend_node::demo::invented_person;
use toend_node::import::records::Form;
use toend_node::import::{self, Options as Import};
use toend_node::testnet::CONFIG;

use crate::chain::{Chain, Kind};
use crate::figures::tenths;
use crate::{Failure, Options};

/// Whom the entries are about. So few that the first batch opens everybody's list.
const PEOPLE: u64 = 2_000;
/// How long the network may take to seal everything.
const PATIENCE: Duration = Duration::from_secs(300);
/// Kinds of entries without heads, by authority: the health register and the tax register.
const KINDS: [(&str, &str); 2] = [("lab", "title"), ("tsd", "period")];

pub fn run(options: &Options) -> Result<Value, Failure> {
    println!("\n== entries sealed by the authorities' own registers, 4 validators");
    let lines = if options.quick { 50_000 } else { 100_000 };
    let mut all = Vec::new();
    for keepers in [1, 2] {
        all.push(once(
            options,
            lines,
            KINDS.get(..keepers).unwrap_or(&KINDS),
        )?);
    }
    Ok(json!({ "lines_each": lines, "runs": all }))
}

/// What a register has sealed, as the blocks tell.
#[derive(Clone, Copy, Default)]
struct Sealed {
    entries: u64,
    batches: u64,
    /// Most batches in one block.
    most: u64,
    /// Blocks from the first with one to the last.
    blocks: u64,
    /// Time of the block before its first batch of the import, and of the last with one.
    from_ms: u64,
    to_ms: u64,
}

fn once(options: &Options, lines: u64, kinds: &[(&str, &str)]) -> Result<Value, Failure> {
    let mut chain = Chain::with_registers(Kind::Toend, options.block)?;
    let began = Instant::now();
    for (node, (schema, column)) in (0..).zip(kinds) {
        take_in(&chain.node(node).join(CONFIG), lines, schema, column)?;
    }
    let taken_in = (lines * kinds.len() as u64) as f64 / began.elapsed().as_secs_f64();
    chain.launch_all()?;
    let sealed = watch(&chain, lines, kinds.len())?;
    chain.end_all()?;
    let first = sealed.iter().map(|one| one.from_ms).min().unwrap_or(0);
    let last = sealed.iter().map(|one| one.to_ms).max().unwrap_or(0);
    let rate = |entries: u64, from: u64, to: u64| {
        entries as f64 * 1000.0 / to.saturating_sub(from).max(1) as f64
    };
    let together = rate(lines * kinds.len() as u64, first, last);
    println!(
        "{} registers: imported at {taken_in:.0} entries/s, sealed at {together:.0} entries/s",
        kinds.len()
    );
    let mut each = Vec::new();
    for one in &sealed {
        let alone = rate(lines, one.from_ms, one.to_ms);
        println!(
            "           a register: {alone:.0} entries/s in {} batches and {} blocks, at most {} in one",
            one.batches, one.blocks, one.most
        );
        each.push(json!({
            "entries_per_second": tenths(alone),
            "batches": one.batches,
            "blocks": one.blocks,
            "most_batches_in_a_block": one.most,
        }));
    }
    Ok(json!({
        "registers": kinds.len(),
        "imported_per_second": tenths(taken_in),
        "sealed_per_second": tenths(together),
        "each": each,
    }))
}

/// Imports invented entries into an authority's register.
fn take_in(config: &Path, lines: u64, schema: &str, column: &str) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let input = folder.path().join("entries.csv");
    let mut out = BufWriter::new(File::create(&input)?);
    writeln!(out, "subject.code,record.key,record.version,{column}")?;
    for i in 0..lines {
        let person = invented_person(i % PEOPLE);
        writeln!(out, "{},D-{i},1,2024-{:02}", person.code(), i % 12 + 1)?;
    }
    out.into_inner()?.sync_all()?;
    let options = Import {
        schema: schema.to_owned(),
        input,
        form: Form::Csv(b','),
        mapping: None,
        rejects: None,
        lines: 4096,
        most_rejects: 0,
        rehearse: false,
        set_aside: false,
        now_ms: u64::try_from(UNIX_EPOCH.elapsed()?.as_millis())?,
    };
    let config = Config::read(config)?;
    import::run(&config, &options, &AtomicBool::new(false), &mut |_| {})?;
    Ok(())
}

/// Reads the blocks until each register has sealed so many entries.
fn watch(chain: &Chain, lines: u64, registers: usize) -> Result<Vec<Sealed>, Failure> {
    let rpc = CometRpc::new(&format!("http://127.0.0.1:{}", chain.rpc_port(0)))
        .ok_or("the node has no address")?;
    let (began, mut height, mut before) = (Instant::now(), 1, 0);
    let mut sealed = vec![Sealed::default(); registers];
    while sealed.iter().any(|one| one.entries < lines) {
        if began.elapsed() > PATIENCE {
            return Err("the registers do not seal what they have".into());
        }
        if chain.height(0) < height {
            std::thread::sleep(Duration::from_millis(20));
            continue;
        }
        let time = rpc.commit(height)?.header.time;
        let time_ms = time.millis();
        let txs = rpc.block_txs(height)?;
        for (one, reg) in sealed.iter_mut().zip(1..) {
            if one.entries >= lines {
                continue;
            }
            let mut here = 0;
            for tx in &txs {
                if let Ok(Tx::Batch(batch)) = Tx::decode(tx)
                    && batch.reg == Reg(reg)
                {
                    let entry = |op: &&Op| matches!(op, Op::Entry { .. });
                    one.entries += batch.ops().iter().filter(entry).count() as u64;
                    here += 1;
                }
            }
            if here > 0 && one.batches == 0 {
                one.from_ms = before;
            }
            if here > 0 || one.batches > 0 {
                one.blocks += 1;
            }
            if here > 0 {
                one.to_ms = time_ms;
            }
            one.batches += here;
            one.most = one.most.max(here);
        }
        (before, height) = (time_ms, height + 1);
    }
    Ok(sealed)
}
