//! The public half of an authority's keys: what it hands to the others, signed with every key that it names.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use serde::Deserialize;
use toend_ledger::genesis::genesis_pop_alpha;
use toend_ledger::hash::{Hash, tag};
use toend_ledger::state::Reg;
use toend_ledger::vrf;
use toml::Spanned;

use super::own_keys::OwnKeys;
use super::{CeremonyError, Terms, read_text};
use crate::authority::ConfigError;
use crate::authority::config::Source;

/// The format that this program reads and writes.
const FORMAT: &str = "toend-public/1";

/// The public keys of an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Signs blocks.
    pub consensus: [u8; 32],
    /// The node's name among nodes.
    pub node: [u8; 32],
    /// Signs decisions.
    pub governance: [u8; 32],
    /// Signs what the gateway hands in.
    pub gateway: [u8; 32],
    /// Keys of the register, if it keeps one.
    pub register: Option<RegisterHalf>,
}

/// The public keys of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterHalf {
    /// Its number.
    pub reg: Reg,
    /// Signs batches.
    pub seal: [u8; 32],
    /// Signs answers.
    pub answer: [u8; 32],
    /// VRF key of epoch 1.
    pub vrf: vrf::PublicKey,
    /// Shows that whoever names it has it; stands in the genesis file.
    pub possession: vrf::Proof,
}

impl Named {
    /// The keys that sign the half, each named as in the file.
    fn signing_keys(&self) -> Vec<(&'static str, [u8; 32])> {
        let mut keys = vec![
            ("consensus", self.consensus),
            ("node", self.node),
            ("governance", self.governance),
            ("gateway", self.gateway),
        ];
        if let Some(register) = &self.register {
            keys.extend([("seal", register.seal), ("answer", register.answer)]);
        }
        keys
    }

    /// `T("public") ‖ terms 32 ‖ authority u16 ‖ consensus 32 ‖ node 32 ‖ governance 32 ‖ gateway 32`, for a register
    /// followed by `reg u16 ‖ seal 32 ‖ answer 32 ‖ VRF key 32 ‖ possession 80`.
    fn signing_bytes(&self, terms: &Hash, authority: u16) -> Vec<u8> {
        let mut out = tag("public");
        out.extend_from_slice(terms);
        out.extend_from_slice(&authority.to_be_bytes());
        for key in [&self.consensus, &self.node, &self.governance, &self.gateway] {
            out.extend_from_slice(key);
        }
        if let Some(register) = &self.register {
            out.extend_from_slice(&register.reg.0.to_be_bytes());
            for key in [&register.seal, &register.answer, register.vrf.as_bytes()] {
                out.extend_from_slice(key);
            }
            out.extend_from_slice(register.possession.as_bytes());
        }
        out
    }
}

