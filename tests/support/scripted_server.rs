//! Servers of a test's own over real connections, which follow a script and do not wait for time to pass; and their replies.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

pub(crate) const STORED: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\netag: one\r\ncontent-length: 0\r\n\r\n";
pub(crate) const BUSY: &str = "HTTP/1.1 503 Slow\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
pub(crate) const REFUSED: &str = "HTTP/1.1 404 No\r\nconnection: close\r\ncontent-length: 66\r\n\r\n\
    <Error><Code>NoSuchShelf</Code><Message>no shelf</Message></Error>";

/// A request as it came: its head, in lower case, and its connection.
pub(crate) struct Seen {
    pub(crate) head: String,
    pub(crate) connection: BufReader<TcpStream>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn length(&self) -> u64 {
        self.header("content-length").map_or(0, |text| text.parse().unwrap())
    }

    /// The body, as far as it came.
    pub(crate) fn body(&mut self) -> Vec<u8> {
        let (mut body, length) = (Vec::new(), self.length());
        // A connection that breaks ends the body.
        let _ = (&mut self.connection).take(length).read_to_end(&mut body);
        body
    }

    pub(crate) fn answer(&mut self, text: &str) {
        self.connection.get_mut().write_all(text.as_bytes()).unwrap();
    }
}

/// Answers so many connections, one request each, with `serve`, which is told their number.
pub(crate) fn server(
    connections: usize,
    mut serve: impl FnMut(usize, Seen) + Send + 'static,
) -> (http::Uri, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let thread = thread::spawn(move || {
        for number in 0..connections {
            let mut connection = BufReader::new(listener.accept().unwrap().0);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && connection.read_line(&mut head).unwrap() > 0 {}
            // A client that has nothing to send after all may hang up.
            if head.is_empty() {
                continue;
            }
            serve(number, Seen { head: head.to_lowercase(), connection });
        }
    });
    (endpoint, thread)
}
