//! See the crate's front page.
fn main() {}
