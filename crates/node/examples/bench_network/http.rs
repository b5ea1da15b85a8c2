//! A kept-alive connection to CometBFT's RPC. As little work as possible: the load shares its processors with the network.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::Failure;

/// One connection, one call at a time.
pub struct Connection {
    stream: BufReader<TcpStream>,
    port: u16,
}

impl Connection {
    pub async fn open(port: u16) -> Result<Self, Failure> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::with_capacity(32 << 10, stream),
            port,
        })
    }

    /// Calls a method; `params` is JSON. The answer is the result, or CometBFT's error as text.
    pub async fn call(
        &mut self,
        method: &str,
        params: &str,
    ) -> Result<Result<Value, String>, Failure> {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
        let request = format!(
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        let answer = self.answer().await?;
        let mut answer: Value = serde_json::from_slice(&answer)?;
        if let Some(error) = answer.get("error") {
            return Ok(Err(error.to_string()));
        }
        let result = answer.get_mut("result").map(Value::take);
        Ok(Ok(result.ok_or("an answer without a result")?))
    }

    async fn line(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err("the connection was closed".into());
        }
        Ok(line.trim_end().to_ascii_lowercase())
    }

    async fn answer(&mut self) -> Result<Vec<u8>, Failure> {
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            chunked |= line == "transfer-encoding: chunked";
        }
        let mut body = Vec::new();
        if !chunked {
            body.resize(length, 0);
            self.stream.read_exact(&mut body).await?;
            return Ok(body);
        }
        loop {
            let size = usize::from_str_radix(&self.line().await?, 16)?;
            let from = body.len();
            body.resize(from + size, 0);
            self.stream.read_exact(&mut body[from..]).await?;
            self.line().await?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
}
