//! The length limits of a key, and how a key file is read.

use std::error::Error;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

use auth::{Key, KeyError, Scheme};

type Result = std::result::Result<(), Box<dyn Error>>;

const LONGEST: [u8; Key::MAX_LEN] = [b'k'; Key::MAX_LEN];
const TOO_LONG: [u8; Key::MAX_LEN + 1] = [b'k'; Key::MAX_LEN + 1];

#[test]
fn one_line_ending_after_the_key_is_ignored() -> Result {
    for key in [&b"k"[..], &LONGEST, "芝麻开门".as_bytes(), b"\xff\x00 ", b"a\r\nb", b" k ", b"\nk"] {
        for ending in ["", "\n", "\r\n"] {
            assert_same(&from_file(&[key, ending.as_bytes()].concat())?, key);
        }
    }
    for (text, key) in [("k\n\n", "k\n"), ("k\r\n\r\n", "k\r\n"), ("k\n\r", "k\n")] {
        assert_same(&from_file(text.as_bytes())?, key.as_bytes());
    }
    Ok(())
}

#[test]
fn a_file_without_a_key_or_with_a_longer_one_is_rejected() {
    for ending in ["", "\n", "\r\n"] {
        assert!(matches!(from_file(ending.as_bytes()), Err(KeyError::Empty)), "{ending:?}");
    }
    for ending in ["", "\n", "\r\n", "more"] {
        let file = [&TOO_LONG, ending.as_bytes()].concat();
        assert!(matches!(from_file(&file), Err(KeyError::TooLong)), "{ending:?}");
    }
    // More than a line ending after the longest key.
    let file = [&LONGEST[..], b"\r\n."].concat();
    assert!(matches!(from_file(&file), Err(KeyError::TooLong)));
    assert_eq!(Key::MAX_LEN, 1024);
    let error = Key::from_file(Path::new("no/such/file")).err();
    let Some(KeyError::Unreadable(error)) = error else { panic!("{error:?}") };
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}

/// The pipe stays open: a reader that waits for the end of the file would wait forever.
#[test]
fn a_much_longer_file_is_not_read_to_its_end() -> Result {
    let (file, mut writer) = io::pipe()?;
    writer.write_all(&[b'k'; 4 * Key::MAX_LEN])?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(Key::from_file(format!("/dev/fd/{}", file.as_raw_fd()).as_ref())));
    assert!(matches!(receiver.recv_timeout(Duration::from_secs(60))?, Err(KeyError::TooLong)));
    drop(writer);
    Ok(())
}

#[test]
fn debug_output_does_not_contain_the_key() -> Result {
    let key = Key::new("open sesame")?;
    assert_eq!((format!("{key:?}"), format!("{key:#?}")), ("Key(secret)".to_owned(), "Key(secret)".to_owned()));
    Ok(())
}

/// Compares keys by their responses.
#[track_caller]
fn assert_same(key: &Key, bytes: &[u8]) {
    let response = |key: &Key| Scheme::Sha256.response(key, "").as_bytes().to_vec();
    assert_eq!(Some(response(key)), Key::new(bytes).ok().as_ref().map(response));
}

/// Reads the key from a file with these bytes.
fn from_file(bytes: &[u8]) -> std::result::Result<Key, KeyError> {
    // Each test has a thread of its own.
    let path = format!("{}/{:?}.key", env!("CARGO_TARGET_TMPDIR"), thread::current().id());
    fs::write(&path, bytes).map_err(KeyError::Unreadable)?;
    Key::from_file(path.as_ref())
}
