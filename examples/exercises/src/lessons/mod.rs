//! The exercises of each lesson, with their checks.
//!
//! # How to add an exercise
//! 1. The folder `examples/exercises/lesson-N/NAME` with
//!    - `task.md`: `# Title`, a list with `- Time: N minutes` and so on, the task, `## Hints` (a numbered list, from
//!      vague to clear) and `## Explanation`. `lesson-1/read-exactly` is an example.
//!    - `starter.rs`, `starter.py` or `starter.txt`, and a `solution` for each. Rust may use the packages that
//!      `DEPENDENCIES` in `package.rs` lists. Python runs with the workspace in its path: `from crates.auth import Key`.
//!    - `cheats/WHAT.rs` (or `.py`, `.txt`), at least one: what a careless learner would hand in. Its first comment
//!      says what it does.
//!    - if the learner writes a function: `harness.rs` with `main`, which calls `exercise::NAME` (the tool adds `mod
//!      exercise`), or `harness.py`, which does `runpy.run_path(sys.argv[1])`. It reads the check's input and prints.
//! 2. An entry in `EXERCISES` of `lesson_N.rs`: its checks, each with what a solution does, in plain words.
//!
//! # How to write a check
//! It is a function that gets a [`Program`](crate::program::Program), and returns an error that says in plain words what
//! was expected and what came instead. It has 10 seconds in all, and it must fail for every starter. So "a legitimate
//! client is accepted" is not a check by itself, but the second half of one. Use random nonces and keys, so that no
//! constant passes.
//!
//! - `program.run(&[arguments], input)` runs it to its end.
//! - `program.run_as_client(&[arguments], |connection| ...)` serves it: the address is its first argument.
//!   `run_as_client_with_input` does so too, with a standard input.
//! - `program.run_as_server(&[arguments], |server| ...)` attacks it; its first argument is `127.0.0.1:0`. The
//!   [`Server`](crate::server::Server) has `address`, `connect()`, `line(part)`, `signal(signal)` and `wait()`.
//!   `run_as_server_with_open_files` limits its file descriptors.
//! - `program.predicts("label", truth)` and `program.predicts_bytes("label", truth)` check the line `label: value` of a
//!   `.txt` file. Their errors do not say what is right.
//! - [`expect`](crate::expect) compares: `expect::bytes("the response", expected, got)?`.
//! - [`random`](crate::random) has numbers, bytes and text.
//!
//! `cargo test -p exercises` checks all starters, solutions and cheats; `cargo test -p exercises -- --nocapture` shows
//! why each check fails. For one exercise, set `EXERCISE=NAME`.

mod lesson_1;
mod lesson_2;
mod lesson_3;
mod lesson_4;
pub mod lesson_5;
mod lesson_6;
mod lesson_7;
mod lesson_8;

use crate::exercise::Exercise;

/// Returns all exercises, in the order of the lessons.
pub fn all() -> impl Iterator<Item = &'static Exercise> {
    let lessons = [
        lesson_1::EXERCISES,
        lesson_2::EXERCISES,
        lesson_3::EXERCISES,
        lesson_4::EXERCISES,
        lesson_5::EXERCISES,
        lesson_6::EXERCISES,
        lesson_7::EXERCISES,
        lesson_8::EXERCISES,
    ];
    lessons.into_iter().flatten()
}
