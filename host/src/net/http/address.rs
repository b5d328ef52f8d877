//! Which addresses are on the public internet.
//!
//! The ranges are those of the IANA registries of special-purpose addresses (RFC 6890 and what was added since), with the
//! addresses at which clouds hand out credentials named apart.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

const METADATA: &str = "a cloud's metadata service";
const PRIVATE: &str = "a private network";
const LINK_LOCAL: &str = "link-local";
const LOOPBACK: &str = "loopback";
const MULTICAST: &str = "multicast";
const RESERVED: &str = "reserved";
const DOCUMENTATION: &str = "for documentation only";
const BENCHMARKS: &str = "for benchmarks only";
const TUNNEL: &str = "the end of a tunnel";

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

/// The first that fits counts.
const V4: [(Ipv4Net, &str); 20] = [
    (v4(169, 254, 169, 254, 32), METADATA),
    (v4(169, 254, 170, 2, 32), METADATA),   // Amazon ECS
    (v4(100, 100, 100, 200, 32), METADATA), // Alibaba
    (v4(192, 0, 0, 192, 32), METADATA),     // Oracle
    (v4(168, 63, 129, 16, 32), METADATA),   // Azure: public by its number alone
    (v4(0, 0, 0, 0, 8), "this machine"),
    (v4(10, 0, 0, 0, 8), PRIVATE),
    (v4(100, 64, 0, 0, 10), PRIVATE), // RFC 6598, behind a carrier's NAT
    (v4(127, 0, 0, 0, 8), LOOPBACK),
    (v4(169, 254, 0, 0, 16), LINK_LOCAL),
    (v4(172, 16, 0, 0, 12), PRIVATE),
    (v4(192, 0, 0, 0, 24), RESERVED),
    (v4(192, 0, 2, 0, 24), DOCUMENTATION),
    (v4(192, 88, 99, 0, 24), TUNNEL), // 6to4 relays, RFC 7526
    (v4(192, 168, 0, 0, 16), PRIVATE),
    (v4(198, 18, 0, 0, 15), BENCHMARKS),
    (v4(198, 51, 100, 0, 24), DOCUMENTATION),
    (v4(203, 0, 113, 0, 24), DOCUMENTATION),
    (v4(224, 0, 0, 0, 4), MULTICAST),
    (v4(240, 0, 0, 0, 4), RESERVED), // the broadcast address too
];

const fn v6(segments: [u16; 4], last: u16, length: u8) -> Ipv6Net {
    let [a, b, c, d] = segments;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, last), length)
}

/// The first that fits counts; what is outside of 2000::/3 and in none of them is reserved.
const V6: [(Ipv6Net, &str); 15] = [
    (v6([0xfd00, 0xec2, 0, 0], 0x254, 128), METADATA), // Amazon
    (v6([0xfd20, 0xce, 0, 0], 0x254, 128), METADATA),  // Google
    (v6([0; 4], 0, 128), "this machine"),
    (v6([0; 4], 1, 128), LOOPBACK),
    (v6([0x64, 0xff9b, 1, 0], 0, 48), PRIVATE), // NAT64 of a network's own, RFC 8215
    (v6([0x100, 0, 0, 0], 0, 64), RESERVED),    // discarded, RFC 6666
    (v6([0x2001, 0, 0, 0], 0, 32), TUNNEL),     // Teredo, RFC 4380
    (v6([0x2001, 2, 0, 0], 0, 48), BENCHMARKS),
    (v6([0x2001, 0xdb8, 0, 0], 0, 32), DOCUMENTATION),
    (v6([0x2001, 0, 0, 0], 0, 23), RESERVED), // protocols' own
    (v6([0x3fff, 0, 0, 0], 0, 20), DOCUMENTATION),
    (v6([0xfc00, 0, 0, 0], 0, 7), PRIVATE),
    (v6([0xfe80, 0, 0, 0], 0, 10), LINK_LOCAL),
    (v6([0xfec0, 0, 0, 0], 0, 10), PRIVATE), // site-local, RFC 3879
    (v6([0xff00, 0, 0, 0], 0, 8), MULTICAST),
];

const GLOBAL: Ipv6Net = v6([0x2000, 0, 0, 0], 0, 3);

/// Whether an address may be reached: it is public, or in one of these networks. The error says what it is instead.
pub(super) fn is_allowed(address: IpAddr, networks: &[IpNet]) -> Result<(), &'static str> {
    let address = address.to_canonical();
    if networks.iter().any(|network| network.contains(&address)) { Ok(()) } else { is_public(address) }
}

