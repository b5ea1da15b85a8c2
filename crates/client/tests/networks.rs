//! Following a network that was handed over as a file, and going back; what the program says of itself.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::time::Duration;

use toend_client::dto::{LedgerState, RegisterId, Settings, StorageKind, SyncPhase};
use toend_client::{CardSource, Client, Config, DEMO_READER, NetworkSource, Pin};
use zeroize::Zeroizing;

async fn start(folder: &Path) -> Client {
    let mut config = Config::new(
        folder.to_path_buf(),
        NetworkSource::Chosen,
        CardSource::DemoOnly,
    );
    config.keeps_pause = true;
    Client::start(config).await.unwrap()
}

async fn sign_in(client: &Client, card: &str) {
    client.insert_demo_card(Some(card)).await.unwrap();
    let pin = Pin::new(Zeroizing::new("1234".to_owned())).unwrap();
    client.sign_in(DEMO_READER, pin).await.unwrap();
}

/// Waits until a list holds something: registers fill themselves at the first start.
async fn filled(client: &Client, register: RegisterId) {
    while client
        .refresh(register, None)
        .await
        .unwrap()
        .ledger_count
        .unwrap_or(0)
        == 0
    {
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_file_is_looked_at_chosen_followed_and_left_again() {
    let (far, near) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let elsewhere = start(far.path()).await;
    elsewhere.ready().await.unwrap();
    let file = near.path().join("handed over.json");
    std::fs::write(&file, elsewhere.network_file()).unwrap();

    let client = start(near.path()).await;
    let own = client.network_view();
    assert!(own.in_use && own.demonstration && !own.from_file);
    let chosen = Settings {
        welcomed: true,
        notifications: true,
        ..client.settings().await.unwrap()
    };
    client.set_settings(chosen.clone()).await.unwrap();

    // Looking changes nothing.
    let seen = client.open_network_file(&file).await.unwrap();
    assert!(!seen.in_use && seen.words != own.words);
    assert_eq!(seen.words, elsewhere.network_view().words);
    assert_eq!(client.network_view(), own);
    // Only the words of what was opened choose it.
    assert_eq!(
        client
            .choose_network(Some(&own.words))
            .await
            .unwrap_err()
            .code,
        "E70"
    );
    assert_eq!(
        client.choose_network(Some(&seen.words)).await.unwrap(),
        None
    );
    client.shutdown().await;
    drop(client);

    let client = start(near.path()).await;
    client.ready().await.unwrap();
    assert_eq!(client.network_view().words, seen.words);
    // Somebody else's demonstration: there is a way back to the own one.
    assert!(client.network_view().from_file && client.network_view().demonstration);
    assert_eq!(
        client.settings().await.unwrap(),
        chosen,
        "settings go along"
    );
    sign_in(&client, "mari-liis").await;
    filled(&client, RegisterId::Health).await;
    // Each network has a folder of its own, and nothing of this one lies in the common one.
    let folders = toend_client::network::folders(near.path());
    assert_eq!(folders.len(), 1);
    let net = client.network().net;
    let open = |folder: &Path| toend_client::store::Store::open(folder).unwrap();
    let (theirs, common) = (open(&folders[0]), open(&near.path().join("client")));
    let (_, _, high) = theirs.header_span(&net).unwrap().unwrap();
    let page = |store: &toend_client::store::Store| {
        let header = store.header(&net, high).unwrap();
        header.map(|header| header.hash)
    };
    assert_ne!(page(&theirs), page(&common), "one genesis, two ledgers");

    // Back again: the session of the other network is not carried over.
    client.choose_network(None).await.unwrap();
    client.shutdown().await;
    drop(client);
    let client = start(near.path()).await;
    client.ready().await.unwrap();
    assert_ne!(client.network_view().words, seen.words);
    assert!(client.session().is_none());
    assert_eq!(client.settings().await.unwrap(), chosen);

    // Forgetting reaches the folder of the network that is not followed now.
    client.forget_everything().await.unwrap();
    assert_eq!(toend_client::network::folders(near.path()).len(), 0);
    client.shutdown().await;
    elsewhere.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_file_that_does_not_read_is_said_and_the_demonstration_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("networks");
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join("in-use.json"), b"{\"format\":\"toend-netw").unwrap();
    let client = start(folder.path()).await;
    client.ready().await.unwrap();
    let notices = client.status().notices;
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].code, "E68");
    assert!(client.network().demonstration);
    // Files that are none, are too large or not there are told apart and change nothing.
    for (name, bytes, code) in [
        ("none.json", Some(b"[]".to_vec()), "E68"),
        ("large.json", Some(vec![b' '; 2 * 1024 * 1024]), "E68"),
        ("gone.json", None, "E71"),
    ] {
        let path = folder.path().join(name);
        if let Some(bytes) = bytes {
            std::fs::write(&path, bytes).unwrap();
        }
        let error = client.open_network_file(&path).await.unwrap_err();
        assert_eq!(error.code, code, "{name}");
    }
    assert_eq!(
        client
            .open_network_file(folder.path())
            .await
            .unwrap_err()
            .code,
        "E68"
    );
    client.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_gateway_the_program_starts_and_says_that_it_is_offline() {
    let (far, near) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let elsewhere = start(far.path()).await;
    let mut file = elsewhere.network().clone();
    elsewhere.shutdown().await;
    for authority in &mut file.authorities {
        // A port of this computer that nobody listens at.
        authority.gateway = "http://127.0.0.1:9/v1".to_owned();
    }
    toend_client::network::choose(near.path(), Some(&file)).unwrap();
    let client = start(near.path()).await;
    let mut status = client.status();
    while status.ledger.state != LedgerState::Offline {
        tokio::time::sleep(Duration::from_millis(100)).await;
        status = client.status();
    }
    assert!(status.registers.iter().all(|register| !register.answering));
    // What needs no network works.
    assert_eq!(client.network_view().words, file.fingerprint());
    client.settings().await.unwrap();
    client.storage().await.unwrap();
    assert_eq!(client.evidence().await.unwrap(), None);
    let report = client.check_bytes(b"no proof file".to_vec()).await.unwrap();
    assert!(report.error.is_some());
    client.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_outlives_the_program_and_is_not_the_ledgers() {
    let folder = tempfile::tempdir().unwrap();
    let client = start(folder.path()).await;
    client.ready().await.unwrap();
    client.sync_pause(true).await.unwrap();
    assert_eq!(client.status().sync.phase, SyncPhase::Paused);
    client.shutdown().await;
    drop(client);

    let client = start(folder.path()).await;
    let status = client.status();
    assert_eq!(status.sync.phase, SyncPhase::Paused);
    assert_eq!(
        (status.sync.rate_per_s, status.sync.seconds_left),
        (0, None)
    );
    assert_ne!(status.ledger.state, LedgerState::Paused);
    let height = status.ledger.height;
    client.sync_pause(false).await.unwrap();
    let mut status = client.status();
    while status.sync.phase == SyncPhase::Paused || status.ledger.height <= height {
        tokio::time::sleep(Duration::from_millis(100)).await;
        status = client.status();
    }
    while status.sync.sources.is_empty() {
        tokio::time::sleep(Duration::from_millis(100)).await;
        status = client.status();
    }
    let ids: Vec<&str> = status
        .authorities
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    assert!(
        status
            .sync
            .sources
            .iter()
            .all(|id| ids.contains(&id.as_str()))
    );
    client.shutdown().await;
    drop(client);
    // A terminal follows the ledger because it was asked to.
    let client = start(folder.path()).await;
    assert_ne!(client.status().sync.phase, SyncPhase::Paused);
    client.sync_pause(true).await.unwrap();
    client.shutdown().await;
    drop(client);
    let config = Config::new(
        folder.path().to_path_buf(),
        NetworkSource::Chosen,
        CardSource::DemoOnly,
    );
    let client = Client::start(config).await.unwrap();
    assert_ne!(client.status().sync.phase, SyncPhase::Paused);
    client.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_program_says_of_itself_names_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let client = start(folder.path()).await;
    client.ready().await.unwrap();
    sign_in(&client, "mari-liis").await;
    filled(&client, RegisterId::Health).await;
    let card = client.status().card.cards[0].clone();
    let words: Vec<String> = client
        .list(RegisterId::Health, None)
        .await
        .unwrap()
        .rows
        .iter()
        .map(|row| row.id.clone())
        .collect();
    assert!(!words.is_empty());
    let text = client.diagnostics();
    assert!(
        text.contains("ledger: ") && text.contains("stored: "),
        "{text}"
    );
    let home = folder.path().display().to_string();
    let mut private = vec![
        card.given.as_str(),
        card.surname.as_str(),
        &card.code,
        &card.document_number,
        "Männik",
        "Sälk",
        "19999012",
        &home,
        "/home/",
    ];
    private.extend(words.iter().map(String::as_str));
    for word in private {
        let (text, word) = (text.to_lowercase(), word.to_lowercase());
        assert!(!text.contains(&word), "{word} stands in the diagnostics");
    }

    let used = client.storage().await.unwrap();
    let bytes = |kind| {
        let part = used.parts.iter().find(|part| part.kind == kind);
        part.unwrap().bytes
    };
    assert!(
        bytes(StorageKind::Records) > 0 && bytes(StorageKind::Network) > 0,
        "{used:?}"
    );
    assert_eq!(
        used.total_bytes,
        used.parts.iter().map(|part| part.bytes).sum::<u64>()
    );
    assert!(used.on_disk && used.folder == home);

    // Forgetting leaves no list behind.
    client.forget_everything().await.unwrap();
    let left = client.storage().await.unwrap();
    let records = |used: &toend_client::dto::StorageUse| {
        let part = used
            .parts
            .iter()
            .find(|part| part.kind == StorageKind::Records);
        part.unwrap().bytes
    };
    assert!(records(&left) < records(&used));
    assert!(!client.settings().await.unwrap().welcomed);
    client.shutdown().await;
}
