//! A server behind TCP and TLS that asks for a password.

use rcgen::{CertificateParams, Issuer, KeyPair};

use super::*;

/// An authority's certificate; a server's certificate for `name` and its key.
fn certificates(name: &str) -> [String; 3] {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap().pem();
    [authority, certificate, key.serialize_pem()]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_reached_over_tls_and_known_by_its_certificate() {
    let Some(mut machine) = Machine::make("") else {
        return;
    };
    let [authority, certificate, key] = certificates("localhost");
    machine.place("server.crt", &certificate);
    machine.place("server.key", &key);
    let rules = "local all all trust\nhostssl all all all scram-sha-256\n";
    machine.place("pg_hba.conf", rules);
    // Outside the range that the system hands out by itself: nobody else takes it before the server does.
    let port = (25_000..26_000)
        .find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .unwrap();
    machine.with(port, "-c listen_addresses=127.0.0.1 -c ssl=on");
    machine.run();
    let name = machine.database();
    let role = format!(
        "CREATE ROLE keeper LOGIN PASSWORD 'kolm muna'; GRANT CREATE ON DATABASE {name} TO keeper"
    );
    machine.sql("postgres", &role);

    let bench = Bench::new(On::Postgres);
    let address =
        format!("postgresql://keeper@localhost:{port}/{name}?sslmode=require&hostaddr=127.0.0.1");
    let open = |address: &str, password: &str, authority: &str| {
        let password = (!password.is_empty()).then(|| zeroize::Zeroizing::new(password.to_owned()));
        let server = Server::new(address, password, Some(authority.as_bytes())).unwrap();
        let settings = Settings {
            storage: Storage::Server(Box::new(server)),
            ..bench.settings(1)
        };
        Register::open(settings, bench.ledger())
    };
    let register = open(&address, "kolm muna", &authority).unwrap();
    register.know(&[mari()]).unwrap();
    let how = machine.sql(
        &name,
        "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'keeper'",
    );
    assert_eq!(how, "t");
    drop(register);
    let error = open(&address, "kaks muna", &authority).err().unwrap();
    assert!(
        matches!(&error, RegisterError::Storage(StorageError::Refused(said)) if said.contains("28P01")),
        "{error}"
    );
    assert!(!error.to_string().contains("muna"));
    // Waiting does not help whoever has no password at all.
    let error = open(&address, "", &authority).err().unwrap();
    assert!(
        matches!(&error, RegisterError::Storage(StorageError::Refused(said)) if said.contains("password missing")),
        "{error}"
    );
    // A server that another authority vouches for, and one of another name.
    let error = open(&address, "kolm muna", &certificates("localhost")[0])
        .err()
        .unwrap();
    assert!(
        error.is_unreachable() && error.to_string().contains("certificate"),
        "{error}"
    );
    let other = address.replace("localhost", "database.example");
    let error = open(&other, "kolm muna", &authority).err().unwrap();
    assert!(
        error.is_unreachable() && error.to_string().contains("certificate"),
        "{error}"
    );
    // Without TLS this server talks to nobody.
    let plain = address.replace("sslmode=require", "sslmode=disable");
    let error = open(&plain, "kolm muna", &authority).err().unwrap();
    assert!(
        matches!(&error, RegisterError::Storage(StorageError::Refused(_))),
        "{error}"
    );
}
