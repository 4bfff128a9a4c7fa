//! Documents of policies, which replies hold percent-encoded (RFC 3986).

use std::borrow::Cow;

use crate::form::percent_decode;

/// A policy's document as a reply holds it: JSON, percent-encoded.
///
/// A member [whose shape says so](crate::schema::Shape::is_percent_encoded_json) keeps the text that came; this reads it.
/// Requests take the document itself.
///
/// ```
/// use shapewire::PolicyDocument;
///
/// let document = PolicyDocument::new("%7B%22Version%22%3A%20%222012-10-17%22%2C%20%22Statement%22%3A%20%5B%5D%7D");
/// assert_eq!(document.decoded(), r#"{"Version": "2012-10-17", "Statement": []}"#);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyDocument<'a> {
    original: &'a str,
}

impl<'a> PolicyDocument<'a> {
    /// The document in this text.
    #[must_use]
    pub fn new(original: &'a str) -> Self {
        Self { original }
    }
    /// The text that came.
    #[must_use]
    pub fn original(self) -> &'a str {
        self.original
    }
    /// The document's own text.
    ///
    /// Text that is not percent-encoded, as some emulators of the service give it, is the document already. Text with a percent
    /// sign that begins no code, or with codes of other bytes than UTF-8, stays as it came.
    #[must_use]
    pub fn decoded(self) -> Cow<'a, str> {
        // Encoded, a quotation mark would be a code.
        let bytes = self.original.as_bytes();
        if !bytes.contains(&b'%') || bytes.contains(&b'"') {
            return Cow::Borrowed(self.original);
        }
        let decoded = percent_decode(bytes, b'+').ok().and_then(|bytes| String::from_utf8(bytes).ok());
        decoded.map_or(Cow::Borrowed(self.original), Cow::Owned)
    }
    /// The document as a value.
    ///
    /// ```
    /// let document = shapewire::PolicyDocument::new("%7B%22Version%22%3A%20%222012-10-17%22%7D");
    /// assert_eq!(document.json()?["Version"], "2012-10-17");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where its text is not JSON.
    #[cfg(feature = "json")]
    pub fn json(self) -> Result<serde_json::Value, serde_json::Error> {
        self.decoded().parse()
    }
}
