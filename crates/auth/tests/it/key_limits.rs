//! The length limits of a key, and how a key file is read.

use std::error::Error;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

use auth::{Key, KeyError, Scheme};

type Result = std::result::Result<(), Box<dyn Error>>;

#[test]
fn a_key_has_1_to_1024_bytes() -> Result {
    assert_eq!(Key::MAX_LEN, 1024);
    assert_same(&Key::new("k")?, b"k");
    assert_same(&Key::new([b'k'; Key::MAX_LEN])?, &[b'k'; Key::MAX_LEN]);
    assert!(matches!(Key::new(""), Err(KeyError::Empty)));
    assert!(matches!(Key::new([b'k'; Key::MAX_LEN + 1]), Err(KeyError::TooLong)));
    Ok(())
}

#[test]
fn a_line_ending_after_the_key_is_ignored() -> Result {
    for key in [&b"k"[..], &[b'k'; Key::MAX_LEN], "芝麻开门".as_bytes(), b"\xff\x00 ", b"a\r\nb"] {
        for ending in ["", "\n", "\r\n"] {
            let file = TempFile::new("ending", &[key, ending.as_bytes()].concat())?;
            assert_same(&Key::from_file(&file.0)?, key);
        }
    }
    Ok(())
}

#[test]
fn only_one_line_ending_is_ignored() -> Result {
    for (text, key) in [("k\n\n", "k\n"), ("k\r\n\r\n", "k\r\n"), ("k\n\r", "k\n"), (" k ", " k "), ("\nk", "\nk")] {
        let file = TempFile::new("only_one", text.as_bytes())?;
        assert_same(&Key::from_file(&file.0)?, key.as_bytes());
    }
    Ok(())
}

#[test]
fn a_file_with_only_a_line_ending_is_an_empty_key() -> Result {
    for text in ["", "\n", "\r\n"] {
        let file = TempFile::new("no_key", text.as_bytes())?;
        assert!(matches!(Key::from_file(&file.0), Err(KeyError::Empty)), "{text:?}");
    }
    Ok(())
}

#[test]
fn a_file_longer_than_a_key_is_rejected() -> Result {
    for ending in ["", "\n", "\r\n", "more"] {
        let file = TempFile::new("more", &[&[b'k'; Key::MAX_LEN + 1], ending.as_bytes()].concat())?;
        assert!(matches!(Key::from_file(&file.0), Err(KeyError::TooLong)), "{ending:?}");
    }
    Ok(())
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
fn a_missing_file_cannot_be_read() {
    let error = Key::from_file(&path("not_there")).err();
    let Some(KeyError::Unreadable(error)) = error else { panic!("{error:?}") };
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}

/// Compares keys by their responses.
#[track_caller]
fn assert_same(key: &Key, bytes: &[u8]) {
    let response = |key: &Key| Scheme::Sha256.response(key, "").as_bytes().to_vec();
    assert_eq!(Some(response(key)), Key::new(bytes).ok().as_ref().map(response));
}

/// A file that is removed when this is dropped.
struct TempFile(PathBuf);

impl TempFile {
    fn new(name: &str, bytes: &[u8]) -> io::Result<TempFile> {
        fs::write(path(name), bytes)?;
        Ok(TempFile(path(name)))
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn path(name: &str) -> PathBuf {
    [env!("CARGO_TARGET_TMPDIR"), &format!("key_limits_{name}")].iter().collect()
}
