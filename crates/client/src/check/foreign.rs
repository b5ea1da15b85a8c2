//! What a file is that is no proof file. People hand over what they have: the page taken out of the file, a photograph, a
//! document signed with other software. Each gets its own sentence, and none is called false.

/// A file of another kind. Nothing in it is read beyond what tells the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// No bytes at all.
    Empty,
    /// A PDF document.
    Pdf,
    /// A photograph or a screenshot.
    Image,
    /// A signed document of another program (ASiC, BDOC, DDOC).
    SignedDocument,
    /// A ZIP archive or what is built like one (office documents).
    Archive,
    /// A proof file that another program packed anew.
    Repacked,
    /// The readable page taken out of a proof file.
    PageOnly,
    /// `proof.cbor` taken out of a proof file.
    ProofOnly,
    /// A network file.
    NetworkFile,
}

impl Foreign {
    /// Stable reason; the texts of all languages have it.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Pdf => "foreignPdf",
            Self::Image => "foreignImage",
            Self::SignedDocument => "foreignSigned",
            Self::Archive => "foreignArchive",
            Self::Repacked => "repacked",
            Self::PageOnly => "pageOnly",
            Self::ProofOnly => "proofOnly",
            Self::NetworkFile => "networkFile",
        }
    }
}

/// Tells the kind by the bytes, never by the name. `None`: none that we know.
pub fn recognise(bytes: &[u8]) -> Option<Foreign> {
    const START: usize = 1024;
    let start = bytes.get(..START).unwrap_or(bytes);
    if bytes.is_empty() {
        Some(Foreign::Empty)
    } else if start.starts_with(b"PK") {
        archive(bytes)
    } else if contains(start, b"%PDF-") {
        Some(Foreign::Pdf)
    } else if is_image(start) {
        Some(Foreign::Image)
    } else if start.starts_with(b"\x8a\x6btoend-proof") {
        Some(Foreign::ProofOnly)
    } else if is_our_page(start) {
        Some(Foreign::PageOnly)
    } else if contains(start, b"\"toend-network/") {
        Some(Foreign::NetworkFile)
    } else if contains(start, b"<SignedDoc") {
        Some(Foreign::SignedDocument)
    } else {
        None
    }
}

/// An archive that is not in the one form of a proof file, by the names and the media type written in it.
fn archive(bytes: &[u8]) -> Option<Foreign> {
    const SIGNED: [&[u8]; 3] = [
        b"application/vnd.etsi.asic-e+zip",
        b"application/vnd.etsi.asic-s+zip",
        b"application/vnd.bdoc",
    ];
    /// Name and content of the first member, from byte 30 on.
    const BEGIN: &[u8] = b"mimetypeapplication/vnd.etsi.asic-e+zip";
    // Where the media type of such a file stands, whatever the header says of it.
    let head = bytes.get(..256).unwrap_or(bytes);
    if contains(bytes, b"proof.cbor") {
        return contains(bytes, b"page.html").then_some(Foreign::Repacked);
    }
    if contains(bytes, b"META-INF/signature") {
        return Some(Foreign::SignedDocument);
    }
    let typed = SIGNED.iter().any(|kind| contains(head, kind));
    // Our own beginning, cut off before the proof: that is an incomplete file, not somebody else's.
    let cut = BEGIN.starts_with(bytes.get(30..).unwrap_or_default());
    if cut || (typed && bytes.len() < 128) {
        None
    } else if typed {
        Some(Foreign::SignedDocument)
    } else {
        Some(Foreign::Archive)
    }
}

fn is_image(start: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 6] = [
        b"\x89PNG\r\n",
        b"\xff\xd8\xff",
        b"GIF8",
        b"BM",
        b"II*\0",
        b"MM\0*",
    ];
    let boxed = start.get(4..8) == Some(b"ftyp".as_slice());
    let webp = start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP".as_slice());
    boxed || webp || BEGINNINGS.iter().any(|begin| start.starts_with(begin))
}

fn is_our_page(start: &[u8]) -> bool {
    const TITLES: [&str; 4] = [
        "Tõend pearaamatust",
        "Proof from the ledger",
        "Доказательство из реестра записей",
        "Доказательство из книги",
    ];
    let titled = |title: &str| contains(start, format!("<title>{title}</title>").as_bytes());
    contains(start, b"<html") && TITLES.iter().any(|title| titled(title))
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}
