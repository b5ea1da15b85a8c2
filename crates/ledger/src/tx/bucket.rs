//! Sizes of batches, chosen so that the number of real entries does not show (design §4.13).

/// Largest number of entries, and of heads, in one batch.
pub const LARGEST_BUCKET: usize = 8192;

/// The size to which `real` operations are filled: least · 4ᵏ, at most [`LARGEST_BUCKET`].
///
/// `None` if they do not fit one batch: the register then queues the rest for the next tick.
pub fn bucket(real: usize, least: u32) -> Option<usize> {
    let mut size = usize::try_from(least).ok().filter(|least| *least > 0)?;
    while size < real {
        size = size.checked_mul(4)?;
    }
    (size <= LARGEST_BUCKET).then_some(size)
}

/// Whether a batch may hold this many entries, or heads.
pub fn is_bucket(count: usize, least: u32) -> bool {
    bucket(count, least) == Some(count)
}