/// A public half as it was read.
#[derive(Clone, Debug)]
pub struct PublicHalf {
    file: PathBuf,
    text: String,
    parsed: File,
    named: Named,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: Spanned<String>,
    chain_id: Spanned<String>,
    terms: Spanned<String>,
    authority: Spanned<u16>,
    id: Spanned<String>,
    keys: Keys,
    register: Option<Register>,
    proofs: Proofs,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    consensus: Spanned<String>,
    node: Spanned<String>,
    governance: Spanned<String>,
    gateway: Spanned<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Register {
    number: Spanned<u16>,
    seal: Spanned<String>,
    answer: Spanned<String>,
    vrf: Spanned<String>,
    possession: Spanned<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proofs {
    consensus: Spanned<String>,
    node: Spanned<String>,
    governance: Spanned<String>,
    gateway: Spanned<String>,
    seal: Option<Spanned<String>>,
    answer: Option<Spanned<String>>,
}

impl PublicHalf {
    /// Signs the public halves of an authority's own keys; `file` is where the text will lie.
    pub(super) fn sign(
        own: &OwnKeys,
        terms: &Terms,
        authority: u16,
        file: &Path,
    ) -> Result<Self, CeremonyError> {
        let member = terms
            .member(authority)
            .ok_or(CeremonyError::Unknown(authority))?;
        let named = own.named();
        let digest = terms.digest();
        let mut text = format!(
            "# The public half of an authority's keys, for all other authorities. Nothing here is secret.\n\
             format = \"{FORMAT}\"\n\
             chain_id = \"{chain_id}\"\n\
             # Digest of the terms: this half serves for no others.\n\
             terms = \"{digest}\"\n\
             authority = {authority}\n\
             id = \"{id}\"\n\n\
             [keys]\n",
            chain_id = terms.chain_id.replace('\\', "\\\\").replace('"', "\\\""),
            digest = hex::encode(digest),
            id = member.id,
        );
        for (name, key) in named.signing_keys().iter().take(4) {
            let _ = writeln!(text, "{name} = \"{}\"", hex::encode(key));
        }
        if let Some(register) = &named.register {
            let _ = write!(
                text,
                "\n[register]\n\
                 number = {}\n\
                 seal = \"{}\"\n\
                 answer = \"{}\"\n\
                 vrf = \"{}\"\n\
                 possession = \"{}\"\n",
                register.reg,
                hex::encode(register.seal),
                hex::encode(register.answer),
                hex::encode(register.vrf.as_bytes()),
                hex::encode(register.possession.as_bytes()),
            );
        }
        text.push_str("\n# Each key has signed all of the above.\n[proofs]\n");
        let bytes = named.signing_bytes(&digest, authority);
        for ((name, _), signer) in named.signing_keys().iter().zip(own.signers()) {
            let signature = signer.sign(&bytes).to_bytes();
            let _ = writeln!(text, "{name} = \"{}\"", hex::encode(signature));
        }
        Ok(Self::parse(file, text)?)
    }

    /// Reads a file. Whether it fits the terms and its proofs hold is for [`check`](Self::check) to say.
    ///
    /// # Errors
    /// The mistake with its line.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::parse(path, read_text(path)?)
    }

    fn parse(path: &Path, text: String) -> Result<Self, ConfigError> {
        let source = Source {
            file: path,
            text: &text,
        };
        let parsed: File = toml::from_str(&text).map_err(|error| {
            source.at(&error.span().unwrap_or(0..0), error.message().to_owned())
        })?;
        if parsed.format.get_ref() != FORMAT {
            let what = format!("the format must be \"{FORMAT}\"");
            return Err(source.at(&parsed.format.span(), what));
        }
        let keys = &parsed.keys;
        let register = match &parsed.register {
            None => None,
            Some(register) => Some(RegisterHalf {
                reg: Reg(*register.number.get_ref()),
                seal: bytes(&source, &register.seal)?,
                answer: bytes(&source, &register.answer)?,
                vrf: vrf::PublicKey::from_bytes(&bytes::<32>(&source, &register.vrf)?)
                    .map_err(|error| source.at(&register.vrf.span(), error.to_string()))?,
                possession: vrf::Proof::from_bytes(&bytes::<80>(&source, &register.possession)?)
                    .map_err(|error| source.at(&register.possession.span(), error.to_string()))?,
            }),
        };
        let named = Named {
            consensus: bytes(&source, &keys.consensus)?,
            node: bytes(&source, &keys.node)?,
            governance: bytes(&source, &keys.governance)?,
            gateway: bytes(&source, &keys.gateway)?,
            register,
        };
        Ok(Self {
            file: path.to_path_buf(),
            text,
            parsed,
            named,
        })
    }

    /// Whether the half was made for these terms, by whoever has the secret halves.
    ///
    /// # Errors
    /// The mistake with its line.
    pub fn check(&self, terms: &Terms) -> Result<(), ConfigError> {
        let parsed = &self.parsed;
        if *parsed.chain_id.get_ref() != terms.chain_id {
            let what = format!("this is for another network; ours is {}", terms.chain_id);
            return Err(self.at(&parsed.chain_id.span(), what));
        }
        if *parsed.terms.get_ref() != hex::encode(terms.digest()) {
            let what = "this was made for other terms: compare the files of terms, then make the keys again";
            return Err(self.at(&parsed.terms.span(), what));
        }
        let Some(member) = terms.member(self.authority()) else {
            return Err(self.at_authority("the terms know no such authority".to_owned()));
        };
        if *parsed.id.get_ref() != member.id {
            let what = format!("the terms call this authority {}", member.id);
            return Err(self.at(&parsed.id.span(), what));
        }
        let expected = member.register.map(|register| register.reg);
        if self.named.register.as_ref().map(|register| register.reg) != expected {
            let what = match expected {
                Some(reg) => format!("the terms give this authority register {reg}"),
                None => "the terms give this authority no register".to_owned(),
            };
            let place = &parsed.register;
            let place = place
                .as_ref()
                .map_or(parsed.authority.span(), |register| register.number.span());
            return Err(self.at(&place, what));
        }
        self.check_proofs(terms)
    }

    fn check_proofs(&self, terms: &Terms) -> Result<(), ConfigError> {
        let proofs = &self.parsed.proofs;
        let source = self.source();
        let signed = self.named.signing_bytes(&terms.digest(), self.authority());
        let given = [
            Some(&proofs.consensus),
            Some(&proofs.node),
            Some(&proofs.governance),
            Some(&proofs.gateway),
            proofs.seal.as_ref(),
            proofs.answer.as_ref(),
        ];
        for ((name, key), proof) in self.named.signing_keys().into_iter().zip(given) {
            let Some(proof) = proof else {
                let what = format!("the proof of the {name} key is missing");
                return Err(self.at_authority(what));
            };
            let signature = Signature::from_bytes(&bytes(&source, proof)?);
            let holds = VerifyingKey::from_bytes(&key)
                .is_ok_and(|key| key.verify_strict(&signed, &signature).is_ok());
            if !holds {
                let what = format!(
                    "the {name} key did not sign this file: it was changed, or made by somebody who lacks the key"
                );
                return Err(source.at(&proof.span(), what));
            }
        }
        if let (Some(register), Some(table)) = (&self.named.register, &self.parsed.register) {
            let alpha = genesis_pop_alpha(register.reg);
            register
                .vrf
                .verify(&alpha, &register.possession)
                .map_err(|_| {
                    let what = "the proof that the VRF key is possessed does not hold";
                    source.at(&table.possession.span(), what)
                })?;
        }
        Ok(())
    }

    /// The authority's number.
    pub fn authority(&self) -> u16 {
        *self.parsed.authority.get_ref()
    }

    /// The keys.
    pub const fn named(&self) -> &Named {
        &self.named
    }

    /// The file's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it was read.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Every key with its place in the file.
    pub(super) fn keys(&self) -> Vec<([u8; 32], Range<usize>)> {
        let keys = &self.parsed.keys;
        let mut all = vec![
            (self.named.consensus, keys.consensus.span()),
            (self.named.node, keys.node.span()),
            (self.named.governance, keys.governance.span()),
            (self.named.gateway, keys.gateway.span()),
        ];
        if let (Some(named), Some(table)) = (&self.named.register, &self.parsed.register) {
            all.extend([
                (named.seal, table.seal.span()),
                (named.answer, table.answer.span()),
                (*named.vrf.as_bytes(), table.vrf.span()),
            ]);
        }
        all
    }

    /// A mistake at a place.
    pub(super) fn at(&self, place: &Range<usize>, what: impl Into<String>) -> ConfigError {
        self.source().at(place, what)
    }

    /// A mistake about whose half it is.
    pub(super) fn at_authority(&self, what: String) -> ConfigError {
        self.at(&self.parsed.authority.span(), what)
    }

    fn source(&self) -> Source<'_> {
        Source {
            file: &self.file,
            text: &self.text,
        }
    }
}

/// Lower-case hexadecimal digits of a fixed number of bytes.
fn bytes<const N: usize>(
    source: &Source<'_>,
    text: &Spanned<String>,
) -> Result<[u8; N], ConfigError> {
    let mut out = [0; N];
    let digits = text.get_ref();
    // One spelling per value: capitals are refused.
    if digits.bytes().any(|byte| byte.is_ascii_uppercase())
        || hex::decode_to_slice(digits, &mut out).is_err()
    {
        let what = format!("{} lower-case hexadecimal digits are expected", 2 * N);
        return Err(source.at(&text.span(), what));
    }
    Ok(out)
}
