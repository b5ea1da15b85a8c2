//! Transactions of one entry each: filings for our application, `key=value` of the same length for `kvstore`.

use toend_ledger::hash::sha256;
use toend_ledger::tx::Filing;

use crate::Failure;
use crate::chain::{Chain, Kind, NODES};
use crate::load::Source;

/// Bytes of a filing, and of every pair.
pub const SIZE: usize = 132;

/// For each node `count` transactions, made before they are needed: making them is not the network's work.
pub fn sources(chain: &Chain, count: u64) -> Result<Vec<Source>, Failure> {
    sources_from(chain, 0, count)
}

/// As [`sources`], beginning with number `first`.
pub fn sources_from(chain: &Chain, first: u64, count: u64) -> Result<Vec<Source>, Failure> {
    let net = chain.net()?;
    let mut all = Vec::new();
    for node in 0..NODES {
        let key = chain.key(node, "gateway")?;
        let make = |n: u64| -> Vec<u8> {
            let unique = sha256(&[&net, &node.to_be_bytes(), &n.to_be_bytes()]);
            match chain.kind() {
                Kind::Toend => Filing::signed(net, node, unique, &key).encode(),
                Kind::Kvstore | Kind::KvstoreOnDisk => {
                    let name = hex::encode(unique);
                    let value = "v".repeat(SIZE - name.len() - 1);
                    format!("{name}={value}").into_bytes()
                }
            }
        };
        let mut made = (first..first + count)
            .map(make)
            .collect::<Vec<_>>()
            .into_iter();
        debug_assert!(made.as_slice().iter().all(|tx| tx.len() == SIZE));
        all.push(Box::new(move || made.next()) as Source);
    }
    Ok(all)
}
