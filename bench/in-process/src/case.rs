//! What is done by several.

use std::fmt;
use std::hint::black_box;
use std::time::Duration;

use cpu_time::ThreadTime;

use crate::replies::Reply;

/// One of those that are compared.
pub struct Contender {
    /// As tables have it.
    pub name: &'static str,
    run: Box<dyn FnMut(usize) -> Duration>,
}

impl Contender {
    /// Runs so many times and gives the time of all; what the runs made is dropped afterwards.
    pub fn run(&mut self, times: usize) -> Duration {
        (self.run)(times)
    }
}

impl fmt::Debug for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

pub(crate) fn contender<T>(name: &'static str, mut operation: impl FnMut() -> T + 'static) -> Contender {
    let run = move |times| {
        let mut made = Vec::with_capacity(times);
        let start = ThreadTime::now();
        for _ in 0..times {
            made.push(black_box(operation()));
        }
        start.elapsed()
    };
    Contender { name, run: Box::new(run) }
}

/// What is done by several; the first is what the others are compared with.
#[derive(Debug)]
pub struct Case {
    /// The reply's name.
    pub name: String,
    /// How long the reply is.
    pub bytes: usize,
    /// Those who do it.
    pub contenders: Vec<Contender>,
}

impl Case {
    pub(crate) fn new(reply: &Reply) -> Self {
        Self { name: reply.name.clone(), bytes: reply.body.len(), contenders: Vec::new() }
    }

    pub(crate) fn with(mut self, contender: Contender) -> Self {
        self.contenders.push(contender);
        self
    }
}
