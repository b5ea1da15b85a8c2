//! The part of the harness that runs inside the namespaces: starts and stops the service, inserts and pulls
//! virtual cards, obeys one command a line.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket, Type};

use crate::demo;
use crate::recognise::Generation;
use crate::virtual_card::vpcd::{Inserted, PORT};
use crate::virtual_card::{CardCodes, VirtualCard};

const FIRST: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
/// The driver of the virtual readers, where Debian and Ubuntu put it.
const DRIVERS: [&str; 3] = [
    FIRST,
    "/usr/lib/x86_64-linux-gnu/pcsc/drivers/serial/libifdvpcd.so",
    "/usr/lib/aarch64-linux-gnu/pcsc/drivers/serial/libifdvpcd.so",
];

/// The driver of the virtual readers, or the first place where it would be.
pub fn driver() -> &'static str {
    let found = DRIVERS.into_iter().find(|path| Path::new(path).exists());
    found.unwrap_or(FIRST)
}

/// Obeys the commands on standard input until `end` or its end. `folder` receives the service's socket.
///
/// # Errors
/// The namespace could not be prepared.
pub fn run(folder: &Path) -> io::Result<()> {
    raise_loopback()?;
    // The service insists on /run/pcscd; in this mount namespace that is our folder.
    mount(&["-t", "tmpfs", "tmpfs", "/run"])?;
    fs::create_dir("/run/pcscd")?;
    let shown = folder
        .to_str()
        .ok_or_else(|| io::Error::other("the folder's name is no text"))?;
    mount(&["--bind", shown, "/run/pcscd"])?;
    let configuration = folder.join("reader.conf.d");
    fs::create_dir_all(&configuration)?;
    fs::write(
        configuration.join("virtual"),
        format!(
            "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH {}\nCHANNELID 0x8C7B\n",
            driver()
        ),
    )?;
    let mut desk = Desk {
        service: None,
        configuration,
        cards: BTreeMap::new(),
        inserted: BTreeMap::new(),
    };
    let mut output = io::stdout();
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line == "end" {
            break;
        }
        match desk.obey(&line) {
            Ok(()) => writeln!(output, "ok")?,
            Err(reason) => writeln!(output, "{}", reason.replace('\n', " "))?,
        }
        output.flush()?;
    }
    let _ = desk.stop();
    Ok(())
}

struct Desk {
    service: Option<Child>,
    configuration: std::path::PathBuf,
    /// Cards by name; they keep their counters while they are out.
    cards: BTreeMap<String, VirtualCard>,
    inserted: BTreeMap<u16, Inserted>,
}

impl Desk {
    fn obey(&mut self, line: &str) -> Result<(), String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["start"] => self.start(),
            ["stop"] => self.stop(),
            ["insert", reader, card] => self.insert(slot(reader)?, card),
            ["remove", reader] => match self.inserted.remove(&slot(reader)?) {
                Some(card) => {
                    card.remove();
                    Ok(())
                }
                None => Err("no card is in that reader".into()),
            },
            ["pull-after", card, commands] => {
                let card = self.cards.get(*card).ok_or("no such card was inserted")?;
                card.pull_after(commands.parse().map_err(|_| "no number of commands")?);
                Ok(())
            }
            ["new-cards"] => {
                self.inserted.clear();
                self.cards.clear();
                Ok(())
            }
            _ => Err(format!("unknown command {line}")),
        }
    }

    fn start(&mut self) -> Result<(), String> {
        if self.service.is_some() {
            return Ok(());
        }
        let _ = fs::remove_file("/run/pcscd/pcscd.comm");
        let _ = fs::remove_file("/run/pcscd/pcscd.pid");
        let mut command = Command::new("/usr/sbin/pcscd");
        command
            .arg("--foreground")
            .arg("--config")
            .arg(&self.configuration);
        // Newer ones ask polkit, which is not there; older ones do not know the option.
        if help().contains("disable-polkit") {
            command.arg("--disable-polkit");
        }
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("pcscd: {error}"))?;
        self.service = Some(child);
        Ok(())
    }

    fn stop(&mut self) -> Result<(), String> {
        self.inserted.clear();
        if let Some(mut service) = self.service.take() {
            service.kill().map_err(|error| error.to_string())?;
            service.wait().map_err(|error| error.to_string())?;
        }
        let _ = fs::remove_file("/run/pcscd/pcscd.comm");
        Ok(())
    }

    fn insert(&mut self, slot: u16, name: &str) -> Result<(), String> {
        if self.inserted.contains_key(&slot) {
            return Err("a card is in that reader already".into());
        }
        let card = match self.cards.get(name) {
            Some(card) => card.clone(),
            None => new_card(name)?,
        };
        self.cards.insert(name.to_owned(), card.clone());
        card.set_present(true);
        // The driver listens a moment after the service does.
        let begun = Instant::now();
        loop {
            match Inserted::new(card.clone(), ("127.0.0.1", PORT + slot)) {
                Ok(inserted) => {
                    self.inserted.insert(slot, inserted);
                    return Ok(());
                }
                Err(error) if begun.elapsed() > Duration::from_secs(60) => {
                    return Err(error.to_string());
                }
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        }
    }
}

