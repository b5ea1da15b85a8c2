//! `cargo xtask bundle`: the app and the terminal program as a package for Debian and Ubuntu, under `target/bundle/`.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    packages,
    process::{Outcome, cargo, command, output, run as start},
};

const FOLDER: &str = "target/bundle";
const NAME: &str = "toend";
const AUTHORS: &str = "The Tõend authors <authors@toend.invalid>";

/// What is started, and the window's libraries that it must not be installed without.
const PROGRAMS: &[&str] = &["toend-desktop", "toend"];
const NEEDED: &[&str] = &["libwebkit2gtk-4.1-0", "libgtk-3-0", "libpcsclite1"];

/// Files that are taken as they are, and where they go.
const FILES: &[(&str, &str)] = &[
    (
        "src-tauri/packaging/toend-desktop.desktop",
        "usr/share/applications/toend-desktop.desktop",
    ),
    (
        "src-tauri/packaging/ee.toend.demo.metainfo.xml",
        "usr/share/metainfo/ee.toend.demo.metainfo.xml",
    ),
    (
        "src-tauri/packaging/toend-mime.xml",
        "usr/share/mime/packages/toend.xml",
    ),
    (
        "icons/32x32.png",
        "usr/share/icons/hicolor/32x32/apps/toend-desktop.png",
    ),
    (
        "icons/128x128.png",
        "usr/share/icons/hicolor/128x128/apps/toend-desktop.png",
    ),
    (
        "icons/icon.png",
        "usr/share/icons/hicolor/512x512/apps/toend-desktop.png",
    ),
    (
        "icons/app-icon.svg",
        "usr/share/icons/hicolor/scalable/apps/toend-desktop.svg",
    ),
    (
        "src-tauri/packaging/copyright",
        "usr/share/doc/toend/copyright",
    ),
    (
        "crates/client/components.json",
        "usr/share/doc/toend/components.json",
    ),
    ("CHANGELOG.md", "usr/share/doc/toend/NEWS"),
];

/// First line, then what follows it; a point stands for an empty line.
const DESCRIPTION: &str = "\
public records with proofs that your own computer checks
 The window (toend-desktop) and the terminal program (toend) show what public
 registers hold about somebody, and check every record against a ledger that
 several authorities sign.
 .
 A demonstration: nothing in it has legal effect.";

/// Builds both programs as they ship, and packs them.
pub fn run(arguments: &[String]) -> Outcome {
    packages::need_node()?;
    packages::install(&packages::app(), packages::wants_yes(arguments))?;
    start(&mut command(
        &cargo(),
        [
            "build",
            "--release",
            "--package",
            "toend-desktop",
            "--package",
            "toend-cli",
        ],
    ))?;
    let root = Path::new(FOLDER).join(NAME);
    if root.exists() {
        fs::remove_dir_all(&root).map_err(|error| format!("{}: {error}", root.display()))?;
    }
    for program in PROGRAMS {
        let built = format!("target/release/{program}");
        put(&built, &root.join("usr/bin").join(program), 0o755)?;
    }
    for (from, to) in FILES {
        put(from, &root.join(to), 0o644)?;
    }
    let version = env!("CARGO_PKG_VERSION");
    let changed = format!(
        "{NAME} ({version}) unstable; urgency=medium\n\n  * NEWS.gz says what is new.\n\n -- {AUTHORS}  {}\n",
        asked("date", &["-R"])?
    );
    let documents = root.join("usr/share/doc/toend");
    write(&documents.join("changelog"), changed.as_bytes())?;
    start(&mut command(
        "gzip",
        [
            "-9n",
            path(&documents.join("NEWS"))?,
            path(&documents.join("changelog"))?,
        ],
    ))?;
    let architecture = asked("dpkg", &["--print-architecture"])?;
    control(&root, version, &architecture)?;
    open_folders(&root)?;
    let package = format!("{FOLDER}/{NAME}_{version}_{architecture}.deb");
    start(&mut command(
        "dpkg-deb",
        [
            "--root-owner-group",
            "-Zxz",
            "--build",
            path(&root)?,
            &package,
        ],
    ))?;
    println!("{package}; install it with: sudo apt install ./{package}");
    Ok(())
}

