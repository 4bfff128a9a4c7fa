//! How far a run is: one line of a terminal, written over itself and taken away at the end.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The line, on standard error if that is a terminal.
pub(super) struct Progress {
    of: usize,
    done: AtomicUsize,
    is_shown: bool,
}

/// How wide the bar is, in characters.
const WIDTH: usize = 30;

impl Progress {
    /// Nothing is done of `of`.
    pub(super) fn new(of: usize) -> Self {
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let progress =
            Self { of, done: AtomicUsize::new(0), is_shown: of > 1 && !is_dumb && std::io::stderr().is_terminal() };
        progress.show(0, "");
        progress
    }

    /// One more is done; from any thread.
    pub(super) fn step(&self, name: &str) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.show(done, name);
    }

    fn show(&self, done: usize, name: &str) {
        if self.is_shown {
            // In one piece, so that threads do not write into each other's line. Who cannot see it misses nothing else.
            let _ = std::io::stderr().write_all(line(done, self.of, name).as_bytes());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            let _ = std::io::stderr().write_all(b"\r\x1b[K");
        }
    }
}

fn line(done: usize, of: usize, name: &str) -> String {
    let full = done * WIDTH / of.max(1);
    let mut line = "\r\x1b[K".to_owned();
    let _ = write!(line, "{:█<full$}{:░<2$} {done} of {of}  {name:.30}", "", "", WIDTH - full);
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_bar_of_one_width() {
        assert_eq!(line(0, 22, ""), format!("\r\x1b[K{} 0 of 22  ", "░".repeat(30)));
        assert_eq!(line(11, 22, "iam"), format!("\r\x1b[K{}{} 11 of 22  iam", "█".repeat(15), "░".repeat(15)));
        assert_eq!(line(22, 22, "ec2"), format!("\r\x1b[K{} 22 of 22  ec2", "█".repeat(30)));
        assert!(line(1, 2, &"x".repeat(1000)).chars().count() < 80);
    }
}
