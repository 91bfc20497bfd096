//! `--user`: the same e-mail addresses are valid in both languages.

use anyhow::Result;
use cli::escape;
use programs::{Language, run};

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

#[test]
fn valid_addresses_are_accepted_and_others_are_errors() -> Result<()> {
    for address in GOOD {
        check(address, true)?;
    }
    for address in WRONG {
        check(address, false)?;
    }
    Ok(())
}

#[test]
fn each_part_has_its_maximum_length() -> Result<()> {
    for (local, label, labels, is_valid) in
        [(32, 49, 5, true), (32, 63, 3, true), (33, 49, 5, false), (32, 50, 5, false), (32, 64, 3, false)]
    {
        let domain = vec!["d".repeat(label); labels].join(".");
        check(&format!("{}@{domain}.com", "é".repeat(local)), is_valid)?;
    }
    Ok(())
}

fn check(address: &str, is_valid: bool) -> Result<()> {
    for language in Language::ALL {
        let ended = run("ws-token", language, &["--user", address, "--expires-in", "60s"], b"")?;
        let reason = "not an e-mail address, such as someone@example.com";
        let error = format!("ws-token: --user {}: {reason}", escape(address.as_bytes()));
        assert_eq!(ended.err().join("\n") == error, !is_valid, "{language:?}, {address}: {ended:?}");
        assert_eq!(
            (ended.status.success(), ended.out().len()),
            (is_valid, usize::from(is_valid)),
            "{language:?}, {address}"
        );
    }
    Ok(())
}
