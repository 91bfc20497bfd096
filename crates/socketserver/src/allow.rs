use std::net::IpAddr;

use ipnet::IpNet;

/// Whether who calls from this address may connect: everyone, where no network is named. An IPv4 client of an IPv6
/// listener is IPv4.
pub(crate) fn is_allowed(address: IpAddr, nets: &[IpNet]) -> bool {
    nets.is_empty() || nets.iter().any(|net| net.contains(&address.to_canonical()))
}

/// An address or a network, such as `127.0.0.1`, `192.168.0.0/16` or `::1/128`.
pub(crate) fn net(text: &str) -> Result<IpNet, String> {
    parse(text)
        .ok_or_else(|| "expected an address or a network, such as 127.0.0.1, 192.168.0.0/16 or ::1/128".to_owned())
}

fn parse(text: &str) -> Option<IpNet> {
    let Some((address, prefix)) = text.split_once('/') else {
        return Some(text.parse::<IpAddr>().ok()?.to_canonical().into());
    };
    let address: IpAddr = address.parse().ok()?;
    // A number may have a sign, a prefix has none.
    let prefix: u8 = if prefix.starts_with('+') { return None } else { prefix.parse().ok()? };
    match address.to_canonical() {
        // As clients are: an IPv4 network in IPv6's form is IPv4.
        IpAddr::V4(v4) if address.is_ipv6() && prefix >= 96 => IpNet::new(v4.into(), prefix - 96).ok(),
        _ => IpNet::new(address, prefix).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(nets: &[&str], address: &str) -> bool {
        let nets: Vec<IpNet> = nets.iter().map(|text| net(text).unwrap()).collect();
        is_allowed(address.parse().unwrap(), &nets)
    }

    #[test]
    fn without_a_network_everyone_may_connect() {
        assert!(allows(&[], "192.0.2.1"));
        assert!(allows(&[], "2001:db8::1"));
    }

    #[test]
    fn a_network_has_its_first_and_last_address_and_no_other() {
        for (inside, outside) in [("127.0.0.0", "126.255.255.255"), ("127.255.255.255", "128.0.0.0")] {
            assert!(allows(&["127.0.0.0/8"], inside));
            assert!(!allows(&["127.0.0.0/8"], outside));
            // Named by any address in it.
            assert!(allows(&["127.1.2.3/8"], inside));
        }
        assert!(allows(&["2001:db8::/33"], "2001:db8:7fff::1"));
        assert!(!allows(&["2001:db8::/33"], "2001:db8:8000::"));
    }

    #[test]
    fn an_address_is_itself_alone() {
        for net in ["192.0.2.1", "192.0.2.1/32"] {
            assert!(allows(&[net], "192.0.2.1"));
            assert!(!allows(&[net], "192.0.2.2"));
        }
        assert!(allows(&["::1"], "::1"));
        assert!(!allows(&["::1"], "::2"));
    }

    #[test]
    fn all_is_all_of_one_family() {
        assert!(allows(&["0.0.0.0/0"], "192.0.2.1"));
        assert!(!allows(&["0.0.0.0/0"], "::1"));
        assert!(allows(&["::/0"], "::1"));
        assert!(!allows(&["::/0"], "::ffff:192.0.2.1"));
    }

    #[test]
    fn ipv4_behind_ipv6_is_ipv4() {
        for net in ["192.0.2.0/24", "::ffff:192.0.2.0/120", "192.0.2.1", "::ffff:192.0.2.1"] {
            assert!(allows(&[net], "::ffff:192.0.2.1"), "{net}");
            assert!(allows(&[net], "192.0.2.1"), "{net}");
            assert!(!allows(&[net], "::ffff:192.0.3.1"), "{net}");
        }
    }
}
