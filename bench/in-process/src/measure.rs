//! Contenders take turns, so that what else the machine does falls on all of them; a ratio is one of the same round.

use std::hint::black_box;
use std::time::Duration;

use cpu_time::ThreadTime;
use serde_json::{Map, Value, json};

use crate::replies::Reply;

/// How long a sample is at least: the clock's own time must not matter.
const SAMPLE: Duration = Duration::from_millis(2);

/// One of those that are compared.
pub(crate) struct Contender {
    name: &'static str,
    /// Runs so many times and gives the time of all; what the runs made is dropped afterwards.
    run: Box<dyn FnMut(usize) -> Duration>,
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
pub(crate) struct Case {
    pub(crate) name: String,
    bytes: usize,
    contenders: Vec<Contender>,
}

impl Case {
    pub(crate) fn new(reply: &Reply) -> Self {
        Self { name: reply.name.clone(), bytes: reply.body.len(), contenders: Vec::new() }
    }

    pub(crate) fn with(mut self, contender: Contender) -> Self {
        self.contenders.push(contender);
        self
    }

    /// Nanoseconds of each, ratios to the first, allocations of one run.
    pub(crate) fn measure(mut self, rounds: usize) -> Value {
        let times: Vec<usize> = self.contenders.iter_mut().map(enough).collect();
        let mut samples = vec![Vec::with_capacity(rounds); self.contenders.len()];
        for _ in 0..rounds {
            for ((contender, times), samples) in self.contenders.iter_mut().zip(&times).zip(&mut samples) {
                samples.push(
                    (contender.run)(*times).as_secs_f64() * 1e9 / f64::from(u32::try_from(*times).unwrap_or(u32::MAX)),
                );
            }
        }
        let first = samples[0].clone();
        let contenders: Map<String, Value> = self
            .contenders
            .iter_mut()
            .zip(&samples)
            .map(|(contender, samples)| {
                let ratios = samples.iter().zip(&first).map(|(sample, first)| sample / first).collect();
                // One beforehand: a program's first run may fill caches.
                let allocated = allocation_counter::measure(|| {
                    (contender.run)(1);
                });
                let measured = json!({
                    "nanoseconds": quartiles(samples.clone()),
                    "ratio": quartiles(ratios),
                    // The list that keeps what was made is one of them.
                    "allocations": allocated.count_total - 1,
                    "allocated_bytes": allocated.bytes_total,
                    "peak_bytes": allocated.bytes_max,
                });
                (contender.name.to_owned(), measured)
            })
            .collect();
        json!({ "bytes": self.bytes, "rounds": rounds, "contenders": contenders })
    }
}

/// How many runs make a sample.
fn enough(contender: &mut Contender) -> usize {
    let mut times = 1;
    // The first run of all fills caches.
    (contender.run)(1);
    while (contender.run)(times) < SAMPLE {
        times *= 2;
    }
    times
}

/// The median between the quartiles, with four digits.
fn quartiles(mut samples: Vec<f64>) -> [f64; 3] {
    samples.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| {
        let sample = samples[(samples.len() - 1) * quarter / 4];
        format!("{sample:.3e}").parse().unwrap_or(sample)
    })
}
