//! Who runs the ledger: decisions of the authorities reach the screen only with proof.

use ed25519_dalek::SigningKey;
use toend_client::dto::RegisterId;
use toend_ledger::genesis::demo::{self, Purpose};
use toend_ledger::state::{Address, Reg, TlsIssuer, VACANT};
use toend_ledger::tx::{Action, Governance, Tx};

use crate::scene::{Scene, until};

/// Three of the demonstration's four authorities decide.
pub fn decide(scene: &Scene, action: &Action) {
    let keys = [0, 1, 2].map(|i| demo::signing_key(Purpose::Governance, i));
    let signers: Vec<(u16, &SigningKey)> = (0..).zip(&keys).collect();
    let decision = Governance::signed(demo::net(), *action, &signers).unwrap();
    scene
        .stage
        .ledger()
        .submit(Tx::Governance(decision).encode())
        .unwrap();
}

fn public(name: &str) -> [u8; 32] {
    SigningKey::from_bytes(&demo::derived(name, 4))
        .verifying_key()
        .to_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_of_the_authorities_are_seen_with_their_proof() {
    let scene = Scene::open().await;
    let client = scene.client().await;
    let offices = client.offices().await.unwrap();
    assert_eq!((offices.authorities.len(), offices.quorum), (4, 3));
    for office in &offices.authorities {
        assert!(office.governs && office.validates);
        assert!(office.governs_since.is_none());
        let [gateway] = office.gateways.as_slice() else {
            panic!("{office:?}");
        };
        assert!(gateway.open && gateway.address.is_none() && gateway.since.is_none());
        assert!(gateway.issuer.is_none(), "plain, and on this computer");
    }
    assert_eq!(offices.registers.len(), 3);
    assert!(offices.registers.iter().all(|office| office.batches > 0));
    assert_eq!(offices.registers[0].authority, Some(0));

    decide(
        &scene,
        &Action::Gateway {
            gateway: 3,
            serial: 1,
            key: VACANT,
            authority: 3,
            gateway_address: Address::new("").unwrap(),
            rpc_address: Address::new("").unwrap(),
            tls_issuer: TlsIssuer::Unsaid,
        },
    );
    let schema = toend_ledger::schema::by_name("annual_report").unwrap();
    decide(
        &scene,
        &Action::Right {
            reg: Reg(schema.reg),
            schema: schema.id,
            period: 1,
            authority: 2,
            begins: false,
        },
    );
    // Last: with five authorities three would no longer be enough.
    decide(
        &scene,
        &Action::Authority {
            authority: 4,
            serial: 1,
            governance_key: public("joins"),
        },
    );
    let changed = until("the decisions", async || {
        let offices = client.offices().await.ok()?;
        let ended = offices
            .registers
            .iter()
            .any(|register| !register.rights.is_empty());
        (offices.authorities.len() == 5 && !offices.authorities[3].gateways[0].open && ended)
            .then_some(offices)
    })
    .await;
    let joined = &changed.authorities[4];
    assert!(joined.governs && !joined.validates && joined.names.is_none());
    assert_eq!(joined.governs_since.unwrap().serial, 1);
    assert_eq!(changed.quorum, 4, "of five, four must sign");
    let business = &changed.registers[2];
    assert_eq!(business.register, RegisterId::Business);
    assert!(!business.rights[0].may && business.rights[0].until_page.is_some());
    client.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_process_network_keeps_its_validators() {
    let scene = Scene::bare().await;
    let keys = [0, 1, 2].map(|i| demo::signing_key(Purpose::Governance, i));
    let signers: Vec<(u16, &SigningKey)> = (0..).zip(&keys).collect();
    let action = Action::Validator {
        authority: 0,
        serial: 1,
        pub_key: VACANT,
        power: 0,
    };
    let decision = Governance::signed(demo::net(), action, &signers).unwrap();
    let refused = scene
        .stage
        .ledger()
        .submit(Tx::Governance(decision).encode())
        .unwrap_err();
    assert!(refused.to_string().contains("98"), "{refused}");
}
