//! What the program is asked to open: a `toend:` link, a file, by command line, double click or a second start.
//!
//! Links and arguments come from outside. A link can name one of eight pages and nothing else; a file is only ever checked.
//! Everything else becomes a refusal that the window says.

use std::{
    collections::{BTreeMap, VecDeque},
    path::{Component, Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use toend_client::dto::{Blame, ErrorInfo, OpenTarget, Page};

/// Longest link.
const MAX_LINK: usize = 64;
/// Longest path.
const MAX_PATH: usize = 4096;
/// Most targets that wait or are handed over at once.
pub const MAX_TARGETS: usize = 8;

/// What an argument of the command line stands for; a relative path starts at `here`.
pub fn argument(text: &str, here: &Path) -> OpenTarget {
    if let Some(address) = text.strip_prefix("file:") {
        return from_file_address(address).map_or_else(|| refused("address"), |path| file(&path));
    }
    if text.starts_with("toend:") {
        return page(text).map_or_else(|| refused("link"), |page| OpenTarget::Page { page });
    }
    if text.is_empty() {
        return refused("path");
    }
    file(&here.join(text))
}

/// The page that a link names. Only `toend:page`, `toend://page` and either with a closing slash.
fn page(link: &str) -> Option<Page> {
    let name = link
        .strip_prefix("toend:")
        .filter(|_| link.len() <= MAX_LINK)?;
    let name = name.strip_prefix("//").unwrap_or(name);
    Some(match name.strip_suffix('/').unwrap_or(name) {
        "home" => Page::Home,
        "health" => Page::Health,
        "tax" => Page::Tax,
        "business" => Page::Business,
        "check" => Page::Check,
        "status" => Page::Status,
        "settings" => Page::Settings,
        "help" => Page::Help,
        _ => return None,
    })
}

/// A file to be checked. Its path is absolute and plain; whether it can be read shows when it is.
fn file(path: &Path) -> OpenTarget {
    match path.to_str() {
        Some(text) if is_plain(path, text) => OpenTarget::File {
            path: text.to_owned(),
        },
        _ => refused("path"),
    }
}

fn is_plain(path: &Path, text: &str) -> bool {
    path.is_absolute()
        && text.len() <= MAX_PATH
        && !text.contains('\0')
        && path.file_name().is_some()
        && !path
            .components()
            .any(|part| matches!(part, Component::Prefix(prefix) if prefix.kind().is_verbatim()))
}

/// The path of a `file:` address on this computer; desktops hand files over so.
fn from_file_address(address: &str) -> Option<PathBuf> {
    let path = match address.strip_prefix("//") {
        Some(rest) => rest.strip_prefix("localhost").unwrap_or(rest),
        None => address,
    };
    if !path.starts_with('/') || path.len() > 3 * MAX_PATH {
        return None;
    }
    let mut out = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let pair = [bytes.next()?, bytes.next()?];
                let digits = std::str::from_utf8(&pair).ok()?;
                out.push(u8::from_str_radix(digits, 16).ok()?);
            }
            b'?' | b'#' => return None,
            other => out.push(other),
        }
    }
    String::from_utf8(out).ok().map(PathBuf::from)
}

/// What another start handed over, looked at again: the socket is this user's own, but nobody's word is taken.
pub fn checked(target: OpenTarget) -> OpenTarget {
    match target {
        OpenTarget::File { path } => file(Path::new(&path)),
        OpenTarget::Page { page } => OpenTarget::Page { page },
        OpenTarget::Refused { .. } => refused("link"),
    }
}

fn refused(reason: &str) -> OpenTarget {
    OpenTarget::Refused {
        error: ErrorInfo {
            code: "E74".into(),
            blame: Blame::User,
            params: BTreeMap::from([("reason".to_owned(), reason.to_owned())]),
            retry: false,
        },
    }
}

/// Targets that wait for the window; each is given out once.
#[derive(Default)]
pub struct Waiting(Mutex<VecDeque<OpenTarget>>);

