use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::{error, fmt};

/// Why a file with a certificate or a private key cannot be used, and what to do.
#[derive(Debug)]
pub struct FileError {
    option: &'static str,
    path: PathBuf,
    problem: Problem,
}

#[derive(Debug)]
pub(crate) enum Problem {
    Io(io::Error),
    Exists,
    Make(rcgen::Error),
    /// The file has no certificate, and no private key either.
    NoCertificate,
    /// The file has a private key instead of a certificate.
    PrivateKey,
    /// The file has no private key, and no certificate either.
    NoPrivateKey,
    /// The file has a certificate instead of a private key.
    Certificate,
    /// What should be in the file is, but cannot be read.
    Damaged(&'static str),
    /// The private key belongs to another certificate than the one in this file.
    OtherKey(PathBuf),
}

impl Problem {
    pub(crate) fn at(self, path: &Path) -> FileError {
        FileError { option: "--certificate", path: path.to_owned(), problem: self }
    }

    pub(crate) fn at_private_key(self, path: &Path) -> FileError {
        FileError { option: "--private-key", ..self.at(path) }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.option, self.path.display())?;
        match &self.problem {
            Problem::Io(error) if error.kind() == ErrorKind::NotFound => {
                f.write_str("there is no such file; a server with --make-certificate writes one")
            }
            Problem::Io(error) => error.fmt(f),
            Problem::Exists => f.write_str("this file exists; choose another name"),
            Problem::Make(error) => write!(f, "cannot make a certificate: {error}"),
            Problem::NoCertificate => {
                f.write_str("not a certificate: PEM begins with the line -----BEGIN CERTIFICATE-----")
            }
            Problem::PrivateKey => f.write_str("this is a private key; give the file with its certificate"),
            Problem::NoPrivateKey => f.write_str(
                "not a private key: PEM begins with the line -----BEGIN PRIVATE KEY-----, without a password",
            ),
            Problem::Certificate => f.write_str("this is a certificate; give the file with its private key"),
            Problem::Damaged(what) => write!(f, "the {what} is damaged; copy the file again"),
            Problem::OtherKey(certificate) => write!(
                f,
                "this private key does not belong to the certificate in {}; give two files that were made together",
                certificate.display()
            ),
        }
    }
}

impl error::Error for FileError {}
