//! `toend sync`.

use std::io::IsTerminal as _;
use std::time::Duration;

use toend_client::CardSource;
use toend_client::dto::{LedgerState, Status, SyncPhase};

use super::{client, print, print_json};
use crate::args::Arguments;
use crate::failure::Failure;
use crate::output::status;

/// How long synchronising may take without any progress.
const PATIENCE: Duration = Duration::from_secs(30);
const STEP: Duration = Duration::from_millis(100);

/// Follows the ledger until history is complete.
pub async fn run(arguments: &Arguments, json: bool) -> Result<u8, Failure> {
    let client = client(arguments, CardSource::DemoOnly).await?;
    let ready = client.ready().await;
    let (mut idle, mut last) = (Duration::ZERO, 0);
    let noisy = !json && std::io::stderr().is_terminal();
    while ready.is_ok() && idle < PATIENCE {
        let now = client.status();
        if noisy {
            eprint!("\r{}", status::progress(arguments.language(), &now));
        }
        if is_settled(&now) {
            break;
        }
        idle = if now.sync.done > last {
            Duration::ZERO
        } else {
            idle + STEP
        };
        last = last.max(now.sync.done);
        tokio::time::sleep(STEP).await;
    }
    if noisy {
        eprintln!();
    }
    let end = client.status();
    client.shutdown().await;
    ready?;
    if json {
        print_json(
            &serde_json::json!({ "ledger": end.ledger, "sync": end.sync, "authorities": end.authorities, "joined": end.joined, "contradictions": end.contradictions }),
        )?;
    } else {
        print(&status::page(arguments.language(), &end))?;
    }
    Ok(match end.ledger.state {
        LedgerState::UpToDate => 0,
        LedgerState::Split | LedgerState::Attacked => 1,
        _ => 2,
    })
}

/// Nothing left to do, and another authority confirmed the newest page.
fn is_settled(status: &Status) -> bool {
    match status.ledger.state {
        LedgerState::Split | LedgerState::Attacked | LedgerState::Expired => true,
        LedgerState::UpToDate => {
            status.sync.phase == SyncPhase::Done && !status.ledger.cross_checked.is_empty()
        }
        _ => false,
    }
}
