use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair};
use rustls::pki_types::pem::{self, PemObject, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};

use crate::file_error::{FileError, Problem};
use crate::{Identity, config};

/// How long a new certificate is valid. Many programs reject one that is valid for more than 825 days.
const VALIDITY: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A certificate is valid from an hour before it is made: the clocks of other machines may be slow.
const CLOCK_SKEW: Duration = Duration::from_secs(60 * 60);

/// The options of a server that has its certificate in a file, for it to flatten into its own.
#[derive(Clone, Debug, clap::Args)]
pub struct CertificateFiles {
    /// File with the certificate of the server, in PEM
    #[arg(long, value_name = "FILE", requires = "private_key")]
    certificate: Option<PathBuf>,
    /// File with the private key of the certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "certificate")]
    private_key: Option<PathBuf>,
    /// Write a new certificate for localhost and its private key to these two files, and exit
    #[arg(long, requires = "certificate")]
    make_certificate: bool,
}

impl CertificateFiles {
    /// With `--make-certificate`, writes the two files, and returns true: the program is done. Never replaces a file.
    ///
    /// # Errors
    /// Returns an error if one of the files exists or cannot be written.
    pub fn make(&self) -> Result<bool, FileError> {
        let Some((certificate, private_key)) = self.paths().filter(|_| self.make_certificate) else { return Ok(false) };
        let (certificate_pem, private_key_pem) = new_pair().map_err(|error| Problem::Make(error).at(certificate))?;
        write_new(certificate, 0o644, &certificate_pem).map_err(|problem| problem.at(certificate))?;
        if let Err(problem) = write_new(private_key, 0o600, &private_key_pem) {
            // A certificate without its private key is of no use.
            let _ = fs::remove_file(certificate);
            return Err(problem.at_private_key(private_key));
        }
        cli::say!(
            "wrote a certificate for localhost, 127.0.0.1 and ::1 to {}; clients that verify it need a copy",
            certificate.display()
        );
        cli::say!("wrote its private key to {}; nobody else may have it", private_key.display());
        cli::say!("to use both, start the server with the same options, but without --make-certificate");
        Ok(true)
    }

    /// Returns how a server with these files speaks TLS, or `None` if there are none.
    ///
    /// # Errors
    /// Returns an error that says what is wrong with which file, and what to do.
    pub fn server_config(&self) -> Result<Option<Arc<ServerConfig>>, FileError> {
        let Some((certificate, private_key)) = self.paths() else { return Ok(None) };
        let certificates = read_certificates(certificate).map_err(|problem| problem.at(certificate))?;
        let key = read_private_key(private_key).map_err(|problem| problem.at_private_key(private_key))?;
        let config = config::server_config_for(certificates, key).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => Problem::OtherKey(certificate.to_owned()).at_private_key(private_key),
            rustls::Error::InvalidCertificate(_) => Problem::Damaged("certificate").at(certificate),
            _ => Problem::Damaged("private key").at_private_key(private_key),
        })?;
        Ok(Some(config))
    }

    fn paths(&self) -> Option<(&Path, &Path)> {
        self.certificate.as_deref().zip(self.private_key.as_deref())
    }
}

/// Returns how a client speaks TLS 1.3 with a server that shows the certificate in this file, or one that is signed with
/// it: by now, for the name that the client connects to.
///
/// # Errors
/// Returns an error that says what is wrong with the file, and what to do.
pub fn client_config_that_trusts(certificate: &Path) -> Result<Arc<ClientConfig>, FileError> {
    let certificates = read_certificates(certificate).map_err(|problem| problem.at(certificate))?;
    let mut trusted = RootCertStore::empty();
    for der in certificates {
        trusted.add(der).map_err(|_| Problem::Damaged("certificate").at(certificate))?;
    }
    config::client_config_for(trusted).map_err(|_| Problem::Damaged("certificate").at(certificate))
}

/// Makes a certificate and its private key, in PEM.
fn new_pair() -> Result<(String, String), rcgen::Error> {
    let mut params = CertificateParams::new(Identity::NAMES.map(str::to_owned))?;
    let now = SystemTime::now();
    params.not_before = (now - CLOCK_SKEW).into();
    params.not_after = (now + VALIDITY).into();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let private_key = KeyPair::generate()?;
    Ok((params.self_signed(&private_key)?.pem(), private_key.serialize_pem()))
}

fn write_new(path: &Path, mode: u32, pem: &str) -> Result<(), Problem> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    file.and_then(|mut file| file.write_all(pem.as_bytes())).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Problem::Exists,
        _ => Problem::Io(error),
    })
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let sections = read_pem(path, "certificate")?;
    let certificates: Vec<_> =
        sections.iter().filter_map(|(kind, der)| CertificateDer::from_pem(*kind, der.clone())).collect();
    if !certificates.is_empty() {
        return Ok(certificates);
    }
    let is_key = sections.into_iter().any(|(kind, der)| PrivateKeyDer::from_pem(kind, der).is_some());
    Err(if is_key { Problem::PrivateKey } else { Problem::NoCertificate })
}

fn read_private_key(path: &Path) -> Result<PrivateKeyDer<'static>, Problem> {
    let sections = read_pem(path, "private key")?;
    let is_certificate = sections.iter().any(|(kind, _)| *kind == SectionKind::Certificate);
    let key = sections.into_iter().find_map(|(kind, der)| PrivateKeyDer::from_pem(kind, der));
    key.ok_or(if is_certificate { Problem::Certificate } else { Problem::NoPrivateKey })
}

/// Reads the sections of a file, such as the one from `-----BEGIN CERTIFICATE-----` to its end.
fn read_pem(path: &Path, what: &'static str) -> Result<Vec<(SectionKind, Vec<u8>)>, Problem> {
    let text = fs::read(path).map_err(Problem::Io)?;
    PemObject::pem_slice_iter(&text).collect::<Result<_, pem::Error>>().map_err(|_| Problem::Damaged(what))
}
