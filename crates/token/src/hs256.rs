//! HS256 for jsonwebtoken, resting on lesson 1's HMAC.
//!
//! jsonwebtoken leaves the cryptography to a provider. Its own two are not needed for one HMAC: `rust_crypto` brings
//! about 100 crates, `rsa` with RUSTSEC-2023-0071 among them, and `aws_lc_rs` a C library to be built for minutes.
//! A provider that knows HS256 alone has one more merit: no token can ask for another algorithm.

use auth::{Key, Scheme};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey, Header};

use crate::Claims;

/// A token that says this, signed with the key.
///
/// # Errors
/// [`Error`] where a time is no number, which JSON cannot say.
pub fn mint(claims: &Claims, key: &Key) -> Result<String, Error> {
    use_hs256();
    if !(claims.exp.is_finite() && claims.nbf.is_none_or(f64::is_finite)) {
        return Err(ErrorKind::InvalidClaimFormat("exp or nbf".into()).into());
    }
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(key.as_bytes()))
}

/// Whether a holder of the key signed the message, in a time that tells nothing of how far the signature is right.
pub(crate) fn is_signed(message: &[u8], signature: &str, key: &Key) -> bool {
    use_hs256();
    let key = DecodingKey::from_secret(key.as_bytes());
    jsonwebtoken::crypto::verify(signature, message, &key, Algorithm::HS256).is_ok_and(|same| same)
}

fn use_hs256() {
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: |algorithm, key| Ok(Box::new(Hs256::new(algorithm, key.as_bytes())?)),
        verifier_factory: |algorithm, key| match key.kind() {
            DecodingKeyKind::SecretOrDer(secret) => Ok(Box::new(Hs256::new(algorithm, secret)?)),
            DecodingKeyKind::RsaModulusExponent { .. } => Err(ErrorKind::InvalidKeyFormat.into()),
        },
        key_utils: KeyUtils::new_unimplemented(),
    };
    // Once is enough, and more often does no harm.
    let _ = PROVIDER.install_default();
}

struct Hs256(Key);

impl Hs256 {
    fn new(algorithm: &Algorithm, secret: &[u8]) -> Result<Hs256, Error> {
        if *algorithm != Algorithm::HS256 {
            return Err(ErrorKind::InvalidAlgorithm.into());
        }
        Key::new(secret).map(Hs256).map_err(|_| ErrorKind::InvalidKeyFormat.into())
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(Scheme::Sha256.response(&self.0, message).as_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let same = Scheme::Sha256.response(&self.0, message).matches(signature);
        if same { Ok(()) } else { Err(signature::Error::new()) }
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}
