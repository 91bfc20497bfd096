//! Which e-mail addresses a token may name, and what is said of one that is wrong: the same in both languages.

use anyhow::Result;
use cli::escape;
use programs::{Language, run};

const CHARACTER: &str = "Invalid character.";
const NO_NAME: &str = "Display names are not supported.";
const TOO_FEW: &str = "Too few parts in the domain";

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

const WRONG: [(&str, &str); 38] = [
    ("", "Missing separator character '@'."),
    ("someone", "Missing separator character '@'."),
    ("someone.example.com", "Missing separator character '@'."),
    ("@", "Local part is empty."),
    ("@example.com", "Local part is empty."),
    (r#""@example.com"#, "Local part is empty."),
    (r#"""@example.com"#, "Local part is empty."),
    ("someone@", "Domain is empty."),
    ("someone@example", TOO_FEW),
    ("someone@localhost", TOO_FEW),
    ("someone@example..com", "A sub-domain is empty."),
    ("someone@.example.com", "A sub-domain is empty."),
    ("someone@example.com.", "A sub-domain is empty."),
    ("someone@-example.com", CHARACTER),
    ("someone@example-.com", CHARACTER),
    ("someone@exam ple.com", CHARACTER),
    ("someone@example.com\n", CHARACTER),
    ("someone@exam\u{1b}ple.com", CHARACTER),
    ("someone@[127.0.0.1", CHARACTER),
    ("someone@[127.0.0.1\\]", CHARACTER),
    ("someone@[127.0 0.1]", CHARACTER),
    ("some one@example.com", CHARACTER),
    (" someone@example.com", CHARACTER),
    ("someone@example.com ", CHARACTER),
    (".someone@example.com", CHARACTER),
    ("someone.@example.com", CHARACTER),
    ("some..one@example.com", CHARACTER),
    ("some@one@example.com", CHARACTER),
    ("some,one@example.com", CHARACTER),
    ("some(one)@example.com", CHARACTER),
    ("some\u{1f600}one@example.com", CHARACTER),
    (r#""some"one"@example.com"#, CHARACTER),
    (r#""someone\"@example.com"#, CHARACTER),
    (r#""some\ one"@example.com"#, CHARACTER),
    ("<someone@example.com>", CHARACTER),
    ("Some One <someone@example.com>", NO_NAME),
    (" <someone@example.com>", NO_NAME),
    ("Some One <someone@example.com", "Terminating '>' is missing."),
];

#[test]
fn a_good_one_is_taken() -> Result<()> {
    for language in Language::ALL {
        for address in GOOD {
            let ended = run("ws-token", language, &["--user", address, "--expires-in", "60s"], b"")?;
            assert!(ended.status.success(), "{language:?}, {address}: {ended:?}");
        }
    }
    Ok(())
}

#[test]
fn of_a_wrong_one_is_said_what_is_wrong() -> Result<()> {
    for (address, wrong) in WRONG {
        refused(address, wrong)?;
    }
    Ok(())
}

#[test]
fn a_long_one_is_taken_as_far_as_mail_does() -> Result<()> {
    let long = |local: usize, label: usize, labels: usize| {
        format!("{}@{}.com", "é".repeat(local), vec!["d".repeat(label); labels].join("."))
    };
    for language in Language::ALL {
        let ended = run("ws-token", language, &["--user", &long(32, 49, 5), "--expires-in", "60s"], b"")?;
        assert!(ended.status.success(), "{language:?}: {ended:?}");
        let ended = run("ws-token", language, &["--user", &long(32, 63, 3), "--expires-in", "60s"], b"")?;
        assert!(ended.status.success(), "{language:?}: {ended:?}");
    }
    refused(&long(33, 49, 5), "Local part is too long. Length limit: 64")?;
    refused(&long(32, 50, 5), "Domain is too long. Length limit: 254")?;
    refused(&long(32, 64, 3), "A sub-domain is too long. Length limit: 63")
}

fn refused(address: &str, wrong: &str) -> Result<()> {
    for language in Language::ALL {
        let ended = run("ws-token", language, &["--user", address, "--expires-in", "60s"], b"")?;
        assert_eq!(
            ended.err().join("\n"),
            format!("ws-token: --user {}: {wrong}", escape(address.as_bytes())),
            "{language:?}"
        );
        assert_eq!(ended.status.code(), Some(1), "{language:?}, {address}");
        assert_eq!(ended.out(), [""; 0], "{language:?}, {address}");
    }
    Ok(())
}
