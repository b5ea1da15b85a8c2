//! Requests byte by byte, from a loopback address of one's own.

use std::net::SocketAddr;

use reqwest::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::porch::LONG;

/// Asks for a challenge.
pub const CHALLENGE: &str =
    "POST /v1/login/challenge HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n";

/// A connection from `127.0.0.last`.
pub async fn connect(last: u8, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, last], 0).into()).unwrap();
    socket.connect(to).await.unwrap()
}

/// Sends a head, or more, and reads what is answered; one answer is read whole.
pub async fn ask(stream: &mut TcpStream, request: &str) -> (StatusCode, String) {
    stream.write_all(request.as_bytes()).await.unwrap();
    let reading = async {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let length = lines.find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        stream.read_exact(&mut body).await.unwrap();
        let status = StatusCode::from_bytes(status.as_bytes()).unwrap();
        (status, String::from_utf8(body).unwrap())
    };
    tokio::time::timeout(LONG, reading).await.unwrap()
}

/// A way through a gateway, or why there is none.
pub async fn way(last: u8, near: SocketAddr, to: SocketAddr) -> Result<TcpStream, StatusCode> {
    let mut stream = connect(last, near).await;
    let (status, _) = ask(
        &mut stream,
        &format!("CONNECT {to} HTTP/1.1\r\nhost: {to}\r\n\r\n"),
    )
    .await;
    if status == StatusCode::OK {
        Ok(stream)
    } else {
        Err(status)
    }
}

/// Somewhere that ways may lead to: it takes all connections, and says nothing.
pub async fn silence() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    address
}
