//! A PIN on its way from its window to the card.

use toend_id_card::{CardError, PinKind};
use zeroize::Zeroizing;

use crate::dto::ErrorInfo;
use crate::error::ClientError;

/// PIN1 as it was entered, checked for form, wiped when dropped. It has no way to be printed or written.
pub struct Pin(toend_id_card::Pin);

impl Pin {
    /// Checks the form. Nothing goes to a card.
    ///
    /// # Errors
    /// E12.
    pub fn new(entered: impl Into<Zeroizing<String>>) -> Result<Self, ErrorInfo> {
        let entered: Zeroizing<String> = entered.into();
        toend_id_card::Pin::new(PinKind::Pin1, &entered)
            .map(Self)
            .map_err(|error: CardError| ClientError::from(error).info())
    }

    pub(crate) const fn code(&self) -> &toend_id_card::Pin {
        &self.0
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin")
    }
}
