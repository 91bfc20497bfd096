use std::fmt;

/// Why a token lets nobody in. Its words are what the user is told, and give nothing away of the key or the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// More than [`MAX_LEN`](crate::MAX_LEN) bytes.
    TooLong,
    /// It came as a binary message; who receives it sees that, not [`check`](crate::check).
    NotText,
    /// Not three parts in base64url, or header or claims are not the JSON that they should be.
    NotJwt,
    /// Another algorithm than HS256, or none.
    NotHs256,
    /// Its header has `crit`, which names extensions that must be understood; none is, here.
    Critical,
    /// Not signed with this key, or changed since.
    WrongSignature,
    /// It has no `exp`, and would be good for ever.
    NoEnd,
    /// Its `exp` has come: what the tutorial's server said, in its words.
    Expired,
    /// Its `nbf` has not come.
    NotYetValid,
    /// It has no `user_id`, or one that is empty or no text.
    NoUser,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rejected::TooLong => "the token is longer than 8192 bytes",
            Rejected::NotText => "a token is text",
            Rejected::NotJwt => "that is no JWT",
            Rejected::NotHs256 => "the token is not signed with HS256",
            Rejected::Critical => "the token wants an extension that is not known here (crit)",
            Rejected::WrongSignature => "the token's signature is wrong",
            Rejected::NoEnd => "the token has no end (exp)",
            Rejected::Expired => "Token Expired",
            Rejected::NotYetValid => "the token is not valid yet (nbf)",
            Rejected::NoUser => "the token names no user (user_id)",
        })
    }
}

impl std::error::Error for Rejected {}
