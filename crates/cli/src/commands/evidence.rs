//! `toend evidence …`: offline, for a court or for anybody.

use std::fmt::Write as _;
use std::path::Path;

use toend_client::evidence::{self, Conflict, EvidenceFile, Finding, Judgement, MAX_EVIDENCE};
use toend_client::{CardSource, HandedIn, network};
use toend_ledger::gateway::EvidenceOutcome;

use super::{client, print, print_json};
use crate::args::{Arguments, WRONG_USE};
use crate::failure::Failure;
use crate::output::authority;
use crate::texts::{self, Text, text};

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

/// Hands evidence to the gateways, and says what each answered.
pub async fn hand_in(arguments: &Arguments, path: &Path, json: bool) -> Result<u8, Failure> {
    let language = arguments.language();
    let bytes = bounded(path).map_err(|problem| Failure::file(path, &problem))?;
    let file = EvidenceFile::decode(&bytes)
        .map_err(|error| Failure::Plain(format!("{}: {error}", path.display()), WRONG_USE))?;
    let why = match &file.conflict {
        Conflict::Blocks { .. } => None,
        Conflict::Answers { .. } => Some(Text::NotForValidators),
        Conflict::Links { .. } => Some(Text::NotEvidence),
    };
    if let Some(why) = why {
        return Err(Failure::Plain(text(language, why).to_owned(), 1));
    }
    let client = client(arguments, CardSource::DemoOnly).await?;
    let answers = client.hand_in_evidence(file).await;
    let network = client.network().clone();
    client.shutdown().await;
    let answers = answers?;
    if json {
        let answers: Vec<_> = answers
            .iter()
            .map(|one| match &one.answer {
                Ok(is) => serde_json::json!({ "authority": one.authority, "is": is }),
                Err(error) => serde_json::json!({ "authority": one.authority, "error": error }),
            })
            .collect();
        print_json(&answers)?;
    } else {
        for one in &answers {
            let names = network.authority(&one.authority);
            let names = names.map(|entry| toend_client::network::names(&entry.names));
            let name = authority(language, &one.authority, names.as_ref());
            let said = match &one.answer {
                Ok(is) => text(language, answered(*is)).to_owned(),
                Err(error) => texts::error(language, error),
            };
            print(&format!("{name}: {said}\n"))?;
        }
    }
    Ok(outcome(&answers))
}

/// 0: it is in good hands; 1: everybody who answered refuses; 2: nobody answered, or somebody could not say yet.
fn outcome(answers: &[HandedIn]) -> u8 {
    let good = |is: &EvidenceOutcome| matches!(is, EvidenceOutcome::Taken | EvidenceOutcome::Known);
    if answers
        .iter()
        .any(|one| one.answer.as_ref().is_ok_and(good))
    {
        return 0;
    }
    let refused = !answers.is_empty() && answers.iter().all(|one| one.answer.is_ok());
    if refused { 1 } else { 2 }
}

const fn answered(is: EvidenceOutcome) -> Text {
    match is {
        EvidenceOutcome::Taken => Text::EvidenceTaken,
        EvidenceOutcome::Known => Text::EvidenceKnown,
        EvidenceOutcome::NotEvidence => Text::NotEvidence,
        EvidenceOutcome::TooOld => Text::EvidenceTooOld,
        EvidenceOutcome::OtherLedger => Text::EvidenceElsewhere,
        EvidenceOutcome::NotForValidators => Text::NotForValidators,
        EvidenceOutcome::NoEngine => Text::NoEngine,
    }
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

#[cfg(test)]
mod tests {
    use toend_client::dto::Blame;
    use toend_client::error::info;

    use super::*;

    #[test]
    fn one_gateway_that_took_it_is_enough_and_silence_is_no_refusal() {
        use EvidenceOutcome::{Known, NotEvidence, Taken, TooOld};
        let answer = |answer: Option<EvidenceOutcome>| HandedIn {
            authority: "health-house".to_owned(),
            answer: answer.ok_or_else(|| info("E20", Blame::Peer, true)),
        };
        let cases = [
            (vec![Some(NotEvidence), Some(Taken), None], 0),
            (vec![Some(Known)], 0),
            (vec![Some(NotEvidence), Some(TooOld)], 1),
            (vec![Some(NotEvidence), None], 2),
            (vec![], 2),
        ];
        for (given, expected) in cases {
            let answers: Vec<HandedIn> = given.into_iter().map(answer).collect();
            assert_eq!(outcome(&answers), expected, "{answers:?}");
        }
    }
}
