//! `toend file`: a document's commitment into the ledger, and the receipt with proof.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use toend_client::dto::{ErrorInfo, Language, Refusal, RegisterId};
use toend_client::receipt::{MAX_DOCUMENT, MAX_RECEIPT, Receipt, ReceiptFault};
use toend_client::{CardSource, Client, FilingStep};
use toend_ledger::network::NetworkFile;
use toend_ledger::state::FilingValue;

use super::{client, print, print_json, refusal};
use crate::args::{Arguments, WRONG_USE};
use crate::failure::Failure;
use crate::output::{line, status, value};
use crate::texts::{self, Text};

/// What is filed, and where its receipt lies.
struct Matter {
    document: Vec<u8>,
    register: RegisterId,
    receipt: Receipt,
    path: PathBuf,
}

/// Files a document, or goes on with one, or checks its receipt.
pub async fn run(
    arguments: &Arguments,
    document: &Path,
    register: RegisterId,
    receipt: Option<&Path>,
    json: bool,
) -> Result<u8, Failure> {
    let language = arguments.language();
    let bytes =
        bounded(document, MAX_DOCUMENT).map_err(|problem| Failure::file(document, &problem))?;
    let path = receipt.map_or_else(|| beside(document), Path::to_path_buf);
    let kept = match bounded(&path, MAX_RECEIPT as u64) {
        Ok(bytes) => Some(Receipt::decode(&bytes).map_err(|fault| wrong(language, &path, fault))?),
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => None,
        Err(problem) => return Err(Failure::file(&path, &problem)),
    };
    let client = client(arguments, CardSource::DemoOnly).await?;
    let network = client.network().clone();
    let receipt = match kept {
        Some(receipt) => receipt,
        None => Receipt::begin(&network, register, &bytes)?,
    };
    let matter = Matter {
        document: bytes,
        register,
        receipt,
        path,
    };
    let done = file(&client, &network, matter, language, json).await;
    for said in status::contradictions(language, &client.status()) {
        eprintln!("toend: {said}");
    }
    client.shutdown().await;
    done
}

async fn file(
    client: &Client,
    network: &NetworkFile,
    mut matter: Matter,
    language: Language,
    json: bool,
) -> Result<u8, Failure> {
    let commitment = matter
        .receipt
        .commitment(network, matter.register, &matter.document)
        .map_err(|fault| wrong(language, &matter.path, fault))?;
    if matter.receipt.sealed.is_none() {
        // Before anything is handed in: whoever is interrupted goes on with the same nonce.
        toend_client::write_file(&matter.path, &matter.receipt.encode()?).await?;
        let progress = |step: FilingStep| {
            if !json {
                eprintln!("{}", said(language, network, &step));
            }
        };
        match client.file(commitment, progress).await {
            Ok(receipt) => matter.receipt.seal(receipt),
            Err(error) => return Err(refused(language, error)),
        }
        toend_client::write_file(&matter.path, &matter.receipt.encode()?).await?;
    }
    let checked = client
        .check_receipt(&matter.receipt, matter.register, &matter.document)
        .await;
    let value = checked.map_err(|fault| wrong(language, &matter.path, fault))?;
    shown(language, &matter, &commitment, &value, json)?;
    Ok(0)
}

fn shown(
    language: Language,
    matter: &Matter,
    commitment: &[u8; 32],
    filed: &FilingValue,
    json: bool,
) -> Result<(), Failure> {
    if json {
        return print_json(&serde_json::json!({
            "commitment": hex::encode(commitment),
            "register": matter.register,
            "page": filed.at.height,
            "place": filed.place,
            "gateway": filed.gateway,
            "notBeforeMs": filed.at.time_ms,
            "receipt": matter.path,
        }));
    }
    let time_ms = i64::try_from(filed.at.time_ms).unwrap_or(i64::MAX);
    let sealed = [
        ("height", filed.at.height.to_string()),
        ("from", value::moment(language, time_ms)),
    ];
    let kept = [("file", matter.path.display().to_string())];
    print(&format!(
        "{}\n{}\n",
        line(language, Text::SealedAfter, sealed),
        line(language, Text::ReceiptKept, kept)
    ))
}

/// A step of the filing, in words.
fn said(language: Language, network: &NetworkFile, step: &FilingStep) -> String {
    let (text, authority) = match step {
        FilingStep::HandingIn { authority } => (Text::FilingHandedIn, authority),
        FilingStep::Taken { authority } => (Text::FilingTaken, authority),
        FilingStep::Elsewhere { authority } => (Text::FilingElsewhere, authority),
    };
    let entry = network.authority(authority);
    let names = entry.map(|entry| toend_client::network::names(&entry.names));
    let shown = crate::output::authority(language, authority, names.as_ref());
    line(language, text, [("name", shown)])
}

/// What the ledger refuses is explained by its number.
fn refused(language: Language, error: ErrorInfo) -> Failure {
    let number = error
        .params
        .get("number")
        .and_then(|text| text.parse().ok());
    match number {
        Some(number) if error.code == "E77" => {
            let words = refusal::words(Refusal::of(number), language);
            let text = format!("{}\n{}", texts::error(language, &error), words.trim_end());
            Failure::Plain(text, 1)
        }
        _ => error.into(),
    }
}

/// A receipt that is none, or not this document's.
fn wrong(language: Language, path: &Path, fault: ReceiptFault) -> Failure {
    let text = match fault {
        ReceiptFault::NotAReceipt => Text::NoReceipt,
        ReceiptFault::OtherNetwork | ReceiptFault::OtherDocument => Text::OtherReceipt,
        _ => Text::ReceiptFails,
    };
    let said = line(language, text, [("file", path.display().to_string())]);
    let code = if text == Text::ReceiptFails {
        1
    } else {
        WRONG_USE
    };
    Failure::Plain(format!("{said} ({fault})"), code)
}

fn beside(document: &Path) -> PathBuf {
    let mut name = document.as_os_str().to_owned();
    name.push(".receipt.json");
    PathBuf::from(name)
}

fn bounded(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?
        .take(most + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(std::io::Error::new(
            std::io::ErrorKind::FileTooLarge,
            format!("at most {most} bytes"),
        ));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use toend_client::dto::Blame;
    use toend_client::error::info;

    use super::*;

    #[test]
    fn every_refusal_is_explained_and_everything_else_is_said_as_ever() {
        for language in [Language::Et, Language::En, Language::Ru] {
            for refusal in Refusal::all() {
                let error =
                    info("E77", Blame::Peer, false).with("number", &refusal.code.to_string());
                let Failure::Plain(text, 1) = refused(language, error) else {
                    panic!("{refusal:?}");
                };
                let words = refusal::words(refusal, language);
                assert!(
                    text.contains("E77") && text.contains(words.trim_end()),
                    "{text}"
                );
            }
            let error = info("E78", Blame::Peer, true);
            assert!(
                matches!(refused(language, error.clone()), Failure::Known(known) if known == error)
            );
        }
    }

    #[test]
    fn steps_name_the_authority_and_a_newcomer_by_its_number() {
        let network = toend_client::network::demonstration();
        let known = network.authorities[1].clone();
        let step = FilingStep::Taken {
            authority: known.id.clone(),
        };
        assert!(said(Language::En, &network, &step).contains(&known.names.en));
        assert!(said(Language::Ru, &network, &step).contains(&known.names.ru));
        let step = FilingStep::HandingIn {
            authority: "authority-4".to_owned(),
        };
        assert!(said(Language::Et, &network, &step).contains("Asutus nr 4, liitunud otsusega"));
    }
}
