//! How fast a node follows that was away for many blocks: with our application, and with CometBFT's own `kvstore` on disk.
//!
//! The blocks are real and were decided by validators, only faster than they would be: one validator is given more than two
//! thirds of the power by a transaction, so that nobody waits for the one that is away, and leaves a millisecond between
//! blocks. Two of the four run meanwhile; two follow from nothing but the network while a fourth node is timed.

use std::io::Write as _;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use toend_ledger::tx::{Action, Governance, Tx};
use toend_node::comet::rpc::CometRpc;

use crate::abci::Share;
use crate::batched::growth;
use crate::chain::{Chain, Kind, NODES};
use crate::figures::tenths;
use crate::load::{self, Shape};
use crate::{Failure, Options, singles};

/// Blocks that the node misses.
const AWAY: u64 = 10_000;
const AWAY_QUICK: u64 = 500;
/// Validators that make the blocks: the strong one, and one more, without which CometBFT would not begin.
const PRESENT: u16 = 2;
/// The node that is away.
const ABSENT: u16 = 3;
/// Stretches of the way whose rate is told by itself.
const PARTS: u64 = 10;
/// Power of the strong validator, beside 10 of each of the others.
const STRONG: u64 = 10_000;
/// Transactions a second while the blocks are made.
const RATE: f64 = 100.0;

pub fn run(options: &Options) -> Result<Value, Failure> {
    let usual = if options.quick { AWAY_QUICK } else { AWAY };
    let away = options.away.unwrap_or(usual);
    println!("\n== a node that was away for {away} blocks");
    let mut all = serde_json::Map::new();
    for kind in [Kind::Toend, Kind::KvstoreOnDisk] {
        all.insert(kind.name().to_owned(), once(kind, away)?);
    }
    Ok(Value::Object(all))
}

fn once(kind: Kind, away: u64) -> Result<Value, Failure> {
    let mut chain = Chain::make(kind, Duration::from_millis(200))?;
    chain.launch_all()?;
    strengthen(&chain)?;
    let from = chain.height(0);
    chain.end_all()?;
    for node in 0..NODES {
        chain.set(node, "timeout_commit", "\"1ms\"")?;
        chain.set(node, "timeout_propose", "\"150ms\"")?;
    }
    for node in 0..PRESENT {
        chain.launch(node)?;
    }
    chain.wait_for(0, from + 1)?;
    let began = Instant::now();
    let txs = make_blocks(&chain, from + away)?;
    let made = began.elapsed();
    let until = chain.height(0);
    let missed = until.saturating_sub(from);
    println!(
        "{:16}{missed} blocks with {txs} transactions made in {:.0} s",
        kind.name(),
        made.as_secs_f64()
    );
    // The others go on at the usual pace, as they would.
    chain.end_all()?;
    println!("           bytes on one authority's disk for each of {until} blocks:");
    let disk = growth(&chain, until);
    for node in 0..NODES {
        chain.set(node, "timeout_commit", "\"1000ms\"")?;
        chain.set(node, "timeout_propose", "\"1s\"")?;
    }
    for node in 0..PRESENT {
        chain.launch(node)?;
    }
    chain.wait_for(0, until + 3)?;
    let began = Instant::now();
    chain.launch(ABSENT)?;
    chain.wait_for(ABSENT, from + 1)?;
    let share = Share::begin_at(&chain, ABSENT);
    let (first, at) = (began.elapsed(), chain.height(ABSENT));
    let slowest = follow(&chain, until)?;
    let whole = began.elapsed();
    let share = share.end(&chain);
    let rate = until.saturating_sub(at) as f64 / whole.saturating_sub(first).as_secs_f64();
    println!(
        "{:16}{missed} blocks fetched in {:.1} s, {:.1} s of them before the first: {rate:.0} blocks/s",
        kind.name(),
        whole.as_secs_f64(),
        first.as_secs_f64()
    );
    share.print();
    Ok(json!({
        "blocks": missed,
        "transactions": txs,
        "made_in_s": tenths(made.as_secs_f64()),
        "caught_up_in_s": tenths(whole.as_secs_f64()),
        "before_the_first_block_s": tenths(first.as_secs_f64()),
        "blocks_per_second": rate.round(),
        "blocks_per_second_in_the_slowest_tenth": slowest.round(),
        "abci": share.json(),
        "disk_bytes_per_block": disk,
    }))
}

