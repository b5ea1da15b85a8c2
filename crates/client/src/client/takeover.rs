//! Running the demonstration network when the process that ran it has ended.

use super::Inner;

impl Inner {
    /// When another process ran the demonstration network and has ended, this one runs it from now on. Sessions at the old
    /// gateways are gone: the person signs in again.
    pub async fn take_over(&self) {
        let mut embedded = self.embedded.lock().await;
        let alone = self
            .worker
            .view()
            .health
            .iter()
            .all(|health| health.asked && !health.answering);
        if !alone
            || embedded
                .as_ref()
                .is_none_or(crate::embedded::Running::is_host)
        {
            return;
        }
        match crate::embedded::Running::start(&self.data_dir).await {
            Ok(running) => {
                for provider in self.worker.providers() {
                    if let Some(gateway) = running.gateways().get(provider.index()) {
                        provider.move_to(gateway);
                    }
                }
                tracing::info!(host = running.is_host(), "the demonstration network moved");
                *embedded = Some(running);
            }
            Err(error) => tracing::warn!(%error, "the demonstration network cannot be taken over"),
        }
    }
}
