//! Lists of records: fetched, judged against verified headers, remembered, and only then shown.
//!
//! [`private`] and [`public`] are pure: an answer and a state root go in, verdicts come out. A screen gets what
//! [`judged::Entry::contents`] lets through, and that is nothing unless the verdict is *proven*.

mod contents;
mod fault;
pub mod fetch;
mod heads;
pub mod held;
pub mod judged;
pub mod private;
mod problems;
pub mod public;
pub mod rights;
pub mod rows;
pub mod saved;
pub mod scan;
mod shown;

pub use contents::{ContentFault, Contents, field_value};
pub use fault::{Fault, proven};
pub(crate) use shown::{Shown, show};

#[cfg(test)]
mod tests;
