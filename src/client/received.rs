//! What a reply's head says of a body that is read as it arrives, and whether that has come true.

use std::io;

use http::header::CONTENT_LENGTH;
use http::{Response, response};

use crate::operation::BodyApart;
#[cfg(feature = "checksums")]
use crate::protocol::checksum;
use crate::schema::Operation;

/// How much of a body is there, and what it must be in the end.
pub(super) struct Received {
    length: Option<u64>,
    read: u64,
    #[cfg(feature = "checksums")]
    expected: Option<checksum::Expected>,
}

impl Received {
    /// Before the first byte. The head is that of a reply without a body then.
    #[cfg_attr(not(feature = "checksums"), expect(unused_variables, reason = "it says where checksums are"))]
    pub(super) fn new(operation: &Operation, mut head: response::Parts) -> (Response<Vec<u8>>, Self) {
        let length = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.trim().parse().ok());
        let received = Self {
            length,
            read: 0,
            #[cfg(feature = "checksums")]
            expected: checksum::expected(operation, head.status, &head.headers),
        };
        head.extensions.insert(BodyApart);
        (Response::from_parts(head, Vec::new()), received)
    }

    /// How many bytes there will be, if the head says so.
    pub(super) fn length(&self) -> Option<u64> {
        self.length
    }

    /// More has come.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.read += bytes.len() as u64;
        #[cfg(feature = "checksums")]
        if let Some(expected) = &mut self.expected {
            expected.digest.update(bytes);
        }
    }

    /// Nothing more comes.
    pub(super) fn check_end(&mut self) -> io::Result<()> {
        if let Some(length) = self.length
            && self.read != length
        {
            let why = format!("the reply ends after {} of {length} bytes", self.read);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
        }
        #[cfg(feature = "checksums")]
        if let Some(expected) = self.expected.take() {
            expected.verify().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        }
        Ok(())
    }
}
