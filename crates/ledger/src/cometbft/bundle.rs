//! Header bundles: the immutable files of 256 headers from which a client fills in history.
//!
//! `TBH1` ‖ first height u64 ‖ count u16 ‖ count × (length u32 ‖ header), integers big-endian, headers as Protocol Buffers.
//! Heights follow each other without a gap. Nothing in a bundle is verified by reading it.

use super::{Decode as _, Encode as _, FormatError, Header, MAX_HEIGHT};

/// Headers in a full bundle.
pub const BUNDLE_HEADERS: usize = 256;
/// Largest header that is read, in bytes: every field at its limit is well below.
pub const MAX_HEADER: usize = 1024;
/// Largest bundle in bytes.
pub const MAX_BUNDLE: usize = 14 + BUNDLE_HEADERS * (4 + MAX_HEADER);

const MAGIC: &[u8; 4] = b"TBH1";

/// Writes headers of consecutive heights, at most 256.
pub fn encode(headers: &[Header]) -> Result<Vec<u8>, FormatError> {
    let first = headers
        .first()
        .ok_or(FormatError::Bundle("no headers"))?
        .height;
    let count = u16::try_from(headers.len())
        .ok()
        .filter(|n| usize::from(*n) <= BUNDLE_HEADERS)
        .ok_or(FormatError::Bundle("more than 256 headers"))?;
    let mut out = Vec::with_capacity(14 + headers.len() * 450);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&first.to_be_bytes());
    out.extend_from_slice(&count.to_be_bytes());
    for (header, height) in headers.iter().zip(first..) {
        if header.height != height {
            return Err(FormatError::Bundle("heights do not follow each other"));
        }
        let bytes = header.encode();
        let length = u32::try_from(bytes.len())
            .ok()
            .filter(|n| *n as usize <= MAX_HEADER)
            .ok_or(FormatError::Bundle("a header is too large"))?;
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&bytes);
    }
    Ok(out)
}

/// Reads a bundle; the headers come in ascending height.
pub fn decode(bytes: &[u8]) -> Result<Vec<Header>, FormatError> {
    if bytes.len() > MAX_BUNDLE {
        return Err(FormatError::TooMany {
            what: "bytes",
            got: bytes.len(),
            limit: MAX_BUNDLE,
        });
    }
    let rest = bytes
        .strip_prefix(MAGIC)
        .ok_or(FormatError::Bundle("wrong magic"))?;
    let (first, rest) = rest
        .split_first_chunk::<8>()
        .ok_or(FormatError::Truncated)?;
    let (count, mut rest) = rest
        .split_first_chunk::<2>()
        .ok_or(FormatError::Truncated)?;
    let first = u64::from_be_bytes(*first);
    let count = u16::from_be_bytes(*count);
    if count == 0 || usize::from(count) > BUNDLE_HEADERS {
        return Err(FormatError::Bundle("count is not 1 to 256"));
    }
    if first == 0 || first > MAX_HEIGHT - u64::from(count) {
        return Err(FormatError::Height);
    }
    let mut headers = Vec::with_capacity(usize::from(count));
    for height in first..first + u64::from(count) {
        let (length, after) = rest
            .split_first_chunk::<4>()
            .ok_or(FormatError::Truncated)?;
        let length = u32::from_be_bytes(*length) as usize;
        if length > MAX_HEADER {
            return Err(FormatError::Bundle("a header is too large"));
        }
        let (body, after) = after
            .split_at_checked(length)
            .ok_or(FormatError::Truncated)?;
        rest = after;
        let header = Header::decode(body)?;
        if header.height != height {
            return Err(FormatError::Bundle("heights do not follow each other"));
        }
        headers.push(header);
    }
    if rest.is_empty() {
        Ok(headers)
    } else {
        Err(FormatError::Bundle("bytes are left over"))
    }
}
