//! What an operation brought, in a form for programs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use time::format_description::well_known::Rfc3339;

use crate::certificate::{Certificate, DocumentType};
use crate::error::CardError;
use crate::personal::PersonalData;
use crate::pin::{PinInfo, PinKind};

/// The result of one operation.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "result", content = "value", rename_all = "kebab-case")]
pub enum Outcome {
    /// Personal data.
    PersonalData(PersonalData),
    /// A certificate.
    Certificate(CertificateSummary),
    /// Retry counters.
    PinInfo(PinInfo),
    /// r and s, hexadecimal.
    Signature(String),
    /// The card refused.
    Error(ErrorSummary),
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateSummary {
    /// Surname.
    pub surname: String,
    /// Given names.
    pub given_names: String,
    /// Personal code, if it is an Estonian one.
    pub personal_code: Option<String>,
    /// Kind of document.
    pub document: DocumentType,
    /// Begin of validity, RFC 3339.
    pub not_before: String,
    /// End of validity, RFC 3339.
    pub not_after: String,
    /// Bytes of the certificate.
    pub size: usize,
    /// The certificate, base64 of DER.
    pub der: String,
}

impl From<&Certificate> for CertificateSummary {
    fn from(certificate: &Certificate) -> Self {
        // Moments read from a certificate lie within the years that RFC 3339 can write.
        let moment = |moment: time::OffsetDateTime| moment.format(&Rfc3339).unwrap_or_default();
        Self {
            surname: certificate.surname.clone(),
            given_names: certificate.given_names.clone(),
            personal_code: certificate.personal_code().map(str::to_owned),
            document: certificate.document(),
            not_before: moment(certificate.not_before),
            not_after: moment(certificate.not_after),
            size: certificate.der().len(),
            der: STANDARD.encode(certificate.der()),
        }
    }
}

/// What a card said against an operation.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorSummary {
    /// `E01` to `E17`.
    pub code: &'static str,
    /// The case, e.g. `pin-wrong`.
    pub kind: &'static str,
    /// For people who repair programs.
    pub message: String,
    /// Which PIN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin: Option<PinKind>,
    /// Tries left for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u8>,
}

impl From<&CardError> for ErrorSummary {
    fn from(error: &CardError) -> Self {
        Self {
            code: error.code(),
            kind: error.kind(),
            message: error.to_string(),
            pin: error.pin(),
            tries_left: error.tries_left(),
        }
    }
}
