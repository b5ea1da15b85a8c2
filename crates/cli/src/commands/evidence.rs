//! `toend evidence …`: offline, for a court or for anybody.

use std::fmt::Write as _;
use std::path::Path;

use toend_client::evidence::{self, Finding, Judgement, MAX_EVIDENCE};
use toend_client::{CardSource, network};

use super::{client, print, print_json};
use crate::args::{Arguments, WRONG_USE};
use crate::failure::Failure;

/// Judges an evidence file.
pub fn verify(arguments: &Arguments, file: &Path, json: bool) -> Result<u8, Failure> {
    let trusted = match &arguments.network {
        None => None,
        Some(path) => Some(network::decode(
            &std::fs::read(path).map_err(|problem| Failure::file(path, &problem))?,
        )?),
    };
    let bytes = bounded(file).map_err(|problem| Failure::file(file, &problem))?;
    let finding = evidence::verify(&bytes, trusted.as_ref())
        .map_err(|reason| Failure::Plain(format!("{}: {reason}", file.display()), WRONG_USE))?;
    if json {
        print_json(&finding)?;
    } else {
        print(&page(&finding))?;
    }
    Ok(match finding.judgement {
        Judgement::Proven => 0,
        Judgement::Refuted => 1,
        Judgement::CannotTell => 2,
    })
}

/// Saves what this computer keeps.
pub async fn save(arguments: &Arguments, gateway: Option<u16>, file: &Path) -> Result<u8, Failure> {
    let client = client(arguments, CardSource::DemoOnly).await?;
    let bytes = match gateway {
        Some(gateway) => client.gateway_evidence_file(gateway),
        None => client.evidence_file().await,
    };
    client.shutdown().await;
    toend_client::write_file(file, &bytes?).await?;
    Ok(0)
}

fn bounded(file: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(file)?
        .take(MAX_EVIDENCE as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// For experts and scripts: terms as they are, in one language.
fn page(finding: &Finding) -> String {
    let judgement = match finding.judgement {
        Judgement::Proven => "PROVEN",
        Judgement::Refuted => "REFUTED",
        Judgement::CannotTell => "CANNOT_TELL",
    };
    let mut out = format!("{judgement} {}\n", finding.reason);
    let mut line = |name: &str, value: &str| {
        // Writing to a string does not fail.
        let _ = writeln!(out, "  {name}: {value}");
    };
    line("chain", &finding.chain_id);
    line("network file", &finding.words.join(" "));
    line("height", &finding.height.to_string());
    for hash in &finding.hashes {
        line("header", hash);
    }
    if !finding.double_signers.is_empty() {
        line(
            "signed both in one round",
            &finding.double_signers.join(", "),
        );
    }
    out
}
