//! Standard output and standard error. A reader that went away is no reason to panic.

use std::io::{self, ErrorKind, Read, Write};

use crate::failure::Failure;

/// Writes to standard output. A closed pipe counts as success: its reader has seen enough.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::failed(format_args!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes lines to standard error, without control characters: what a service says must not steer the terminal.
pub(crate) fn note(lines: &str) {
    if lines.is_empty() {
        return;
    }
    let lines: String =
        lines.chars().map(|c| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c }).collect();
    // Where standard error is gone there is nobody to tell.
    writeln!(io::stderr().lock(), "{lines}").unwrap_or_default();
}

/// Reads standard input to its end, or to one byte more than `limit`.
pub(crate) fn read_input(limit: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    match io::stdin().lock().take(limit).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::usage(format_args!("cannot read standard input: {error}"))),
    }
}