/// Whether an address is on the public internet. The error says what it is instead.
pub(super) fn is_public(address: IpAddr) -> Result<(), &'static str> {
    match address {
        IpAddr::V4(address) => first(V4.iter().find(|(network, _)| network.contains(&address)).map(|(_, what)| *what)),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v6(address: Ipv6Addr) -> Result<(), &'static str> {
    let listed = V6.iter().find(|(network, _)| network.contains(&address)).map(|(_, what)| *what);
    match (listed, embedded(address)) {
        (Some(what), _) => Err(what),
        (None, Some(inner)) => is_public(IpAddr::V4(inner)),
        (None, None) if GLOBAL.contains(&address) => Ok(()),
        (None, None) => Err(RESERVED),
    }
}

fn first(what: Option<&'static str>) -> Result<(), &'static str> {
    what.map_or(Ok(()), Err)
}

/// The IPv4 address that packets to this IPv6 address go to in the end: compatible (::/96), mapped (::ffff:0:0/96), NAT64
/// (64:ff9b::/96, RFC 6052), 6to4 (2002::/16, RFC 3056).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(of(high, low)),
        [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn only_public_addresses_are_public() {
        let refused = [
            ("0.0.0.0", "this machine"),
            ("0.1.2.3", "this machine"),
            ("10.0.0.1", PRIVATE),
            ("10.255.255.255", PRIVATE),
            ("100.64.0.1", PRIVATE),
            ("100.127.255.255", PRIVATE),
            ("100.100.100.200", METADATA),
            ("127.0.0.1", LOOPBACK),
            ("127.255.255.254", LOOPBACK),
            ("168.63.129.16", METADATA),
            ("169.254.169.254", METADATA),
            ("169.254.170.2", METADATA),
            ("169.254.0.1", LINK_LOCAL),
            ("172.16.0.1", PRIVATE),
            ("172.31.255.255", PRIVATE),
            ("192.0.0.1", RESERVED),
            ("192.0.0.192", METADATA),
            ("192.0.2.1", DOCUMENTATION),
            ("192.88.99.1", TUNNEL),
            ("192.168.0.1", PRIVATE),
            ("198.18.0.1", BENCHMARKS),
            ("198.19.255.255", BENCHMARKS),
            ("198.51.100.1", DOCUMENTATION),
            ("203.0.113.1", DOCUMENTATION),
            ("224.0.0.1", MULTICAST),
            ("239.255.255.255", MULTICAST),
            ("240.0.0.1", RESERVED),
            ("255.255.255.255", RESERVED),
            ("::", "this machine"),
            ("::1", LOOPBACK),
            ("::127.0.0.1", LOOPBACK),
            ("::ffff:127.0.0.1", LOOPBACK),
            ("::ffff:10.0.0.1", PRIVATE),
            ("::ffff:169.254.169.254", METADATA),
            ("::ffff:0:7f00:1", RESERVED), // SIIT, RFC 2765
            ("64:ff9b::7f00:1", LOOPBACK),
            ("64:ff9b::169.254.169.254", METADATA),
            ("64:ff9b:1::8.8.8.8", PRIVATE),
            ("100::1", RESERVED),
            ("2001::1", TUNNEL),
            ("2001:0:53aa:64c:0:0:f5ff:fffe", TUNNEL),
            ("2001:2::1", BENCHMARKS),
            ("2001:10::1", RESERVED),
            ("2001:1ff::1", RESERVED),
            ("2001:db8::1", DOCUMENTATION),
            ("2002:7f00:1::", LOOPBACK),
            ("2002:a9fe:a9fe::1", METADATA),
            ("2002:c0a8:1::1", PRIVATE),
            ("3fff::1", DOCUMENTATION),
            ("4000::1", RESERVED),
            ("5f00::1", RESERVED),
            ("fc00::1", PRIVATE),
            ("fd12:3456::1", PRIVATE),
            ("fd00:ec2::254", METADATA),
            ("fd20:ce::254", METADATA),
            ("fe80::1", LINK_LOCAL),
            ("febf::1", LINK_LOCAL),
            ("fec0::1", PRIVATE),
            ("ff02::1", MULTICAST),
        ];
        for (text, what) in refused {
            assert_eq!(is_public(address(text)), Err(what), "{text}");
        }
        let public = [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
            "2001:200::1",
            "2606:4700::1111",
            "2a00:1450:4001::1",
        ];
        for text in public {
            assert_eq!(is_public(address(text)), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_granted_network_is_allowed_in_every_spelling_of_its_addresses_and_nothing_beside_it() {
        let networks: Vec<IpNet> = ["10.1.0.0/16", "fd12::/16"].map(|net| net.parse().expect("a network")).to_vec();
        for inside in ["10.1.2.3", "::ffff:10.1.2.3", "fd12::1", "8.8.8.8"] {
            assert_eq!(is_allowed(address(inside), &networks), Ok(()), "{inside}");
        }
        for outside in ["10.2.0.1", "::ffff:10.2.0.1", "64:ff9b::10.1.2.3", "fd13::1"] {
            assert_eq!(is_allowed(address(outside), &networks), Err(PRIVATE), "{outside}");
        }
    }
}
