//! One card of any supported generation.

use crate::certificate::Certificate;
use crate::drivers::{COORDINATE, Driver, KeyPair, Order, POINT, SIGNATURE};
use crate::error::{AnswerError, CardError};
use crate::personal::PersonalData;
use crate::pin::{Pin, PinInfo, PinKind};
use crate::recognise::{Generation, recognise};
use crate::session::Session;
use crate::transport::{Disposition, Transport, TransportError};

/// A connected identity card.
///
/// Each operation is one transaction with the card. Operations without a PIN leave the card as it is, so that
/// other programs go on undisturbed; operations with a PIN reset it, because a verified PIN1 is valid for the
/// whole card and would serve any other program. Nothing is ever tried twice with a PIN.
pub struct Card {
    transport: Box<dyn Transport>,
    generation: Generation,
    driver: Driver,
}

impl Card {
    /// Recognises the card behind a transport. Nothing is sent.
    ///
    /// # Errors
    /// [`CardError::NotAnIdCard`], [`CardError::Unsupported`], [`CardError::Contactless`].
    pub fn open(transport: Box<dyn Transport>) -> Result<Self, CardError> {
        Self::with_order(transport, Order::default())
    }

    /// As [`Card::open`], with the conversation order of another program, for replaying its recordings.
    ///
    /// # Errors
    /// As [`Card::open`].
    pub fn with_order(transport: Box<dyn Transport>, order: Order) -> Result<Self, CardError> {
        let generation = recognise(transport.atr())?;
        Ok(Self {
            transport,
            generation,
            driver: Driver::new(generation, order),
        })
    }

    /// The chip generation.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// The eight fields of the personal data file. No PIN.
    ///
    /// # Errors
    /// [`CardError`].
    pub fn personal_data(&mut self) -> Result<PersonalData, CardError> {
        let fields = self.read(Driver::personal_fields)?;
        PersonalData::from_fields(&fields)
    }

    /// The certificate for signing in. No PIN.
    ///
    /// # Errors
    /// [`CardError`].
    pub fn auth_certificate(&mut self) -> Result<Certificate, CardError> {
        self.certificate(KeyPair::Authentication)
    }

    /// The certificate for signatures. No PIN.
    ///
    /// # Errors
    /// [`CardError`].
    pub fn sign_certificate(&mut self) -> Result<Certificate, CardError> {
        self.certificate(KeyPair::Signature)
    }

    /// One of the two certificates. No PIN.
    ///
    /// # Errors
    /// [`CardError`].
    pub fn certificate(&mut self, key: KeyPair) -> Result<Certificate, CardError> {
        let der = self.read(|driver, session| driver.certificate(session, key))?;
        Ok(Certificate::parse(&der).map_err(AnswerError::from)?)
    }

    /// Tries left for PIN1, PIN2 and PUK, and whether a new card was activated. No PIN.
    ///
    /// # Errors
    /// [`CardError`].
    pub fn pin_info(&mut self) -> Result<PinInfo, CardError> {
        self.read(Driver::counters)
    }

    /// Signs a SHA-384 hash with the authentication key: r and s, 48 bytes each.
    ///
    /// # Errors
    /// [`CardError`]; [`CardError::PinFormat`] if `pin` is not a PIN1.
    pub fn authenticate(
        &mut self,
        pin: &Pin,
        hash: &[u8; 48],
    ) -> Result<[u8; SIGNATURE], CardError> {
        self.use_key(KeyPair::Authentication, pin, hash)
    }

    /// Signs a hash with the signature key: r and s, 48 bytes each. The usual hash is SHA-384; of others the
    /// chips take 28, 32 and 64 bytes.
    ///
    /// # Errors
    /// [`CardError`]; [`CardError::PinFormat`] if `pin` is not a PIN2.
    pub fn sign(&mut self, pin: &Pin, hash: &[u8]) -> Result<[u8; SIGNATURE], CardError> {
        if !matches!(hash.len(), 28 | 32 | 48 | 64) {
            return Err(AnswerError::Length {
                len: hash.len(),
                want: 48,
            }
            .into());
        }
        self.use_key(KeyPair::Signature, pin, hash)
    }

