//! What a learner sees, from the first start to a solved exercise.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use programs::{Ended, Process, WAIT};

/// A learner with an empty folder.
pub(crate) struct Learner {
    folder: PathBuf,
}

impl Learner {
    /// Each test has a folder of its own, whose path stays the same: it is part of the names of what cargo builds.
    pub(crate) fn new(name: &str) -> Result<Learner> {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        Ok(Learner { folder })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_exercises"));
        command.args(arguments).arg("--work").arg(&self.folder);
        command
    }

    pub(crate) fn types(&self, arguments: &[&str]) -> Result<Ended> {
        Process::start(&mut self.command(arguments), b"")?.wait()
    }

    fn saves(&self, file: &str, text: &str) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        Ok(fs::write(self.folder.join(file), text)?)
    }

    fn reads(&self, file: &str) -> Result<String> {
        fs::read_to_string(self.folder.join(file)).with_context(|| format!("cannot read {file}"))
    }

    /// Saves a file of the repository under another name.
    pub(crate) fn copies(&self, file: &str, to: &str) -> Result<()> {
        self.saves(to, &original(file)?)
    }
}

fn original(file: &str) -> Result<String> {
    fs::read_to_string(exercises::exercise::folder().join(file)).with_context(|| format!("cannot read {file}"))
}

/// Expects these parts in what a program printed, in this order. There may be more between them.
fn expect(ended: &Ended, parts: &[&str]) -> Result<()> {
    let text = [ended.out(), ended.err()].concat().join("\n");
    let mut rest = &text[..];
    for part in parts {
        (_, rest) = rest.split_once(part).with_context(|| format!("no {part:?}, or not there, in:\n{text}"))?;
    }
    Ok(())
}

#[test]
fn the_first_start_lists_all_and_names_a_file_that_is_there() -> Result<()> {
    let learner = Learner::new("first-start")?;
    let ended = learner.types(&[])?;
    let parts = ["Lesson 1", "[ ] next-bytes", "15 min  Which bytes", "[ ] read-exactly", "You have solved 0 of"];
    expect(&ended, &parts)?;
    expect(
        &ended,
        &["The next one:", "Which bytes come next?", "Edit ", "next-bytes.txt. Then:", "-- check next-bytes"],
    )?;
    ensure!(ended.status.success() && learner.reads("next-bytes.txt")? == original("lesson-1/next-bytes/starter.txt")?);
    Ok(())
}

#[test]
fn a_solved_exercise_is_crossed_and_the_next_one_is_named() -> Result<()> {
    let learner = Learner::new("solved")?;
    learner.copies("lesson-1/next-bytes/solution.txt", "next-bytes.txt")?;
    // One of the two passes, which is enough.
    learner.copies("lesson-1/read-exactly/cheats/ignores_the_end.rs", "read-exactly.rs")?;
    learner.copies("lesson-1/read-exactly/solution.py", "read-exactly.py")?;
    let ended = learner.types(&[])?;
    expect(&ended, &["[x] next-bytes", "[x] read-exactly", "[ ] constant-time", "You have solved 2 of"])?;
    expect(&ended, &["The next one:", "Compare a response"])?;

    let ended = learner.types(&["--json"])?;
    let objects: Vec<serde_json::Value> =
        ended.out().into_iter().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let solved = &objects[1];
    ensure!(solved["name"] == "read-exactly" && solved["lesson"] == 1 && solved["minutes"] == 15, "{solved}");
    ensure!(solved["solved"] == true && solved["file"] == "read-exactly.py", "{solved}");
    let waits = "waits for all 32 bytes of a nonce that arrives in three pieces";
    ensure!(solved["checks"][0] == serde_json::json!({ "check": waits, "passes": true }), "{solved}");
    let unsolved = &objects[2];
    ensure!(unsolved["solved"] == false && unsolved["file"].is_null(), "{unsolved}");
    ensure!(unsolved["checks"][0]["passes"] == false, "{unsolved}");
    Ok(())
}

