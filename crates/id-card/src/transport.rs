//! The way to a card: PC/SC, a virtual card in this process, or a recorded conversation.

/// The transmission protocol agreed with the card. It decides whether an answer comes at once (T=1) or is
/// fetched with GET RESPONSE (T=0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// Characters; Le and data do not go together.
    T0,
    /// Blocks.
    #[default]
    T1,
}

/// What happens to the card when a transaction or a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Nothing: other programs go on undisturbed.
    Leave,
    /// Reset: a verified PIN is forgotten. Due after every use of a PIN.
    Reset,
}

/// A connected card. Implementations answer every call in bounded time and never panic.
pub trait Transport: Send {
    /// The answer to reset, at most 33 bytes.
    fn atr(&self) -> &[u8];

    /// The protocol in use.
    fn protocol(&self) -> Protocol {
        Protocol::T1
    }

    /// Keeps other programs away from the card until [`Transport::end`].
    ///
    /// # Errors
    /// [`TransportError`]; `Busy` if another program holds the card.
    fn begin(&mut self) -> Result<(), TransportError>;

    /// Sends one command and returns the answer with its status word, without interpreting it.
    ///
    /// # Errors
    /// [`TransportError`]; `Removed` if the card is gone.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError>;

    /// Ends the transaction. Ending one that was not begun does nothing.
    ///
    /// # Errors
    /// [`TransportError`].
    fn end(&mut self, disposition: Disposition) -> Result<(), TransportError>;

    /// Ends the connection. Dropping without it must leave the card as after `Leave`.
    ///
    /// # Errors
    /// [`TransportError`].
    fn disconnect(&mut self, disposition: Disposition) -> Result<(), TransportError>;
}

/// Why a card could not be reached. Blame: this computer, or the person's hand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The PC/SC service is not running.
    #[error("the smart card service is not running")]
    ServiceOff,
    /// The named reader, or any reader, is gone.
    #[error("no card reader is connected")]
    NoReader,
    /// The reader is empty.
    #[error("no card is in the reader")]
    NoCard,
    /// A card is in the reader and does not answer: upside down, dirty or broken.
    #[error("the card does not answer")]
    Mute,
    /// The card was taken out during the conversation.
    #[error("the card was taken out")]
    Removed,
    /// Another program reset the card; what was selected and verified is lost.
    #[error("another program reset the card")]
    WasReset,
    /// Another program holds the card for longer than we wait.
    #[error("another program is using the card")]
    Busy,
    /// The driver or service did not answer in time.
    #[error("the reader did not answer in time")]
    Timeout,
    /// Any other failure, by the service's own name for it.
    #[error("the reader failed: {0}")]
    Reader(String),
}
