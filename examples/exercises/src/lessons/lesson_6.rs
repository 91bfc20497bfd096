use anyhow::{Result, ensure};
use auth::{Key, Scheme};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use sha2::{Digest, Sha256};

use crate::exercise::Exercise;
use crate::program::Program;
use crate::{expect, random};

/// The exercises of lesson 6.
pub(crate) const EXERCISES: &[Exercise] = &[
    Exercise {
        lesson: 6,
        name: "crack-key",
        checks: &[
            ("finds a key that is one of the words", finds_a_word),
            ("finds a key that is a word with a number after it", finds_a_word_with_a_number),
            ("says that no guess fits", says_that_none_fits),
        ],
    },
    Exercise {
        lesson: 6,
        name: "token-flaws",
        checks: &[
            ("refuses a token that says that it needs no signature", refuses_other_algorithms),
            ("refuses a token whose time is over, and one that has no end", refuses_expired_tokens),
            ("refuses a token in which a name occurs twice", refuses_duplicates),
            ("refuses a token with values of other types", refuses_other_types),
        ],
    },
    Exercise {
        lesson: 6,
        name: "hash-guess",
        checks: &[("finds PINs from their hashes", finds_pins), ("finds PINs from salted hashes", finds_salted_pins)],
    },
];

const HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

/// Any time will do: 2033.
const NOW: u64 = 2_000_000_000;

fn finds_a_word(program: &Program) -> Result<()> {
    let words = words()?;
    cracks(program, &words, &words[words.len() - 1], &words[words.len() - 1])
}

fn finds_a_word_with_a_number(program: &Program) -> Result<()> {
    let words = words()?;
    for number in ["0".to_owned(), (10 + random::below(80)?).to_string(), "99".to_owned()] {
        let key = format!("{}{number}", words[words.len() - 2]);
        cracks(program, &words, &key, &key)?;
    }
    Ok(())
}

fn says_that_none_fits(program: &Program) -> Result<()> {
    cracks(program, &words()?, &wire::hex(&random::bytes(32)?), "none of these")
}

/// Lets the program find the key of a token with these words.
fn cracks(program: &Program, words: &[String], key: &str, expected: &str) -> Result<()> {
    let token = token(HEADER, &claims(r#""someone@example.com""#, NOW), key)?;
    let ended = program.run(&[], format!("{token}\n{}\n", words.join("\n")).as_bytes())?;
    expect::success(&ended)?;
    let [printed] = ended.out()[..] else {
        return expect::same("the number of lines that your program printed", 1, ended.out().len());
    };
    expect::same("what your program printed", expected, printed)
}

/// Returns words that nobody knows before.
fn words() -> Result<Vec<String>> {
    (0..20).map(|_| random::text(6, &['a', 'e', 'i', 'o', 'u', 'l', 'm', 'n', 'r', 's', 't'])).collect()
}

fn refuses_other_algorithms(program: &Program) -> Result<()> {
    for algorithm in ["none", "None", "nOnE", "HS257"] {
        let header = format!(r#"{{"typ":"JWT","alg":"{algorithm}"}}"#);
        let unsigned = format!("{}.{}.", encode(&header), encode(claims(r#""admin@example.com""#, NOW + 60)));
        refuses(
            program,
            &format!("a token with the algorithm {algorithm} and no signature"),
            |_| Ok(unsigned.clone()),
        )?;
    }
    Ok(())
}

fn refuses_expired_tokens(program: &Program) -> Result<()> {
    let user = r#""admin@example.com""#;
    refuses(program, "a token that expired a minute ago", |key| token(HEADER, &claims(user, NOW - 60), key))?;
    refuses(program, "a token that expires at this second", |key| token(HEADER, &claims(user, NOW), key))?;
    refuses(program, "a token without exp", |key| token(HEADER, &format!(r#"{{"user_id":{user}}}"#), key))
}

fn refuses_duplicates(program: &Program) -> Result<()> {
    let end = NOW + 60;
    let twice = format!(r#"{{"user_id":"someone@example.com","exp":{end},"user_id":"admin@example.com"}}"#);
    refuses(program, "a token with two user_id", |key| token(HEADER, &twice, key))?;
    let twice = format!(r#"{{"user_id":"admin@example.com","exp":1,"exp":{end}}}"#);
    refuses(program, "a token with two exp", |key| token(HEADER, &twice, key))
}

fn refuses_other_types(program: &Program) -> Result<()> {
    for user in ["7", "true", r#"["admin@example.com"]"#, r#""""#] {
        let what = format!("a token whose user_id is {user}");
        refuses(program, &what, |key| token(HEADER, &claims(user, NOW + 60), key))?;
    }
    let text = r#"{"user_id":"admin@example.com","exp":"tomorrow"}"#;
    refuses(program, "a token whose exp is a text", |key| token(HEADER, text, key))?;
    refuses(program, "a token whose claims are a list", |key| token(HEADER, r#"["user_id","exp"]"#, key))
}

/// Requires that a valid token names its user, and that this one, which gets the key to sign with, names nobody.
fn refuses(program: &Program, what: &str, forged: impl Fn(&str) -> Result<String>) -> Result<()> {
    let (key, user) = (wire::hex(&random::bytes(32)?), format!("{}@example.com", wire::hex(&random::bytes(4)?)));
    let valid = token(HEADER, &claims(&format!("{user:?}"), NOW + 1), &key)?;
    let input = format!("{key} {NOW} {valid}\n{key} {NOW} {}\n", forged(&key)?);
    let ended = program.run(&[], input.as_bytes())?;
    expect::success(&ended)?;
    let [first, second] = ended.out()[..] else {
        return expect::same("the number of lines that the harness printed", 2, ended.out().len());
    };
    expect::same("the user of a valid token", format!("{user:?}").as_str(), first)?;
    ensure!(second == "null", "for {what}, `user_of` returns {second}; it should return None");
    Ok(())
}

fn claims(user: &str, end: u64) -> String {
    format!(r#"{{"user_id":{user},"exp":{end}}}"#)
}

fn token(header: &str, claims: &str, key: &str) -> Result<String> {
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = Scheme::Sha256.response(&Key::new(key)?, &message);
    Ok(format!("{message}.{}", encode(signature.as_bytes())))
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn finds_pins(program: &Program) -> Result<()> {
    finds(program, || Ok(String::new()))
}

fn finds_salted_pins(program: &Program) -> Result<()> {
    finds(program, || Ok(wire::hex(&random::bytes(4)?)))
}

fn finds(program: &Program, salt: impl Fn() -> Result<String>) -> Result<()> {
    let mut pins = (0..3).map(|_| random::below(10_000)).collect::<Result<Vec<_>>>()?;
    pins.push(random::below(100)?);
    let pins: Vec<String> = pins.into_iter().map(|pin| format!("{pin:04}")).collect();
    let mut input = String::new();
    for pin in &pins {
        let salt = salt()?;
        let separator = if salt.is_empty() { "" } else { ":" };
        input += &format!("{salt}{separator}{}\n", wire::hex(&Sha256::digest(format!("{salt}{pin}"))));
    }
    let ended = program.run(&[], input.as_bytes())?;
    expect::success(&ended)?;
    expect::same("the number of PINs that your program printed", pins.len(), ended.out().len())?;
    for (pin, printed) in pins.iter().zip(ended.out()) {
        expect::same("a PIN", pin.as_str(), printed)?;
    }
    Ok(())
}
