//! A recorded conversation as a card: it knows one command at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Script;
use crate::transport::{Disposition, Protocol, Transport, TransportError};

/// Where our driver and the recording part. Steps count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// A command has another byte at `offset`, or ends there.
    #[error(
        "step {step} (line {line}) differs at byte {offset}: recorded {}, sent {}",
        shown(*recorded),
        shown(*sent)
    )]
    Byte {
        /// Step.
        step: usize,
        /// Line of the script.
        line: usize,
        /// First differing byte of the command, from 0.
        offset: usize,
        /// The byte in the recording; `None` at its end, or where it is part of a PIN.
        recorded: Option<u8>,
        /// The byte that our driver sends; `None` at its end, or where it is part of a PIN.
        sent: Option<u8>,
    },
    /// Our driver goes on where the recording has ended.
    #[error("the recording ends after {steps} steps, but there is more to send")]
    RecordingEnds {
        /// Steps of the recording.
        steps: usize,
    },
    /// The recording goes on where our driver has ended.
    #[error("{left} steps are left over, from step {step} (line {line})")]
    LeftOver {
        /// The first step that was not played.
        step: usize,
        /// Its line in the script.
        line: usize,
        /// How many.
        left: usize,
    },
}

impl Difference {
    /// How far the conversation came: step, then byte.
    pub(super) fn reached(self) -> (usize, usize) {
        match self {
            Self::Byte { step, offset, .. } => (step, offset),
            Self::RecordingEnds { steps } => (steps + 1, 0),
            Self::LeftOver { step, .. } => (step, 0),
        }
    }
}

fn shown(byte: Option<u8>) -> String {
    byte.map_or_else(|| "-".into(), |byte| format!("{byte:02X}"))
}

#[derive(Debug)]
struct State {
    position: usize,
    difference: Option<Difference>,
}

/// A card that plays a [`Script`]. Clones play on from the same place.
#[derive(Clone, Debug)]
pub struct Tape {
    script: Arc<Script>,
    protocol: Protocol,
    state: Arc<Mutex<State>>,
}

impl Tape {
    /// Starts at step `position`, from 0.
    pub fn new(script: Arc<Script>, protocol: Protocol, position: usize) -> Self {
        let state = Arc::new(Mutex::new(State {
            position,
            difference: None,
        }));
        Self {
            script,
            protocol,
            state,
        }
    }

    /// Steps played so far, those before the start included.
    pub fn position(&self) -> usize {
        self.state().position
    }

    /// The first difference, if there was one.
    pub fn difference(&self) -> Option<Difference> {
        self.state().difference
    }

    /// What was not played.
    pub fn left_over(&self) -> Option<Difference> {
        let position = self.position();
        let next = self.script.steps.get(position)?;
        Some(Difference::LeftOver {
            step: position + 1,
            line: next.line,
            left: self.script.steps.len() - position,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Tape {
    fn atr(&self) -> &[u8] {
        &self.script.atr
    }

    fn protocol(&self) -> Protocol {
        self.protocol
    }

    fn begin(&mut self) -> Result<(), TransportError> {
        Ok(())
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let script = Arc::clone(&self.script);
        let mut state = self.state();
        if state.difference.is_none() {
            match script.steps.get(state.position) {
                Some(step) if step.command == command => {
                    state.position += 1;
                    return Ok(step.answer.clone());
                }
                Some(step) => {
                    state.difference = Some(compare(
                        state.position + 1,
                        step.line,
                        &step.command,
                        command,
                    ));
                }
                None => {
                    state.difference = Some(Difference::RecordingEnds {
                        steps: script.steps.len(),
                    });
                }
            }
        }
        Err(TransportError::Reader(
            "the conversation differs from the recording".into(),
        ))
    }

    fn end(&mut self, _: Disposition) -> Result<(), TransportError> {
        Ok(())
    }

    fn disconnect(&mut self, _: Disposition) -> Result<(), TransportError> {
        Ok(())
    }
}

fn compare(step: usize, line: usize, recorded: &[u8], sent: &[u8]) -> Difference {
    let offset = recorded
        .iter()
        .zip(sent)
        .take_while(|(a, b)| a == b)
        .count();
    // VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER carry PINs behind their five-byte header.
    let secret = offset >= 5 && matches!(sent.get(1), Some(0x20 | 0x24 | 0x2C));
    let byte = |bytes: &[u8]| {
        if secret {
            None
        } else {
            bytes.get(offset).copied()
        }
    };
    Difference::Byte {
        step,
        line,
        offset,
        recorded: byte(recorded),
        sent: byte(sent),
    }
}
