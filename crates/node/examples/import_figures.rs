//! Figures of an import: `cargo run --release -p toend-node --example import_figures -- --lines 1000000`.
//!
//! Writes a file of visits of invented persons (`--people`, a third of the lines when unsaid), imports it into a register
//! of the demonstration's health authority, and prints time, rate, peak memory and size. `--database ADDRESS` puts the
//! register into an empty PostgreSQL database. `--only-file FILE` writes the file and imports nothing.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use toend_node::authority::Config;
use toend_node::demo::invented_person;
use toend_node::import::records::Form;
use toend_node::import::{self, Options};
use toend_node::testnet;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let (mut lines, mut people, mut only) = (1_000_000u64, None, None);
    let mut server = None;
    let mut arguments = std::env::args().skip(1);
    while let (Some(name), Some(value)) = (arguments.next(), arguments.next()) {
        match name.as_str() {
            "--lines" => lines = value.parse()?,
            "--people" => people = Some(value.parse::<u64>()?),
            "--database" => server = Some(value),
            "--only-file" => only = Some(PathBuf::from(value)),
            _ => return Err(format!("unknown argument {name}").into()),
        }
    }
    let people = people.unwrap_or(lines / 3).max(1);
    if let Some(path) = only {
        return write(&path, lines, people);
    }
    let folder = tempfile::tempdir()?;
    let input = folder.path().join("visits.csv");
    write(&input, lines, people)?;
    println!("input                {:>10.1} MB", megabytes(&input)?);
    let config = authority(folder.path(), server.as_deref())?;
    let options = Options {
        schema: "visit".to_owned(),
        input,
        form: Form::Csv(b','),
        mapping: None,
        rejects: None,
        lines: 4096,
        most_rejects: 0,
        rehearse: true,
        set_aside: false,
        now_ms: 1_795_000_000_000,
    };
    let checked = timed(&config, &options)?;
    println!("dry run              {checked:>10.1?}");
    let options = Options {
        rehearse: false,
        ..options
    };
    let took = timed(&config, &options)?;
    println!("import               {took:>10.1?}");
    let rate = lines as f64 / took.as_secs_f64();
    println!("entries a second     {rate:>10.0}");
    println!("again, known         {:>10.1?}", timed(&config, &options)?);
    println!("peak memory          {:>10.1} MB", peak_memory()?);
    if server.is_none() {
        let database = config.data.join("registers").join("register-1.sqlite");
        println!("database             {:>10.1} MB", megabytes(&database)?);
    }
    Ok(())
}

fn timed(config: &Config, options: &Options) -> Outcome<Duration> {
    let began = Instant::now();
    let mut told = Instant::now();
    import::run(config, options, &AtomicBool::new(false), &mut |now| {
        if told.elapsed() > Duration::from_secs(20) {
            told = Instant::now();
            eprintln!("{} lines, {:.0} a second", now.counts.lines(), now.rate());
        }
    })?;
    Ok(began.elapsed())
}

/// Line `i` is about person `i` modulo `people`, so that nobody's lines stand together.
fn write(path: &Path, lines: u64, people: u64) -> Outcome<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(
        out,
        "subject.code,record.key,record.version,title,document_no,date,visit_class,started_at,provider,provider_code,\
         doctor,doctor_code,diagnosis,diagnosis_code,history,closed"
    )?;
    for i in 0..lines {
        let person = invented_person(i % people);
        let (day, month) = (i % 28 + 1, i / 28 % 12 + 1);
        writeln!(
            out,
            "{},D-{i},1,Perearsti vastuvõtt,D-{i},2024-{month:02}-{day:02},AMB,{},Näidiskliinik,90000001,Arst Näidis,D00001,\
             Äge ülemiste hingamisteede nakkus,J06.9,\"Kaebused kolm päeva, palavikku ei ole.\",false",
            person.code(),
            1_700_000_000 + i
        )?;
    }
    Ok(out.into_inner()?.sync_all()?)
}

fn authority(folder: &Path, database: Option<&str>) -> Outcome<Config> {
    let output = folder.join("net");
    testnet::write(
        &testnet::Options {
            authorities: 4,
            output: output.clone(),
            base_port: 26_600,
            chain_id: None,
            block: Duration::from_secs(1),
            tick: Duration::from_secs(5),
            snapshot_every: 0,
            tls: false,
        },
        1_795_000_000,
    )?;
    let file = testnet::folder_of(&output, 0).join(testnet::CONFIG);
    if let Some(address) = database {
        let text = std::fs::read_to_string(&file)?;
        let named = format!("[register]\ndatabase = \"{address}\"");
        std::fs::write(&file, text.replacen("[register]", &named, 1))?;
    }
    Ok(Config::read(&file)?)
}

fn megabytes(path: &Path) -> Outcome<f64> {
    Ok(std::fs::metadata(path)?.len() as f64 / 1e6)
}

/// The most memory this process had resident, as Linux counts it.
fn peak_memory() -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(kilobytes.ok_or("no VmHWM")?.parse::<f64>()? / 1024.0)
}
