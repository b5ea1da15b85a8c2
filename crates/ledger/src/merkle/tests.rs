use std::path::{Path, PathBuf};

use base64::Engine as _;
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use super::*;

fn vectors() -> Option<PathBuf> {
    let folder = std::env::var_os("TOEND_VECTORS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors"),
        PathBuf::from,
    );
    let folder = folder.join("rfc6962");
    if folder.is_dir() {
        Some(folder)
    } else {
        println!(
            "SKIPPED: the RFC 6962 vectors are neither beside the project nor in TOEND_VECTORS"
        );
        None
    }
}

fn json_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            json_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "json") {
            out.push(path);
        }
    }
}

fn cases(kind: &str) -> Vec<(String, serde_json::Value)> {
    let Some(folder) = vectors() else {
        return Vec::new();
    };
    let mut files = Vec::new();
    json_files(&folder.join(kind), &mut files);
    assert!(files.len() > 90, "{kind}: only {} files", files.len());
    files
        .iter()
        .map(|path| {
            (
                path.display().to_string(),
                serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap(),
            )
        })
        .collect()
}

/// A hash of a vector. Some cases hold text that is not 32 bytes long; another 32 bytes stand for it, different for different text.
fn hash(value: &serde_json::Value) -> Hash {
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(value.as_str().unwrap_or_default())
        .unwrap();
    bytes
        .as_slice()
        .try_into()
        .unwrap_or_else(|_| leaf_hash(&bytes))
}

fn hashes(value: &serde_json::Value) -> Vec<Hash> {
    value
        .as_array()
        .map_or(Vec::new(), |list| list.iter().map(hash).collect())
}

#[test]
fn published_inclusion_proofs() {
    for (name, case) in cases("inclusion") {
        let (leaf, root, proof) = (
            hash(&case["leafHash"]),
            hash(&case["root"]),
            hashes(&case["proof"]),
        );
        let (index, size) = (
            case["leafIdx"].as_u64().unwrap(),
            case["treeSize"].as_u64().unwrap(),
        );
        let verdict = verify_inclusion(&leaf, index, size, &proof, &root);
        // Where a case gives no hash at all, our types already make the call impossible.
        let whole = ["leafHash", "root"]
            .iter()
            .all(|key| case[key].as_str().is_some_and(|text| !text.is_empty()));
        assert_eq!(
            verdict.is_ok() && whole,
            !case["wantErr"].as_bool().unwrap(),
            "{name}: {verdict:?}"
        );
    }
}

#[test]
fn published_consistency_proofs() {
    for (name, case) in cases("consistency") {
        let (first, second, proof) = (
            hash(&case["root1"]),
            hash(&case["root2"]),
            hashes(&case["proof"]),
        );
        let (older, newer) = (
            case["size1"].as_u64().unwrap(),
            case["size2"].as_u64().unwrap(),
        );
        let verdict = verify_consistency(older, newer, &proof, &first, &second);
        assert_eq!(
            verdict.is_ok(),
            !case["wantErr"].as_bool().unwrap(),
            "{name}: {verdict:?}"
        );
    }
}

#[test]
fn known_roots() {
    // The reference tree of RFC 6962 implementations, roots of its first 0, 1, 2, 3 and 8 leaves.
    let leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    .map(|l| hex::decode(l).unwrap());
    let expect = [
        (
            0,
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            1,
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        ),
        (
            2,
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        ),
        (
            3,
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        ),
        (
            8,
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ),
    ];
    for (n, want) in expect {
        assert_eq!(hex::encode(root(&leaves[..n])), want, "{n} leaves");
    }
}

