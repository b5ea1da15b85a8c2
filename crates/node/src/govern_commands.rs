//! The commands by which authorities decide together: draft, sign, merge, show, submit.

mod change;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use toend_ledger::genesis::{Genesis, MAX_GENESIS};
use toend_ledger::list::pop_alpha;
use toend_ledger::state::Reg;
use toend_ledger::vrf;
use toend_node::authority::keys;
use toend_node::comet::rpc::CometRpc;
use toend_node::govern::{Book, Decision, key_in_words, says};

pub use self::change::Change;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Where the ledger is asked.
#[derive(Debug, Args)]
pub struct Ledger {
    /// The network's genesis file.
    #[arg(long, value_name = "FILE")]
    genesis: PathBuf,
    /// RPC of this authority's own CometBFT.
    #[arg(long, default_value = "http://127.0.0.1:26657", value_name = "URL")]
    rpc: String,
}

#[derive(Debug, Subcommand)]
pub enum GovernCommand {
    /// Drafts a decision: asks the own node what stands now, and writes a file for all to sign.
    Draft {
        #[command(flatten)]
        ledger: Ledger,
        /// File to write.
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
        #[command(subcommand)]
        change: Change,
    },
    /// Signs a decision with a governance key; needs no network.
    Sign {
        /// The decision.
        #[arg(value_name = "FILE")]
        decision: PathBuf,
        /// Number of the authority.
        #[arg(long, value_name = "N")]
        authority: u16,
        /// Its governance key.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// File to write.
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Brings the signatures of several files together.
    Merge {
        /// File to write.
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
        /// The same decision, signed by different authorities.
        #[arg(required = true, value_name = "FILE")]
        decisions: Vec<PathBuf>,
    },
    /// Shows what a decision says; with a ledger to ask, also what stands now and whose signatures hold.
    Show {
        /// The decision.
        #[arg(value_name = "FILE")]
        decision: PathBuf,
        /// The network's genesis file.
        #[arg(long, requires = "rpc", value_name = "FILE")]
        genesis: Option<PathBuf>,
        /// RPC of this authority's own CometBFT.
        #[arg(long, requires = "genesis", value_name = "URL")]
        rpc: Option<String>,
    },
    /// Hands a decision in and waits until it stands in a block.
    Submit {
        /// The decision.
        #[arg(value_name = "FILE")]
        decision: PathBuf,
        #[command(flatten)]
        ledger: Ledger,
    },
}

/// Runs a command to its end.
pub fn run(command: GovernCommand) -> Outcome {
    match command {
        GovernCommand::Draft {
            ledger,
            output,
            change,
        } => draft(&ledger, &output, change),
        GovernCommand::Sign {
            decision,
            authority,
            key,
            output,
        } => sign(&decision, authority, &key, &output),
        GovernCommand::Merge { output, decisions } => merge(&output, &decisions),
        GovernCommand::Show {
            decision,
            genesis,
            rpc,
        } => {
            let ledger = genesis.zip(rpc);
            show(
                &decision,
                ledger
                    .map(|(genesis, rpc)| Ledger { genesis, rpc })
                    .as_ref(),
            )
        }
        GovernCommand::Submit { decision, ledger } => submit(&decision, &ledger),
    }
}

impl Ledger {
    fn open(&self) -> Result<Book, Box<dyn std::error::Error>> {
        let (genesis, net) = read_genesis(&self.genesis)?;
        let rpc = CometRpc::new(&self.rpc)
            .ok_or("an RPC address of the form http://HOST:PORT is expected")?;
        Ok(Book::open(rpc, genesis, net)?)
    }
}

/// Reads a genesis file and its hash.
pub fn read_genesis(
    path: &Path,
) -> Result<(Genesis, toend_ledger::hash::Hash), Box<dyn std::error::Error>> {
    let named = |error: String| format!("{}: {error}", path.display());
    let size = std::fs::metadata(path)
        .map_err(|error| named(error.to_string()))?
        .len();
    if size > MAX_GENESIS as u64 {
        return Err(named(format!("at most {MAX_GENESIS} bytes are read")).into());
    }
    let bytes = std::fs::read(path).map_err(|error| named(error.to_string()))?;
    Ok(Genesis::parse(&bytes).map_err(|error| named(error.to_string()))?)
}

fn draft(ledger: &Ledger, output: &Path, change: Change) -> Outcome {
    let book = ledger.open()?;
    let action = change.action(&book)?;
    action
        .verify_possession(&book.net())
        .map_err(|_| "the proof of possession does not fit this network, register and epoch")?;
    let decision = Decision {
        chain_id: book.chain_id().to_owned(),
        net: book.net(),
        before: book.before(&action)?,
        action,
        signatures: std::collections::BTreeMap::new(),
    };
    decision.write(output)?;
    print(&decision);
    Ok(())
}

fn sign(decision: &Path, authority: u16, key: &Path, output: &Path) -> Outcome {
    let mut signed = Decision::read(decision)?;
    let secret = keys::read(key).map_err(|what| format!("{}: {what}", key.display()))?;
    signed.sign(authority, &secret)?;
    signed.write(output)?;
    print(&signed);
    let key = ed25519_dalek::SigningKey::from_bytes(&secret).verifying_key();
    println!("signed for authority {authority}");
    println!(
        "with the key {}; whether it is that authority's, the ledger says (`govern show`)",
        key_in_words(&key.to_bytes())
    );
    Ok(())
}

fn merge(output: &Path, decisions: &[PathBuf]) -> Outcome {
    let mut merged: Option<Decision> = None;
    for path in decisions {
        let one = Decision::read(path)?;
        match &mut merged {
            None => merged = Some(one),
            Some(merged) => merged.merge(&one, path)?,
        }
    }
    let merged = merged.ok_or("no decision is named")?;
    merged.write(output)?;
    println!(
        "signatures of authorities {}",
        numbers(merged.signatures.keys())
    );
    Ok(())
}

fn show(decision: &Path, ledger: Option<&Ledger>) -> Outcome {
    let decision = Decision::read(decision)?;
    print(&decision);
    let Some(ledger) = ledger else {
        println!(
            "signatures of authorities {}",
            numbers(decision.signatures.keys())
        );
        println!(
            "not checked: name the genesis file and an RPC address to compare with the ledger"
        );
        return Ok(());
    };
    let book = ledger.open()?;
    if book.net() != decision.net {
        return Err("the decision is about another network".into());
    }
    println!("the ledger says now:");
    for line in book.before(&decision.action)? {
        println!("  {line}");
    }
    let keys = book.governance_keys()?;
    for (authority, holds) in decision.holds(&keys) {
        let word = if holds { "holds" } else { "does not hold" };
        println!("signature of authority {authority} {word}");
    }
    println!("{}", standing(&decision, &keys));
    Ok(())
}

fn submit(decision: &Path, ledger: &Ledger) -> Outcome {
    let decision = Decision::read(decision)?;
    let book = ledger.open()?;
    if book.net() != decision.net {
        return Err("the decision is about another network".into());
    }
    let keys = book.governance_keys()?;
    let good: Vec<u16> = decision
        .holds(&keys)
        .into_iter()
        .filter_map(|(authority, holds)| holds.then_some(authority))
        .collect();
    if 3 * good.len() <= 2 * keys.len() {
        return Err(standing(&decision, &keys).into());
    }
    let height = book.submit(&decision.transaction(&good)?)?;
    println!("decided in block {height}");
    Ok(())
}

/// How many signatures there are, and how many there must be.
fn standing(decision: &Decision, keys: &std::collections::BTreeMap<u16, [u8; 32]>) -> String {
    let holds = decision.holds(keys);
    let good = holds.values().filter(|holds| **holds).count();
    let standing = format!(
        "{good} of {} authorities signed; {} must",
        keys.len(),
        2 * keys.len() / 3 + 1
    );
    let bad: Vec<&u16> = (holds.iter())
        .filter_map(|(authority, holds)| (!holds).then_some(authority))
        .collect();
    if bad.is_empty() {
        return standing;
    }
    let bad = numbers(bad.into_iter());
    format!(
        "{standing}; what stands for authority {bad} was signed with another key than its governance key"
    )
}

fn numbers<'a>(all: impl Iterator<Item = &'a u16>) -> String {
    let all: Vec<String> = all.map(u16::to_string).collect();
    if all.is_empty() {
        "none".to_owned()
    } else {
        all.join(", ")
    }
}

