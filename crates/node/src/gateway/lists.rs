//! Lists: a person's own, and the public ones of companies.
//!
//! Every "no" is one and the same answer, and is given after the same reads in the same order: not even the time it takes
//! says whether somebody is known.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use toend_ledger::gateway::Signed;
use toend_ledger::list::Class;
use toend_ledger::subject::Subject;

use super::answer::{Moment, request_bytes, sign};
use super::login::signed_in;
use super::{Failure, Gateway, blocking};

/// Query of a private list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Private {
    class: u8,
    nonce: String,
}

/// Query of a public list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Public {
    nonce: String,
}

/// The client's own random value, so that no answer can be an old one: 16 to 128 characters of base64url or hex.
fn check_nonce(nonce: &str) -> Result<(), Failure> {
    let fits = (16..=128).contains(&nonce.len())
        && nonce
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if fits {
        Ok(())
    } else {
        Err(Failure::BadRequest)
    }
}

/// `GET /v1/registers/{reg}/list?class=C&nonce=X`: the list of whoever is signed in, and of nobody else.
pub(super) async fn private(
    State(gateway): State<Arc<Gateway>>,
    reg: Result<Path<u16>, PathRejection>,
    query: Result<Query<Private>, QueryRejection>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Signed>, Failure> {
    let subject = signed_in(&gateway, &headers)?;
    let (Ok(Path(reg)), Ok(Query(query))) = (reg, query) else {
        return Err(Failure::BadRequest);
    };
    check_nonce(&query.nonce)?;
    let class = Class::from_byte(query.class).ok_or(Failure::BadRequest)?;
    let request = request_bytes(&uri, Some(&subject));
    blocking(move || {
        let moment = Moment::now(gateway.settings.ledger.as_ref())?;
        let Ok(house) = gateway.house(reg) else {
            if let Some(own) = &gateway.settings.house {
                own.register.refuse_list(&subject, moment.height)?;
            }
            return Err(Failure::NotAvailable);
        };
        let answer = house
            .register
            .list_answer(&subject, class, moment.height)?
            .ok_or(Failure::NotAvailable)?;
        sign(house, &moment, &request, &answer)
    })
    .await
}

/// `GET /v1/registers/{reg}/public/{kind}/{country}/{code}?nonce=X`. An unknown company, a malformed code, a person and
/// another authority's register get one and the same answer.
pub(super) async fn public(
    State(gateway): State<Arc<Gateway>>,
    path: Result<Path<(u16, String, String, String)>, PathRejection>,
    query: Result<Query<Public>, QueryRejection>,
    OriginalUri(uri): OriginalUri,
) -> Result<Json<Signed>, Failure> {
    let (Ok(Path((reg, kind, country, code))), Ok(Query(query))) = (path, query) else {
        return Err(Failure::BadRequest);
    };
    check_nonce(&query.nonce)?;
    let request = request_bytes(&uri, None);
    blocking(move || {
        let moment = Moment::now(gateway.settings.ledger.as_ref())?;
        let company = Subject::company(&country, &code).ok();
        let subject = company.filter(|_| kind == "company");
        let (Ok(house), Some(subject)) = (gateway.house(reg), subject) else {
            if let Some(own) = &gateway.settings.house {
                own.register.refuse_public(moment.height)?;
            }
            return Err(Failure::NotAvailable);
        };
        let answer = house
            .register
            .public_answer(&subject, moment.height)?
            .ok_or(Failure::NotAvailable)?;
        sign(house, &moment, &request, &answer)
    })
    .await
}