fn numbered(n: usize) -> Vec<Hash> {
    (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

#[test]
fn every_proof_of_small_trees() {
    for size in 1..=33usize {
        let leaves = numbered(size);
        let whole = root_of_hashes(&leaves);
        let mut frontier = Frontier::new();
        for (i, leaf) in leaves.iter().enumerate() {
            let proof = inclusion_proof(&leaves, i as u64).unwrap();
            verify_inclusion(leaf, i as u64, size as u64, &proof, &whole).unwrap();
            assert!(
                verify_inclusion(
                    leaf,
                    (i as u64 + 1) % size as u64,
                    size as u64,
                    &proof,
                    &whole
                )
                .is_err()
                    || size == 1
            );
            frontier.push(*leaf);
            assert_eq!(frontier.root(), root_of_hashes(&leaves[..=i]));
            let older = root_of_hashes(&leaves[..=i]);
            let proof = consistency_proof(&leaves, i as u64 + 1).unwrap();
            verify_consistency(i as u64 + 1, size as u64, &proof, &older, &whole).unwrap();
        }
    }
}

#[test]
fn frontier_encoding_is_strict() {
    let mut frontier = Frontier::new();
    for leaf in numbered(11) {
        frontier.push(leaf);
    }
    let bytes = frontier.encode();
    assert_eq!(bytes.len(), 8 + 3 * 32);
    assert_eq!(Frontier::decode(&bytes).unwrap(), frontier);
    assert_eq!(
        Frontier::decode(&bytes[..7]),
        Err(FrontierError::TooShort(7))
    );
    let mut long = bytes.clone();
    long.push(0);
    assert!(matches!(
        Frontier::decode(&long),
        Err(FrontierError::WrongLength { .. })
    ));
    assert!(matches!(
        Frontier::decode(&bytes[..bytes.len() - 32]),
        Err(FrontierError::WrongLength { .. })
    ));
    assert_eq!(Frontier::decode(&[0; 8]).unwrap().root(), EMPTY_ROOT);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn sixteen_at_once_are_the_same_hashes() {
    let Some(wide) = wide::Wide::detect() else {
        println!("SKIPPED: this processor has no 512-bit vectors");
        return;
    };
    let left: [Hash; 16] = std::array::from_fn(|i| leaf_hash(&[i as u8]));
    let right: [Hash; 16] = std::array::from_fn(|i| leaf_hash(&[i as u8, 1]));
    let both = wide
        .inner(&wide::Digests::pack(&left), &wide::Digests::pack(&right))
        .unpack();
    for i in 0..16 {
        assert_eq!(both[i], inner_hash(&left[i], &right[i]));
    }
    assert_eq!(wide::Digests::splat(&left[3]).unpack(), [left[3]; 16]);
    for blocks in [1, 2] {
        let length = 64 * blocks - 9;
        let messages: [[u8; 128]; 16] = std::array::from_fn(|i| {
            let mut message = [0; 128];
            message[1..length].fill(i as u8);
            message[length] = 0x80;
            message[64 * blocks - 8..64 * blocks]
                .copy_from_slice(&(length as u64 * 8).to_be_bytes());
            message
        });
        let digests = wide.padded(&messages, blocks).unpack();
        for i in 0..16 {
            assert_eq!(digests[i], leaf_hash(&messages[i][1..length]));
        }
    }
}

proptest! {
    #[test]
    fn node_hashes_are_plain_sha256(data in proptest::collection::vec(any::<u8>(), 0..200), l: Hash, r: Hash) {
        let want: Hash = Sha256::new().chain_update([0]).chain_update(&data).finalize().into();
        prop_assert_eq!(leaf_hash(&data), want);
        let want: Hash = Sha256::new().chain_update([1]).chain_update(l).chain_update(r).finalize().into();
        prop_assert_eq!(inner_hash(&l, &r), want);
    }

    #[test]
    fn a_changed_proof_is_refused(size in 2usize..200, at in any::<proptest::sample::Index>(), bit in 0usize..256) {
        let leaves = numbered(size);
        let index = at.index(size) as u64;
        let whole = root_of_hashes(&leaves);
        let good = inclusion_proof(&leaves, index).unwrap();
        for step in 0..good.len() {
            let mut bad = good.clone();
            bad[step][bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(
                verify_inclusion(&leaves[index as usize], index, size as u64, &bad, &whole),
                Err(MerkleError::RootMismatch)
            );
        }
    }

    #[test]
    fn frontier_decoder_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(frontier) = Frontier::decode(&bytes) {
            prop_assert_eq!(frontier.encode(), bytes);
        }
    }
}
