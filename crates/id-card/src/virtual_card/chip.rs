//! What both generations have in common: taking commands apart, files, and the T=0 way of answering.

use super::codes::{CardCodes, Codes};
use super::files::Files;
use super::{Contents, SecretKey, idemia, thales};
use crate::apdu::Status;
use crate::drivers::COORDINATE;
use crate::recognise::Generation;
use crate::tlv;

/// A command taken apart.
#[derive(Clone, Copy)]
pub(super) struct Request<'c> {
    pub(super) ins: u8,
    pub(super) p1: u8,
    pub(super) p2: u8,
    pub(super) data: &'c [u8],
    /// Bytes expected: `Some(0)` for as many as there are.
    pub(super) le: Option<u8>,
}

/// What a command brings: data, or the status word against it.
pub(super) type Answer = Result<Vec<u8>, Status>;

/// The key and algorithm chosen with MANAGE SECURITY ENVIRONMENT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Environment {
    pub(super) template: u8,
    pub(super) key: u8,
    pub(super) algorithm: Vec<u8>,
}

/// One chip.
pub(super) struct Chip {
    generation: Generation,
    pub(super) files: Files,
    pub(super) codes: Codes,
    pub(super) auth_key: SecretKey,
    pub(super) sign_key: SecretKey,
    pub(super) environment: Option<Environment>,
    /// A hash that waits for its signature (2025).
    pub(super) hash: Option<[u8; COORDINATE]>,
    t0: bool,
    /// A card of another kind: knows no command.
    foreign: bool,
    /// The rest of a T=0 answer.
    pending: Vec<u8>,
}

impl Chip {
    pub(super) fn new(generation: Generation, contents: Contents) -> Self {
        let (files, padding) = match generation {
            Generation::Idemia | Generation::IdemiaCosmoX => (idemia::files(&contents), 0xFF),
            Generation::Thales => (thales::files(&contents), 0x00),
        };
        let Contents {
            auth_key,
            sign_key,
            codes,
            ..
        } = contents;
        // Only the 2025 card knows the state "not activated".
        let codes = if generation == Generation::Thales {
            codes
        } else {
            CardCodes {
                pin1_activated: true,
                pin2_activated: true,
                ..codes
            }
        };
        Self {
            generation,
            files,
            codes: Codes::new(&codes, padding),
            auth_key,
            sign_key,
            environment: None,
            hash: None,
            t0: false,
            foreign: false,
            pending: Vec::new(),
        }
    }

    pub(super) fn speak_t0(&mut self) {
        self.t0 = true;
    }

    pub(super) fn know_nothing(&mut self) {
        self.foreign = true;
    }

    /// Power-on or reset.
    pub(super) fn reset(&mut self) {
        self.files.reset();
        self.codes.forget();
        self.environment = None;
        self.hash = None;
        self.pending.clear();
    }

    /// Answers any bytes, with a status word at the end.
    pub(super) fn answer(&mut self, command: &[u8]) -> Vec<u8> {
        let (mut data, status) = match parse(command) {
            Err(status) => (Vec::new(), status),
            Ok(_) if self.foreign => (Vec::new(), Status::UnknownInstruction),
            Ok(request) => self.run(request),
        };
        data.extend(status.word().to_be_bytes());
        data
    }

    fn run(&mut self, request: Request<'_>) -> (Vec<u8>, Status) {
        if request.ins == 0xC0 {
            return self.get_response(request.le);
        }
        self.pending.clear();
        if self.t0 && request.ins == 0xB0 && request.le == Some(0) {
            let rest = self
                .files
                .remaining(usize::from(u16::from_be_bytes([request.p1, request.p2])));
            if (1..256).contains(&rest) {
                return (Vec::new(), Status::WrongLe(rest as u8));
            }
        }
        match self.dispatch(request) {
            Err(status) => (Vec::new(), status),
            Ok(data) if self.t0 && !request.data.is_empty() && !data.is_empty() => {
                let waiting = Status::MoreData(data.len() as u8);
                self.pending = data;
                (Vec::new(), waiting)
            }
            Ok(data) => (data, Status::Ok),
        }
    }

    fn get_response(&mut self, le: Option<u8>) -> (Vec<u8>, Status) {
        if self.pending.is_empty() {
            return (Vec::new(), Status::ConditionsNotSatisfied);
        }
        let wanted = match le {
            Some(0) | None => 256,
            Some(le) => usize::from(le),
        };
        let rest = self.pending.split_off(wanted.min(self.pending.len()));
        let part = std::mem::replace(&mut self.pending, rest);
        let status = match self.pending.len() {
            0 => Status::Ok,
            left => Status::MoreData(left as u8),
        };
        (part, status)
    }

