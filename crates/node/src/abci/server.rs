//! The ABCI socket: one task per connection, each answering its requests in their order.
//!
//! CometBFT opens four connections (consensus, mempool, query, snapshot) and sends requests without waiting for answers;
//! `Flush` asks for what is still in a buffer. Bytes that are no request close their connection and touch nothing else.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use prost::Message as _;
use tendermint_proto::v0_38::abci::{
    Request, Response, ResponseException, ResponseFlush, request, response,
};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader, BufWriter};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use super::application::Application;
use super::error::ApplicationError;
use super::frame::{self, FrameError};

/// Bytes read or written at once.
const BUFFER: usize = 128 << 10;

/// Where CometBFT reaches the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A socket file.
    #[cfg(unix)]
    Unix(PathBuf),
    /// `host:port`.
    Tcp(String),
}

impl Address {
    /// Reads `unix:PATH` or `tcp:HOST:PORT`; a relative path lies in `folder`.
    pub fn parse(text: &str, folder: &Path) -> Option<Self> {
        #[cfg(unix)]
        if let Some(path) = text.strip_prefix("unix:") {
            return (!path.is_empty()).then(|| Self::Unix(folder.join(path)));
        }
        let _ = folder;
        let address = text.strip_prefix("tcp:")?;
        let (host, port) = address.rsplit_once(':')?;
        (!host.is_empty() && port.parse::<u16>().is_ok()).then(|| Self::Tcp(address.to_owned()))
    }

    /// As CometBFT's `proxy_app` names it.
    pub fn proxy_app(&self) -> String {
        match self {
            #[cfg(unix)]
            Self::Unix(path) => format!("unix://{}", path.display()),
            Self::Tcp(address) => format!("tcp://{address}"),
        }
    }
}

/// An opened socket.
pub enum Listener {
    /// On a socket file.
    #[cfg(unix)]
    Unix(tokio::net::UnixListener),
    /// On a port.
    Tcp(TcpListener),
}

impl Listener {
    /// Opens the socket. A socket file left behind by a process that was killed is replaced: whoever calls this holds the
    /// lock of the data folder.
    pub async fn open(address: &Address) -> std::io::Result<Self> {
        match address {
            #[cfg(unix)]
            Address::Unix(path) => {
                match std::fs::remove_file(path) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        return Err(error);
                    }
                    _ => {}
                }
                tokio::net::UnixListener::bind(path).map(Self::Unix)
            }
            Address::Tcp(address) => TcpListener::bind(address).await.map(Self::Tcp),
        }
    }
}

/// Serves until `stop` turns true. A fault of the application is sent to `failed`; the process is to end then.
pub async fn serve(
    listener: Listener,
    application: Arc<Application>,
    failed: mpsc::Sender<ApplicationError>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener) => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let (application, failed) = (Arc::clone(&application), failed.clone());
        match accepted {
            Ok(Stream::Tcp(stream)) => {
                let _ = stream.set_nodelay(true);
                tokio::spawn(converse(stream, application, failed));
            }
            #[cfg(unix)]
            Ok(Stream::Unix(stream)) => {
                tokio::spawn(converse(stream, application, failed));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection of the engine was not accepted");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

enum Stream {
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
    Tcp(tokio::net::TcpStream),
}

async fn accept(listener: &Listener) -> std::io::Result<Stream> {
    match listener {
        #[cfg(unix)]
        Listener::Unix(listener) => listener.accept().await.map(|(s, _)| Stream::Unix(s)),
        Listener::Tcp(listener) => listener.accept().await.map(|(s, _)| Stream::Tcp(s)),
    }
}

/// Answers one connection until it is closed.
async fn converse<S: AsyncRead + AsyncWrite>(
    stream: S,
    application: Arc<Application>,
    failed: mpsc::Sender<ApplicationError>,
) {
    match answer_all(stream, &application).await {
        Ok(()) => {}
        Err(ConverseError::Application(error)) => {
            // Full or closed: the process is ending already.
            let _ = failed.try_send(error);
        }
        Err(ConverseError::Frame(FrameError::Io(error))) => {
            tracing::debug!(%error, "a connection of the engine ended");
        }
        Err(error) => tracing::warn!(%error, "a connection sent what is no request"),
    }
}

#[derive(Debug, thiserror::Error)]
enum ConverseError {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("the bytes are no request: {0}")]
    Decode(#[from] prost::DecodeError),
    #[error("the request is of a kind that is not known")]
    Unknown,
    #[error(transparent)]
    Application(ApplicationError),
}

async fn answer_all<S: AsyncRead + AsyncWrite>(
    stream: S,
    application: &Application,
) -> Result<(), ConverseError> {
    let (from, to) = tokio::io::split(stream);
    let mut from = BufReader::with_capacity(BUFFER, from);
    let mut to = BufWriter::with_capacity(BUFFER, to);
    while let Some(bytes) = frame::read(&mut from).await? {
        let request = Request::decode(bytes.as_slice())?
            .value
            .ok_or(ConverseError::Unknown)?;
        if matches!(request, request::Value::Flush(_)) {
            send(&mut to, response::Value::Flush(ResponseFlush {})).await?;
            to.flush().await.map_err(FrameError::from)?;
            continue;
        }
        let check = matches!(request, request::Value::CheckTx(_));
        let answer = if check && application.is_idle() {
            // Microseconds: handing this thread's other work to another one would take longer.
            application.answer(request)
        } else {
            // The application computes and writes to disk; other connections go on meanwhile.
            tokio::task::block_in_place(|| application.answer(request))
        };
        match answer {
            Ok(answer) => send(&mut to, answer).await?,
            Err(error) => {
                let exception = ResponseException {
                    error: error.to_string(),
                };
                send(&mut to, response::Value::Exception(exception)).await?;
                to.flush().await.map_err(FrameError::from)?;
                return Err(ConverseError::Application(error));
            }
        }
        if from.buffer().is_empty() {
            to.flush().await.map_err(FrameError::from)?;
        }
    }
    Ok(())
}

async fn send<W: AsyncWrite + Unpin>(
    to: &mut W,
    value: response::Value,
) -> Result<(), ConverseError> {
    let message = Response { value: Some(value) }.encode_to_vec();
    frame::write(to, &message).await.map_err(FrameError::from)?;
    Ok(())
}
