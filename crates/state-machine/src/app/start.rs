//! Beginning: from a genesis file, or from the state of a replica that was stopped.

use std::collections::BTreeMap;

use toend_ledger::genesis::{self, Genesis, GenesisError};
use toend_ledger::hash::Hash;
use toend_ledger::merkle::Frontier;
use toend_ledger::state::{
    EpochValue, HistoryValue, Key, KeyError, RegisterValue, Value, ValueError,
};

use super::{App, Waiting};
use crate::draft::leaf;
use crate::limits::{RULES, VERIFIED_REMEMBERED};
use crate::registry::Registry;
use crate::rules::{Constants, is_strong};
use crate::signatures::Verified;
use crate::tree::{Leaf, Tree, WriteError};

/// Why a genesis gives no application. Whoever configured this computer is to blame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InitError {
    /// The genesis itself is not in order.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// The engine begins at another height than the genesis says.
    #[error("the genesis begins at block {genesis}, the engine at block {engine}")]
    FirstHeight {
        /// Height in the genesis.
        genesis: u64,
        /// Height that the engine named.
        engine: u64,
    },
    /// A key is no canonical point, or of small order.
    #[error("the genesis names an unacceptable {0}")]
    WeakKey(&'static str),
    /// The state does not fit the tree.
    #[error(transparent)]
    Tree(#[from] WriteError),
}

/// Why stored state is refused. This computer's storage is to blame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// A stored key has no meaning.
    #[error("a stored key is damaged: {0}")]
    Key(#[from] KeyError),
    /// A stored value does not fit its key.
    #[error("a stored value is damaged: {0}")]
    Value(#[from] ValueError),
    /// The same key was given twice.
    #[error("a key is stored twice")]
    Repeated,
    /// The history tree is missing or has the size of another height.
    #[error(
        "the stored history covers {blocks} blocks, which is not the state after block {height}"
    )]
    History {
        /// Blocks in the stored history.
        blocks: u64,
        /// Height that the state is said to stand after.
        height: u64,
    },
    /// The state gives another root: something is missing, added or altered.
    #[error("the stored state is not the one that was committed: its root differs")]
    AppHash,
    /// The genesis does not fit.
    #[error(transparent)]
    Init(#[from] InitError),
}

impl App {
    /// InitChain: the state before block `first_height`.
    ///
    /// `net` is taken as the hash of the genesis in its one canonical form; a replica started from a file in
    /// another form uses [`from_genesis_file`](Self::from_genesis_file).
    pub fn from_genesis(genesis: &Genesis, first_height: u64) -> Result<App, InitError> {
        Self::begin(genesis, genesis::net(&genesis.encode()), first_height)
    }

    /// InitChain from the bytes of the genesis file, whose hash is `net`.
    pub fn from_genesis_file(bytes: &[u8]) -> Result<App, InitError> {
        let (genesis, net) = Genesis::parse(bytes)?;
        Self::begin(&genesis, net, genesis.initial_height)
    }

    fn begin(genesis: &Genesis, net: Hash, first_height: u64) -> Result<App, InitError> {
        if genesis.initial_height != first_height || first_height == 0 {
            return Err(InitError::FirstHeight {
                genesis: genesis.initial_height,
                engine: first_height,
            });
        }
        check_keys(genesis)?;
        let mut app = App::empty(genesis, net, first_height - 1);
        let writes = first_state(genesis);
        let mut leaves = Vec::with_capacity(writes.len());
        for (key, value) in writes {
            leaves.push(leaf(key.hash(), &key, value.encode()));
            app.registry.note(&key, &value);
        }
        app.tree.write(app.height, Tree::sorted(leaves))?;
        app.tree.forget(1);
        Ok(app)
    }

    /// A replica in the state that another one persisted: all (key, value) pairs ever reported in
    /// [`changes`](super::Finalized::changes), the last value of each key, plus those of
    /// [`genesis_state`](Self::genesis_state). The root must come out as `app_hash`.
    pub fn restore(
        state: impl Iterator<Item = (Vec<u8>, Vec<u8>)>,
        height: u64,
        app_hash: Hash,
        genesis: &Genesis,
    ) -> Result<App, RestoreError> {
        Self::restore_in(
            state,
            height,
            app_hash,
            genesis,
            genesis::net(&genesis.encode()),
        )
    }

    /// [`restore`](Self::restore) on a network whose genesis file has these bytes.
    pub fn restore_with_file(
        state: impl Iterator<Item = (Vec<u8>, Vec<u8>)>,
        height: u64,
        app_hash: Hash,
        genesis_file: &[u8],
    ) -> Result<App, RestoreError> {
        let (genesis, net) = Genesis::parse(genesis_file).map_err(InitError::from)?;
        Self::restore_in(state, height, app_hash, &genesis, net)
    }

    fn restore_in(
        state: impl Iterator<Item = (Vec<u8>, Vec<u8>)>,
        height: u64,
        app_hash: Hash,
        genesis: &Genesis,
        net: Hash,
    ) -> Result<App, RestoreError> {
        check_keys(genesis)?;
        let mut app = App::empty(genesis, net, height);
        let (mut blocks, mut damaged) = (0, None);
        let registry = &mut app.registry;
        let mut read = |(key, bytes): (Vec<u8>, Vec<u8>)| -> Result<Leaf, RestoreError> {
            let key = Key::decode(&key)?;
            let value = Value::decode(&key, &bytes)?;
            registry.note(&key, &value);
            if let Value::History(history) = &value {
                blocks = history.frontier.size();
            }
            Ok(leaf(key.hash(), &key, bytes))
        };
        let leaves = state.map_while(|pair| read(pair).map_err(|error| damaged = Some(error)).ok());
        let filled = app.tree.fill(height, leaves);
        if let Some(damaged) = damaged {
            return Err(damaged);
        }
        let root = filled.map_err(|error| match error {
            WriteError::Repeated => RestoreError::Repeated,
            other => RestoreError::Init(other.into()),
        })?;
        if height
            .checked_add(1)
            .and_then(|next| next.checked_sub(genesis.initial_height))
            != Some(blocks)
        {
            return Err(RestoreError::History { blocks, height });
        }
        app.tree.forget(1);
        if root == app_hash {
            Ok(app)
        } else {
            Err(RestoreError::AppHash)
        }
    }

    /// The state before the first block, as it must be persisted with InitChain: (key, value), in order of key.
    pub fn genesis_state(genesis: &Genesis) -> Vec<(Vec<u8>, Vec<u8>)> {
        first_state(genesis)
            .into_iter()
            .map(|(key, value)| (key.encode(), value.encode()))
            .collect()
    }

    fn empty(genesis: &Genesis, net: Hash, height: u64) -> App {
        App {
            constants: Constants::new(genesis, net),
            knows: RULES,
            tree: Tree::new(),
            registry: Registry::of_genesis(genesis),
            height,
            time_ms: None,
            pending: None,
            verified: Verified::new(VERIFIED_REMEMBERED),
            waiting: Waiting::default(),
        }
    }
}

/// Never empty: the root of an empty tree would make everything absent.
fn first_state(genesis: &Genesis) -> BTreeMap<Key, Value> {
    let mut state = BTreeMap::from([(
        Key::History,
        Value::History(HistoryValue {
            frontier: Frontier::new(),
        }),
    )]);
    for register in &genesis.app.registers {
        let reg = register.reg;
        let value = RegisterValue {
            seal_key: register.seal_key,
            answer_key: register.answer_key,
            next_batch: 1,
            opened: 0,
            entries: 0,
            heads: 0,
            changed: None,
        };
        let epoch = EpochValue {
            vrf_key: *register.vrf_key.as_bytes(),
            from: genesis.initial_height,
            until: EpochValue::OPEN,
        };
        state.insert(Key::Register(reg), Value::Register(value));
        state.insert(Key::Epoch { reg, epoch: 1 }, Value::Epoch(epoch));
    }
    state
}

fn check_keys(genesis: &Genesis) -> Result<(), InitError> {
    genesis.verify_possession()?;
    let app = &genesis.app;
    let check = |mut keys: Box<dyn Iterator<Item = &[u8; 32]> + '_>, name| {
        if keys.all(is_strong) {
            Ok(())
        } else {
            Err(InitError::WeakKey(name))
        }
    };
    check(Box::new(app.governance_keys.iter()), "governance key")?;
    check(
        Box::new(
            app.registers
                .iter()
                .flat_map(|r| [&r.seal_key, &r.answer_key]),
        ),
        "seal or answer key",
    )?;
    check(
        Box::new(app.gateways.iter().map(|gateway| &gateway.key)),
        "gateway key",
    )
}
