//! The judge of proof files. Offline: it needs no network, no card and no saved data, only a network file it trusts.
//!
//! It answers four questions apart (unaltered? issued by whom? current as of? meant for me?), each yes, no or cannot tell. The
//! readable page in the file is never shown: it is remade from the proof and compared.

mod foreign;
mod reading;
mod report;
mod right;
#[cfg(test)]
mod tests;

use toend_id_card::Certificate;
use toend_ledger::cometbft::{LightBlock, SignedHeader};
use toend_ledger::hash::Hash;
use toend_ledger::network::NetworkFile;
use toend_ledger::proof_file::{
    Context, Facts, ProofDocument, ProofFile, Signers, Standing, Statement, StatementError,
};
use toend_light_client::Options;
use toend_light_client::trusted::{TrustError, TrustedBlock};
use toend_light_client::verify::signers;

use self::report::Judgement;
use self::right::RightFound;
use crate::dto::{AnswerKind, FileReport};
use crate::network::listed_set;

/// Judges the bytes of a file at the time `now_ms`.
pub fn check(bytes: &[u8], network: &NetworkFile, now_ms: u64) -> FileReport {
    let mut judgement = Judgement::new(bytes.len());
    match ProofFile::read(bytes) {
        Err(error) => reading::refused(&mut judgement, &error, bytes),
        Ok(file) => judge(&mut judgement, &file.document, network, now_ms),
    }
    judgement.finish()
}

/// How the file's header came to be trusted.
enum Footing {
    /// More than two thirds of the listed validators signed; so many of how many.
    Signed { signed: usize, total: usize },
    /// Hash by hash from a pinned header of this year.
    Pinned(u16),
}

fn judge(judgement: &mut Judgement, document: &ProofDocument, network: &NetworkFile, now_ms: u64) {
    if document.net != network.net {
        judgement.cannot_tell("OTHER_NETWORK", "otherNetwork");
        return;
    }
    let footing = match footing(document, network) {
        Ok(footing) => footing,
        Err(Doubt::Unknown(reason)) => {
            judgement.cannot_tell("VALIDATORS_UNKNOWN", reason);
            judgement.error("E42");
            return;
        }
        Err(Doubt::False(code, reason)) => {
            judgement.failed(code, reason, "E37");
            return;
        }
    };
    let Some(root) = document.state_root() else {
        judgement.failed("NO_STATE_ROOT", "noStateRoot", "E37");
        return;
    };
    let mut facts = Vec::new();
    for statement in &document.statements {
        match verify(statement, document, network, &root) {
            Ok(one) => facts.push(one),
            Err(Wrong::UnknownSchema) => {
                judgement.cannot_tell("UNKNOWN_RECORD_KIND", "unknownSchema");
                judgement.error("E43");
                return;
            }
            Err(Wrong::Statement(error)) => {
                judgement.failed(statement_code(&error), "contentMismatch", "E37");
                if let Some(field) = culprit(statement, network) {
                    judgement.param("field", &field);
                }
                return;
            }
        }
    }
    judgement.as_of(document);
    judgement.unaltered(match footing {
        Footing::Signed { signed, total } => (
            "signed",
            vec![("signed", signed.to_string()), ("total", total.to_string())],
        ),
        Footing::Pinned(year) => ("pinned", vec![("year", year.to_string())]),
    });
    let rights: Vec<RightFound> = facts
        .iter()
        .map(|fact| RightFound::of(fact, network))
        .collect();
    let strange = facts.iter().zip(&rights).find(|(_, found)| !found.holds());
    if let Some((strange, found)) = strange {
        judgement.not_entitled(strange, found, network);
        return;
    }
    judgement.issued(&facts, &rights, network);
    judgement.standing(&facts, document);
    audience(judgement, document, network, now_ms);
    if judgement.holds() {
        judgement.statements(document, &facts, network);
    }
}

