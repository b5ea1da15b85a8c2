//! `--wait`: the import ends when the authority has sealed what it took.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use toend_node::demo::invented_person;

use crate::house::{House, csv};

#[tokio::test(flavor = "multi_thread")]
async fn waiting_ends_when_everything_is_sealed() {
    let house = House::new();
    let lines = (0..30).map(|i| format!("{},k,1,,x,", invented_person(i).code()));
    let input = house.write("a.csv", csv(lines));
    let mut child = house
        .import("visit", &input, &["--wait"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let waiting = said.next().unwrap().unwrap();
    assert!(
        waiting.starts_with("waiting until everything is sealed"),
        "{waiting}"
    );
    assert!(child.try_wait().unwrap().is_none());
    let open = house.open();
    assert!(open.register.waiting().unwrap() > 0);
    open.seal().await;
    assert_eq!(said.next().unwrap().unwrap(), "everything is sealed");
    assert!(child.wait().unwrap().success());
}
