//! `toend show`.

use serde::Serialize;
use toend_client::dto::{ProofView, RecordView, Verdict};

use super::{print, print_json, sign_in};
use crate::args::{Arguments, CardArgs};
use crate::failure::Failure;
use crate::output::record;

#[derive(Serialize)]
struct Printed {
    record: RecordView,
    proof: Option<ProofView>,
}

/// Shows a record and why it can be trusted.
pub async fn run(
    arguments: &Arguments,
    id: &str,
    json: bool,
    card: &CardArgs,
) -> Result<u8, Failure> {
    let (client, _) = sign_in::run(arguments, card).await?;
    let answers = match client.record(id).await {
        Ok(view) if view.row.n == 0 => Ok((view, None)),
        Ok(view) => client.proof(id).await.map(|proof| (view, Some(proof))),
        Err(error) => Err(error),
    };
    let status = client.status();
    client.shutdown().await;
    let (view, proof) = answers?;
    let code = match view.row.verdict.verdict {
        Verdict::Proven | Verdict::NotYetSealed => 0,
        Verdict::CannotCheck => 2,
        Verdict::Altered | Verdict::Withheld | Verdict::OldVersion => 1,
    };
    if json {
        print_json(&Printed {
            record: view,
            proof,
        })?;
    } else {
        print(&record::page(
            arguments.language(),
            &status,
            &view,
            proof.as_ref(),
        ))?;
    }
    Ok(code)
}
