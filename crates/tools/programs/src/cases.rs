use std::panic::resume_unwind;
use std::thread;

use anyhow::Result;

use crate::Language;

/// Returns each case in both languages.
pub fn both<T: Copy>(cases: &[T]) -> impl Iterator<Item = (T, Language)> {
    cases.iter().flat_map(|case| Language::ALL.map(|language| (*case, language)))
}

/// Runs the test for all cases at the same time: most of the time, each waits for a deadline or for a process.
pub fn at_once<T: Send>(cases: impl IntoIterator<Item = T>, test: impl Fn(T) -> Result<()> + Sync) -> Result<()> {
    thread::scope(|scope| {
        let test = &test;
        let running: Vec<_> = cases.into_iter().map(|case| scope.spawn(move || test(case))).collect();
        running.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}