fn slot(word: &str) -> Result<u16, String> {
    match word {
        "0" => Ok(0),
        "1" => Ok(1),
        _ => Err("there are readers 0 and 1".into()),
    }
}

/// `mari-liis`, `igor:idemia2018`, `atr:3B…`.
fn new_card(name: &str) -> Result<VirtualCard, String> {
    let of = |id: &str| demo::find(id).ok_or_else(|| format!("no demonstration card {id}"));
    if let Some(atr) = name.strip_prefix("atr:") {
        let atr = hex::decode(atr).map_err(|error| error.to_string())?;
        let card = of("mari-liis")?.card().map_err(|error| error.to_string())?;
        return Ok(card.as_foreign(atr));
    }
    let (id, chip) = match name.split_once(':') {
        Some((id, chip)) => (id, Some(chip)),
        None => (name, None),
    };
    let demo = of(id)?;
    let generation = match chip {
        None => demo.generation,
        Some(chip) => Generation::ALL
            .into_iter()
            .find(|generation| generation.id() == chip)
            .ok_or_else(|| format!("no chip {chip}"))?,
    };
    demo.card_on(generation, CardCodes::default())
        .map_err(|error| error.to_string())
}

fn help() -> String {
    let output = Command::new("/usr/sbin/pcscd").arg("--help").output();
    output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default()
}

fn mount(arguments: &[&str]) -> io::Result<()> {
    let status = Command::new("mount").args(arguments).status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other("mount failed"))
    }
}

/// Brings up the loopback interface of this namespace: one netlink message (RTM_NEWLINK, interface 1, IFF_UP).
fn raise_loopback() -> io::Result<()> {
    const AF_NETLINK: i32 = 16;
    const NETLINK_ROUTE: i32 = 0;
    let mut message = Vec::with_capacity(32);
    message.extend(32_u32.to_ne_bytes());
    message.extend(16_u16.to_ne_bytes()); // RTM_NEWLINK
    message.extend(5_u16.to_ne_bytes()); // NLM_F_REQUEST | NLM_F_ACK
    message.extend(1_u32.to_ne_bytes()); // sequence
    message.extend(0_u32.to_ne_bytes()); // port: the kernel gives one
    message.extend([0, 0, 0, 0]); // family, padding, device type
    message.extend(1_i32.to_ne_bytes()); // interface: loopback
    message.extend(1_u32.to_ne_bytes()); // IFF_UP
    message.extend(1_u32.to_ne_bytes()); // of which only IFF_UP changes
    let socket = Socket::new(
        Domain::from(AF_NETLINK),
        Type::RAW,
        Some(Protocol::from(NETLINK_ROUTE)),
    )?;
    socket.send(&message)?;
    // The acknowledgement is an error message whose error is zero.
    let mut answer = [0; 64];
    let received = io::Read::read(&mut &socket, &mut answer)?;
    match answer.get(16..20) {
        Some([0, 0, 0, 0]) if received >= 20 => Ok(()),
        _ => Err(io::Error::other(
            "the loopback interface cannot be brought up",
        )),
    }
}
