//! A card made of software that answers like the real chips: the same files, retry counters, access rules and
//! status words. It serves the demonstration and the tests, in this process or, through [`vpcd`], in a virtual
//! reader of the real PC/SC service.
//!
//! Its keys lie in memory for everyone to read. It must never hold the key of a real person.

mod chip;
mod codes;
mod contents;
mod files;
mod idemia;
mod key;
mod thales;
pub mod vpcd;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use self::codes::CardCodes;
pub use self::contents::{Contents, Persona};
pub use self::key::{KeyError, SecretKey};

use self::chip::Chip;
use crate::recognise::Generation;
use crate::transport::{Disposition, Protocol, Transport, TransportError};

/// A handle on a virtual card. Clones are further connections to the same card.
#[derive(Clone)]
pub struct VirtualCard {
    atr: Vec<u8>,
    protocol: Protocol,
    slot: Arc<Mutex<Slot>>,
}

struct Slot {
    chip: Chip,
    present: bool,
    /// Commands that are still answered before the card is pulled.
    pull_after: Option<usize>,
}

impl VirtualCard {
    /// A card of this generation with these contents, in the reader.
    pub fn new(generation: Generation, contents: Contents) -> Self {
        let slot = Slot {
            chip: Chip::new(generation, contents),
            present: true,
            pull_after: None,
        };
        Self {
            atr: generation.atr().to_vec(),
            protocol: Protocol::T1,
            slot: Arc::new(Mutex::new(slot)),
        }
    }

    /// The same card spoken to with T=0: answers to commands with data are fetched with GET RESPONSE, and a
    /// wrong Le is answered with the right one.
    #[must_use]
    pub fn with_t0(mut self) -> Self {
        self.protocol = Protocol::T0;
        self.slot().chip.speak_t0();
        self
    }

    /// A card of another kind: it shows this answer to reset and knows no command.
    #[must_use]
    pub fn as_foreign(mut self, atr: Vec<u8>) -> Self {
        self.atr = atr;
        self.slot().chip.know_nothing();
        self
    }

    /// Takes the card out of the reader, or puts it back. Verified PINs are forgotten, counters stay.
    pub fn set_present(&self, present: bool) {
        let mut slot = self.slot();
        slot.present = present;
        slot.pull_after = None;
        slot.chip.reset();
    }

    /// Whether the card is in the reader.
    pub fn is_present(&self) -> bool {
        self.slot().present
    }

    /// Lets the card be pulled after `commands` more answers.
    pub fn pull_after(&self, commands: usize) {
        self.slot().pull_after = Some(commands);
    }

    /// Powers the chip up or resets it: verified PINs and selected files are forgotten.
    pub fn reset(&self) {
        self.slot().chip.reset();
    }

    /// Answers one command. Anything that is no command is answered with a status word.
    pub fn answer(&self, command: &[u8]) -> Vec<u8> {
        self.slot().chip.answer(command)
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for VirtualCard {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn protocol(&self) -> Protocol {
        self.protocol
    }

    fn begin(&mut self) -> Result<(), TransportError> {
        if self.slot().present {
            Ok(())
        } else {
            Err(TransportError::NoCard)
        }
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let mut slot = self.slot();
        match &mut slot.pull_after {
            Some(0) => {
                slot.present = false;
                slot.pull_after = None;
                slot.chip.reset();
            }
            Some(left) => *left -= 1,
            None => {}
        }
        if !slot.present {
            return Err(TransportError::Removed);
        }
        Ok(slot.chip.answer(command))
    }

    fn end(&mut self, disposition: Disposition) -> Result<(), TransportError> {
        if disposition == Disposition::Reset {
            self.reset();
        }
        Ok(())
    }

    fn disconnect(&mut self, disposition: Disposition) -> Result<(), TransportError> {
        self.end(disposition)
    }
}
