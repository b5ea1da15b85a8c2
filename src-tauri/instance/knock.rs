//! The socket between two starts: one JSON list of targets, bounded in size and time.

use std::{
    io::{Read as _, Write as _},
    net::Shutdown,
    os::unix::{
        fs::PermissionsExt as _,
        net::{UnixListener, UnixStream},
    },
    path::Path,
    time::Duration,
};

use toend_client::dto::OpenTarget;

use crate::opening::{MAX_TARGETS, checked};

const SOCKET: &str = "app.sock";
/// Most bytes of a knock: eight long paths, each byte escaped.
const MAX_KNOCK: u64 = 256 * 1024;
/// How long one side waits for the other.
const PATIENCE: Duration = Duration::from_secs(2);

/// Listens for other starts. Only this user may knock.
pub fn listen(data_dir: &Path) -> Option<UnixListener> {
    let path = data_dir.join(SOCKET);
    // Left behind by an instance that was killed; the lock says that none runs now.
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).ok()?;
    if std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).is_err() {
        // Where the file system has no such rights, nobody is listened to.
        let _ = std::fs::remove_file(&path);
        return None;
    }
    Some(listener)
}

/// Tells the first instance what to open. One that does not listen is only not told.
pub fn knock(data_dir: &Path, open: &[OpenTarget]) {
    let Ok(mut stream) = UnixStream::connect(data_dir.join(SOCKET)) else {
        return;
    };
    let text = serde_json::to_vec(open).unwrap_or_default();
    let _ = stream.set_write_timeout(Some(PATIENCE));
    let _ = stream.write_all(&text);
    let _ = stream.shutdown(Shutdown::Write);
}

/// What a visitor wants opened; nothing when it says something that is not ours.
pub fn hear(visitor: &UnixStream) -> Vec<OpenTarget> {
    let mut text = Vec::new();
    let read = visitor
        .set_read_timeout(Some(PATIENCE))
        .and_then(|()| visitor.take(MAX_KNOCK).read_to_end(&mut text));
    if read.is_err() {
        return Vec::new();
    }
    let targets: Vec<OpenTarget> = serde_json::from_slice(&text).unwrap_or_default();
    targets.into_iter().take(MAX_TARGETS).map(checked).collect()
}

#[cfg(test)]
mod tests {
    use toend_client::dto::Page;

    use super::*;

    fn said(text: &[u8]) -> Vec<OpenTarget> {
        let (mut one, other) = UnixStream::pair().unwrap();
        let text = text.to_owned();
        let speaker = std::thread::spawn(move || {
            // A listener that hangs up early is the point of one case.
            let _ = one.write_all(&text);
            let _ = one.shutdown(Shutdown::Write);
        });
        let heard = hear(&other);
        drop(other);
        speaker.join().unwrap();
        heard
    }

    #[test]
    fn a_second_start_hands_over_what_it_was_asked_to_open() {
        let folder = tempfile::tempdir().unwrap();
        let listener = listen(folder.path()).unwrap();
        let mode = std::fs::metadata(folder.path().join(SOCKET))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let open = [
            OpenTarget::Page { page: Page::Check },
            OpenTarget::File {
                path: "/home/mari/a.asice".into(),
            },
        ];
        knock(folder.path(), &open);
        let (visitor, _) = listener.accept().unwrap();
        assert_eq!(hear(&visitor), open);
        // Nobody listens: nothing happens.
        knock(&folder.path().join("elsewhere"), &open);
    }

    #[test]
    fn garbage_opens_nothing_and_paths_are_looked_at() {
        assert_eq!(said(b""), []);
        assert_eq!(said(b"\xff\x00 not json"), []);
        assert_eq!(said(br#"[{"kind":"page","page":"admin"}]"#), []);
        assert_eq!(said(&vec![b'['; 2 * MAX_KNOCK as usize]), []);
        let relative = said(br#"[{"kind":"file","path":"../../etc/passwd"}]"#);
        assert!(matches!(relative.as_slice(), [OpenTarget::Refused { .. }]));
        let many = format!("[{}]", [r#"{"kind":"page","page":"tax"}"#; 40].join(","));
        assert_eq!(said(many.as_bytes()).len(), MAX_TARGETS);
    }
}
