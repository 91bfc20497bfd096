//! `--user`: the same e-mail addresses are valid in both languages, and the others have the same errors.

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
fn valid_addresses_are_accepted() -> Result<()> {
    for address in GOOD {
        assert_accepted(address)?;
    }
    Ok(())
}

#[test]
fn other_addresses_are_rejected_with_the_reason() -> Result<()> {
    for (address, reason) in WRONG {
        assert_rejected(address, reason)?;
    }
    Ok(())
}

#[test]
fn each_part_has_its_maximum_length() -> Result<()> {
    let long = |local: usize, label: usize, labels: usize| {
        format!("{}@{}.com", "é".repeat(local), vec!["d".repeat(label); labels].join("."))
    };
    assert_accepted(&long(32, 49, 5))?;
    assert_accepted(&long(32, 63, 3))?;
    assert_rejected(&long(33, 49, 5), "Local part is too long. Length limit: 64")?;
    assert_rejected(&long(32, 50, 5), "Domain is too long. Length limit: 254")?;
    assert_rejected(&long(32, 64, 3), "A sub-domain is too long. Length limit: 63")
}

fn assert_accepted(address: &str) -> Result<()> {
    for language in Language::ALL {
        let ended = run("ws-token", language, &["--user", address, "--expires-in", "60s"], b"")?;
        assert!(ended.status.success(), "{language:?}, {address}: {ended:?}");
    }
    Ok(())
}

fn assert_rejected(address: &str, reason: &str) -> Result<()> {
    for language in Language::ALL {
        let ended = run("ws-token", language, &["--user", address, "--expires-in", "60s"], b"")?;
        let error = format!("ws-token: --user {}: {reason}", escape(address.as_bytes()));
        assert_eq!(ended.err().join("\n"), error, "{language:?}");
        assert_eq!(ended.status.code(), Some(1), "{language:?}, {address}");
        assert_eq!(ended.out(), [""; 0], "{language:?}, {address}");
    }
    Ok(())
}
