//! A client in front of liars, and the question every journey ends with: was anything false shown?

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use toend_client::dto::{
    ErrorInfo, FieldValue, Language, RecordList, RecordRow, RecordView, RegisterId, Session,
    SubjectRef, Verdict,
};
use toend_client::providers::Limits;
use toend_client::{CardSource, Client, Clock, Config, DEMO_READER, NetworkSource, Pin};
use toend_ledger::subject::Subject;
use toend_node::demo::{IGOR, MARI};
use toend_testkit::{FORGERY, Stage};
use zeroize::Zeroizing;

/// Places of the gateways: the authority that keeps each register.
pub const HEALTH: usize = 0;
pub const TAX: usize = 1;
pub const BUSINESS: usize = 2;
pub const LAND: usize = 3;

/// Demonstration cards.
pub const MARI_CARD: &str = "mari-liis";
pub const IGOR_CARD: &str = "igor";

/// How long something that must come about is waited for. Nothing is asserted about how long it took.
const PATIENCE: Duration = Duration::from_secs(180);

/// How long a client waits for an answer of a gateway that answers, on a loaded machine.
const ANSWER: Duration = Duration::from_secs(60);

/// How long it waits where a gateway says nothing; the others have to answer in this time.
pub const SILENCE: Duration = Duration::from_secs(8);

/// A stage and where the client of the journey keeps its data.
pub struct Scene {
    pub stage: Stage,
    pub folder: TempDir,
    /// How long clients wait for an answer.
    pub answer: Duration,
}

impl Scene {
    /// Honest registers with the demonstration's data, behind liars who are honest so far.
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let network = folder.path().join("network");
        copy(seeded(), &network);
        let stage = Stage::open(&network, true).await;
        stage.serves(&mari());
        Self {
            stage,
            folder,
            answer: ANSWER,
        }
    }

    /// No honest register at all: a scripted one answers.
    pub async fn bare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let stage = Stage::open(&folder.path().join("network"), false).await;
        stage.serves(&mari());
        Self {
            stage,
            folder,
            answer: ANSWER,
        }
    }

    /// The client's data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// How a client of this stage is started.
    pub fn config(&self, data: &Path) -> Config {
        let source = NetworkSource::Bytes(self.stage.network_file());
        let mut config = Config::new(data.to_path_buf(), source, CardSource::DemoOnly);
        config.clock = Clock::new(self.stage.clock());
        config.limits = Limits {
            connect: self.answer,
            total: self.answer,
            ..Limits::default()
        };
        config
    }

    /// A client that follows the ledger; nobody is signed in.
    pub async fn client(&self) -> Client {
        let client = Client::start(self.config(&self.data())).await.unwrap();
        client.ready().await.unwrap();
        client
    }

    /// A client at which Mari-Liis is signed in.
    pub async fn mari(&self) -> Client {
        let client = self.client().await;
        sign_in(&client, MARI_CARD).await;
        client
    }

    /// Bytes that must not lie anywhere in the client's folder.
    pub fn assert_not_on_disk(&self, words: &[&str]) {
        for file in files(&self.data()) {
            let bytes = match std::fs::read(&file) {
                // SQLite removes its side files when it closes.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                read => read.unwrap(),
            };
            for word in words {
                let found = bytes
                    .windows(word.len())
                    .any(|window| window == word.as_bytes());
                assert!(!found, "{word:?} lies in {}", file.display());
            }
        }
    }

    /// After the fault: nothing that is shown is anything but the truth, and no forgery is on the disk.
    pub async fn assert_nothing_false(&self, client: &Client, truth: &Truth, list: &RecordList) {
        truth.assert_nothing_else(client, list).await;
        self.assert_not_on_disk(&[FORGERY]);
    }
}

/// What the honest register told.
pub struct Truth {
    pub list: RecordList,
    records: BTreeMap<String, (RecordRow, RecordView)>,
}

impl Truth {
    /// Fetches a list while everybody is honest. All of it is proven.
    pub async fn of(client: &Client, register: RegisterId) -> Self {
        Self::about(client, register, None).await
    }

    /// The same of a company's list.
    pub async fn about(client: &Client, register: RegisterId, subject: Option<SubjectRef>) -> Self {
        let list = client.refresh(register, subject).await.unwrap();
        assert_eq!(list.problems, [], "{register:?}");
        assert!(list.answered);
        assert_eq!(list.ledger_count, Some(list.held_count));
        let mut records = BTreeMap::new();
        for row in &list.rows {
            assert_eq!(row.verdict.verdict, Verdict::Proven, "{row:?}");
            let view = client.record(&row.id).await.unwrap();
            records.insert(row.id.clone(), (row.clone(), view));
        }
        Self { list, records }
    }

    /// Nothing was ever told.
    pub fn none(list: &RecordList) -> Self {
        Self {
            list: list.clone(),
            records: BTreeMap::new(),
        }
    }

    /// Entries in the list.
    pub fn count(&self) -> u64 {
        self.list.held_count
    }

    /// The row at an index.
    pub fn row(&self, n: u64) -> &RecordRow {
        self.list.rows.iter().find(|row| row.n == n).unwrap()
    }

