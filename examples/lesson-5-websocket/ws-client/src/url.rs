use std::str::FromStr;

use cli::Address;
use tungstenite::http::Uri;

/// Where a WebSocket server is: `ws://HOST:PORT`, perhaps with a path (RFC 6455, section 3).
#[derive(Clone, Debug)]
pub(crate) struct Url {
    pub(crate) address: Address,
    pub(crate) uri: Uri,
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Url, String> {
        let wrong = || "expected ws://HOST:PORT, such as ws://127.0.0.1:8765".to_owned();
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(wrong()) };
        match scheme {
            "ws" => {}
            "wss" => return Err("wss:// is encrypted, and these servers are not; use ws://".to_owned()),
            _ => return Err(wrong()),
        }
        let port = authority.port_u16().unwrap_or(80);
        let address = format!("{}:{port}", authority.host()).parse().map_err(|_| wrong())?;
        Ok(Url { address, uri })
    }
}