fn print(decision: &Decision) {
    println!("network {}", decision.chain_id);
    println!("before:");
    for line in &decision.before {
        println!("  {line}");
    }
    println!("decides:");
    for line in says(&decision.action) {
        println!("  {line}");
    }
}

/// Draws a key and shows its public half.
pub fn new_key(output: &Path) -> Outcome {
    let secret = keys::fresh()?;
    keys::write(output, &secret)?;
    let key = ed25519_dalek::SigningKey::from_bytes(&secret).verifying_key();
    println!("key {}", hex::encode(key.to_bytes()));
    Ok(())
}

/// Draws a register's VRF key for an epoch and shows its public half with the proof of its possession.
pub fn new_epoch(genesis: &Path, register: u16, epoch: u16, output: &Path) -> Outcome {
    let (_, net) = read_genesis(genesis)?;
    let alpha = pop_alpha(&net, Reg(register), epoch);
    loop {
        let drawn = keys::fresh()?;
        let secret = vrf::SecretKey::from_bytes(*drawn);
        // Some keys cannot prove their possession for a given input; such a one is drawn again.
        if let Ok(possession) = secret.prove(&alpha) {
            keys::write(output, &drawn)?;
            println!("key {}", hex::encode(secret.public().as_bytes()));
            println!("possession {}", hex::encode(possession.as_bytes()));
            return Ok(());
        }
    }
}
