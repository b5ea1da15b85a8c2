//! Builds the front end, then hands over to Tauri. `SKIP_UI_BUILD=1` uses the `ui/dist` that is there.

use std::{
    path::Path,
    process::{Command, exit},
};

fn main() {
    println!("cargo:rerun-if-env-changed=SKIP_UI_BUILD");
    for path in [
        "ui/src",
        "ui/index.html",
        "ui/pin.html",
        "ui/package.json",
        "ui/package-lock.json",
        "ui/vite.config.ts",
        "ui/tsconfig.json",
        "ui/public",
    ] {
        if Path::new(path).exists() {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    // `tauri dev` serves the front end itself; ui/dist is never watched, because npm rewrites it at each build.
    if !tauri_build::is_dev() && std::env::var_os("SKIP_UI_BUILD").is_none() {
        build_ui();
    }
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/*.json")
        .app_manifest(
            tauri_build::AppManifest::new()
                .permissions_path_pattern("./src-tauri/permissions/*.toml"),
        );
    if let Err(error) = tauri_build::try_build(attributes) {
        fail(&format!("the desktop shell cannot be prepared: {error:#}"));
    }
}

fn build_ui() {
    let installed = Path::new("ui/node_modules/.package-lock.json");
    if newer("ui/package-lock.json", installed) {
        npm(&["ci", "--no-audit", "--no-fund"]);
    }
    npm(&["run", "build"]);
}

fn newer(source: &str, target: &Path) -> bool {
    let time = |path: &Path| path.metadata().and_then(|meta| meta.modified()).ok();
    match (time(Path::new(source)), time(target)) {
        (Some(source), Some(target)) => source > target,
        _ => true,
    }
}

fn npm(arguments: &[&str]) {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    match Command::new(program)
        .args(arguments)
        .current_dir("ui")
        .status()
    {
        Ok(status) if status.success() => {}
        Ok(status) => fail(&format!(
            "npm {} in ui/ ended with {status}",
            arguments.join(" ")
        )),
        Err(error) => fail(&format!(
            "npm cannot be started ({error}); install Node.js 20 or newer"
        )),
    }
}

fn fail(message: &str) -> ! {
    println!("cargo:warning={message}");
    exit(1)
}
