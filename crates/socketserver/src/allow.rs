use std::net::IpAddr;

use ipnet::IpNet;

/// The networks whose clients may connect; all of them if it is empty.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct AllowList {
    /// Address or network that may connect, such as 192.168.0.0/16; repeatable [default: everyone]
    #[arg(long, value_name = "NET", value_parser = parse_network)]
    pub allow: Vec<IpNet>,
}

impl AllowList {
    /// Whether a client with this address may connect. An IPv4 client of an IPv6 listener counts as IPv4.
    pub fn permits(&self, address: IpAddr) -> bool {
        self.allow.is_empty() || self.allow.iter().any(|network| network.contains(&address.to_canonical()))
    }
}

fn parse_network(text: &str) -> Result<IpNet, String> {
    address_or_network(text)
        .ok_or_else(|| "expected an address or a network, such as 127.0.0.1, 192.168.0.0/16 or ::1/128".to_owned())
}

fn address_or_network(text: &str) -> Option<IpNet> {
    let Some((address, prefix)) = text.split_once('/') else {
        return Some(text.parse::<IpAddr>().ok()?.to_canonical().into());
    };
    let address: IpAddr = address.parse().ok()?;
    // `parse` would also accept a sign.
    let prefix: u8 = if prefix.starts_with('+') { return None } else { prefix.parse().ok()? };
    match address.to_canonical() {
        // An IPv4 network in IPv6 notation is treated as IPv4, as clients are.
        IpAddr::V4(v4) if address.is_ipv6() && prefix >= 96 => IpNet::new(v4.into(), prefix - 96).ok(),
        _ => IpNet::new(address, prefix).ok(),
    }
}
