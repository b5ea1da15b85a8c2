//! The pinned CometBFT, and its light client as a proxy.
#![allow(dead_code, clippy::unwrap_used)]

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use toend_node::cometbft::{self, InstallError};

/// The program, built once into the target folder; none where Go is not installed.
pub fn program() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_BIN_EXE_toend-node"))
        .ancestors()
        .nth(2)
        .unwrap();
    match cometbft::install(&target.join("tools")) {
        Ok(program) => Some(program),
        Err(InstallError::NoGo) => {
            println!("skipped: Go is not installed");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// A free port, outside the range that the system hands out by itself: nobody else takes it before it is used.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = std::process::id() % 4000;
    (0..4000)
        .map(|_| (first + u32::from(NEXT.fetch_add(1, Ordering::Relaxed))) % 4000)
        .map(|offset| 28_000 + u16::try_from(offset).unwrap())
        .find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .unwrap()
}

/// `cometbft light` in front of a network.
pub struct Proxy {
    child: Child,
    url: String,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Proxy {
    /// Trusts the first block; the first of `urls` is the primary, the others are witnesses.
    pub fn start(
        program: &Path,
        home: &Path,
        chain_id: &str,
        urls: &[String],
        first: &str,
        more: &[&str],
    ) -> Self {
        let port = free_port();
        let (primary, witnesses) = urls.split_first().unwrap();
        let child = Command::new(program)
            .arg("light")
            .arg(chain_id)
            .args(["--primary", primary, "--witnesses", &witnesses.join(",")])
            .args([
                "--height",
                "1",
                "--hash",
                first,
                "--trusting-period",
                "876000h",
                "--trust-level",
                "2/3",
            ])
            .args(["--laddr", &format!("tcp://127.0.0.1:{port}"), "--home-dir"])
            .arg(home)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
        }
    }

    /// Asks until the proxy answers; fails when it has ended.
    pub async fn get(&mut self, path: &str) -> Value {
        let end = Instant::now() + Duration::from_secs(180);
        loop {
            if let Ok(answer) = reqwest::get(format!("{}{path}", self.url)).await {
                let answer: Value = answer.json().await.unwrap();
                assert_eq!(answer.get("error"), None, "{path}: {answer}");
                return answer["result"].clone();
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                let mut text = String::new();
                self.child
                    .stdout
                    .take()
                    .unwrap()
                    .read_to_string(&mut text)
                    .unwrap();
                self.child
                    .stderr
                    .take()
                    .unwrap()
                    .read_to_string(&mut text)
                    .unwrap();
                panic!("cometbft light ended with {status}: {text}");
            }
            assert!(Instant::now() < end, "cometbft light does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
