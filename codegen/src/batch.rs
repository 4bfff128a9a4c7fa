//! Several models in one run: on all cores, with the results in the order of the models.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::builder::{Builder, Generated};
use crate::diagnostic::{Problem, Problems};

/// A thread's stack, in bytes: what Linux gives to a program's first one.
const STACK: usize = 8 << 20;

/// Generates and writes the files of several models, each as [`Builder::generate`] does, and all that have no problems.
///
/// The results are in the order of the builders. `done` is called for each as soon as its code is there, in any order and
/// on any thread. Models that would write the same file write none.
pub fn generate_all(
    builders: &[Builder],
    done: impl Fn(&Result<Generated, Problems>) + Sync,
) -> Vec<Result<Generated, Problems>> {
    let results = on_all_cores(builders, |builder| {
        let result = builder.generate_to_string();
        done(&result);
        result
    });
    let results: Vec<_> =
        builders.iter().zip(results).map(|(builder, result)| (builder, placed(builder, result))).collect();
    let mut writers: HashMap<PathBuf, Vec<&Builder>> = HashMap::new();
    for (builder, result) in &results {
        if let Ok((path, _)) = result {
            writers.entry(path.clone()).or_default().push(builder);
        }
    }
    let finish = |(builder, result): (&Builder, Result<(PathBuf, Generated), Problems>)| {
        let (path, generated) = result?;
        let others = writers[&path].iter().filter(|other| !std::ptr::eq(**other, builder));
        let others: Vec<String> = others.map(|other| other.model_file()).collect();
        if others.is_empty() {
            return builder.finish(path, generated);
        }
        let message = format!("would be written to {}, and so would {}", path.display(), others.join(", "));
        Err(Problem::new(&builder.model_file(), "", message).into())
    };
    results.into_iter().map(finish).collect()
}

/// A result with the place of its file.
fn placed(builder: &Builder, result: Result<Generated, Problems>) -> Result<(PathBuf, Generated), Problems> {
    let generated = result?;
    Ok((builder.path_of(&generated)?, generated))
}

/// What `work` makes of each builder, in their order. The largest model is begun with, so that no core waits for it.
fn on_all_cores<T: Send>(builders: &[Builder], work: impl Fn(&Builder) -> T + Sync) -> Vec<T> {
    let mut order: Vec<usize> = (0..builders.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(builders[*index].size()));
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(builders.len())));
    let run = || {
        while let Some(index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = work(&builders[*index]);
            results.lock().unwrap_or_else(PoisonError::into_inner).push((*index, result));
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 1..cores.min(builders.len()) {
            // Where there is no other thread, this one does all.
            let _ = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
        }
        run();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
