//! ABCI 2.0: the replicated application as CometBFT 0.38 drives it, over a socket.
//!
//! | module | what |
//! |---|---|
//! | [`frame`] | length-prefixed messages, bounded before they are read |
//! | [`server`] | the connections: answers in the order of the requests |
//! | [`application`] | what each request does |
//! | `checkpoint` | moving commits from the log into the database, beside consensus |
//! | `blocks` | the requests that consensus waits for |
//! | [`store`], [`reader`] | the state on disk, one transaction per block, and reading beside it |
//! | [`snapshot`] | the state as chunks, for a node that joins or was wiped |
//! | [`times`] | how long each kind of request takes, for operators |
//!
//! A fault of the application ends the process: CometBFT then stops too, and both take up where the disk leaves off. It
//! must never answer out of order, never commit a block in part, and never restore a state whose root no verified header
//! carries.
//!
//! Start reading at [`server::serve`], then [`application::Application::answer`].

mod answers;
pub mod application;
mod blocks;
mod checkpoint;
mod error;
pub mod first_block;
pub mod frame;
mod incoming;
mod packed;
mod query;
pub mod reader;
pub mod server;
pub mod snapshot;
pub mod snapshots;
mod state_sync;
pub mod store;
pub mod times;

pub use application::Application;
pub use error::ApplicationError;
