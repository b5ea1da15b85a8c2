//! System packages: which are missing, and installing them after asking.

use std::io::{IsTerminal as _, Write as _};

use crate::process::{Outcome, command, on_path, output, run};

/// A Debian or Ubuntu package, with how to see that another system has it.
#[derive(Clone, Copy)]
pub struct Package {
    /// Name on Debian 12 and Ubuntu 24.04.
    pub name: &'static str,
    /// What it is for, for people on other systems.
    pub purpose: &'static str,
    /// How to recognise it elsewhere.
    sign: Sign,
}

#[derive(Clone, Copy)]
enum Sign {
    /// A program on the search path.
    Program(&'static str),
    /// A pkg-config module.
    Library(&'static str),
    /// A file in one of the usual places.
    File(&'static [&'static str]),
}

const fn package(name: &'static str, purpose: &'static str, sign: Sign) -> Package {
    Package {
        name,
        purpose,
        sign,
    }
}

/// To build and open the app.
const APP: &[Package] = &[
    package(
        "build-essential",
        "C compiler for SQLite and AWS-LC",
        Sign::Program("cc"),
    ),
    package(
        "pkg-config",
        "finds system libraries",
        Sign::Program("pkg-config"),
    ),
    package(
        "libwebkit2gtk-4.1-dev",
        "the window's web view",
        Sign::Library("webkit2gtk-4.1"),
    ),
    package(
        "libgtk-3-dev",
        "windows and file dialogs",
        Sign::Library("gtk+-3.0"),
    ),
    package("librsvg2-dev", "icons", Sign::Library("librsvg-2.0")),
    package(
        "libpcsclite-dev",
        "card readers, to build",
        Sign::Library("libpcsclite"),
    ),
    package("pcscd", "card readers, the service", Sign::Program("pcscd")),
];

/// What the tests need on top.
const TESTS: &[Package] = &[
    package(
        "xvfb",
        "a screen for the window in tests",
        Sign::Program("Xvfb"),
    ),
    package(
        "webkit2gtk-driver",
        "drives the window in tests",
        Sign::Program("WebKitWebDriver"),
    ),
    package(
        "openbox",
        "window manager for the file dialog test",
        Sign::Program("openbox"),
    ),
    package(
        "xdotool",
        "types into the file dialog",
        Sign::Program("xdotool"),
    ),
    package(
        "dbus-daemon",
        "a session bus for notifications and screen readers in tests",
        Sign::Program("dbus-daemon"),
    ),
    package(
        "at-spi2-core",
        "what a screen reader is told",
        Sign::File(&[
            "/usr/libexec/at-spi-bus-launcher",
            "/usr/lib/at-spi2-core/at-spi-bus-launcher",
        ]),
    ),
    package(
        "vsmartcard-vpcd",
        "virtual card reader",
        Sign::File(&[
            "/usr/lib/pcsc/drivers/serial/libifdvpcd.so",
            "/usr/lib/x86_64-linux-gnu/pcsc/drivers/serial/libifdvpcd.so",
            "/usr/lib/aarch64-linux-gnu/pcsc/drivers/serial/libifdvpcd.so",
            "/etc/reader.conf.d/vpcd",
        ]),
    ),
    package(
        "opensc",
        "second opinion on the card",
        Sign::Program("pkcs15-tool"),
    ),
    package(
        "opensc-pkcs11",
        "second opinion on signatures",
        Sign::File(&[
            "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
            "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so",
        ]),
    ),
    package(
        "openssl",
        "checks the signatures of OpenSC",
        Sign::Program("openssl"),
    ),
    package(
        "postgresql",
        "a database server for the registers",
        Sign::Program("pg_ctl"),
    ),
    package(
        "unzip",
        "second opinion on proof files",
        Sign::Program("unzip"),
    ),
    package(
        "iproute2",
        "loopback in the card's own network namespace, lines between authorities that fail",
        Sign::Program("ip"),
    ),
    package("util-linux", "namespaces", Sign::Program("unshare")),
    package(
        "strace",
        "a slow disk for one authority",
        Sign::Program("strace"),
    ),
    package(
        "fonts-dejavu-core",
        "letters",
        Sign::File(&["/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"]),
    ),
];

/// Packages of the app.
pub fn app() -> Vec<Package> {
    APP.to_vec()
}

/// Packages of the app and its tests.
pub fn all() -> Vec<Package> {
    APP.iter().chain(TESTS).copied().collect()
}

/// True when the arguments say so.
pub fn wants_yes(arguments: &[String]) -> bool {
    arguments
        .iter()
        .any(|argument| argument == "--yes" || argument == "-y")
}

/// Lists what is missing and installs it: at once for root or with `--yes`, else after asking. On a system without apt it
/// names what is missing and ends.
pub fn install(wanted: &[Package], yes: bool) -> Outcome {
    let apt = on_path("apt-get") && on_path("dpkg-query");
    let missing: Vec<Package> = wanted
        .iter()
        .copied()
        .filter(|package| !present(package, apt))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("Missing on this computer:");
    for package in &missing {
        println!("  {:<24} {}", package.name, package.purpose);
    }
    if !apt {
        return Err("this system has no apt-get; install the packages above under the names it gives them, then call this again".into());
    }
    let root = is_root();
    if !root && !yes && !confirmed()? {
        return Err("nothing was installed".into());
    }
    apt_get(root, &["update"])?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(missing.iter().map(|package| package.name));
    apt_get(root, &arguments)
}

/// Checks Node.js, which no package of ours installs.
pub fn need_node() -> Outcome {
    let version =
        output("node", &["--version"]).ok_or("Node.js 20 or newer is needed and was not found")?;
    let major = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < 20) {
        return Err(format!(
            "Node.js 20 or newer is needed; this is {}",
            version.trim()
        ));
    }
    if output("npm", &["--version"]).is_none() {
        return Err("npm is needed and was not found; it comes with Node.js".into());
    }
    Ok(())
}

fn present(package: &Package, apt: bool) -> bool {
    if apt {
        return output("dpkg-query", &["-W", "-f", "${Status}", package.name])
            .is_some_and(|status| status.contains("install ok installed"));
    }
    match package.sign {
        Sign::Program(program) => {
            on_path(program) || std::path::Path::new("/usr/sbin").join(program).is_file()
        }
        Sign::Library(module) => output("pkg-config", &["--exists", module]).is_some(),
        Sign::File(paths) => paths.iter().any(|path| std::path::Path::new(path).exists()),
    }
}

fn is_root() -> bool {
    output("id", &["-u"]).is_some_and(|id| id.trim() == "0")
}

fn confirmed() -> Result<bool, String> {
    if !std::io::stdin().is_terminal() {
        return Err("packages are missing; call this again with --yes to install them".into());
    }
    print!("Install them with sudo apt-get? [y/N] ");
    std::io::stdout()
        .flush()
        .map_err(|error| error.to_string())?;
    let mut answer = String::new();
    std::io::stdin()
        .read_line(&mut answer)
        .map_err(|error| error.to_string())?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn apt_get(root: bool, arguments: &[&str]) -> Outcome {
    let mut line = if root {
        command("apt-get", arguments)
    } else {
        command("sudo", [&["apt-get"], arguments].concat())
    };
    run(line.env("DEBIAN_FRONTEND", "noninteractive"))
}
