//! The network that is followed, and choosing another.

use std::path::Path;

use toend_ledger::network::NetworkFile;

use super::{Client, lock};
use crate::dto::{ErrorInfo, NetworkView};
use crate::error::ClientError;
use crate::network::{self, NetworkSource};

impl Client {
    /// The network file that is followed.
    pub fn network(&self) -> &NetworkFile {
        &self.0.network
    }

    /// The network file that is followed, as two people compare it.
    pub fn network_view(&self) -> NetworkView {
        NetworkView {
            from_file: self.0.from_file,
            ..network::view(&self.0.network, true)
        }
    }

    /// Reads and checks a network file and remembers it for [`Client::choose_network`]. Changes nothing.
    ///
    /// # Errors
    /// E68, E71.
    pub async fn open_network_file(&self, path: &Path) -> Result<NetworkView, ErrorInfo> {
        let source = NetworkSource::File(path.to_owned());
        let read = self.0.blocking(move || network::read(&source)).await?;
        let opened = read.ok_or(ClientError::Stopped)?;
        let in_use = opened.digest() == self.0.network.digest();
        let view = network::view(&opened, in_use);
        *lock(&self.0.opened) = Some(opened);
        Ok(view)
    }

    /// Chooses the file opened last, whose ten words these are, or the demonstration network. It is followed from the next
    /// start on ([`NetworkSource::Chosen`]). Gives what was chosen before, so that it can be put back.
    ///
    /// # Errors
    /// E70 when these are not the words of the file opened last, E71 when it cannot be kept.
    pub async fn choose_network(
        &self,
        words: Option<&[String]>,
    ) -> Result<Option<NetworkFile>, ErrorInfo> {
        let network = match words {
            None => None,
            Some(words) => {
                let opened = lock(&self.0.opened).clone();
                let same = |network: &NetworkFile| network.fingerprint().as_slice() == words;
                Some(opened.filter(same).ok_or(ClientError::NoSuchRecord)?)
            }
        };
        let data_dir = self.0.data_dir.clone();
        Ok(self
            .0
            .blocking(move || {
                // One that cannot be read is not worth putting back.
                let before = network::chosen(&data_dir).unwrap_or_default();
                network::choose(&data_dir, network.as_ref()).map(|()| before)
            })
            .await?)
    }

    /// The network file in use, for another person who wants to join.
    pub fn network_file(&self) -> Vec<u8> {
        self.0.network.encode()
    }
}
