//! `--user`: the same e-mail addresses are valid in both languages.

use anyhow::Result;
use cli::escape;
use programs::{Language, Process, folder, python, root, run};

const GOOD: [&str; 13] = [
    "someone@example.com",
    "some.one+tag@mail.example.com",
    "a@b.c",
    "!#$%&'*+-/=?^_`{|}~@example.com",
    "someone@1.2.3",
    "someone@ex-am--ple.com",
    "someone@ex_am.com",
    "Someone@EXAMPLE.COM",
    "芝麻@例子.中国",
    "josé@exämple.fr",
    r#""some one \" \@ @<"@example.com"#,
    "someone@[127.0.0.1]",
    "someone@[]",
];

const WRONG: [&str; 38] = [
    "",
    "someone",
    "someone.example.com",
    "@",
    "@example.com",
    r#""@example.com"#,
    r#"""@example.com"#,
    "someone@",
    "someone@example",
    "someone@localhost",
    "someone@example..com",
    "someone@.example.com",
    "someone@example.com.",
    "someone@-example.com",
    "someone@example-.com",
    "someone@exam ple.com",
    "someone@example.com\n",
    "someone@exam\u{1b}ple.com",
    "someone@[127.0.0.1",
    "someone@[127.0.0.1\\]",
    "someone@[127.0 0.1]",
    "some one@example.com",
    " someone@example.com",
    "someone@example.com ",
    ".someone@example.com",
    "someone.@example.com",
    "some..one@example.com",
    "some@one@example.com",
    "some,one@example.com",
    "some(one)@example.com",
    "some\u{1f600}one@example.com",
    r#""some"one"@example.com"#,
    r#""someone\"@example.com"#,
    r#""some\ one"@example.com"#,
    "<someone@example.com>",
    "Some One <someone@example.com>",
    " <someone@example.com>",
    "Some One <someone@example.com",
];

/// Addresses with parts of the maximum length, and with one that is longer.
fn lengths() -> [(String, bool); 5] {
    let address = |local: usize, label: usize, labels: usize| {
        format!("{}@{}.com", "é".repeat(local), vec!["d".repeat(label); labels].join("."))
    };
    [
        (address(32, 49, 5), true),
        (address(32, 63, 3), true),
        (address(33, 49, 5), false),
        (address(32, 50, 5), false),
        (address(32, 64, 3), false),
    ]
}

fn cases() -> impl Iterator<Item = (String, bool)> {
    let good = GOOD.iter().map(|address| (address.to_string(), true));
    let wrong = WRONG.iter().map(|address| (address.to_string(), false));
    good.chain(wrong).chain(lengths())
}

#[test]
fn valid_addresses_are_accepted_and_others_are_errors() -> Result<()> {
    for (address, is_valid) in cases() {
        let ended = run("ws-token", Language::Rust, &["--user", &address, "--expires-in", "60s"], b"")?;
        let reason = "not an e-mail address, such as someone@example.com";
        let error = format!("ws-token: --user {}: {reason}", escape(address.as_bytes()));
        assert_eq!(ended.err().join("\n") == error, !is_valid, "{address}: {:?}", ended.err());
        assert_eq!((ended.status.success(), ended.out().len()), (is_valid, usize::from(is_valid)), "{address}");
    }
    Ok(())
}

/// In one process: to start one for each address takes seconds. (The program's error is on the page of lesson 6.)
#[test]
fn the_twin_accepts_the_same_addresses() -> Result<()> {
    let script = "import sys; from email_address import is_address; print(*map(is_address, sys.argv[1:]), sep='\\n')";
    let mut python = python();
    python.current_dir(root().join(folder("ws-token")?)).args(["-c", script]);
    let ended = Process::start(python.args(cases().map(|(address, _)| address)), b"")?.wait()?;
    let outcomes: Vec<_> = ended.out().iter().map(|outcome| *outcome == "True").collect();
    assert_eq!(outcomes.len(), cases().count(), "{:?}", ended.err());
    for ((address, is_valid), outcome) in cases().zip(outcomes) {
        assert_eq!(outcome, is_valid, "{address}");
    }
    Ok(())
}
