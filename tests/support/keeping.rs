//! A transport without a network.

use std::io;
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use shapewire::transport::{ReplyReader, RequestBody, Transport, TransportError};

/// Keeps each request, with all of its body, and answers with an empty one.
#[derive(Clone, Default)]
pub(crate) struct Keeping(Arc<Mutex<Vec<Request<Vec<u8>>>>>);

impl Keeping {
    /// The request that was sent last; none where there is none, or it has been taken.
    pub(crate) fn take(&self) -> Option<Request<Vec<u8>>> {
        self.0.lock().unwrap().pop()
    }
}

impl Transport for Keeping {
    fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        unreachable!("what streams is sent as such")
    }
    fn send_streaming(&self, request: Request<RequestBody<'_>>) -> Result<Response<ReplyReader>, TransportError> {
        let (head, body) = request.into_parts();
        let body = match body {
            RequestBody::Bytes(body) => body,
            RequestBody::Reader(reader) => {
                let mut body = Vec::new();
                reader.read_to_end(&mut body).map_err(TransportError::new)?;
                body
            }
        };
        self.0.lock().unwrap().push(Request::from_parts(head, body));
        Ok(Response::new(Box::new(io::empty()) as ReplyReader))
    }
}
