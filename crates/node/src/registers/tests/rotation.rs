//! Keys that a decision changes while the register seals.

use ed25519_dalek::SigningKey;
use toend_ledger::genesis::demo::{Purpose, derived, signing_key};
use toend_ledger::list::pop_alpha;
use toend_ledger::tx::{Action, Governance, Tx};

use super::crash::Cut;
use super::*;

on_both_engines![
    a_batch_that_was_cut_off_before_the_change_is_sealed_with_the_new_key,
    nobody_new_is_taken_in_while_an_epoch_is_announced,
];

fn other_key() -> SigningKey {
    SigningKey::from_bytes(&derived("seal, the second", 1))
}

/// Three of the four authorities decide, and a block takes it.
async fn decide(bench: &Bench, action: &Action, key: &Key) {
    let keys = [0, 1, 2].map(|i| signing_key(Purpose::Governance, i));
    let signers: Vec<(u16, &SigningKey)> = (0..).zip(&keys).collect();
    let ledger = bench.ledger();
    let before = |height| ledger.query(&key.encode(), height).unwrap().value;
    let old = before(bench.settled().await);
    let decision = Governance::signed(ledger.net(), *action, &signers).unwrap();
    ledger.submit(Tx::Governance(decision).encode()).unwrap();
    while before(bench.settled().await) == old {}
}

async fn new_seal_key(bench: &Bench) {
    let old = signing_key(Purpose::Seal, 1).verifying_key().to_bytes();
    let answer_key = signing_key(Purpose::Answer, 1).verifying_key().to_bytes();
    let action = Action::Register {
        reg: Reg(1),
        old_seal_key: old,
        seal_key: other_key().verifying_key().to_bytes(),
        answer_key,
    };
    decide(bench, &action, &Key::Register(Reg(1))).await;
}

async fn a_batch_that_was_cut_off_before_the_change_is_sealed_with_the_new_key(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    register.receive(&[lab("a", 50)], 1).unwrap();
    register.flush().await.unwrap();
    let first = register.next_number().unwrap();
    drop(register);

    // Written down, and never handed in.
    let cut = Arc::new(Cut::new(bench.ledger(), false));
    let register = Register::open(bench.settings(1), cut).unwrap();
    register.receive(&[lab("b", 51)], 2).unwrap();
    register.tick().unwrap_err();
    drop(register);
    new_seal_key(&bench).await;

    // Without the new key nothing is sealed, and the reason is said.
    let register = bench.register(1);
    assert_eq!(register.tick(), Err(RegisterError::OtherSealKey));
    drop(register);
    let settings = Settings {
        next_seal_key: Some(other_key()),
        ..bench.settings(1)
    };
    let register = Arc::new(Register::open(settings, bench.ledger()).unwrap());
    register.flush().await.unwrap();
    let height = bench.settled().await;
    assert!(register.next_number().unwrap() > first);
    let answer = hers(&register, height);
    assert_eq!(answer.entries.len(), 2);
    assert!(answer.pending.is_empty());
    // And on it goes.
    register.receive(&[lab("c", 52)], 3).unwrap();
    register.flush().await.unwrap();
}

async fn nobody_new_is_taken_in_while_an_epoch_is_announced(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    register.flush().await.unwrap();
    drop(register);
    let second = || vrf::SecretKey::from_bytes(derived("vrf, the second", 1));
    let announced = || {
        let mut settings = bench.settings(1);
        settings.vrf_keys.push((2, second()));
        settings
    };
    let igor = Subject::person("EE", demo::IGOR).unwrap();
    let register = Arc::new(Register::open(announced(), bench.ledger()).unwrap());
    let refused = register.know(std::slice::from_ref(&igor));
    assert_eq!(refused, Err(RegisterError::EpochAnnounced(2)));
    // Who is known goes on.
    register.receive(&[lab("a", 50)], 1).unwrap();
    register.flush().await.unwrap();

    let net = bench.ledger().net();
    let action = Action::Epoch {
        reg: Reg(1),
        epoch: 2,
        vrf_key: second().public(),
        possession: second().prove(&pop_alpha(&net, Reg(1), 2)).unwrap(),
    };
    let key = Key::Epoch {
        reg: Reg(1),
        epoch: 2,
    };
    decide(&bench, &action, &key).await;
    register.flush().await.unwrap();
    assert_eq!(register.know(std::slice::from_ref(&igor)), Ok(1));
    register.flush().await.unwrap();
    let height = bench.settled().await;
    for (subject, epochs) in [(mari(), 2), (igor.clone(), 2)] {
        let answer = register
            .list_answer(&subject, Class::Records, height)
            .unwrap();
        assert_eq!(answer.unwrap().epochs.len(), epochs);
    }
    drop(register);

    // A program that was not told of the new epoch opens no list in the one that is over.
    let register = bench.register(1);
    let other = Subject::person("EE", "38001085718").unwrap();
    assert_eq!(register.know(&[other]), Err(RegisterError::EpochOver(1)));
}
