//! A running network, a card in the reader, and a client that asks.

use std::time::Duration;

use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;
use toend_id_card::demo::{self, PIN1};
use toend_id_card::demo_ca;
use toend_id_card::drivers::KeyPair;
use toend_id_card::recognise::Generation;
use toend_id_card::virtual_card::{CardCodes, Contents, Persona, VirtualCard};
use toend_id_card::web_eid::{Origin, Token};
use toend_id_card::{Card, Pin, PinKind};
use toend_ledger::cometbft::LightBlock;
use toend_ledger::gateway::{Challenge, Login, SessionAnswer};
use toend_node::consensus::network::Pace;
use toend_node::embedded::{self, Config, Embedded, Options};

/// Register 1's gateway, and the one that has no register.
pub const HEALTH: usize = 0;
pub const TAX: usize = 1;
pub const BUSINESS: usize = 2;
pub const LAND: usize = 3;

/// A network with its gateways.
pub struct Desk {
    pub network: Embedded,
    pub http: reqwest::Client,
    _folder: TempDir,
}

impl Desk {
    pub async fn open() -> Self {
        Self::on(tempfile::tempdir().unwrap()).await
    }

    /// The network of a data directory that may have been used before.
    pub async fn on(folder: TempDir) -> Self {
        let config = Config {
            data_dir: folder.path().to_path_buf(),
            demo: true,
            population: 0,
        };
        let pace = Some(Pace {
            least: Duration::ZERO,
            idle: Duration::from_millis(100),
        });
        let network = embedded::start_with(
            config,
            Options {
                pace,
                ..Options::default()
            },
        )
        .await
        .unwrap();
        Self {
            network,
            http: reqwest::Client::new(),
            _folder: folder,
        }
    }

    pub fn url(&self, gateway: usize, path: &str) -> String {
        format!("{}{path}", self.network.endpoints()[gateway].gateway)
    }

    pub async fn get(&self, gateway: usize, path: &str, session: Option<&str>) -> Response {
        let request = self.http.get(self.url(gateway, path));
        let request = if let Some(session) = session {
            request.bearer_auth(session)
        } else {
            request
        };
        request.send().await.unwrap()
    }

    pub async fn json<T: DeserializeOwned>(&self, gateway: usize, path: &str) -> T {
        let response = self.get(gateway, path, None).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    /// Status and error code of a request that is refused.
    pub async fn refused(
        &self,
        gateway: usize,
        path: &str,
        session: Option<&str>,
    ) -> (u16, String) {
        refusal(self.get(gateway, path, session).await).await
    }

    pub async fn challenge(&self, gateway: usize) -> Challenge {
        let response = self
            .http
            .post(self.url(gateway, "/v1/login/challenge"))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }

    pub async fn login(&self, gateway: usize, login: &Login) -> Response {
        self.http
            .post(self.url(gateway, "/v1/login"))
            .json(login)
            .send()
            .await
            .unwrap()
    }

    /// Signs in with a card and returns the bearer value.
    pub async fn sign_in(&self, gateway: usize, card: VirtualCard) -> String {
        let challenge = self.challenge(gateway).await;
        let token = token(card, &challenge.origin, &challenge.nonce);
        let response = self
            .login(
                gateway,
                &Login {
                    nonce: challenge.nonce,
                    token,
                },
            )
            .await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json::<SessionAnswer>().await.unwrap().session
    }

    /// A light block, waiting until its height is decided.
    pub async fn light_block(&self, height: u64) -> LightBlock {
        let ledger = self.network.network().unwrap();
        let mut tip = toend_node::ledger::Ledger::subscribe(ledger.as_ref());
        tip.wait_for(|tip| *tip >= height).await.unwrap();
        self.json(HEALTH, &format!("/v1/light-block/{height}"))
            .await
    }
}

pub async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    assert!(!response.status().is_success());
    let body: Value = response.json().await.unwrap();
    assert_eq!(body.as_object().unwrap().len(), 1, "nothing but a code");
    (status, body["code"].as_str().unwrap().to_owned())
}

/// The token a card makes for an origin and a nonce.
pub fn token(card: VirtualCard, origin: &str, nonce: &str) -> Value {
    let mut card = Card::open(Box::new(card)).unwrap();
    let pin = Pin::new(PinKind::Pin1, PIN1).unwrap();
    let origin = Origin::parse(origin).unwrap();
    serde_json::from_str(
        &Token::create(&mut card, &pin, &origin, nonce)
            .unwrap()
            .to_text(),
    )
    .unwrap()
}

pub fn mari() -> VirtualCard {
    demo::find("mari-liis").unwrap().card().unwrap()
}

pub fn igor() -> VirtualCard {
    demo::find("igor").unwrap().card().unwrap()
}

/// A genuine card of the same authority, of a person whom no register knows.
pub fn stranger() -> VirtualCard {
    let persona = Persona {
        surname: "MERI".into(),
        given_names: "MATI".into(),
        personal_code: "38301105216".into(),
        document_number: "AS9990091".into(),
        ..demo::find("igor").unwrap().persona
    };
    let certificate = |pair| demo_ca::issue(&persona, Generation::Idemia, pair).unwrap();
    let contents = Contents {
        auth_key: demo_ca::card_key(&persona.personal_code, KeyPair::Authentication).unwrap(),
        sign_key: demo_ca::card_key(&persona.personal_code, KeyPair::Signature).unwrap(),
        auth_certificate: certificate(KeyPair::Authentication),
        sign_certificate: certificate(KeyPair::Signature),
        codes: CardCodes::default(),
        persona,
    };
    VirtualCard::new(Generation::Idemia, contents)
}

/// A target with a nonce of the client's own.
pub fn list_path(reg: u16, class: u8) -> String {
    format!("/v1/registers/{reg}/list?class={class}&nonce=00112233445566778899aabbccddeeff")
}
