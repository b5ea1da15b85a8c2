//! What the ledger decided about keys is shown with its page, and nothing that a gateway cannot prove.

use toend_ledger::gateway::B64;
use toend_ledger::genesis::demo;
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::state::{
    AuthorityValue, EpochValue, KeyChange, RegisterValue, RightValue, ValidatorValue,
};
use toend_state_machine::tree::{Leaf, Tree};

use super::*;
use crate::dto::OfficeKey;
use crate::network::demonstration;
use crate::pages::{at, state_root};

/// The page whose state is asked about, and the one of every decision.
const PAGE: u64 = 100;
const DECIDED: u64 = 60;

type State = BTreeMap<Key, Vec<u8>>;

/// The state as the demonstration begins with it.
fn began() -> State {
    let mut state = State::new();
    for register in demo::genesis().app.registers {
        let reg = register.reg;
        let keys = RegisterValue {
            seal_key: register.seal_key,
            answer_key: register.answer_key,
            next_batch: 9,
            opened: 1,
            entries: 64,
            heads: 8,
            changed: None,
        };
        let epoch = EpochValue {
            vrf_key: *register.vrf_key.as_bytes(),
            from: 1,
            until: EpochValue::OPEN,
        };
        state.insert(Key::Register(reg), keys.encode());
        state.insert(Key::Epoch { reg, epoch: 1 }, epoch.encode());
    }
    state
}

fn gateway_value(key: [u8; 32], authority: u16) -> Vec<u8> {
    let value = GatewayValue {
        key,
        authority,
        gateway: Address::new("https://house.example").unwrap(),
        rpc: Address::new("").unwrap(),
        tls_issuer: TlsIssuer::Unsaid,
        serial: 1,
        at: at(DECIDED),
    };
    value.encode()
}

/// The state after a decision about every sort of key; register 2's was made when the ledger did not write down when.
fn decided_about_all() -> State {
    let mut state = began();
    let (serial, at) = (1, at(DECIDED));
    let authority = |governance_key| {
        let value = AuthorityValue {
            governance_key,
            serial,
            at,
        };
        value.encode()
    };
    state.insert(Key::Authority(1), authority([21; 32]));
    state.insert(Key::Authority(2), authority(VACANT));
    state.insert(Key::Authority(4), authority([24; 32]));
    let validator = ValidatorValue {
        pub_key: [33; 32],
        power: 10,
        serial,
        at,
    };
    state.insert(Key::Validator(3), validator.encode());
    state.insert(Key::Gateway(0), gateway_value([40; 32], 0));
    state.insert(Key::Gateway(1), gateway_value(VACANT, 1));
    state.insert(Key::Gateway(4), gateway_value([44; 32], 4));
    let written = Some(KeyChange { serial: 3, at });
    for (number, seal, answer, changed) in [(1, 51, 61, written), (2, 52, 62, None)] {
        let keys = RegisterValue {
            seal_key: [seal; 32],
            answer_key: [answer; 32],
            next_batch: 9,
            opened: 1,
            entries: 64,
            heads: 8,
            changed,
        };
        state.insert(Key::Register(Reg(number)), keys.encode());
    }
    let reg = Reg(3);
    let first = EpochValue {
        vrf_key: *demo::vrf_key(reg).public().as_bytes(),
        from: 1,
        until: DECIDED + 1,
    };
    let second = EpochValue {
        vrf_key: [73; 32],
        from: DECIDED + 1,
        until: EpochValue::OPEN,
    };
    state.insert(Key::Epoch { reg, epoch: 1 }, first.encode());
    state.insert(Key::Epoch { reg, epoch: 2 }, second.encode());
    let right = RightValue {
        authority: 0,
        from: 1,
        until: RightValue::OPEN,
    };
    let schema = schema::by_name("lab").unwrap().id;
    let (reg, period) = (Reg(1), 1);
    let key = Key::Right {
        reg,
        schema,
        period,
    };
    state.insert(key, right.encode());
    state
}

