//! Whom something is counted under: a person, an address with the networks around it, or a way through another gateway.
//!
//! A household with IPv6 has 64 bits of network at least, and whoever asks for it gets 56 or 48. So what comes from IPv6 is
//! counted in three widths at once, each wider one with a larger bound, and is refused when any of them is full: many
//! networks of one owner are not many senders. Connections from another gateway's address carry many people. They are
//! counted one by one, and as a whole with a bound of their own; the other gateway bounds how many each of its senders has.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::subject::Subject;

/// Whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Whom {
    /// Somebody who is signed in: a hash of the subject.
    Person(Hash),
    /// An IPv4 address, or the first bits of an IPv6 address.
    Network(IpAddr, u8),
    /// One connection from another gateway's address.
    Way(SocketAddr),
    /// All connections from another gateway's address.
    Gateway(IpAddr),
    /// Everybody, where the listener tells no address.
    Unknown,
}

/// How many may be behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// One connection through another gateway: a part of what a person or a household has.
    Way,
    /// A person or a household.
    One,
    /// 56 bits of IPv6.
    Wider,
    /// 48 bits of IPv6.
    Widest,
    /// Another gateway.
    Gateway,
}

/// A bound for each width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub way: u32,
    pub one: u32,
    pub wider: u32,
    pub widest: u32,
    pub gateway: u32,
}

impl Bounds {
    pub(super) const fn of(self, width: Width) -> u32 {
        match width {
            Width::Way => self.way,
            Width::One => self.one,
            Width::Wider => self.wider,
            Width::Widest => self.widest,
            Width::Gateway => self.gateway,
        }
    }
}

/// One of those a sender is counted under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Level {
    pub whom: Whom,
    pub width: Width,
}

/// A sender: everything it is counted under, the narrowest first. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sender(Vec<Level>);

/// Marks a request that came from another gateway's address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Led;

impl Sender {
    /// Somebody who is signed in, wherever she is.
    pub(super) fn person(subject: &Subject) -> Self {
        Self::one(Whom::Person(sha256(&[&subject.encode()])))
    }

    /// Whoever is at an address, and the networks around it.
    pub(super) fn at(address: IpAddr) -> Self {
        let IpAddr::V6(v6) = address.to_canonical() else {
            return Self::one(Whom::Network(address.to_canonical(), 32));
        };
        let network = |bits: u8, width| {
            let kept = u128::MAX << (128 - u32::from(bits));
            let first = Ipv6Addr::from_bits(v6.to_bits() & kept);
            Level {
                whom: Whom::Network(IpAddr::V6(first), bits),
                width,
            }
        };
        Self(vec![
            network(64, Width::One),
            network(56, Width::Wider),
            network(48, Width::Widest),
        ])
    }

    /// Whoever comes through another gateway. A port of 0 is none: a proxy stands before this one, and its connections say
    /// nothing about who uses them.
    pub(super) fn led(from: SocketAddr) -> Self {
        let gateway = from.ip().to_canonical();
        let way = Level {
            whom: Whom::Way(SocketAddr::new(gateway, from.port())),
            width: Width::Way,
        };
        let all = Level {
            whom: Whom::Gateway(gateway),
            width: Width::Gateway,
        };
        if from.port() == 0 {
            Self(vec![all])
        } else {
            Self(vec![way, all])
        }
    }

    /// Where a request comes from, also of who is signed in.
    pub(super) fn address(request: &Request) -> Self {
        let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let Some(ConnectInfo(address)) = info else {
            return Self::one(Whom::Unknown);
        };
        if request.extensions().get::<Led>().is_some() {
            Self::led(*address)
        } else {
            Self::at(address.ip())
        }
    }

    fn one(whom: Whom) -> Self {
        let width = Width::One;
        Self(vec![Level { whom, width }])
    }

    pub(super) fn levels(&self) -> &[Level] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_one_sender_and_its_networks_have_one_owner() {
        let at = |text: &str| Sender::at(text.parse().unwrap());
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
        assert_ne!(at("192.0.2.2"), at("192.0.2.1"));
        let (one, near) = (at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_ne!(one.levels()[0], near.levels()[0]);
        assert_eq!(one.levels()[1..], near.levels()[1..]);
        let far = at("2001:db8:1:ff02::1");
        assert_ne!(one.levels()[1], far.levels()[1]);
        assert_eq!(one.levels()[2], far.levels()[2]);
        assert_ne!(one.levels()[2], at("2001:db8:2::1").levels()[2]);
    }

    #[test]
    fn ways_of_one_gateway_are_counted_one_by_one_and_together() {
        let led = |text: &str| Sender::led(text.parse().unwrap());
        let (one, other) = (led("192.0.2.1:7"), led("192.0.2.1:8"));
        assert_ne!(one.levels()[0], other.levels()[0]);
        assert_eq!(one.levels()[1], other.levels()[1]);
        assert_eq!(led("192.0.2.1:0").levels().len(), 1);
    }
}
