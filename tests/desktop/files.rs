//! Files that are no proof, or none that this program can read: each says which kind it is, and none is called false.

use std::collections::BTreeSet;

use crate::{
    scene::{Scene, Setup},
    words::Words,
};

/// The largest file that is read.
const LARGEST: usize = 1024 * 1024;

/// Saves the proof of a record and returns its bytes.
async fn genuine(scene: &mut Scene) -> Vec<u8> {
    scene.sign_in().await;
    scene.open_health().await;
    scene.open_first_record().await;
    scene.window.click("proof-open").await;
    scene.window.click("save-proof").await;
    let file = scene.proof_file();
    scene
        .window
        .until("the proof file", async || file.exists())
        .await;
    scene.window.find("proof-saved").await;
    std::fs::read(file).expect("the proof file is there")
}

/// CRC-32 as ZIP has it.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xEDB8_8320 * (sum & 1))
        })
    })
}

/// The same file as a later version of the program would write it: another version in the proof, and sums that fit.
fn of_a_later_version(genuine: &[u8]) -> Vec<u8> {
    const HEADER: usize = 30;
    let mut bytes = genuine.to_vec();
    let name = b"proof.cbor";
    let found = bytes.windows(name.len()).position(|part| part == name);
    let start = found.expect("the proof is a member of the file") + name.len();
    let header = start - name.len() - HEADER;
    let size: [u8; 4] = bytes[header + 18..header + 22]
        .try_into()
        .expect("four bytes");
    let end = start + u32::from_le_bytes(size) as usize;
    let before = crc32(&bytes[start..end]).to_le_bytes();
    let format = b"toend-proof";
    let at = bytes[start..end]
        .windows(format.len())
        .position(|part| part == format);
    let version = start + at.expect("a proof names its format") + format.len();
    assert!(bytes[version] < 23, "a small number is one byte");
    bytes[version] = 23;
    let after = crc32(&bytes[start..end]).to_le_bytes();
    let sums: Vec<usize> = (0..bytes.len() - 4)
        .filter(|at| bytes[*at..at + 4] == before)
        .collect();
    assert_eq!(sums.len(), 2, "before the member and in the directory");
    for at in sums {
        bytes[at..at + 4].copy_from_slice(&after);
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_checked_says_why_in_its_own_words() {
    let words = Words::of("en");
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    let genuine = genuine(&mut scene).await;
    let mut oversized = genuine.clone();
    oversized.resize(LARGEST + 1, b' ');
    let cases = [
        ("tooLarge", oversized),
        ("newerVersion", of_a_later_version(&genuine)),
        ("empty", Vec::new()),
        (
            "foreignPdf",
            b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n".to_vec(),
        ),
    ];
    let window = &scene.window;
    window.click("nav-check").await;
    let mut told = BTreeSet::new();
    for (kind, bytes) in cases {
        std::fs::write(scene.proof_file(), bytes).expect("the file can be written");
        window.click("check-choose").await;
        for part in ["title", "text", "do"] {
            window
                .says(words.get(&format!("check.file.{kind}.{part}")))
                .await;
        }
        window
            .find_css("[data-testid='check-outcome'][data-outcome='INDETERMINATE']")
            .await;
        let shown = window.words("check-outcome").await;
        assert!(
            !shown.contains(words.get("check.out.TOTAL_PASSED"))
                && !shown.contains(words.get("check.out.TOTAL_FAILED")),
            "{kind} is neither genuine nor false: {shown}"
        );
        assert!(told.insert(shown), "{kind} reads as another kind does");
        assert_eq!(window.axe().await, Vec::<String>::new(), "{kind}");
    }
    // The genuine file is still one.
    std::fs::write(scene.proof_file(), genuine).expect("the file can be written");
    window.click("check-choose").await;
    window
        .find_css("[data-testid='check-outcome'][data-outcome='TOTAL_PASSED']")
        .await;
    scene.close().await;
}