/// Waits until the node that was away has all blocks, and tells the rate of each tenth of them; the slowest.
fn follow(chain: &Chain, until: u64) -> Result<f64, Failure> {
    let from = chain.height(ABSENT);
    let (mut at, mut since, mut slowest) = (from, Instant::now(), f64::INFINITY);
    print!("           blocks/s by tenths:");
    for part in 1..=PARTS {
        chain.wait_for(ABSENT, from + until.saturating_sub(from) * part / PARTS)?;
        let now = chain.height(ABSENT);
        let rate = now.saturating_sub(at) as f64 / since.elapsed().as_secs_f64();
        print!(" {rate:.0}");
        std::io::stdout().flush()?;
        (at, since, slowest) = (now, Instant::now(), slowest.min(rate));
    }
    println!();
    Ok(slowest)
}

/// Gives the first validator far more than two thirds of the power, and waits until that holds. The rules let one block
/// change a third of all power at most, so that it takes several.
fn strengthen(chain: &Chain) -> Result<(), Failure> {
    let rpc = CometRpc::new(&format!("http://127.0.0.1:{}", chain.rpc_port(0)))
        .ok_or("the node has no address")?;
    let mut power = 10;
    for serial in 1.. {
        power = STRONG.min(power + (power + 10 * u64::from(NODES - 1)) / 4);
        let answer = rpc.broadcast(&decision(chain, serial, power)?)?;
        if answer.code != 0 {
            return Err(format!("the validator's power was refused: {}", answer.log).into());
        }
        await_power(chain, &rpc, power)?;
        if power == STRONG {
            return Ok(());
        }
    }
    Ok(())
}

/// The transaction that gives the first validator this power.
fn decision(chain: &Chain, serial: u32, power: u64) -> Result<Vec<u8>, Failure> {
    let path = chain
        .node(0)
        .join("cometbft/config/priv_validator_key.json");
    let file: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    let encoded = file["pub_key"]["value"]
        .as_str()
        .ok_or("the validator's key cannot be read")?;
    if chain.kind() != Kind::Toend {
        return Ok(format!("val=ed25519!{encoded}!{power}").into_bytes());
    }
    let pub_key = <[u8; 32]>::try_from(STANDARD.decode(encoded)?)
        .map_err(|_| "the validator's key has another length")?;
    let action = Action::Validator {
        authority: 0,
        serial,
        pub_key,
        power,
    };
    let keys: Vec<_> = (0..3)
        .map(|node| Ok((node, chain.key(node, "governance")?)))
        .collect::<Result<_, Failure>>()?;
    let keys: Vec<_> = keys.iter().map(|(node, key)| (*node, key)).collect();
    Ok(Tx::Governance(Governance::signed(chain.net()?, action, &keys)?).encode())
}

fn await_power(chain: &Chain, rpc: &CometRpc, power: u64) -> Result<(), Failure> {
    for _ in 0..50 {
        let height = chain.height(0);
        chain.wait_for(0, height + 1)?;
        let set = rpc.validators(height + 1)?;
        if set.validators().iter().any(|one| one.power == power) {
            return Ok(());
        }
    }
    Err("the validator's power never came into force".into())
}

/// Lets the others make blocks under a light load, up to a height. How many transactions they held.
fn make_blocks(chain: &Chain, until: u64) -> Result<usize, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let mut txs = 0;
    let mut said = Instant::now();
    loop {
        let height = chain.height(0);
        if height >= until {
            return Ok(txs);
        }
        if said.elapsed() > Duration::from_secs(30) {
            println!("           {} blocks to go", until - height);
            said = Instant::now();
        }
        let shape = Shape {
            connections: 1,
            in_flight: 64,
            rate: Some(RATE * f64::from(NODES) / f64::from(PRESENT)),
            warm_up: Duration::ZERO,
            time: Duration::from_secs(5),
        };
        let mut sources = singles::sources_from(chain, txs as u64, 1000)?;
        sources.truncate(usize::from(PRESENT));
        let outcome = runtime.block_on(load::run(chain, sources, shape))?;
        txs += outcome.blocks.iter().map(|block| block.txs).sum::<usize>();
    }
}
