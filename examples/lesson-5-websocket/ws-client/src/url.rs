use std::str::FromStr;

use cli::Address;
use tungstenite::http::Uri;

/// The URL of a WebSocket server: `ws://HOST:PORT`, or `wss://HOST:PORT` with TLS, and an optional path (RFC 6455,
/// section 3).
#[derive(Clone, Debug)]
pub(crate) struct Url {
    pub(crate) address: Address,
    pub(crate) uri: Uri,
}

impl Url {
    /// Whether the session is encrypted.
    pub(crate) fn is_wss(&self) -> bool {
        self.uri.scheme_str() == Some("wss")
    }
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Url, String> {
        let expected = || "expected ws://HOST:PORT or wss://HOST:PORT, such as ws://127.0.0.1:8765".to_owned();
        let uri: Uri = text.parse().map_err(|_| expected())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(expected()) };
        let default_port = match scheme {
            "ws" => 80,
            "wss" => 443,
            _ => return Err(expected()),
        };
        let port = authority.port_u16().unwrap_or(default_port);
        let address = format!("{}:{port}", authority.host()).parse().map_err(|_| expected())?;
        Ok(Url { address, uri })
    }
}
