//! Issues the certificates of the demonstration cards anew, into `crates/id-card/fixtures`. Signatures are
//! randomised, so every run gives other files; run it only when the profile or a person changes:
//! `cargo run -p toend-id-card --example make_demo_certificates`.

use std::error::Error;
use std::fs;
use std::path::Path;

use toend_id_card::drivers::KeyPair;
use toend_id_card::{demo, demo_ca};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let write = |name: String, der: Vec<u8>| {
        println!("{name}: {} bytes", der.len());
        fs::write(folder.join(name), der)
    };
    write("demonstration-ca.der".into(), demo_ca::issue_authority()?)?;
    for card in demo::cards() {
        let issue = |pair| demo_ca::issue(&card.persona, card.generation, pair);
        write(
            format!("{}-authentication.der", card.id),
            issue(KeyPair::Authentication)?,
        )?;
        write(
            format!("{}-signature.der", card.id),
            issue(KeyPair::Signature)?,
        )?;
    }
    Ok(())
}
