//! `cargo xtask screenshots`: every screen as a picture, taken from the real window; `cargo xtask gallery`: every component on one page.

use std::{fs, path::Path};

use crate::{
    packages,
    process::{Outcome, cargo, command, npm, run as start},
};

const FOLDER: &str = "target/screenshots";
const DOCS: &str = "docs/pictures";

/// Pictures of the README: name there, and what its file in [`FOLDER`] begins and ends with. The number of a screen in between may change.
const README: &[(&str, &str, &str)] = &[
    ("home-et", "et/light", "home"),
    ("record-proof", "en/light", "proof"),
    ("list-ru", "ru/light", "health"),
    ("check-dark", "en/dark", "checked"),
    ("status", "et/light", "status"),
    ("withheld", "en/states", "withheld"),
];

/// Tests that take pictures on their way.
const PARTS: &[&str] = &[
    "looks::",
    "first::",
    "settings::",
    "trouble::",
    "journeys::",
    "hostile::",
];

/// Walks through every screen in three languages, light, dark and at 200 %; `--docs` also renews the pictures of the README.
pub fn screenshots(arguments: &[String]) -> Outcome {
    packages::need_node()?;
    packages::install(&packages::all(), packages::wants_yes(arguments))?;
    // Screens that are gone must not stay as pictures.
    match fs::remove_dir_all(FOLDER) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(format!("{FOLDER}: {error}"));
        }
        _ => {}
    }
    start(
        command(
            &cargo(),
            [
                "test",
                "--package",
                "toend-desktop",
                "--features",
                "e2e",
                "--test",
                "desktop",
                "--",
            ]
            .iter()
            .chain(PARTS),
        )
        .env("TOEND_E2E_PICTURES", "1"),
    )?;
    println!("{} pictures in {FOLDER}/", count(Path::new(FOLDER))?);
    if arguments.iter().any(|argument| argument == "--docs") {
        for (name, folder, screen) in README {
            let picture = find(&Path::new(FOLDER).join(folder), screen)?;
            let target = format!("{DOCS}/{name}.png");
            fs::copy(&picture, &target).map_err(|error| format!("{target}: {error}"))?;
            println!("{target} from {}", picture.display());
        }
    }
    Ok(())
}

/// Builds the page that shows every component in every state, and serves it.
pub fn gallery(arguments: &[String]) -> Outcome {
    packages::need_node()?;
    if !Path::new("ui/node_modules").exists() {
        start(command(npm(), ["ci", "--no-audit", "--no-fund"]).current_dir("ui"))?;
    }
    let mut line = command(npm(), ["run", "gallery"]);
    if !arguments.is_empty() {
        line.arg("--").args(arguments);
    }
    start(line.current_dir("ui"))
}

/// The one picture in `folder` that is called `screen`, with or without a number before it.
fn find(folder: &Path, screen: &str) -> Result<std::path::PathBuf, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| {
            path.file_stem()
                .and_then(|stem| stem.to_str())
                .is_some_and(|stem| {
                    let numbered = stem.split_once('-').map(|(_, name)| name);
                    stem == screen || numbered == Some(screen)
                })
        })
        .ok_or_else(|| format!("{} holds no picture of {screen}", folder.display()))
}

fn count(folder: &Path) -> Result<usize, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut pictures = 0;
    for entry in entries.flatten() {
        pictures += if entry.path().is_dir() {
            count(&entry.path())?
        } else {
            1
        };
    }
    Ok(pictures)
}
