//! HTTP/1.1 for one client that sends whole requests: keep-alive and bodies of a known length.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use http::header::CONTENT_LENGTH;
use http::{Request, Response};

/// More than any request of a test has.
const MAX_HEADERS: usize = 64;

/// Answers the requests of a connection, until its end.
pub(crate) fn serve(stream: &TcpStream, handle: impl Fn(&Request<Vec<u8>>) -> Response<Vec<u8>>) -> io::Result<()> {
    // A reply is one write, and the client waits for it.
    stream.set_nodelay(true)?;
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    while let Some(request) = read(&mut reader)? {
        writer.write_all(&bytes(&handle(&request)))?;
    }
    Ok(())
}

/// The next request, if there is one.
fn read(reader: &mut impl BufRead) -> io::Result<Option<Request<Vec<u8>>>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if reader.read_until(b'\n', &mut head)? == 0 {
            return if head.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
    }
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    parsed.parse(&head).map_err(io::Error::other)?;
    let mut request = Request::builder().method(parsed.method.unwrap_or_default()).uri(parsed.path.unwrap_or_default());
    for header in parsed.headers {
        request = request.header(header.name, header.value);
    }
    let mut request = request.body(Vec::new()).map_err(io::Error::other)?;
    if let Some(length) = request.headers().get(CONTENT_LENGTH) {
        let length = length.to_str().ok().and_then(|length| length.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
        if reader.take(length).read_to_end(request.body_mut())? as u64 != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(Some(request))
}

fn bytes(response: &Response<Vec<u8>>) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {}\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend(format!("{CONTENT_LENGTH}: {}\r\n\r\n", response.body().len()).into_bytes());
    bytes.extend(response.body());
    bytes
}
