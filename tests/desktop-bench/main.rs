//! Speed of feel, measured in the real window under a private X display: first words on the screen after the process starts,
//! how long the page or the window is ever busy while a long history is verified, and how fast a record opens.
//!
//! `cargo xtask bench window` builds the app as `cargo xtask run` does and runs this. By hand, after that:
//! `--only paint|sync|open`, `--headers N`, `--runs N`, `--json FILE`.

#![allow(clippy::indexing_slicing, clippy::cast_precision_loss)]

mod computer;
mod figures;
mod frame_buffer;
mod open_record;
mod paint;
mod probe;
#[allow(dead_code)]
#[path = "../desktop/screen.rs"]
mod screen;
mod sync;
#[allow(dead_code)]
#[path = "../desktop/window.rs"]
mod window;

use figures::Figures;

/// What is measured, and how much of it.
struct Plan {
    only: Option<String>,
    headers: u64,
    runs: usize,
    json: Option<String>,
}

impl Plan {
    fn read() -> Self {
        let mut plan = Self {
            only: None,
            headers: 1_000_000,
            runs: 9,
            json: None,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .unwrap_or_else(|| panic!("{word} wants a value"))
            };
            match word.as_str() {
                "--only" => plan.only = Some(value()),
                "--headers" => plan.headers = value().parse().expect("a number of headers"),
                "--runs" => plan.runs = value().parse().expect("a number of runs"),
                "--json" => plan.json = Some(value()),
                // Cargo says this to every benchmark.
                "--bench" => {}
                other => panic!("there is no option {other}"),
            }
        }
        plan
    }

    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

#[tokio::main]
async fn main() {
    let plan = Plan::read();
    let mut figures = Figures::default();
    if plan.wants("paint") {
        paint::measure(plan.runs, &mut figures);
    }
    if plan.wants("open") {
        open_record::measure(&mut figures).await;
    }
    if plan.wants("sync") {
        sync::measure(plan.headers, &mut figures).await;
    }
    figures.print();
    if let Some(file) = &plan.json {
        figures.write(file);
    }
}
