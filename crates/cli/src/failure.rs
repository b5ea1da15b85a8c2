//! What ends a command early, said in the user's language: what happened and what to do.

use toend_client::dto::{Blame, ErrorInfo, Language};
use toend_client::{ClientError, error};

use crate::args::WRONG_USE;
use crate::texts;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// With a help code.
    Known(ErrorInfo),
    /// Wrong use, in words.
    Usage(String),
    /// In words, with an exit code.
    Plain(String, u8),
}

impl Failure {
    /// Says it on standard error and gives the exit code.
    pub fn report(self, language: Language) -> u8 {
        match self {
            Self::Known(error) => {
                eprintln!("toend: {}", texts::error(language, &error));
                if error.blame == Blame::User && matches!(error.code.as_str(), "E68" | "E76") {
                    WRONG_USE
                } else {
                    2
                }
            }
            Self::Usage(text) => {
                eprintln!("toend: {text}");
                WRONG_USE
            }
            Self::Plain(text, code) => {
                eprintln!("toend: {text}");
                code
            }
        }
    }

    /// A file that cannot be read.
    pub fn file(path: &std::path::Path, problem: &std::io::Error) -> Self {
        Self::Usage(format!("{}: {problem}", path.display()))
    }
}

impl From<ErrorInfo> for Failure {
    fn from(error: ErrorInfo) -> Self {
        Self::Known(error)
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::Known(error.info())
    }
}

impl From<std::io::Error> for Failure {
    fn from(problem: std::io::Error) -> Self {
        Self::Plain(problem.to_string(), 2)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(problem: serde_json::Error) -> Self {
        Self::Plain(problem.to_string(), 2)
    }
}

impl From<toend_id_card::CardError> for Failure {
    fn from(problem: toend_id_card::CardError) -> Self {
        Self::Known(ClientError::from(problem).info())
    }
}

/// An error that nobody else names.
pub fn cancelled() -> Failure {
    Failure::Known(error::info("E13", Blame::User, true))
}
