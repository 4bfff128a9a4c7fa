//! Choices out of bytes: the first ones decide, and when there are no more each decides for the first of its options.

use shapewire::schema::{Operation, Service};

/// Bytes that are used up from the front.
pub(crate) struct Choices<'a> {
    bytes: &'a [u8],
    /// Whether texts are printable: anything can carry these.
    plain: bool,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, plain: false }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether the next byte is this one.
    pub(crate) fn is_next(&self, byte: u8) -> bool {
        self.bytes.first() == Some(&byte)
    }

    /// The bytes that are left.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.bytes
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// The next bytes; zeros where there are no more.
    pub(crate) fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let taken = self.bytes(N);
        array[..taken.len()].copy_from_slice(taken);
        array
    }

    /// At most so many bytes.
    pub(crate) fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.bytes.split_at(count.min(self.bytes.len()));
        self.bytes = rest;
        taken
    }

    /// What chooses a few edits, which stands first; and what makes the value that is edited, of printable texts.
    pub(crate) fn edits_and_plain_value(mut self) -> (Self, Self) {
        let count = usize::from(self.byte() % 20);
        let edits = Self::new(self.bytes(count));
        (edits, Self { plain: true, ..self })
    }

    /// A number below `count`, which is not 0.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::from(u16::from_le_bytes(self.array())) % count
    }

    pub(crate) fn of<'b, T>(&mut self, options: &'b [T]) -> &'b T {
        &options[self.below(options.len())]
    }

    /// A text of as many characters as the next byte says at most, where there are as many.
    pub(crate) fn text(&mut self) -> String {
        let length = usize::from(self.byte());
        let bytes = self.bytes(length);
        if self.plain {
            return bytes.iter().map(|byte| char::from(b' ' + byte % 95)).collect();
        }
        String::from_utf8_lossy(bytes).into_owned()
    }

    /// An operation of one of these services.
    pub(crate) fn operation(&mut self, services: &[&'static Service]) -> &'static Operation {
        let count = services.iter().map(|service| service.operations().len()).sum();
        let index = self.below(count);
        let mut operations = services.iter().flat_map(|service| service.operations().iter().copied());
        operations.nth(index).expect("the index is below the number of operations")
    }
}
