//! A server on loopback, with TLS or without, that answers what a test says.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A server that runs as long as the tests do.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Without TLS; the answers know how many came before them.
    pub(super) fn plain(answer: impl Fn(usize) -> String + Send + 'static) -> Self {
        Self::start(answer, answered)
    }

    /// With TLS.
    pub(super) fn tls(config: Arc<ServerConfig>, answer: &'static str) -> Self {
        Self::start(
            move |_| answer.to_owned(),
            move |stream, text| {
                let connection = ServerConnection::new(config.clone()).expect("a connection");
                answered(StreamOwned::new(connection, stream), text);
            },
        )
    }

    fn start(
        answer: impl Fn(usize) -> String + Send + 'static,
        talk: impl Fn(TcpStream, &str) + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let connections = Arc::new(AtomicUsize::new(0));
        let seen = connections.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let before = seen.fetch_add(1, Ordering::SeqCst);
                talk(stream, &answer(before));
            }
        });
        Self { address, connections }
    }

    /// How many connections there were.
    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Reads the head of a request, and answers. A client that goes away is none of our business.
fn answered(mut stream: impl Read + Write, text: &str) {
    let mut lines = BufReader::new(&mut stream).lines();
    if lines.by_ref().any(|line| line.map_or(true, |line| line.is_empty())) {
        drop(lines);
        let _ = stream.write_all(text.as_bytes());
        let _ = stream.flush();
    }
}

/// An answer with a status line, headers and a short body.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    )
}

/// An authority of certificates of a test's own.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(super) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("an authority"))
    }

    /// Its certificate, as PEM.
    pub(super) fn pem(&self) -> String {
        self.0.pem()
    }

    /// What a server with a certificate for a name speaks; it may have run out long ago.
    pub(super) fn certified(&self, name: &str, has_run_out: bool) -> Arc<ServerConfig> {
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        if has_run_out {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
            );
        Arc::new(config.expect("a configuration"))
    }
}
