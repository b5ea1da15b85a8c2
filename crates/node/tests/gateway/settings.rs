//! The gateway's part of the configuration: what is left out is off, and a mistake names its line.

use std::net::SocketAddr;

use toend_node::authority::{Config, ConfigError};
use toend_node::registers::Storage;

use crate::house::{CONFIG, House};
use crate::porch::Authority;

/// Reads the configuration after adding lines to the gateway's part.
fn read(house: &House, origin: Option<&str>, more: &str) -> Result<Config, ConfigError> {
    let file = house.path(CONFIG);
    let original = std::fs::read_to_string(&file).unwrap();
    let mut text = original.replace("[gateway]\n", &format!("[gateway]\n{more}\n"));
    if let Some(origin) = origin {
        text = text.replace("origin = \"http://127.0.0.1:26602\"", origin);
    }
    std::fs::write(&file, text).unwrap();
    let read = Config::read(&file);
    std::fs::write(&file, original).unwrap();
    read
}

#[test]
fn what_is_said_is_read_and_mistakes_are_shown_with_their_line() {
    let house = House::new();
    let door = read(&house, None, "").unwrap().door;
    assert!(door.tls.is_none() && door.metrics.is_none() && door.proxies.is_empty());

    let more = "metrics_address = \"9464\"\nproxies = [\"127.0.0.1\", \"::1\"]";
    let door = read(&house, None, more).unwrap().door;
    assert_eq!(door.metrics, Some(SocketAddr::from(([127, 0, 0, 1], 9464))));
    assert_eq!(door.proxies.len(), 2);
    let more = "metrics_address = \"10.0.0.1:9464\"";
    let door = read(&house, None, more).unwrap().door;
    assert_eq!(door.metrics, Some(SocketAddr::from(([10, 0, 0, 1], 9464))));

    let files = Authority::new().write(&house.place());
    let tls = "tls = { certificate = \"gateway.pem\", key = \"gateway.key\" }";
    let https = Some("origin = \"https://house.example\"");
    assert!(read(&house, https, tls).unwrap().door.tls.is_some());
    let line = |wrong: Result<Config, ConfigError>, part: &str| {
        let error = wrong.err().unwrap();
        assert!(error.what.contains(part), "{error}");
        let file = house.path(CONFIG);
        let text = std::fs::read_to_string(file).unwrap();
        let gateway = text.lines().position(|line| line == "[gateway]").unwrap();
        // From 1, and counted from the heading.
        error.line - gateway - 1
    };
    assert_eq!(line(read(&house, None, tls), "https://"), 3);
    assert_eq!(
        line(read(&house, None, "metrics_address = \"here\""), "port"),
        1
    );
    assert_eq!(line(read(&house, None, "proxies = [\"x\"]"), "IP"), 1);
    assert_eq!(line(read(&house, None, "metrics = 1"), "unknown field"), 1);
    std::fs::remove_file(files.key).unwrap();
    assert_eq!(line(read(&house, https, tls), "gateway.key"), 1);
}

#[cfg(unix)]
#[test]
fn a_registers_database_is_read_and_mistakes_are_shown_with_their_line() {
    use std::os::unix::fs::PermissionsExt as _;
    let house = House::new();
    let file = house.path(CONFIG);
    let original = std::fs::read_to_string(&file).unwrap();
    let read = |more: &str| {
        let text = original.replace("[register]\n", &format!("[register]\n{more}\n"));
        std::fs::write(&file, text).unwrap();
        Config::read(&file)
    };
    let storage = |more: &str| read(more).unwrap().register.unwrap().storage;
    assert!(matches!(storage(""), Storage::File));
    let here = "database = \"postgresql:///health?host=/run/postgresql\"";
    assert!(matches!(storage(here), Storage::Server(_)));

    let secret = house.path("password");
    std::fs::write(&secret, "kolm muna\n").unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    let files = Authority::new().write(&house.place());
    let elsewhere = "database = \"postgresql://toend@db.example/health\"";
    let ca = format!("database_ca = \"{}\"", files.certificate.display());
    let whole = format!("{elsewhere}\ndatabase_password = \"password\"\n{ca}");
    assert!(matches!(storage(&whole), Storage::Server(_)));

    let begin = original.lines().position(|line| line == "[register]");
    let begin = begin.unwrap() + 1;
    let wrong = |more: &str, line: usize, part: &str| {
        let error = read(more).err().unwrap();
        assert_eq!(error.line, begin + line, "{error}");
        assert!(error.what.contains(part), "{error}");
        assert!(!error.to_string().contains("kolm"), "{error}");
    };
    wrong("database = \"sqlite:health\"", 1, "postgresql://");
    wrong(
        "database = \"postgresql://t:kolm@localhost/h\"",
        1,
        "password",
    );
    wrong("database = \"postgresql:///health\"", 1, "host");
    wrong(elsewhere, 1, "database_ca");
    wrong("database_password = \"password\"", 1, "database names none");
    let with = |more: &str| format!("{here}\n{more}");
    wrong(&with("database_password = \"nowhere\""), 2, "nowhere");
    std::fs::write(&secret, "kolm\nmuna\n").unwrap();
    wrong(&with("database_password = \"password\""), 2, "one line");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
    wrong(&with("database_password = \"password\""), 2, "chmod 600");
    let no_ca = format!("{elsewhere}\ndatabase_ca = \"password\"");
    wrong(&no_ca, 2, "no certificate");
    wrong(&with("datebase = 1"), 2, "unknown field");
}
