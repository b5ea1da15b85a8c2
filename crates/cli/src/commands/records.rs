//! `toend records`.

use serde::Serialize;
use toend_client::Client;
use toend_client::dto::{LedgerStatus, RecordList, RegisterId, Session, Verdict};

use super::{print, print_json, sign_in};
use crate::args::{Arguments, CardArgs};
use crate::failure::Failure;
use crate::output::list;

#[derive(Serialize)]
struct Printed {
    demonstration: bool,
    ledger: LedgerStatus,
    lists: Vec<RecordList>,
}

/// Lists records.
pub async fn run(
    arguments: &Arguments,
    register: Option<RegisterId>,
    json: bool,
    card: &CardArgs,
) -> Result<u8, Failure> {
    let (client, session) = sign_in::run(arguments, card).await?;
    let lists = lists(&client, &session, register).await;
    let status = client.status();
    client.shutdown().await;
    let lists = lists?;
    let worst = lists.iter().map(severity).max().unwrap_or(Severity::Fine);
    if json {
        print_json(&Printed {
            demonstration: status.demonstration,
            ledger: status.ledger,
            lists,
        })?;
    } else {
        print(&list::page(arguments.language(), &status, &session, &lists))?;
    }
    Ok(match worst {
        Severity::Fine => 0,
        Severity::Unsure => 2,
        Severity::Alarm => 1,
    })
}

async fn lists(
    client: &Client,
    session: &Session,
    register: Option<RegisterId>,
) -> Result<Vec<RecordList>, Failure> {
    let mut lists = Vec::new();
    for id in RegisterId::ALL
        .into_iter()
        .filter(|id| register.is_none_or(|register| register == *id))
    {
        lists.push(client.list(id, None).await?);
        if id == RegisterId::Business {
            for company in session
                .subjects
                .iter()
                .filter(|subject| subject.kind == "company")
            {
                lists.push(client.list(id, Some(company.clone())).await?);
            }
        }
    }
    Ok(lists)
}

/// How bad it is. An alarm outweighs what cannot be checked: it must not be missed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Severity {
    Fine,
    Unsure,
    Alarm,
}

fn severity(list: &RecordList) -> Severity {
    let alarm = |verdict: Verdict| {
        matches!(
            verdict,
            Verdict::Altered | Verdict::Withheld | Verdict::OldVersion
        )
    };
    let codes = ["E31", "E32", "E33", "E36"];
    if list.rows.iter().any(|row| alarm(row.verdict.verdict))
        || list
            .problems
            .iter()
            .any(|problem| codes.contains(&problem.code.as_str()))
    {
        return Severity::Alarm;
    }
    let unsure = list
        .rows
        .iter()
        .any(|row| row.verdict.verdict == Verdict::CannotCheck);
    if unsure || !list.problems.is_empty() || list.ledger_count.is_none() {
        Severity::Unsure
    } else {
        Severity::Fine
    }
}