#[test]
fn check_says_what_passes_and_what_was_expected() -> Result<()> {
    let learner = Learner::new("check")?;
    let ended = learner.types(&["check", "read-exactly"])?;
    expect(&ended, &["You have not changed", "not yet waits for all 32", "after the first 7 bytes", "it printed:"])?;
    ensure!(ended.status.code() == Some(1), "{}", ended.status);

    learner.copies("lesson-1/read-exactly/cheats/ignores_the_end.rs", "read-exactly.rs")?;
    let ended = learner.types(&["check", "read-exactly"])?;
    let difference = ["should be nothing", "expected (nothing)  (0 bytes)", "got ", "(32 bytes)"];
    expect(&ended, &["  ok      waits for all 32", "  not yet does not respond"])?;
    expect(&ended, &difference)?;

    learner.copies("lesson-1/read-exactly/solution.rs", "read-exactly.rs")?;
    let ended = learner.types(&["check", "read-exactly"])?;
    expect(&ended, &["ok ", "ok ", "You have solved read-exactly."])?;
    ensure!(ended.status.success(), "{}", ended.status);
    Ok(())
}

#[test]
fn a_file_that_does_not_compile_is_shown_with_the_line() -> Result<()> {
    let learner = Learner::new("compile")?;
    learner.saves("read-exactly.rs", "fn main() {\n    let nonce = 32 bytes;\n}\n")?;
    // With a harness, the messages are about the learner's file, too.
    learner.saves("constant-time.rs", "pub fn is_right() {}\n")?;
    let ended = learner.types(&["check", "read-exactly"])?;
    expect(&ended, &["read-exactly.rs does not compile:", "error", "read-exactly.rs:2:20"])?;
    let ended = learner.types(&["check", "constant-time"])?;
    expect(&ended, &["constant-time.rs does not compile:", "constant-time.rs:1:8"])?;
    // The list goes on with the others.
    learner.copies("lesson-1/next-bytes/solution.txt", "next-bytes.txt")?;
    expect(&learner.types(&[])?, &["[x] next-bytes", "[ ] read-exactly", "[ ] constant-time"])
}

#[test]
fn a_program_that_never_ends_is_stopped() -> Result<()> {
    let learner = Learner::new("endless")?;
    learner.saves("constant-time.py", "def is_right(response, expected):\n    while True:\n        pass\n")?;
    let start = Instant::now();
    let ended = learner.types(&["check", "constant-time"])?;
    expect(&ended, &["did not end within 10s, so it was stopped", "did not end within 10s, so it was stopped"])?;
    ensure!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    Ok(())
}

#[test]
fn a_program_that_floods_its_output_is_stopped() -> Result<()> {
    let learner = Learner::new("flood")?;
    learner.saves(
        "constant-time.rs",
        "pub fn is_right(_: &[u8], _: &[u8]) -> bool {\n    loop {\n        println!();\n    }\n}\n",
    )?;
    expect(&learner.types(&["check", "constant-time"])?, &["printed more than 300000 lines"])
}

#[test]
fn a_program_that_does_nothing_fails_every_check_in_words() -> Result<()> {
    let learner = Learner::new("nothing")?;
    for file in ["read-exactly", "constant-time", "one-deadline"] {
        for text in ["", "raise ValueError('mine')\n"] {
            learner.saves(&format!("{file}.py"), &format!("# mine\n{text}"))?;
            let ended = learner.types(&["check", file])?;
            expect(&ended, &["not yet", "printed"])?;
            ensure!(!ended.out().iter().any(|line| line.contains("  ok ") || line.contains("os error")), "{ended:#?}");
            ensure!(text.is_empty() || ended.out().iter().any(|line| line.contains("ValueError: mine")), "{ended:#?}");
        }
    }
    Ok(())
}