    fn dispatch(&mut self, request: Request<'_>) -> Answer {
        match request.ins {
            0xA4 => self.select(request),
            0xB0 => self.read_binary(request),
            _ => match self.generation {
                Generation::Idemia | Generation::IdemiaCosmoX => idemia::dispatch(self, request),
                Generation::Thales => thales::dispatch(self, request),
            },
        }
    }

    fn select(&mut self, request: Request<'_>) -> Answer {
        if !matches!(request.p2, 0x00 | 0x04 | 0x0C) {
            return Err(Status::WrongParameters);
        }
        let before = self.files.folder_id();
        let fcp = self.files.select(request.p1, request.data)?;
        if self.files.folder_id() != before {
            // Keys belong to their application; verified PINs stay valid for the card.
            self.environment = None;
            self.hash = None;
        }
        Ok(if request.p2 == 0x0C { Vec::new() } else { fcp })
    }

    fn read_binary(&self, request: Request<'_>) -> Answer {
        let Some(le) = request.le.filter(|_| request.data.is_empty()) else {
            return Err(Status::WrongLength);
        };
        if request.p1 & 0x80 != 0 {
            return Err(Status::WrongParameters);
        }
        let most = match (le, self.generation) {
            // The 2018 chip fills one T=1 block when asked for as much as there is.
            (0, Generation::Idemia | Generation::IdemiaCosmoX) => 231,
            (0, Generation::Thales) => 256,
            (le, _) => usize::from(le),
        };
        let offset = usize::from(u16::from_be_bytes([request.p1, request.p2]));
        Ok(self.files.read(offset, most)?.to_vec())
    }

    /// MANAGE SECURITY ENVIRONMENT, SET: remembers key and algorithm after `allowed` agreed.
    pub(super) fn set_environment(
        &mut self,
        request: Request<'_>,
        allowed: impl Fn(&Self, &Environment) -> bool,
    ) -> Answer {
        if request.p1 != 0x41 {
            return Err(Status::WrongParameters);
        }
        let damaged = |_| Status::WrongData;
        let key = match tlv::need(request.data, 0x84).map_err(damaged)? {
            [key] => *key,
            _ => return Err(Status::WrongData),
        };
        let algorithm = tlv::find(request.data, 0x80)
            .map_err(damaged)?
            .unwrap_or_default()
            .to_vec();
        let environment = Environment {
            template: request.p2,
            key,
            algorithm,
        };
        if !allowed(self, &environment) {
            return Err(Status::ReferenceNotFound);
        }
        self.environment = Some(environment);
        self.hash = None;
        Ok(Vec::new())
    }

    /// PSO DECIPHER as key agreement: `00 04 X Y` to X.
    pub(super) fn derive(&self, data: &[u8]) -> Answer {
        let point = data.strip_prefix(&[0x00]).ok_or(Status::WrongData)?;
        Ok(self
            .auth_key
            .derive(point)
            .map_err(|_| Status::WrongData)?
            .to_vec())
    }
}

/// A status as an answer without data.
pub(super) fn only(status: Status) -> Answer {
    if status == Status::Ok {
        Ok(Vec::new())
    } else {
        Err(status)
    }
}

/// A hash as a 384-bit number: zeros in front of a shorter one, the end of a longer one cut off.
pub(super) fn fit(hash: &[u8]) -> [u8; COORDINATE] {
    let kept = hash.get(..COORDINATE).unwrap_or(hash);
    let mut fitted = [0; COORDINATE];
    for (to, from) in fitted.iter_mut().rev().zip(kept.iter().rev()) {
        *to = *from;
    }
    fitted
}

fn parse(command: &[u8]) -> Result<Request<'_>, Status> {
    let (header, body) = command
        .split_first_chunk::<4>()
        .ok_or(Status::WrongLength)?;
    let [cla, ins, p1, p2] = *header;
    if cla != 0x00 {
        return Err(Status::UnknownClass);
    }
    let (data, le) = match body {
        [] => (&[][..], None),
        [le] => (&[][..], Some(*le)),
        [lc, rest @ ..] => {
            let lc = usize::from(*lc);
            match (rest.get(..lc), rest.get(lc..)) {
                (Some(data), Some([])) if lc > 0 => (data, None),
                (Some(data), Some([le])) if lc > 0 => (data, Some(*le)),
                _ => return Err(Status::WrongLength),
            }
        }
    };
    Ok(Request {
        ins,
        p1,
        p2,
        data,
        le,
    })
}
