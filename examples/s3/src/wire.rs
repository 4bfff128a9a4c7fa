//! What carries requests to a server in the same program, and prints their first lines on the way.

use std::io::{self, Cursor, Read};
use std::sync::Arc;

use http::{Request, Response};
use shapewire::server::Router;
use shapewire::transport::{ReplyReader, RequestBody, Transport, TransportError};

#[derive(Clone)]
pub(crate) struct Wire(pub(crate) Arc<Router>);

impl Transport for Wire {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let reply = self.0.handle(&request);
        println!("  {} {} -> {}", request.method(), request.uri(), reply.status().as_u16());
        Ok(reply)
    }

    /// A server that lives in the same program has no use for the parts of a body: this one takes it whole. A reader that fails
    /// makes no request.
    fn send_streaming(&self, request: Request<RequestBody<'_>>) -> Result<Response<ReplyReader>, TransportError> {
        let (head, body) = request.into_parts();
        let body = match body {
            RequestBody::Bytes(bytes) => bytes,
            RequestBody::Reader(reader) => read(reader).map_err(TransportError::new)?,
        };
        let reply = self.send(Request::from_parts(head, body))?;
        Ok(reply.map(|body| Box::new(Cursor::new(body)) as ReplyReader))
    }
}

fn read(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    Ok(bytes)
}