/// A gateway that answers from a state.
struct Replica {
    state: State,
    tree: Tree,
}

impl Replica {
    fn of(state: State) -> Self {
        let leaf = |(key, value): (&Key, &Vec<u8>)| Leaf::whole(key.hash(), value.clone());
        let mut tree = Tree::new();
        tree.write(PAGE, Tree::sorted(state.iter().map(leaf).collect()))
            .unwrap();
        Self { state, tree }
    }

    fn show(&self, key: &Key) -> Proven {
        Proven {
            value: self.state.get(key).cloned().map(B64),
            proof: B64(self.tree.newest().prove(&key.hash()).encode()),
        }
    }

    fn answers(&self) -> Answers {
        let mut inquiry = Inquiry::new(&demonstration());
        while let Some(key) = inquiry.next() {
            let proven = self.show(&key);
            inquiry.take(key, proven);
        }
        inquiry.answers
    }

    /// The judgement of answers against this state's root.
    fn judge(&self, answers: &Answers) -> Result<Offices, Fault> {
        let root = state_root(PAGE, 1, self.tree.newest().root());
        let (network, genesis) = (demonstration(), demo::genesis());
        judge((&network, &genesis), &root, (PAGE, 0, 1), answers)
    }
}

fn words(key: Hash) -> Vec<String> {
    network::words_of(&sha256(&[&key]))[..6].to_vec()
}

#[allow(clippy::unnecessary_wraps, reason = "compared with what may be absent")]
fn shown(key: Hash, replaced: bool) -> Option<OfficeKey> {
    let words = words(key);
    Some(OfficeKey { words, replaced })
}

#[test]
fn without_decisions_the_keys_are_those_of_the_genesis_file() {
    let replica = Replica::of(began());
    let offices = replica.judge(&replica.answers()).unwrap();
    let genesis = demo::genesis();
    assert_eq!(offices.authorities.len(), 4);
    for (office, number) in offices.authorities.iter().zip(0_usize..) {
        let governs = shown(genesis.app.governance_keys[number], false);
        assert_eq!(office.governance_key, governs);
        let validates = shown(genesis.validators[number].pub_key, false);
        assert_eq!(office.validator_key, validates);
        let answers = shown(genesis.app.gateways[number].key, false);
        assert_eq!(office.gateways[0].key, answers);
        let since = [
            office.governs_since,
            office.validates_since,
            office.gateways[0].since,
        ];
        assert_eq!(since, [None; 3]);
    }
    for (office, began) in offices.registers.iter().zip(&genesis.app.registers) {
        assert_eq!(office.seal_key, shown(began.seal_key, false));
        assert_eq!(office.answer_key, shown(began.answer_key, false));
        assert_eq!(office.keys_since, None);
        let [epoch] = office.epochs.as_slice() else {
            panic!("{:?}", office.epochs);
        };
        assert_eq!(epoch.words, words(*began.vrf_key.as_bytes()));
        assert_eq!((epoch.from_page, epoch.until_page), (1, None));
    }
}

