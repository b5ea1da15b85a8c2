//! BER-TLV as the cards use it (FCP, retry counters) and DER headers of certificates, bounded.

/// Tags of up to three bytes and lengths of up to two cover every answer of the cards and every certificate.
const MAX_LENGTH_BYTES: usize = 2;
const MAX_TAG_BYTES: usize = 3;

/// One tag, its value, and what stands behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// The tag as a big-endian number, e.g. `0x62`, `0xDF21`, `0xBF8101`.
    pub tag: u32,
    /// The value.
    pub value: &'a [u8],
    /// Tag, length and value together.
    pub whole: &'a [u8],
    /// The bytes after this element.
    pub rest: &'a [u8],
}

/// Reads the first element of `bytes`.
///
/// # Errors
/// [`TlvError`] if tag, length or value is cut off or larger than the limits.
pub fn first(bytes: &[u8]) -> Result<Tlv<'_>, TlvError> {
    let mut at = bytes.iter().copied();
    let lead = at.next().ok_or(TlvError::Truncated)?;
    let mut tag = u32::from(lead);
    let mut header = 1;
    if lead & 0x1F == 0x1F {
        loop {
            if header == MAX_TAG_BYTES {
                return Err(TlvError::TagTooLong);
            }
            let byte = at.next().ok_or(TlvError::Truncated)?;
            header += 1;
            tag = (tag << 8) | u32::from(byte);
            if byte & 0x80 == 0 {
                break;
            }
        }
    }
    let lead = at.next().ok_or(TlvError::Truncated)?;
    header += 1;
    let length = if lead < 0x80 {
        usize::from(lead)
    } else {
        let count = usize::from(lead & 0x7F);
        if count == 0 || count > MAX_LENGTH_BYTES {
            return Err(TlvError::LengthTooLong);
        }
        let mut length = 0;
        for _ in 0..count {
            length = (length << 8) | usize::from(at.next().ok_or(TlvError::Truncated)?);
        }
        header += count;
        length
    };
    let end = header + length;
    let (Some(value), Some(whole), Some(rest)) =
        (bytes.get(header..end), bytes.get(..end), bytes.get(end..))
    else {
        return Err(TlvError::Truncated);
    };
    Ok(Tlv {
        tag,
        value,
        whole,
        rest,
    })
}

/// The value of the first element with `tag` among the siblings in `bytes`, or `None` if there is none.
///
/// # Errors
/// [`TlvError`] if an element before it is damaged.
pub fn find(mut bytes: &[u8], tag: u32) -> Result<Option<&[u8]>, TlvError> {
    while !bytes.is_empty() {
        let element = first(bytes)?;
        if element.tag == tag {
            return Ok(Some(element.value));
        }
        bytes = element.rest;
    }
    Ok(None)
}

/// Like [`find`], for a tag that must be there.
///
/// # Errors
/// [`TlvError::Missing`] if it is not.
pub fn need(bytes: &[u8], tag: u32) -> Result<&[u8], TlvError> {
    find(bytes, tag)?.ok_or(TlvError::Missing { tag })
}

/// Encodes one element with a definite, shortest length. Values over 65,535 bytes do not occur here; their
/// length would be cut to 16 bits.
pub fn encode(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = tag
        .to_be_bytes()
        .into_iter()
        .skip_while(|byte| *byte == 0)
        .collect();
    match value.len() {
        len @ 0..=0x7F => out.push(len as u8),
        len @ 0x80..=0xFF => out.extend([0x81, len as u8]),
        len => {
            let [high, low] = (len as u16).to_be_bytes();
            out.extend([0x82, high, low]);
        }
    }
    out.extend_from_slice(value);
    out
}

/// Damage in a TLV structure. Blame: the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlvError {
    /// Tag, length or value reaches beyond the end.
    #[error("the structure is cut off")]
    Truncated,
    /// More than three tag bytes.
    #[error("a tag is longer than three bytes")]
    TagTooLong,
    /// Indefinite, or more than two length bytes.
    #[error("a length is longer than two bytes or indefinite")]
    LengthTooLong,
    /// An element that must be there is not.
    #[error("element {tag:X} is missing")]
    Missing {
        /// Its tag.
        tag: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn recorded_retry_counter_is_found() {
        let answer =
            hex::decode("701ebf81011aa0189a01039b0103a1108c06f300007343009c06f30000734300")
                .unwrap();
        let info = need(
            need(need(&answer, 0x70).unwrap(), 0x00BF_8101).unwrap(),
            0xA0,
        )
        .unwrap();
        assert_eq!(need(info, 0x9B), Ok(&[3][..]));
        assert_eq!(need(info, 0x9C), Err(TlvError::Missing { tag: 0x9C }));
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_back(tag in prop::sample::select(vec![0x62, 0x80, 0xDF21, 0x00BF_8105]),
                                        value in prop::collection::vec(any::<u8>(), 0..600)) {
            let bytes = encode(tag, &value);
            let read = first(&bytes).unwrap();
            prop_assert_eq!((read.tag, read.value, read.rest), (tag, &value[..], &[][..]));
        }

        #[test]
        fn any_bytes_end_in_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..80), tag in any::<u32>()) {
            let _ = find(&bytes, tag);
        }
    }
}
