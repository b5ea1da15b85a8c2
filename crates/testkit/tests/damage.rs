//! Damage for every decoder, on any machine: the libFuzzer programs of `tests/fuzz` dig deeper, these run at every test.

use toend_client::receipt::Receipt;
use toend_ledger::cometbft::{LightBlock, read_json};
use toend_ledger::evidence::EvidenceFile;
use toend_node::ledger_backup::List;
use toend_testkit::decoders::{DECODERS, samples};

const ROUNDS: usize = 3_000;
const LONGEST: usize = 4_096;

/// SplitMix64: the same damage in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

fn damage(chance: &mut Chance, bytes: &mut Vec<u8>) {
    for _ in 0..=chance.below(3) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(6) {
            0 => bytes.insert(at, chance.next() as u8),
            1 if at < bytes.len() => {
                bytes.remove(at);
            }
            2 => bytes.truncate(at),
            3 if at < bytes.len() => bytes[at] = [0, 1, 0x7F, 0x80, 0xFF][chance.below(5)],
            4 => {
                let piece: Vec<u8> = bytes
                    .iter()
                    .skip(at)
                    .take(chance.below(64))
                    .copied()
                    .collect();
                bytes.splice(at..at, piece);
            }
            _ if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            _ => bytes.push(chance.next() as u8),
        }
    }
    bytes.truncate(LONGEST.max(bytes.len().min(64 * 1024)));
}

#[test]
fn every_decoder_survives_damage() {
    for (index, (name, decode)) in DECODERS.iter().enumerate() {
        let mut chance = Chance(index as u64 + 1);
        for sample in samples(name) {
            decode(&sample);
            for _ in 0..ROUNDS {
                let mut bytes = sample.clone();
                damage(&mut chance, &mut bytes);
                decode(&bytes);
            }
        }
        for length in 0..256 {
            let noise: Vec<u8> = (0..length).map(|_| chance.next() as u8).collect();
            decode(&noise);
        }
    }
}

/// Whether a reader takes these bytes.
type Reads = fn(&[u8]) -> bool;

/// Damage to what is refused anyway would say little.
#[test]
fn samples_of_json_are_what_they_should_be() {
    let readers: [(&str, usize, Reads); 4] = [
        ("evidence", 4, |bytes| EvidenceFile::decode(bytes).is_ok()),
        ("receipt", 2, |bytes| Receipt::decode(bytes).is_ok()),
        ("ledger_backup_list", 1, |bytes| List::decode(bytes).is_ok()),
        ("light_block_json", 1, |bytes| {
            read_json::<LightBlock>(bytes).is_ok()
        }),
    ];
    for (name, count, reads) in readers {
        let samples = samples(name);
        assert_eq!(samples.len(), count, "{name}");
        assert!(samples.iter().all(|sample| reads(sample)), "{name}");
    }
}

#[test]
fn every_decoder_has_a_fuzz_target() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fuzz/fuzz_targets");
    let manifest = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/fuzz/Cargo.toml"
    ))
    .expect("the fuzz package is there");
    for (name, _) in DECODERS {
        let file = format!("{folder}/{name}.rs");
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(
            text.contains(&format!("\"{name}\"")),
            "{file} names another decoder"
        );
        assert!(
            manifest.contains(&format!("name = \"{name}\"")),
            "tests/fuzz/Cargo.toml does not list {name}"
        );
    }
}
