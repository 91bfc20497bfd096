use std::{fmt, io};

/// Why a handshake or a message failed.
#[derive(Debug)]
pub enum Error {
    /// The stream failed, or its deadline passed.
    Io(io::Error),
    /// The peer closed the connection before a message was complete.
    Closed,
    /// This side refuses what the peer sent.
    Refused(Refusal),
    /// The peer refuses what this side sent.
    Rejected,
}

/// What this side does not accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The length of a message is less than -1.
    NegativeLength(i32),
    /// The length is -1: eight bytes with the real length would follow.
    LongForm,
    /// The message is longer than is allowed here.
    TooLong {
        /// The length of the message, in bytes.
        length: usize,
        /// The maximum.
        max: usize,
    },
    /// The message does not begin with `#CHALLENGE#`.
    NotAChallenge,
    /// It has the form for HMAC-MD5 that Python had until 3.11.
    OldForm(Part),
    /// It does not begin with the name of a digest in braces.
    NoDigest(Part),
    /// It names another digest than sha256.
    OtherDigest(Part),
    /// It has another length: this many bytes after the name of the digest.
    WrongLength(Part, usize),
    /// The challenge is one that this side has sent.
    OwnChallenge,
    /// The response is wrong: the peer does not hold the key.
    WrongResponse,
    /// The message is neither `#WELCOME#` nor `#FAILURE#`.
    NotAVerdict,
}

/// A message of the handshake that names a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// 40 random bytes.
    Challenge,
    /// The HMAC of the challenge, with its digest's name, in 32 bytes.
    Response,
}

impl Part {
    /// Returns the number of bytes after the name of the digest.
    pub(crate) fn len(self) -> usize {
        match self {
            Part::Challenge => 40,
            Part::Response => 32,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io(error) => error.fmt(f),
            Error::Closed => f.write_str("the peer closed the connection before its message was complete"),
            Error::Refused(refusal) => write!(f, "refused: {refusal}"),
            Error::Rejected => f.write_str("the peer rejected our response; do both sides use the same key?"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NegativeLength(length) => write!(f, "the length of the message is negative: {length}"),
            Refusal::LongForm => f.write_str("the length of the message is in the long form, for 2 GiB or more"),
            Refusal::TooLong { length, max } => write!(f, "the message has {length} bytes, more than {max}"),
            Refusal::NotAChallenge => f.write_str("the message is not a challenge"),
            Refusal::OldForm(part) => write!(f, "the {part} is in the old form, for HMAC-MD5 (Python before 3.12)"),
            Refusal::NoDigest(part) => write!(f, "the {part} names no digest"),
            Refusal::OtherDigest(part) => write!(f, "the {part} names another digest than sha256"),
            Refusal::WrongLength(part, length) => write!(f, "the {part} has {length} bytes, not {}", part.len()),
            Refusal::OwnChallenge => f.write_str("the challenge is our own"),
            Refusal::WrongResponse => f.write_str("the response is wrong: the peer does not hold the key"),
            Refusal::NotAVerdict => f.write_str("the message is neither #WELCOME# nor #FAILURE#"),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Challenge => "challenge",
            Part::Response => "response",
        })
    }
}

impl std::error::Error for Error {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Refused(refusal)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        if error.kind() == io::ErrorKind::UnexpectedEof { Error::Closed } else { Error::Io(error) }
    }
}
