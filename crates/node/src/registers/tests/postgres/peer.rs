//! A server on this computer that knows who asks by the system's word: peer login, straight and through a map.

use super::*;

/// Name of the user that runs this test, as the system knows it.
fn own_name() -> String {
    let told = std::process::Command::new("id")
        .arg("-un")
        .output()
        .unwrap();
    String::from_utf8(told.stdout).unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_system_s_user_is_let_in_without_a_password_also_under_another_name() {
    let Some(machine) = Machine::make("") else {
        return;
    };
    let own = own_name();
    // The one that may do everything stays reachable for the test itself.
    machine.place(
        "pg_hba.conf",
        "local all toend trust\nlocal all keeper peer map=house\nlocal all all peer\n",
    );
    machine.place("pg_ident.conf", &format!("house \"{own}\" keeper\n"));
    machine.run();
    let (straight, mapped) = (machine.database(), machine.database());
    // Where the test's user is called like the server's, its role is there already.
    for statement in [
        "CREATE ROLE keeper LOGIN".to_owned(),
        "CREATE ROLE stranger LOGIN".to_owned(),
        format!(
            "DO $$ BEGIN CREATE ROLE \"{own}\" LOGIN; EXCEPTION WHEN duplicate_object THEN END $$"
        ),
        format!("ALTER DATABASE {straight} OWNER TO \"{own}\""),
        format!("ALTER DATABASE {mapped} OWNER TO keeper"),
    ] {
        machine.sql("postgres", &statement);
    }

    let bench = Bench::new(On::Postgres);
    let address = |user: &str, database: &str| {
        let folder = machine.folder().display();
        format!("postgresql://{user}/{database}?host={folder}")
    };
    // As the handbook has it: an address without a user means the one who runs the program.
    let known = |address: &str, role: &str, database: &str| {
        let register = Register::open(settings(&bench, address), bench.ledger()).unwrap();
        register.know(&[mari()]).unwrap();
        let asked = format!(
            "SELECT bool_and(usename = '{role}') FROM pg_stat_activity WHERE application_name = 'toend-node' AND datname = '{database}'"
        );
        assert_eq!(machine.sql(database, &asked), "t");
    };
    known(&address("", &straight), &own, &straight);
    known(&address("keeper@", &mapped), "keeper", &mapped);

    let refused = Register::open(
        settings(&bench, &address("stranger@", &mapped)),
        bench.ledger(),
    );
    let error = refused.err().unwrap();
    assert!(
        matches!(&error, RegisterError::Storage(StorageError::Refused(said)) if said.contains("Peer authentication failed") && said.contains("28000")),
        "{error}"
    );
}