#[test]
fn each_hint_is_clearer_and_reset_begins_again() -> Result<()> {
    let learner = Learner::new("hints")?;
    for count in [1, 2, 3, 3] {
        let ended = learner.types(&["hint", "read-exactly"])?;
        let hints = ended.out().iter().filter(|line| line.starts_with("Hint ")).count();
        ensure!(hints == count, "{hints} hints instead of {count}");
        ensure!(ended.out().iter().any(|line| line.contains("no more hints")) == (count == 3), "{ended:?}");
    }
    learner.types(&["reset", "read-exactly"])?;
    expect(&learner.types(&["hint", "read-exactly"])?, &["Hint 1 of 3 for read-exactly: What does a read return"])
}

#[test]
fn show_prints_the_solution_once_it_is_solved_or_anyway() -> Result<()> {
    let learner = Learner::new("show")?;
    let refused = learner.types(&["show", "read-exactly"])?;
    ensure!(refused.err() == ["exercises: read-exactly is not solved yet; --anyway prints its solution all the same"]);
    ensure!(refused.out().is_empty() && refused.status.code() == Some(1), "{refused:?}");
    let parts = ["solution.rs:", "read_exact(&mut nonce)", "solution.py:", "server.recv(32 - len", "return as soon as"];
    expect(&learner.types(&["show", "read-exactly", "--anyway"])?, &parts)?;
    learner.copies("lesson-1/read-exactly/solution.py", "read-exactly.py")?;
    expect(&learner.types(&["show", "read-exactly"])?, &parts)
}

#[test]
fn reset_restores_the_starter_and_overwrites_nothing() -> Result<()> {
    let learner = Learner::new("reset")?;
    for (number, text) in ["# first\n", "# second\n"].into_iter().enumerate() {
        learner.saves("read-exactly.py", text)?;
        let kept = format!("read-exactly.{}.py", number + 1);
        expect(&learner.types(&["reset", "read-exactly"])?, &["read-exactly.py is the starter again; yours is now"])?;
        ensure!(learner.reads(&kept)? == text);
        ensure!(learner.reads("read-exactly.py")? == original("lesson-1/read-exactly/starter.py")?);
    }
    // What has not changed is not kept.
    learner.types(&["reset", "read-exactly"])?;
    ensure!(learner.reads("read-exactly.1.py")? == "# first\n" && learner.reads("read-exactly.3.py").is_err());
    ensure!(learner.reads("read-exactly.1.rs").is_err());
    // A file that is missing comes back.
    fs::remove_file(learner.folder.join("read-exactly.py"))?;
    learner.types(&[])?;
    ensure!(learner.reads("read-exactly.py")? == original("lesson-1/read-exactly/starter.py")?);
    Ok(())
}

#[test]
fn watch_checks_again_when_the_file_is_saved() -> Result<()> {
    let learner = Learner::new("watch")?;
    let mut watch = Process::start(&mut learner.command(&["watch"]), b"")?;
    watch.lines.find("Waiting until you save next-bytes", WAIT)?;
    learner.copies("lesson-1/next-bytes/cheats/raw_digest.txt", "next-bytes.txt")?;
    watch.lines.find("not yet knows how long the response is", WAIT)?;
    watch.lines.find("Waiting until you save next-bytes", WAIT)?;
    learner.copies("lesson-1/next-bytes/solution.txt", "next-bytes.txt")?;
    watch.lines.find("You have solved next-bytes", WAIT)?;
    watch.lines.find("Read exactly 32 bytes", WAIT)?;
    watch.lines.find("Waiting until you save read-exactly", WAIT).map(drop)
}

#[test]
fn an_unknown_name_is_an_error_that_says_what_to_do() -> Result<()> {
    let ended = Learner::new("unknown")?.types(&["check", "read-exacly"])?;
    ensure!(ended.err() == ["exercises: there is no exercise \"read-exacly\"; `cargo run -p exercises` lists them"]);
    Ok(())
}
