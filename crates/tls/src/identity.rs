use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::Error;

/// Who a server says it is: a certificate, and the private key that belongs to it.
#[derive(Debug)]
pub struct Identity {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) private_key: PrivateKeyDer<'static>,
}

impl Identity {
    /// The names of this machine that a new certificate is for.
    pub(crate) const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

    /// Creates a new private key, and a certificate for this machine that is signed with it: nobody vouches for it.
    ///
    /// # Errors
    /// Returns an error if the operating system has no random bytes.
    pub fn self_signed() -> Result<Identity, Error> {
        let names = Identity::NAMES.map(str::to_owned);
        let made = rcgen::generate_simple_self_signed(names).map_err(Error::Certificate)?;
        Ok(Identity { certificate: made.cert.into(), private_key: made.signing_key.into() })
    }
}