/// Name, version, dependencies, checksums.
fn control(root: &Path, version: &str, architecture: &str) -> Outcome {
    let depends = depends()?;
    let size = asked("du", &["-sk", "--apparent-size", path(&root.join("usr"))?])?;
    let size = size.split_whitespace().next().unwrap_or("0").to_owned();
    let text = format!(
        "Package: {NAME}\nVersion: {version}\nArchitecture: {architecture}\n\
         Maintainer: {AUTHORS}\nInstalled-Size: {size}\n\
         Depends: {depends}\nSection: utils\nPriority: optional\nDescription: {DESCRIPTION}\n"
    );
    let sums = Command::new("sh")
        .args([
            "-c",
            "find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum",
        ])
        .current_dir(root)
        .output()
        .map_err(|error| format!("md5sum: {error}"))?;
    let folder = root.join("DEBIAN");
    write(&folder.join("control"), text.as_bytes())?;
    write(&folder.join("md5sums"), &sums.stdout)
}

/// Packages that hold the libraries the programs are linked with, and the service for card readers.
fn depends() -> Result<String, String> {
    let source = format!("Source: {NAME}\n\nPackage: {NAME}\nArchitecture: any\n");
    write(&Path::new(FOLDER).join("debian/control"), source.as_bytes())?;
    let found = Command::new("dpkg-shlibdeps")
        .arg("-O")
        .args(
            PROGRAMS
                .iter()
                .map(|program| format!("{NAME}/usr/bin/{program}")),
        )
        .current_dir(FOLDER)
        .output()
        .map_err(|error| format!("dpkg-shlibdeps ({error}); install dpkg-dev"))?;
    let text = String::from_utf8_lossy(&found.stdout);
    let libraries = text
        .lines()
        .find_map(|line| line.strip_prefix("shlibs:Depends="))
        .ok_or_else(|| {
            let why = String::from_utf8_lossy(&found.stderr);
            format!("dpkg-shlibdeps does not say what the programs need: {why}")
        })?;
    for needed in NEEDED {
        if !libraries.contains(needed) {
            return Err(format!(
                "the programs are not linked with {needed}: {libraries}"
            ));
        }
    }
    Ok(format!("{libraries}, pcscd"))
}

/// Everybody may enter the folders, whatever the mask of whoever packs them.
fn open_folders(folder: &Path) -> Outcome {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).map_err(failed)?;
    for entry in fs::read_dir(folder).map_err(failed)?.flatten() {
        if entry.path().is_dir() {
            open_folders(&entry.path())?;
        }
    }
    Ok(())
}

fn put(from: &str, to: &Path, mode: u32) -> Outcome {
    write(
        to,
        &fs::read(from).map_err(|error| format!("{from}: {error}"))?,
    )?;
    fs::set_permissions(to, fs::Permissions::from_mode(mode))
        .map_err(|error| format!("{}: {error}", to.display()))
}

fn write(to: &Path, bytes: &[u8]) -> Outcome {
    let failed = |error: std::io::Error| format!("{}: {error}", to.display());
    let folder = to.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    fs::create_dir_all(folder).map_err(failed)?;
    fs::write(to, bytes).map_err(failed)?;
    fs::set_permissions(to, fs::Permissions::from_mode(0o644)).map_err(failed)
}

fn asked(program: &str, arguments: &[&str]) -> Result<String, String> {
    output(program, arguments)
        .map(|said| said.trim().to_owned())
        .ok_or_else(|| format!("{program} is needed; packages are made on Debian and Ubuntu only"))
}

fn path(path: &Path) -> Result<&str, String> {
    path.to_str()
        .ok_or_else(|| format!("{} is no readable name", path.display()))
}