#[test]
fn a_decision_about_any_key_is_shown_with_its_page() {
    let replica = Replica::of(decided_about_all());
    let offices = replica.judge(&replica.answers()).unwrap();
    let then = |serial| Some(decided(at(DECIDED), serial));
    let [zero, one, two, three, four] = offices.authorities.as_slice() else {
        panic!("{:?}", offices.authorities);
    };
    assert_eq!(one.governance_key, shown([21; 32], true));
    assert_eq!((one.governs_since, one.validates_since), (then(1), None));
    assert_eq!((&two.governance_key, two.governs), (&None, false));
    assert_eq!(three.validator_key, shown([33; 32], true));
    assert_eq!(
        (three.governs_since, three.validates_since),
        (None, then(1))
    );
    assert_eq!(zero.gateways[0].key, shown([40; 32], true));
    assert_eq!(zero.gateways[0].since, then(1));
    assert_eq!((&one.gateways[0].key, one.gateways[0].open), (&None, false));
    // Who joined by decision began with no other key.
    assert_eq!(four.governance_key, shown([24; 32], false));
    assert_eq!(four.validator_key, None);
    assert_eq!(four.gateways[0].key, shown([44; 32], false));

    let [health, tax, business] = offices.registers.as_slice() else {
        panic!("{:?}", offices.registers);
    };
    assert_eq!(health.seal_key, shown([51; 32], true));
    assert_eq!(health.answer_key, shown([61; 32], true));
    assert_eq!(health.keys_since, then(3));
    assert_eq!(tax.seal_key, shown([52; 32], true));
    assert_eq!(tax.keys_since, None);
    let first = words(*demo::vrf_key(Reg(3)).public().as_bytes());
    let epochs: Vec<_> = business
        .epochs
        .iter()
        .map(|epoch| (epoch.words.clone(), epoch.from_page, epoch.until_page))
        .collect();
    let begins = DECIDED + 1;
    assert_eq!(
        epochs,
        [(first, 1, Some(begins)), (words([73; 32]), begins, None)]
    );
}

/// Whatever one answer lacks, none of them is shown.
#[test]
fn an_answer_without_its_own_proof_is_refused() {
    let replica = Replica::of(decided_about_all());
    let honest = replica.answers();
    let judged = |key: &Key, answer: Proven| {
        let mut answers = honest.clone();
        answers.insert(*key, answer);
        replica.judge(&answers)
    };
    let proofs = [Reg(1), Reg(2)].map(|reg| replica.show(&Key::Register(reg)).proof);
    for (key, answer) in &honest {
        let proof = B64(Vec::new());
        let bare = Proven {
            proof,
            ..answer.clone()
        };
        assert_eq!(judged(key, bare), Err(Fault::ProofInvalid), "{key:?}");
        let foreign = proofs.iter().find(|proof| proof.0 != answer.proof.0);
        let proof = foreign.unwrap().clone();
        let foreign = Proven {
            proof,
            ..answer.clone()
        };
        assert_eq!(judged(key, foreign), Err(Fault::ProofInvalid), "{key:?}");
        let value = answer.value.clone();
        let turned = match value {
            Some(_) => None,
            None => Some(B64(vec![1; 40])),
        };
        let turned = Proven {
            value: turned,
            ..answer.clone()
        };
        assert_eq!(judged(key, turned), Err(Fault::ProofInvalid), "{key:?}");
    }
}

/// Every decision is hidden once by the answer from before it: with its old proof, and with the proof of what is true now.
#[test]
fn an_answer_from_before_a_decision_is_refused() {
    let (before, after) = (Replica::of(began()), Replica::of(decided_about_all()));
    let honest = after.answers();
    let mut hidden = 0;
    for (key, now) in &honest {
        let then = before.show(key);
        if then.value == now.value {
            continue;
        }
        hidden += 1;
        for proof in [then.proof.clone(), now.proof.clone()] {
            let value = then.value.clone();
            let mut answers = honest.clone();
            answers.insert(*key, Proven { value, proof });
            assert_eq!(after.judge(&answers), Err(Fault::ProofInvalid), "{key:?}");
        }
    }
    assert_eq!(hidden, 12, "one for each decision");
}

/// A gateway that hides an epoch is not followed up, and what it says of the one before does not help it.
#[test]
fn an_epoch_cannot_be_hidden() {
    let (before, after) = (Replica::of(began()), Replica::of(decided_about_all()));
    let mut answers = after.answers();
    let (reg, epoch) = (Reg(3), 2);
    answers.insert(
        Key::Epoch { reg, epoch },
        before.show(&Key::Epoch { reg, epoch }),
    );
    assert_eq!(after.judge(&answers), Err(Fault::ProofInvalid));
    answers.remove(&Key::Epoch { reg, epoch });
    assert_eq!(after.judge(&answers), Err(Fault::ProofInvalid));
}
