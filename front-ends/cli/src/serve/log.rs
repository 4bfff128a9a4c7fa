//! The log: a line for each request. A thread writes it, so that a reader who is slow, or does not read at all, holds up no
//! request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::time::Duration;
use std::{io, thread};

use crate::terminal;

/// How many lines wait for a slow reader. Those that come while so many wait are counted and left out.
const WAITING: usize = 1024;

/// How long the end of the process waits for a slow reader.
const GRACE: Duration = Duration::from_secs(1);

/// Takes lines for the log.
#[derive(Clone)]
pub(super) struct Log {
    lines: SyncSender<String>,
    left_out: Arc<AtomicU64>,
}

/// Writes the lines, until there is no [`Log`] any more.
pub(super) struct Writer {
    /// Ends when all is written.
    ended: Receiver<()>,
}

impl Log {
    pub(super) fn start() -> io::Result<(Self, Writer)> {
        let (lines, waiting) = sync_channel::<String>(WAITING);
        let (running, ended) = channel();
        let left_out = Arc::new(AtomicU64::new(0));
        let log = Self { lines, left_out: Arc::clone(&left_out) };
        thread::Builder::new().name("log".to_owned()).spawn(move || {
            let _running = running;
            for line in waiting {
                terminal::note(&line);
                let count = left_out.swap(0, Ordering::Relaxed);
                if count > 0 {
                    terminal::note(&format!("{count} lines of the log are left out"));
                }
            }
        })?;
        Ok((log, Writer { ended }))
    }

    /// Adds a line, without waiting.
    pub(super) fn add(&self, line: String) {
        if self.lines.try_send(line).is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Writer {
    /// Waits until all is written, where that does not take long.
    pub(super) fn finish(self) {
        // Nothing is ever sent: it ends, or the time is over.
        self.ended.recv_timeout(GRACE).unwrap_or_default();
    }
}
