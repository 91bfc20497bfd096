use std::str::FromStr;

use cli::Address;
use tungstenite::http::Uri;

/// The URL of a WebSocket server: `ws://HOST:PORT` with an optional path (RFC 6455, section 3).
#[derive(Clone, Debug)]
pub(crate) struct Url {
    pub(crate) address: Address,
    pub(crate) uri: Uri,
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Url, String> {
        let expected = || "expected ws://HOST:PORT, such as ws://127.0.0.1:8765".to_owned();
        let uri: Uri = text.parse().map_err(|_| expected())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(expected()) };
        match scheme {
            "ws" => {}
            "wss" => return Err("these servers do not support TLS; use ws:// instead of wss://".to_owned()),
            _ => return Err(expected()),
        }
        let port = authority.port_u16().unwrap_or(80);
        let address = format!("{}:{port}", authority.host()).parse().map_err(|_| expected())?;
        Ok(Url { address, uri })
    }
}