impl Waiting {
    /// Lets a target wait; when too many do, the oldest is dropped.
    pub fn put(&self, target: OpenTarget) {
        // A plain value: a panic elsewhere cannot leave it half-written.
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() == MAX_TARGETS {
            waiting.pop_front();
        }
        waiting.push_back(target);
    }

    /// The oldest one.
    pub fn take(&self) -> Option<OpenTarget> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> OpenTarget {
        argument(text, Path::new("/home/mari"))
    }

    fn is_refused(target: &OpenTarget) -> bool {
        matches!(target, OpenTarget::Refused { error } if error.code == "E74")
    }

    #[test]
    fn a_link_names_one_of_eight_pages() {
        for (text, page) in [
            ("toend:home", Page::Home),
            ("toend:health", Page::Health),
            ("toend:tax", Page::Tax),
            ("toend:business", Page::Business),
            ("toend://check", Page::Check),
            ("toend://status/", Page::Status),
            ("toend:settings/", Page::Settings),
            ("toend:help", Page::Help),
        ] {
            assert_eq!(open(text), OpenTarget::Page { page }, "{text}");
        }
    }

    #[test]
    fn every_other_link_is_refused() {
        for text in [
            "toend:",
            "toend://",
            "toend:Home",
            "toend:home?signOut",
            "toend:home#x",
            "toend:../etc/passwd",
            "toend:check/file/etc/passwd",
            "toend:network?v=1&chain=a&digest=00",
            "toend:home//",
            "toend:%68ome",
            "toend:javascript:alert(1)",
        ] {
            assert!(is_refused(&open(text)), "{text}");
        }
        assert!(is_refused(&open(&format!(
            "toend:{}",
            "a".repeat(1_000_000)
        ))));
    }

    #[test]
    fn a_file_is_named_absolutely() {
        let file = |path: &str| OpenTarget::File { path: path.into() };
        assert_eq!(open("a.asice"), file("/home/mari/a.asice"));
        assert_eq!(
            open("/home/mari/õun b.asice"),
            file("/home/mari/õun b.asice")
        );
        assert_eq!(
            open("file:///home/mari/%C3%B5un%20b.asice"),
            file("/home/mari/õun b.asice")
        );
        assert_eq!(open("file://localhost/home/mari/a"), file("/home/mari/a"));
        for bad in [
            "file://server/share/a",
            "file:a",
            "file:///home/mari/%zz",
            "file:///home/mari/%4",
            "file:///home/mari/%ff",
            "file:///home/mari/a%00b",
            "file:///home/mari/a?b",
            "a\0b",
            "..",
            "",
        ] {
            assert!(is_refused(&open(bad)), "{bad:?}");
        }
        assert!(is_refused(&open(&"a".repeat(MAX_PATH))));
    }

    #[test]
    fn what_was_handed_over_is_looked_at_again() {
        let page = OpenTarget::Page { page: Page::Tax };
        assert_eq!(checked(page.clone()), page);
        let relative = OpenTarget::File {
            path: "a.asice".into(),
        };
        assert!(is_refused(&checked(relative)));
    }

    #[test]
    fn each_target_is_given_out_once_and_few_wait() {
        let waiting = Waiting::default();
        for at in 0..20 {
            waiting.put(open(&format!("/{at}")));
        }
        let mut taken = Vec::new();
        while let Some(target) = waiting.take() {
            taken.push(target);
        }
        assert_eq!(taken.len(), MAX_TARGETS);
        assert_eq!(taken.first(), Some(&open("/12")));
        assert_eq!(waiting.take(), None);
    }

    /// The package must hand links and files to the program: its desktop entry says so, and what such files are.
    #[test]
    fn the_package_announces_links_and_files() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
        let entry = text("src-tauri/packaging/toend-desktop.desktop");
        assert!(entry.contains("\nExec=toend-desktop %U\n"), "{entry}");
        let mime = "application/vnd.etsi.asic-e+zip";
        let types = format!("\nMimeType={mime};x-scheme-handler/toend;\n");
        assert!(entry.contains(&types), "{entry}");
        let description = text("src-tauri/packaging/toend-mime.xml");
        assert!(description.contains(mime) && description.contains("*.asice"));
    }
}