/// Why the header is not trusted.
enum Doubt {
    /// This reader cannot know.
    Unknown(&'static str),
    /// It is false.
    False(&'static str, &'static str),
}

fn footing(document: &ProofDocument, network: &NetworkFile) -> Result<Footing, Doubt> {
    let header = &document.header;
    if header.chain_id != network.chain_id {
        return Err(Doubt::False("OTHER_CHAIN", "otherChain"));
    }
    if let Some(pinned) = &document.pinned {
        let pin = network
            .pins
            .iter()
            .find(|pin| pin.height == pinned.header.height);
        if let Some(pin) = pin {
            pinned
                .verify(network.first_height, header, &pin.header_hash)
                .map_err(|_| Doubt::False("PIN_MISMATCH", "pinMismatch"))?;
            return Ok(Footing::Pinned(pin.year));
        }
        // A pin this reader does not know yet says nothing; the signatures may still do.
    }
    let listed = listed_set(network, header.height).ok_or(Doubt::Unknown("validatorsUnknown"))?;
    if header.validators_hash != listed.hash() {
        // Validators may have changed since this network file was made: then somebody newer must judge.
        return Err(Doubt::Unknown("validatorsUnknown"));
    }
    let set = match &document.signers {
        Signers::Listed => listed,
        Signers::Enclosed(set) if set.hash() == listed.hash() => set.clone(),
        Signers::Enclosed(_) => {
            return Err(Doubt::False("VALIDATORS_MISMATCH", "validatorsMismatch"));
        }
    };
    let expected = set.hash();
    let block = LightBlock {
        signed_header: SignedHeader {
            header: header.clone(),
            commit: document.commit.clone(),
        },
        validator_set: set,
        next_validator_set: None,
    };
    let counted = signers(&block);
    match TrustedBlock::from_listed_validators(
        block,
        &network.chain_id,
        &expected,
        &Options::default(),
    ) {
        Ok(_) => {
            let total = counted.signed.len()
                + counted.voted_nil.len()
                + counted.absent.len()
                + counted.wrong.len();
            Ok(Footing::Signed {
                signed: counted.signed.len(),
                total,
            })
        }
        Err(TrustError::ValidatorsHash | TrustError::HeaderHash | TrustError::Height { .. }) => {
            Err(Doubt::False("VALIDATORS_MISMATCH", "validatorsMismatch"))
        }
        Err(TrustError::Invalid(reason)) => {
            Err(Doubt::False(signature_code(&reason), "notEnoughSignatures"))
        }
    }
}

fn signature_code(reason: &toend_light_client::verify::Reason) -> &'static str {
    use toend_light_client::verify::Reason;
    match reason {
        Reason::BadSignature { .. } => "BAD_SIGNATURE",
        Reason::NotEnoughSigned(_) | Reason::NoSignatures => "NOT_ENOUGH_SIGNATURES",
        _ => "HEADER_INVALID",
    }
}

/// Why a statement does not count.
enum Wrong {
    /// The network file does not know the record kind.
    UnknownSchema,
    /// The proof refuses it.
    Statement(StatementError),
}

fn verify(
    statement: &Statement,
    document: &ProofDocument,
    network: &NetworkFile,
    root: &Hash,
) -> Result<Facts, Wrong> {
    let schema = network
        .schema(statement.schema)
        .ok_or(Wrong::UnknownSchema)?;
    let context = Context {
        net: &document.net,
        root,
        first_height: network.first_height,
        positions: schema.positions,
        headed: schema.headed,
    };
    statement.verify(&context).map_err(Wrong::Statement)
}

const fn statement_code(error: &StatementError) -> &'static str {
    match error {
        StatementError::Proof(_) | StatementError::Index(_) => "PROOF_INVALID",
        StatementError::History(_)
        | StatementError::Interval(_)
        | StatementError::OtherHeader(_) => "TIME_INVALID",
        StatementError::WrongEvidence | StatementError::Nothing => "STATEMENT_INVALID",
        StatementError::Version { .. } => "OTHER_VERSION",
        _ => "CONTENT_MISMATCH",
    }
}

/// Name of the first field that does not belong to the record, where one can be named.
fn culprit(statement: &Statement, network: &NetworkFile) -> Option<String> {
    let positions = network.schema(statement.schema)?.positions;
    let field = statement
        .fields
        .iter()
        .find(|field| field.verify(&statement.fr, positions).is_err())?;
    let schema = toend_ledger::schema::by_id(statement.schema)?;
    Some(schema.field(field.position)?.name.to_owned())
}

/// "Meant for me?" counts only with the holder's own signature over audience, purpose and end.
fn audience(
    judgement: &mut Judgement,
    document: &ProofDocument,
    network: &NetworkFile,
    now_ms: u64,
) {
    let Some(share) = &document.share else {
        judgement.audience(AnswerKind::CannotTell, "notSigned", Vec::new());
        return;
    };
    let genuine = document.statements_hash().is_ok_and(|statements| {
        Certificate::parse(&share.certificate).is_ok_and(|certificate| {
            certificate
                .verify_message(
                    &share.signing_bytes(&document.net, &statements),
                    &share.signature,
                )
                .is_ok()
                && certificate.non_repudiation
                && issued_here(&certificate, network)
        })
    });
    if !genuine {
        judgement.failed("SHARE_SIGNATURE", "shareForged", "E37");
        return;
    }
    let params = vec![
        ("audience", share.audience.clone()),
        ("purpose", share.purpose.clone()),
        ("until", share.until_ms.to_string()),
    ];
    if share.until_ms < now_ms {
        judgement.audience(AnswerKind::No, "expired", params);
        judgement.error("E40");
    } else {
        // Who reads the file is known to nobody but the reader.
        judgement.audience(AnswerKind::CannotTell, "named", params);
    }
}

/// Card authorities are known for the demonstration only.
fn issued_here(certificate: &Certificate, network: &NetworkFile) -> bool {
    network.demonstration
        && toend_id_card::demo::ca_certificates()
            .iter()
            .any(|authority| certificate.verify_issued_by(authority).is_ok())
}

/// Whether a record is in force, over all statements.
fn worst(facts: &[Facts]) -> Standing {
    if facts.iter().any(|fact| fact.standing == Standing::Ended) {
        Standing::Ended
    } else if facts.iter().any(|fact| fact.standing == Standing::NotSaid) {
        Standing::NotSaid
    } else {
        Standing::Current
    }
}