    /// The first entry, from the oldest, of which this holds.
    pub fn first(&self, wanted: impl Fn(&RecordRow, &RecordView) -> bool) -> u64 {
        let mut found: Vec<u64> = self
            .records
            .values()
            .filter(|(row, view)| wanted(row, view))
            .map(|(row, _)| row.n)
            .collect();
        found.sort_unstable();
        *found.first().unwrap()
    }

    /// Long words of the records, in the order of the rows: what an eavesdropper would look for.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for (_, view) in self.records.values() {
            for field in &view.fields {
                if let FieldValue::Text(text) = &field.value
                    && text.len() > 12
                {
                    words.push(text.clone());
                }
            }
        }
        words.sort();
        words.dedup();
        assert!(words.len() >= 4, "{words:?}");
        words
    }

    /// Every proven row is word for word a row of the truth; every other row, record and panel is empty, and no file can be
    /// made from it.
    async fn assert_nothing_else(&self, client: &Client, list: &RecordList) {
        let mut shown = serde_json::to_string(list).unwrap();
        for row in &list.rows {
            let Ok(view) = client.record(&row.id).await else {
                assert!(row.fields.is_empty(), "{row:?}");
                continue;
            };
            shown.push_str(&serde_json::to_string(&view).unwrap());
            if let Ok(proof) = client.proof(&row.id).await {
                assert_eq!(proof.verdict, row.verdict);
                assert_eq!(
                    proof.numbers.is_some(),
                    row.verdict.verdict == Verdict::Proven,
                    "{}",
                    row.id
                );
                shown.push_str(&serde_json::to_string(&proof).unwrap());
            }
            if row.verdict.verdict == Verdict::Proven {
                let (true_row, true_view) = &self.records[&row.id];
                assert_eq!(
                    (&row.fields, &row.date),
                    (&true_row.fields, &true_row.date),
                    "{}",
                    row.id
                );
                assert_eq!(
                    (&row.schema, row.version),
                    (&true_row.schema, true_row.version),
                    "{}",
                    row.id
                );
                assert_eq!(view.fields, true_view.fields, "{}", row.id);
                continue;
            }
            assert!(
                row.fields.is_empty() && row.date.is_empty() && row.schema.is_empty(),
                "{row:?}"
            );
            assert_eq!(row.version, 0, "{row:?}");
            assert!(
                view.fields.is_empty() && view.versions.is_empty() && view.series.is_empty(),
                "{view:?}"
            );
            let refused = client
                .save_proof(&row.id, None, Language::En)
                .await
                .unwrap_err();
            assert_eq!(refused.code, "E70", "{}", row.id);
        }
        assert!(!shown.contains(FORGERY), "the forgery is shown");
    }
}

/// The demonstration citizen.
pub fn mari() -> Subject {
    Subject::person("EE", MARI).unwrap()
}

/// The demonstration owner.
pub fn igor() -> Subject {
    Subject::person("EE", IGOR).unwrap()
}

/// A PIN.
pub fn pin(text: &str) -> Pin {
    Pin::new(Zeroizing::new(text.to_owned())).unwrap()
}

/// Card in, PIN1.
pub async fn sign_in(client: &Client, card: &str) -> Session {
    client.insert_demo_card(Some(card)).await.unwrap();
    client.sign_in(DEMO_READER, pin("1234")).await.unwrap()
}

/// Code, reason word and one more parameter of an error.
pub fn named<'a>(error: &'a ErrorInfo, parameter: &str) -> (&'a str, &'a str, &'a str) {
    let get = |name: &str| error.params.get(name).map_or("", String::as_str);
    (&error.code, get("reason"), get(parameter))
}

/// Codes and reason words of a list's problems.
pub fn problems(list: &RecordList) -> Vec<(&str, &str)> {
    list.problems
        .iter()
        .map(|error| {
            (
                error.code.as_str(),
                error.params.get("reason").map_or("", String::as_str),
            )
        })
        .collect()
}

/// Verdict and reason of the row at an index.
pub fn verdict(list: &RecordList, n: u64) -> (Verdict, &str) {
    let row = list
        .rows
        .iter()
        .find(|row| row.n == n)
        .unwrap_or_else(|| panic!("no row {n}"));
    (row.verdict.verdict, &row.verdict.reason)
}

/// Asks again until it is so.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(Instant::now() < end, "{what} did not come about");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// All files below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(files(&path));
        } else {
            out.push(path);
        }
    }
    out
}

/// A network with the demonstration's data, made once for all journeys of this process.
fn seeded() -> &'static Path {
    static SEEDED: OnceLock<PathBuf> = OnceLock::new();
    SEEDED.get_or_init(|| {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("journeys");
        let old = Duration::from_secs(3600);
        for entry in std::fs::read_dir(&place).into_iter().flatten().flatten() {
            let age = entry
                .metadata()
                .and_then(|meta| meta.modified())
                .map(|time| time.elapsed());
            if matches!(age, Ok(Ok(age)) if age > old) {
                // Left by an earlier run; another process may be removing it too.
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
        let folder = place.join(std::process::id().to_string());
        let target = folder.clone();
        // An earlier process may have had the same number.
        let _ = std::fs::remove_dir_all(&folder);
        // A runtime of its own, so that everything is closed before the folder is copied.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            drop(runtime.block_on(Stage::open(&target, true)));
        })
        .join()
        .unwrap();
        folder
    })
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