    /// The X coordinate of (authentication key · point), the raw ECDH secret, for a fixed public point whose
    /// secret only this card can work out again.
    ///
    /// # Errors
    /// [`CardError`]; a card refuses a point that is not on the curve.
    pub fn derive(
        &mut self,
        pin: &Pin,
        point: &[u8; POINT],
    ) -> Result<zeroize::Zeroizing<[u8; COORDINATE]>, CardError> {
        require(pin, PinKind::Pin1)?;
        self.guarded(|driver, session| driver.derive(session, pin, point))
            .map(zeroize::Zeroizing::new)
    }

    /// Replaces a code by another of the same kind.
    ///
    /// # Errors
    /// [`CardError`]; [`CardError::NewPinRefused`] if both are equal, [`CardError::PukFixed`] on the 2025 card.
    pub fn change_pin(&mut self, old: &Pin, new: &Pin) -> Result<(), CardError> {
        require(new, old.kind())?;
        self.guarded(|driver, session| driver.change_pin(session, old, new))
    }

    /// Sets a new PIN1 or PIN2 by means of the PUK, also when it is blocked.
    ///
    /// # Errors
    /// [`CardError`]; [`CardError::PinBlocked`] for the PUK when it is used up.
    pub fn unblock(&mut self, puk: &Pin, new: &Pin) -> Result<(), CardError> {
        require(puk, PinKind::Puk)?;
        if new.kind() == PinKind::Puk {
            return Err(CardError::NewPinRefused { pin: PinKind::Puk });
        }
        self.guarded(|driver, session| driver.unblock(session, puk, new))
    }

    /// Checks that the card in the reader is still the one whose authentication certificate has this
    /// fingerprint.
    ///
    /// # Errors
    /// [`CardError::DifferentCard`].
    pub fn confirm_same(&mut self, fingerprint: &[u8; 32]) -> Result<(), CardError> {
        if self.auth_certificate()?.fingerprint() == *fingerprint {
            Ok(())
        } else {
            Err(CardError::DifferentCard)
        }
    }

    /// Ends the connection and leaves the card as it is.
    ///
    /// # Errors
    /// [`CardError::Transport`].
    pub fn close(mut self) -> Result<(), CardError> {
        Ok(self.transport.disconnect(Disposition::Leave)?)
    }

    fn use_key(
        &mut self,
        key: KeyPair,
        pin: &Pin,
        hash: &[u8],
    ) -> Result<[u8; SIGNATURE], CardError> {
        require(pin, key.pin())?;
        self.guarded(|driver, session| driver.sign(session, key, pin, hash))
    }

    /// An operation without a PIN. If another program reset the card just before, it is begun once more.
    fn read<R>(
        &mut self,
        operation: impl Fn(Driver, &mut Session<'_>) -> Result<R, CardError>,
    ) -> Result<R, CardError> {
        for _ in 0..2 {
            match self.once(Disposition::Leave, &operation) {
                Err(CardError::Transport(TransportError::WasReset)) => {}
                other => return other,
            }
        }
        Err(TransportError::Busy.into())
    }

    /// An operation with a PIN: once, and the card is reset behind it.
    fn guarded<R>(
        &mut self,
        operation: impl Fn(Driver, &mut Session<'_>) -> Result<R, CardError>,
    ) -> Result<R, CardError> {
        self.once(Disposition::Reset, &operation)
    }

    fn once<R>(
        &mut self,
        after: Disposition,
        operation: &impl Fn(Driver, &mut Session<'_>) -> Result<R, CardError>,
    ) -> Result<R, CardError> {
        self.transport.begin()?;
        let result = operation(self.driver, &mut Session::new(self.transport.as_mut()));
        let ended = self.transport.end(after);
        if ended.is_err() && after == Disposition::Reset {
            // The PIN must not stay verified; if the card is gone, it is forgotten anyway.
            let _ = self.transport.disconnect(Disposition::Reset);
        }
        result
    }
}

fn require(pin: &Pin, kind: PinKind) -> Result<(), CardError> {
    if pin.kind() == kind {
        Ok(())
    } else {
        Err(CardError::PinFormat {
            pin: kind,
            min: kind.min_digits(),
            max: kind.max_digits(),
        })
    }
}
