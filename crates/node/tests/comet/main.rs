//! The network of four authorities, each with its own CometBFT: started by `toend-node up`, disturbed, and looked at with
//! everybody's light client. One network runs at a time.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod byzantine;
mod ceremony;
mod clocks;
#[path = "../common/cometbft.rs"]
mod cometbft;
mod disaster;
mod dishonest;
mod disks;
mod doors;
mod faults;
mod floods;
mod follow;
mod followers;
mod govern;
mod history;
mod hostile;
mod importer;
mod liar;
mod load;
mod namespace;
mod network;
mod partitions;
mod pauses;
mod people;
mod postgres;
#[path = "../common/postgres.rs"]
mod postgres_server;
mod promises;
mod registers;
mod replace;
mod restore;
mod twin;
mod upgrade;
mod wires;
