//! Choices out of bytes: the first ones decide, and when there are no more each decides for the first of its options.

use shapewire::schema::{Operation, Service};

/// Bytes that are used up from the front.
pub(crate) struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes that are left.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
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
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
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
        String::from_utf8_lossy(self.bytes(length)).into_owned()
    }

    /// An operation of one of these services.
    pub(crate) fn operation(&mut self, services: &[&'static Service]) -> &'static Operation {
        let count = services.iter().map(|service| service.operations().len()).sum();
        let index = self.below(count);
        let mut operations = services.iter().flat_map(|service| service.operations().iter().copied());
        operations.nth(index).expect("the index is below the number of operations")
    }
}
