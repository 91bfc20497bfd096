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
    pub(crate) fn permits(&self, address: IpAddr) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(nets: &[&str], address: &str) -> bool {
        let allow = nets.iter().map(|text| parse_network(text).unwrap()).collect();
        AllowList { allow }.permits(address.parse().unwrap())
    }

    #[test]
    fn an_empty_list_permits_everyone() {
        assert!(allows(&[], "192.0.2.1"));
        assert!(allows(&[], "2001:db8::1"));
    }

    #[test]
    fn a_network_contains_its_first_and_last_address_and_no_other() {
        for (inside, outside) in [("127.0.0.0", "126.255.255.255"), ("127.255.255.255", "128.0.0.0")] {
            assert!(allows(&["127.0.0.0/8"], inside));
            assert!(!allows(&["127.0.0.0/8"], outside));
            // Any address of a network can name it.
            assert!(allows(&["127.1.2.3/8"], inside));
        }
        assert!(allows(&["2001:db8::/33"], "2001:db8:7fff::1"));
        assert!(!allows(&["2001:db8::/33"], "2001:db8:8000::"));
    }

    #[test]
    fn a_single_address_permits_only_itself() {
        for net in ["192.0.2.1", "192.0.2.1/32"] {
            assert!(allows(&[net], "192.0.2.1"));
            assert!(!allows(&[net], "192.0.2.2"));
        }
        assert!(allows(&["::1"], "::1"));
        assert!(!allows(&["::1"], "::2"));
    }

    #[test]
    fn a_zero_prefix_permits_one_address_family() {
        assert!(allows(&["0.0.0.0/0"], "192.0.2.1"));
        assert!(!allows(&["0.0.0.0/0"], "::1"));
        assert!(allows(&["::/0"], "::1"));
        assert!(!allows(&["::/0"], "::ffff:192.0.2.1"));
    }

    #[test]
    fn ipv4_mapped_addresses_count_as_ipv4() {
        for net in ["192.0.2.0/24", "::ffff:192.0.2.0/120", "192.0.2.1", "::ffff:192.0.2.1"] {
            assert!(allows(&[net], "::ffff:192.0.2.1"), "{net}");
            assert!(allows(&[net], "192.0.2.1"), "{net}");
            assert!(!allows(&[net], "::ffff:192.0.3.1"), "{net}");
        }
    }
}
