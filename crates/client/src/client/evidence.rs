//! Evidence that was kept of the network that is followed.

use super::Client;
use crate::dto::{ErrorInfo, EvidenceView};
use crate::error::ClientError;
use crate::evidence::{self, EvidenceFile};

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
