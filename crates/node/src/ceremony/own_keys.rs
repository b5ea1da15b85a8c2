//! An authority's own keys, made where they will be used. One key, one purpose.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use serde_json::json;
use toend_ledger::cometbft::address_of;
use toend_ledger::genesis::genesis_pop_alpha;
use toend_ledger::state::Reg;
use toend_ledger::vrf;
use zeroize::Zeroizing;

use super::public_half::{Named, RegisterHalf};
use super::{COMET_HOME, CeremonyError, PUBLIC, PublicHalf, Terms, write_new};
use crate::authority::keys::{self, Secret, write_private};
use crate::disk;

/// One authority's secret keys.
pub struct OwnKeys {
    consensus: Secret,
    node: Secret,
    governance: Secret,
    gateway: Secret,
    register: Option<RegisterKeys>,
}

struct RegisterKeys {
    reg: Reg,
    seal: Secret,
    answer: Secret,
    vrf: Secret,
    /// Shows that whoever names the VRF key has it.
    possession: vrf::Proof,
}

impl OwnKeys {
    /// Draws all keys of authority `number`.
    ///
    /// # Errors
    /// [`CeremonyError::Unknown`] for a number that the terms do not know; what the operating system says.
    pub fn draw(terms: &Terms, number: u16) -> Result<Self, CeremonyError> {
        let member = terms.member(number).ok_or(CeremonyError::Unknown(number))?;
        Ok(Self {
            consensus: keys::fresh()?,
            node: keys::fresh()?,
            governance: keys::fresh()?,
            gateway: keys::fresh()?,
            register: member
                .register
                .map(|one| RegisterKeys::draw(one.reg))
                .transpose()?,
        })
    }

    /// What the others get to see.
    pub fn named(&self) -> Named {
        Named {
            consensus: public(&self.consensus),
            node: public(&self.node),
            governance: public(&self.governance),
            gateway: public(&self.gateway),
            register: self.register.as_ref().map(|register| RegisterHalf {
                reg: register.reg,
                seal: public(&register.seal),
                answer: public(&register.answer),
                vrf: vrf::SecretKey::from_bytes(*register.vrf).public(),
                possession: register.possession,
            }),
        }
    }

    /// Signing keys in the order of [`Named::signing_keys`].
    pub(super) fn signers(&self) -> Vec<SigningKey> {
        let register = self.register.iter().flat_map(|r| [&r.seal, &r.answer]);
        [&self.consensus, &self.node, &self.governance, &self.gateway]
            .into_iter()
            .chain(register)
            .map(|secret| SigningKey::from_bytes(secret))
            .collect()
    }

    /// Writes the keys into an authority's folder, readable by its owner alone, and the public half beside them.
    /// Existing keys are never overwritten.
    ///
    /// # Errors
    /// [`CeremonyError::Folder`] when the folder holds something; what the disk says.
    pub fn write(
        &self,
        folder: &Path,
        terms: &Terms,
        number: u16,
    ) -> Result<PublicHalf, CeremonyError> {
        make_private(folder)?;
        if std::fs::read_dir(folder)?.next().is_some() {
            let what = "the folder is not empty; keys are never overwritten";
            return Err(CeremonyError::Folder(
                folder.display().to_string(),
                what.to_owned(),
            ));
        }
        let own = folder.join("keys");
        make_private(&own)?;
        keys::write(&own.join("governance.key"), &self.governance)?;
        keys::write(&own.join("gateway.key"), &self.gateway)?;
        if let Some(register) = &self.register {
            keys::write(&own.join("seal.key"), &register.seal)?;
            keys::write(&own.join("answer.key"), &register.answer)?;
            keys::write(&own.join("vrf-1.key"), &register.vrf)?;
        }
        self.write_comet(&folder.join(COMET_HOME))?;
        let path = folder.join(PUBLIC);
        let half = PublicHalf::sign(self, terms, number, &path)?;
        write_new(&path, half.text().as_bytes())?;
        Ok(half)
    }

    fn write_comet(&self, home: &Path) -> Result<(), CeremonyError> {
        let (config, data) = (home.join("config"), home.join("data"));
        make_private(&config)?;
        make_private(&data)?;
        let validator = validator_file(&self.consensus);
        write_private(
            &config.join("priv_validator_key.json"),
            validator.as_bytes(),
        )?;
        let node = Zeroizing::new(json!({ "priv_key": private(&self.node) }).to_string());
        write_private(&config.join("node_key.json"), node.as_bytes())?;
        // What this validator signed last: CometBFT never signs a lower step again.
        let signed = json!({ "height": "0", "round": 0, "step": 0 }).to_string();
        write_private(&data.join("priv_validator_state.json"), signed.as_bytes())?;
        Ok(())
    }
}

impl RegisterKeys {
    /// Some VRF keys cannot prove their possession for the fixed input; such a one is drawn again.
    fn draw(reg: Reg) -> Result<Self, CeremonyError> {
        loop {
            let vrf = keys::fresh()?;
            let secret = vrf::SecretKey::from_bytes(*vrf);
            if let Ok(possession) = secret.prove(&genesis_pop_alpha(reg)) {
                return Ok(Self {
                    reg,
                    seal: keys::fresh()?,
                    answer: keys::fresh()?,
                    vrf,
                    possession,
                });
            }
        }
    }
}

/// CometBFT's file with a validator's key.
fn validator_file(consensus: &Secret) -> Zeroizing<String> {
    let pub_key = public(consensus);
    Zeroizing::new(
        json!({
            "address": hex::encode_upper(address_of(&pub_key)),
            "pub_key": { "type": "tendermint/PubKeyEd25519", "value": STANDARD.encode(pub_key) },
            "priv_key": private(consensus),
        })
        .to_string(),
    )
}

/// A secret key as CometBFT writes it: secret and public half.
fn private(secret: &Secret) -> serde_json::Value {
    let both = Zeroizing::new(SigningKey::from_bytes(secret).to_keypair_bytes());
    json!({
        "type": "tendermint/PrivKeyEd25519",
        "value": STANDARD.encode(*both),
    })
}

/// The public half of a secret key.
pub(super) fn public(secret: &Secret) -> [u8; 32] {
    SigningKey::from_bytes(secret).verifying_key().to_bytes()
}

/// Makes a folder that only its owner enters.
pub(super) fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| disk::about(folder, &error))
}
