//! The network of four authorities, each with its own CometBFT: started by `toend-node up`, disturbed, and looked at with
//! everybody's light client. One network runs at a time.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod ceremony;
#[path = "../common/cometbft.rs"]
mod cometbft;
mod faults;
mod follow;
mod history;
mod hostile;
mod load;
mod network;
mod restore;
