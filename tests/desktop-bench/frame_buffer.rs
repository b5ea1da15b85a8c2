//! A private X display whose picture can be read while the app paints: nothing inside the app is changed or slowed by looking.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom},
    process::{Child, Command, Stdio},
};

/// Words are drawn with many shades; frames and backgrounds are not.
const SHADES_OF_WORDS: usize = 24;
/// Every which row is looked at.
const ROW_STEP: u32 = 3;

/// A part of the screen, in pixels.
#[derive(Clone, Copy)]
pub struct Part {
    pub left: u32,
    pub top: u32,
    pub right: u32,
    pub bottom: u32,
}

/// A running Xvfb with a readable picture; killed when dropped.
pub struct FrameBuffer {
    server: Child,
    display: String,
    picture: File,
    pixels_from: u64,
    line: u64,
    _folder: tempfile::TempDir,
}

impl FrameBuffer {
    /// Starts a server on a free display.
    pub fn open() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1440x900x24"])
            .args(["-nolisten", "tcp", "-fbdir"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts (package xvfb)");
        let out = server.stdout.take().expect("stdout is piped");
        let mut number = String::new();
        BufReader::new(out)
            .read_line(&mut number)
            .expect("Xvfb tells its display");
        let mut picture =
            File::open(folder.path().join("Xvfb_screen0")).expect("Xvfb writes its picture");
        let mut head = [0; 100];
        picture.read_exact(&mut head).expect("an XWD header");
        // The header of an X window dump: 25 big-endian numbers, then a colour table of 12-byte entries.
        let field = |at: usize| {
            let bytes = head[4 * at..4 * at + 4].try_into().expect("four bytes");
            u64::from(u32::from_be_bytes(bytes))
        };
        Self {
            pixels_from: field(0) + 12 * field(19),
            line: field(12),
            display: format!(":{}", number.trim()),
            server,
            picture,
            _folder: folder,
        }
    }

    /// Value for `DISPLAY`.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// True when there are words in this part of the screen.
    pub fn has_words(&mut self, part: Part) -> bool {
        let mut row = vec![0; 4 * (part.right - part.left) as usize];
        let mut shades = BTreeSet::new();
        let mut last = [0; 4];
        for y in (part.top..part.bottom).step_by(ROW_STEP as usize) {
            let from = self.pixels_from + self.line * u64::from(y) + 4 * u64::from(part.left);
            self.picture
                .seek(SeekFrom::Start(from))
                .and_then(|_| self.picture.read_exact(&mut row))
                .expect("the picture can be read");
            for pixel in row.chunks_exact(4) {
                if pixel != last {
                    last.copy_from_slice(pixel);
                    shades.insert(last);
                }
            }
            if shades.len() >= SHADES_OF_WORDS {
                return true;
            }
        }
        false
    }
}

impl Drop for FrameBuffer {
    fn drop(&mut self) {
        // Already gone is as good as killed.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
