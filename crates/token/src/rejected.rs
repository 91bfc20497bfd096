use std::fmt;

/// Why a token is rejected. The text is for the client, and reveals nothing about the key or the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// It has more than [`MAX_LEN`](crate::MAX_LEN) bytes.
    TooLong,
    /// It does not have three parts in base64url, or its header or claims are not the JSON that they should be.
    NotJwt,
    /// It is signed with another algorithm than HS256, or not at all.
    NotHs256,
    /// Its header has `crit`, which lists extensions that the receiver must understand; this one understands none.
    Critical,
    /// It is signed with another key, or was changed afterwards.
    WrongSignature,
    /// It has no `exp`, so it would be valid forever.
    NoExpiration,
    /// Its `exp` is not in the future. The text is that of the tutorial's server.
    Expired,
    /// Its `nbf` is in the future.
    NotYetValid,
    /// It has `aud`, which names servers, but not [`AUDIENCE`](crate::AUDIENCE).
    OtherAudience,
    /// It has no `user_id`, or one that is empty or not a string.
    NoUser,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rejected::TooLong => "the token is longer than 8192 bytes",
            Rejected::NotJwt => "not a valid JWT",
            Rejected::NotHs256 => "the token is not signed with HS256",
            Rejected::Critical => "the token requires an unknown extension (crit)",
            Rejected::WrongSignature => "the token's signature is wrong",
            Rejected::NoExpiration => "the token has no expiration time (exp)",
            Rejected::Expired => "Token Expired",
            Rejected::NotYetValid => "the token is not valid yet (nbf)",
            Rejected::OtherAudience => "the token is for another server (aud)",
            Rejected::NoUser => "the token does not name a user (user_id)",
        })
    }
}

impl std::error::Error for Rejected {}
