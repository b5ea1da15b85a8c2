//! Messages on an ABCI socket: a length as a variable-length integer, then that many bytes.

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Largest message that is read, in bytes: a snapshot chunk of 16 MiB, as CometBFT bounds it, with room to spare.
pub const MAX_FRAME: usize = 24 << 20;
/// Bytes of the longest length that is read.
const LONGEST_LENGTH: u32 = 5;

/// Why a message cannot be read. The other side of the socket is to blame.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The socket failed or was closed inside a message.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The length is longer than allowed, or written in more bytes than it needs to be read.
    #[error("a message of more than {MAX_FRAME} bytes was announced")]
    TooLong,
}

/// Reads one message; none when the other side closed the socket between two.
pub async fn read<R: AsyncRead + Unpin>(from: &mut R) -> Result<Option<Vec<u8>>, FrameError> {
    let mut length = 0u64;
    for place in 0..LONGEST_LENGTH {
        let byte = match from.read_u8().await {
            Ok(byte) => byte,
            Err(error) if place == 0 && error.kind() == std::io::ErrorKind::UnexpectedEof => {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        length |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            let length = usize::try_from(length)
                .ok()
                .filter(|length| *length <= MAX_FRAME)
                .ok_or(FrameError::TooLong)?;
            // Room is made as bytes arrive: a length alone takes no memory.
            let mut message = Vec::with_capacity(length.min(1 << 16));
            let read = from.take(length as u64).read_to_end(&mut message).await?;
            return if read == length {
                Ok(Some(message))
            } else {
                Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into())
            };
        }
    }
    Err(FrameError::TooLong)
}

/// Writes one message. It may stay in the writer's buffer.
pub async fn write<W: AsyncWrite + Unpin>(to: &mut W, message: &[u8]) -> std::io::Result<()> {
    let mut length = message.len();
    while length >= 0x80 {
        to.write_u8(length as u8 | 0x80).await?;
        length >>= 7;
    }
    to.write_u8(length as u8).await?;
    to.write_all(message).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messages_come_back_one_by_one() {
        let messages = [vec![], vec![7; 127], vec![8; 128], vec![9; 70_000]];
        let mut wire = Vec::new();
        for message in &messages {
            write(&mut wire, message).await.unwrap();
        }
        let mut rest = wire.as_slice();
        for message in &messages {
            assert_eq!(read(&mut rest).await.unwrap().as_ref(), Some(message));
        }
        assert_eq!(read(&mut rest).await.unwrap(), None);
    }

    #[tokio::test]
    async fn too_long_and_cut_short_are_told_apart() {
        let announced = |length: usize| {
            let mut wire = Vec::new();
            let mut length = length;
            while length >= 0x80 {
                wire.push(length as u8 | 0x80);
                length >>= 7;
            }
            wire.push(length as u8);
            wire
        };
        for wire in [
            announced(MAX_FRAME + 1),
            vec![0xff; 12],
            announced(usize::MAX),
        ] {
            let result = read(&mut wire.as_slice()).await;
            assert!(matches!(result, Err(FrameError::TooLong)), "{wire:?}");
        }
        for wire in [announced(MAX_FRAME), vec![0x80], vec![3, 1, 2]] {
            let result = read(&mut wire.as_slice()).await;
            assert!(matches!(result, Err(FrameError::Io(_))), "{wire:?}");
        }
    }
}
