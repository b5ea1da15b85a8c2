//! Evidence that was kept of the network that is followed.

use toend_ledger::gateway::{EvidenceOutcome, MAX_EVIDENCE_REQUEST};
use tokio::task::JoinSet;

use super::{Client, Event};
use crate::dto::{ErrorInfo, EvidenceAnswer, EvidenceView};
use crate::error::ClientError;
use crate::evidence::{self, Conflict, EvidenceFile};

/// What a gateway answered to evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedIn {
    /// Authority id.
    pub authority: String,
    /// What became of it there, or why there is no answer.
    pub answer: Result<EvidenceOutcome, ErrorInfo>,
}

impl From<HandedIn> for EvidenceAnswer {
    fn from(from: HandedIn) -> Self {
        let (outcome, error) = match from.answer {
            Ok(outcome) => (Some(outcome.into()), None),
            Err(error) => (None, Some(error)),
        };
        Self {
            authority: from.authority,
            outcome,
            error,
        }
    }
}

impl Client {
    /// The evidence that was found first; `None` when there is none.
    ///
    /// # Errors
    /// E56, E73.
    pub async fn evidence(&self) -> Result<Option<EvidenceView>, ErrorInfo> {
        Ok(self.kept_evidence().await?.as_ref().map(evidence::view))
    }

    /// The evidence as a file that a stranger can verify.
    ///
    /// # Errors
    /// E70 when there is none, E56, E73.
    pub async fn evidence_file(&self) -> Result<Vec<u8>, ErrorInfo> {
        let file = self.kept_evidence().await?;
        let file = file.ok_or(ClientError::NoSuchRecord)?;
        Ok(file.encode().map_err(|_| ClientError::Stopped)?)
    }

    /// The evidence against a gateway that contradicted itself ([`Status::contradictions`](crate::dto::Status)), as a file that a
    /// stranger can verify.
    ///
    /// # Errors
    /// E70 when there is none.
    pub fn gateway_evidence_file(&self, gateway: u16) -> Result<Vec<u8>, ErrorInfo> {
        let kept = self.0.promises.evidence(gateway);
        Ok(kept.ok_or(ClientError::NoSuchRecord)?)
    }

    /// Hands the evidence that was found first to every gateway, as [`hand_in_evidence`](Self::hand_in_evidence) does.
    ///
    /// # Errors
    /// E70 when there is none, E56, E71, E73.
    pub async fn hand_in_kept_evidence(&self) -> Result<Vec<EvidenceAnswer>, ErrorInfo> {
        let file = self.kept_evidence().await?;
        let answers = self
            .hand_in_evidence(file.ok_or(ClientError::NoSuchRecord)?)
            .await?;
        Ok(answers.into_iter().map(EvidenceAnswer::from).collect())
    }

    /// Hands evidence of a fork to every gateway, for it may be the first one's own authority that is accused. Each judges it
    /// against its own pages, and gives it to its CometBFT; the ledger then says for ever who signed two histories. Works
    /// for a client that has stopped because of it, too.
    ///
    /// All are asked at once, and each answer is an [`Event::HandedIn`] when it comes; what is returned stands in the order of the
    /// gateways. A second call waits for the first: nothing is handed in twice at once.
    ///
    /// # Errors
    /// E71 when it is larger than a gateway takes.
    pub async fn hand_in_evidence(
        &self,
        mut file: EvidenceFile,
    ) -> Result<Vec<HandedIn>, ErrorInfo> {
        if let Conflict::Blocks { first, second, .. } = &mut file.conflict {
            // What led there is for people: CometBFT looks at the last common page and at those in conflict.
            for side in [first, second] {
                side.blocks.drain(..side.blocks.len().saturating_sub(1));
            }
        }
        let bytes = file.encode().map_err(|_| ClientError::Stopped)?;
        if bytes.len() > MAX_EVIDENCE_REQUEST {
            let kind = std::io::ErrorKind::FileTooLarge;
            return Err(ClientError::File(kind).info());
        }
        let _alone = self.0.handing_in.lock().await;
        let mut asked = JoinSet::new();
        for (at, provider) in self.0.worker.providers().into_iter().enumerate() {
            let bytes = bytes.clone();
            asked.spawn(async move {
                let answer = provider.hand_in(bytes).await;
                let answer = HandedIn {
                    authority: provider.authority().to_owned(),
                    answer: answer.map_err(|error| error.info(None)),
                };
                (at, answer)
            });
        }
        let mut answers = Vec::new();
        while let Some(answer) = asked.join_next().await {
            let answer = answer.map_err(|_| ClientError::Stopped)?;
            self.0.emit(Event::HandedIn(answer.1.clone().into()));
            answers.push(answer);
        }
        answers.sort_by_key(|(at, _)| *at);
        Ok(answers.into_iter().map(|(_, answer)| answer).collect())
    }

    async fn kept_evidence(&self) -> Result<Option<EvidenceFile>, ClientError> {
        let (store, net) = (self.0.store.clone(), self.0.network.net);
        let kept = self.0.blocking(move || store.evidence(&net)).await?;
        let source = |at: u16| {
            let providers = self.0.worker.providers();
            Some(providers.get(usize::from(at))?.authority().to_owned())
        };
        Ok(kept.iter().find_map(|(found_ms, body)| {
            evidence::from_store(&self.0.network, *found_ms, body, source)
        }))
    }
}
