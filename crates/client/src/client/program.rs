//! The program itself: settings, what is kept, what it is made of, forgetting.

use super::{Client, Inner, lock};
use crate::dto::{ErrorInfo, Settings, StorageUse};
use crate::error::ClientError;
use crate::store::{Store, StoreError};
use crate::{network, settings, storage};

impl Client {
    /// Settings.
    ///
    /// # Errors
    /// None today; saved settings are read at the start.
    #[expect(clippy::unused_async, reason = "a command like the others")]
    pub async fn settings(&self) -> Result<Settings, ErrorInfo> {
        Ok(self.0.settings())
    }

    /// Changes the settings. Making this a shared computer removes every saved private list, of everybody, in every network.
    ///
    /// # Errors
    /// E56, E66, E73.
    pub async fn set_settings(&self, settings: Settings) -> Result<Settings, ErrorInfo> {
        let text = serde_json::to_string(&settings).map_err(|_| ClientError::Stopped)?;
        let became_shared = settings.shared_computer && !self.0.settings().shared_computer;
        let inner = std::sync::Arc::clone(&self.0);
        self.0
            .blocking(move || {
                if became_shared {
                    inner.for_every_store(Store::forget_sealed)?;
                }
                inner.common.put_setting(settings::NAME, &text)
            })
            .await?;
        *lock(&self.0.settings) = settings.clone();
        Ok(settings)
    }

    /// Pauses or resumes synchronisation; the next start of a window goes on so.
    ///
    /// # Errors
    /// E56, E66, E73 when it cannot be remembered; it is paused or resumed all the same.
    pub async fn sync_pause(&self, paused: bool) -> Result<(), ErrorInfo> {
        self.0.worker.pause(paused);
        let common = self.0.common.clone();
        self.0
            .blocking(move || settings::remember_pause(&common, paused))
            .await?;
        Ok(())
    }

    /// Technical state for a report of a fault. Holds no personal data.
    pub fn diagnostics(&self) -> String {
        crate::diagnostics::text(
            &self.0.status(),
            self.0.store.size(),
            &self.0.worker.providers(),
        )
    }

    /// What this program keeps on this computer.
    ///
    /// # Errors
    /// E56 while the program ends.
    pub async fn storage(&self) -> Result<StorageUse, ErrorInfo> {
        let inner = std::sync::Arc::clone(&self.0);
        let on_disk = !inner.settings().shared_computer;
        Ok(self
            .0
            .blocking(move || {
                let stores = [Some(&inner.common), inner.own_store()];
                let stores: Vec<&Store> = stores.into_iter().flatten().collect();
                Ok::<_, ClientError>(storage::measure(&inner.data_dir, &stores, on_disk))
            })
            .await?)
    }

    /// Signs out and forgets everything that this program wrote about people, pages and settings, in every network. The
    /// network that was chosen stays chosen: falling back to another one unasked would be worse.
    ///
    /// # Errors
    /// E56, E66, E73.
    pub async fn forget_everything(&self) -> Result<(), ErrorInfo> {
        self.sign_out().await;
        let inner = std::sync::Arc::clone(&self.0);
        self.0
            .blocking(move || {
                inner.common.forget_everything()?;
                if let Some(own) = inner.own_store() {
                    own.forget_everything()?;
                }
                network::forget_others(&inner.data_dir, &inner.network).map_err(StoreError::from)
            })
            .await?;
        self.0.worker.pause(false);
        lock(&self.0.notices).clear();
        *lock(&self.0.settings) = settings::first();
        Ok(())
    }
}

impl Inner {
    /// The store of this network, where it is not the common one.
    fn own_store(&self) -> Option<&Store> {
        (!self.store.is_same(&self.common)).then_some(&self.store)
    }

    /// Does something with the store of every network that was ever followed here.
    fn for_every_store(
        &self,
        act: impl Fn(&Store) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        act(&self.common)?;
        if let Some(own) = self.own_store() {
            act(own)?;
        }
        let own = network::folder(&self.data_dir, &self.network);
        for folder in network::folders(&self.data_dir) {
            if folder != own {
                act(&Store::open(&folder)?)?;
            }
        }
        Ok(())
    }
}
