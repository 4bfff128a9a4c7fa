//! A connection to a server, byte by byte.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Longer than any server takes: a test that would wait for ever fails instead.
const HANG: Duration = Duration::from_mins(1);

pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Connection {
    pub(crate) fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(HANG)).expect("a timeout is set");
        stream.set_write_timeout(Some(HANG)).expect("a timeout is set");
        Self { stream: BufReader::new(stream) }
    }

    /// Sends these bytes.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_send(bytes).expect("the server takes what is sent");
    }

    pub(crate) fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes.as_ref())
    }

    /// Sends a form.
    pub(crate) fn post(&mut self, target: &str, form: &str) {
        self.send(posted(target, form));
    }

    /// Receives a reply with its body.
    pub(crate) fn receive(&mut self) -> Reply {
        self.try_receive().expect("the server replies")
    }

    pub(crate) fn try_receive(&mut self) -> io::Result<Reply> {
        let mut reply = self.try_receive_head()?;
        let length = reply.head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a number"))];
        self.stream.read_exact(&mut body)?;
        reply.body = String::from_utf8(body).expect("the body is UTF-8");
        Ok(reply)
    }

    /// Receives a reply that has no body, whatever its length is said to be.
    pub(crate) fn receive_head(&mut self) -> Reply {
        self.try_receive_head().expect("the server replies")
    }

    fn try_receive_head(&mut self) -> io::Result<Reply> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut head)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        // A reply to HTTP/1.0 has its version.
        let status =
            ["HTTP/1.1 ", "HTTP/1.0 "].iter().find_map(|version| head.strip_prefix(version)?.get(..3)?.parse().ok());
        Ok(Reply { status: status.expect("a status"), head, body: String::new() })
    }

    /// Waits until the server ends the connection, and gives what came until then.
    pub(crate) fn receive_to_end(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self.stream.read_to_end(&mut bytes) {
            // The other side may end it with a reset, too.
            Err(error) if error.kind() != io::ErrorKind::ConnectionReset => {
                panic!("the server does not end it: {error}")
            }
            _ => bytes,
        }
    }
}

/// A request with a form.
pub(crate) fn posted(target: &str, form: &str) -> String {
    format!("POST {target} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{form}", form.len())
}
