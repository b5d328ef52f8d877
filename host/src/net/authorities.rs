//! Who vouches for the other side of a TLS connection: the authorities that browsers trust (webpki-roots, part of the
//! program, so that it does not depend on the machine) and those of an operator's file.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, pem::PemObject},
};

/// A file of authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuthoritiesError {
    /// It cannot be read.
    #[error("ca_file: {} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not what it should be.
    #[error("ca_file: {} holds no certificate, or a broken one: write one or more in PEM, each between BEGIN CERTIFICATE \
             and END CERTIFICATE", .0.display())]
    Unfit(PathBuf),
    /// No protocol version is known.
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
}

/// The certificates of a PEM file, at least one.
pub(super) fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, AuthoritiesError> {
    let unreadable = |source| AuthoritiesError::Unreadable { path: path.to_owned(), source };
    let pem = std::fs::read(path).map_err(unreadable)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certificates = certificates.ok().filter(|certificates| !certificates.is_empty());
    certificates.ok_or_else(|| AuthoritiesError::Unfit(path.to_owned()))
}

/// How TLS is spoken to servers that these authorities vouch for.
pub(super) fn tls_config(ca_file: Option<&Path>) -> Result<ClientConfig, AuthoritiesError> {
    let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if let Some(path) = ca_file {
        for certificate in read(path)? {
            roots.add(certificate).map_err(|_| AuthoritiesError::Unfit(path.to_owned()))?;
        }
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(AuthoritiesError::Tls)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ca.pem");
        assert!(matches!(read(&path), Err(AuthoritiesError::Unreadable { .. })));
        let broken = "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n";
        for text in ["", "not PEM", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", broken] {
            std::fs::write(&path, text).expect("a file");
            let error = read(&path).expect_err(text).to_string();
            assert!(error.contains("ca.pem holds no certificate"), "{text:?}: {error}");
        }
    }
}
