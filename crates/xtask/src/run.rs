//! `cargo xtask run`: from a bare machine to the open window.

use crate::{
    packages,
    process::{Outcome, cargo, command, run as start},
};

/// Sets up, builds and opens the app.
pub fn run(arguments: &[String]) -> Outcome {
    let ours: Vec<String> = arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .cloned()
        .collect();
    let theirs: Vec<String> = arguments
        .iter()
        .skip_while(|argument| *argument != "--")
        .skip(1)
        .cloned()
        .collect();
    packages::need_node()?;
    packages::install(&packages::app(), packages::wants_yes(&ours))?;
    if has_display() {
        return start(
            command(
                &cargo(),
                [
                    "run",
                    "--profile",
                    "app",
                    "--package",
                    "toend-desktop",
                    "--",
                ],
            )
            .args(theirs),
        );
    }
    println!(
        "There is no display here, so Tõend shows the demonstration records in the terminal (`toend records`)."
    );
    let theirs = if theirs.is_empty() {
        vec!["records".to_owned()]
    } else {
        theirs
    };
    start(
        command(
            &cargo(),
            ["run", "--profile", "app", "--package", "toend-cli", "--"],
        )
        .args(theirs),
    )
}

fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
