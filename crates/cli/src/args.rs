//! What can be asked.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use toend_client::dto::{Language, RegisterId};

/// Exit code for wrong use.
pub const WRONG_USE: u8 = 64;

/// Public records with proofs that your own computer has checked.
///
/// A demonstration system: nothing it shows has legal effect.
#[derive(Debug, Parser)]
#[command(name = "toend", version, max_term_width = 100)]
pub struct Arguments {
    /// Folder for the program's data [default: TOEND_DATA_DIR, or the system's folder for programs' data].
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// Follow the ledger of this network file instead of the embedded demonstration network.
    #[arg(long, global = true, value_name = "FILE")]
    pub network: Option<PathBuf>,
    /// Language: et, en, ru [default: the system's].
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
    /// Say on standard error what happens.
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Languages of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// Estonian.
    Et,
    /// English.
    En,
    /// Russian.
    Ru,
}

impl Arguments {
    /// The language asked for, else the system's.
    pub fn language(&self) -> Language {
        match self.lang {
            Some(Lang::Et) => Language::Et,
            Some(Lang::En) => Language::En,
            Some(Lang::Ru) => Language::Ru,
            None => {
                let system = ["LC_ALL", "LC_MESSAGES", "LANG"]
                    .iter()
                    .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
                Language::from_tag(system.as_deref().unwrap_or_default())
            }
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List your records, each checked on this computer. Exit 0: all proven; 1: something is altered, withheld or old;
    /// 2: something cannot be checked now.
    Records {
        /// Only this register: health, tax, business.
        #[arg(long)]
        register: Option<RegisterId>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        /// Who you are.
        #[command(flatten)]
        card: CardArgs,
    },
    /// Show one record with the checks behind it.
    Show {
        /// Id as `toend records` prints it, for example health-me-12.
        id: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        /// Who you are.
        #[command(flatten)]
        card: CardArgs,
    },
    /// Save a proof file of one record.
    Export {
        /// Id as `toend records` prints it.
        id: String,
        /// File to write, usually ending in .asice.
        file: PathBuf,
        /// Show only this field; may be repeated [default: every field the record uses].
        #[arg(long = "field", value_name = "NAME")]
        fields: Vec<String>,
        /// Who you are.
        #[command(flatten)]
        card: CardArgs,
    },
    /// Check a proof file. Needs no network, no card and no data folder. Exit 0: TOTAL_PASSED; 1: TOTAL_FAILED;
    /// 2: INDETERMINATE.
    Verify {
        /// The file.
        file: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// File a document: its commitment goes into the ledger through any gateway, and says nothing about it; the document stays
    /// here. Writes a receipt with proof. Asked again with the same receipt it goes on where it was, or checks what is there,
    /// without asking anybody. Exit 0: the receipt holds; 1: the ledger refuses, or the receipt does not hold; 2: not now.
    File {
        /// The document, for example a signed container.
        document: PathBuf,
        /// The register that it is for: health, tax, business.
        #[arg(long)]
        register: RegisterId,
        /// File for the receipt [default: the document's name and .receipt.json].
        #[arg(long, value_name = "FILE")]
        receipt: Option<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Follow the ledger until nothing is left to do, and say how far it is verified.
    Sync {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// The network that is followed.
    Network {
        /// What about it.
        #[command(subcommand)]
        command: NetworkCommand,
    },
    /// Evidence that the ledger broke its rules.
    Evidence {
        /// What to do with it.
        #[command(subcommand)]
        command: EvidenceCommand,
    },
    /// Say what the number means with which the ledger refused a transaction, and what to do. Needs no network. Exit 2: the
    /// number is not known here.
    Refusal {
        /// The number.
        code: u32,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Identity cards.
    Card {
        /// What to do with one.
        #[command(subcommand)]
        command: CardCommand,
    },
    /// Light blocks of the ledger.
    LightBlock {
        /// What to do with them.
        #[command(subcommand)]
        command: LightBlockCommand,
    },
}

/// Which card, and its PIN1.
#[derive(Debug, Args)]
pub struct CardArgs {
    /// Use a demonstration card: mari-liis or igor [default: the card in a reader; without one, mari-liis].
    #[arg(long, value_name = "NAME")]
    pub demo_card: Option<String>,
    /// Use the card in this reader.
    #[arg(long, conflicts_with = "demo_card")]
    pub reader: Option<String>,
    /// PIN1. For demonstration cards only: others are asked for it, so that it stays out of the shell's history.
    #[arg(long)]
    pub pin: Option<String>,
}

/// `toend network …`.
#[derive(Debug, Subcommand)]
pub enum NetworkCommand {
    /// Who runs the ledger, as the ledger itself says: authorities, their servers and whose certificates these show, rules, and
    /// what each register has sealed. Every line is proven here.
    Offices {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Who runs it, where trust starts, and ten words to compare.
    Show {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// `toend evidence …`.
#[derive(Debug, Subcommand)]
pub enum EvidenceCommand {
    /// Did the authorities sign two versions of one page? Needs no network, no card and no data folder; with --network the
    /// file is judged by that network file, else by its own. Exit 0: PROVEN; 1: REFUTED; 2: CANNOT_TELL.
    Verify {
        /// The file.
        file: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Hand evidence of two versions of the ledger to every authority's gateway: each judges it against its own pages, and the
    /// ledger then says for ever who signed both. Exit 0: one has taken it, or knew it; 1: nobody takes it; 2: not now.
    HandIn {
        /// The file.
        file: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Save the evidence that this computer keeps: of two versions of the ledger, or with --gateway against a gateway that gave
    /// two answers that exclude each other. Exit 2: there is none.
    Save {
        /// Number of the gateway, as `toend sync` says it.
        #[arg(long, value_name = "NUMBER")]
        gateway: Option<u16>,
        /// File to write, usually ending in .json.
        file: PathBuf,
    },
}

/// `toend card …`.
#[derive(Debug, Subcommand)]
pub enum CardCommand {
    /// What a card holds that needs no PIN, as JSON.
    Show {
        /// Show a demonstration card: mari-liis or igor.
        #[arg(long, value_name = "NAME")]
        demo_card: Option<String>,
        /// Show the card in this reader.
        #[arg(long, conflicts_with = "demo_card")]
        reader: Option<String>,
    },
    /// Run a driver against a recorded conversation, strictly in order. Exit 0: followed to its end; 1: it differs;
    /// 2: followed, and the card refused.
    Replay {
        /// The recording.
        script: PathBuf,
        /// personal-data, auth-certificate, sign-certificate, pin-info, authenticate or sign.
        #[arg(long)]
        op: String,
        /// PIN of the recorded test card.
        #[arg(long)]
        pin: Option<String>,
        /// Hash to sign, hexadecimal.
        #[arg(long)]
        hash: Option<String>,
    },
}

/// `toend light-block …`.
#[derive(Debug, Subcommand)]
pub enum LightBlockCommand {
    /// Is the second block as trustworthy as the first? Exit 0: SUCCESS; 3: NOT_ENOUGH_TRUST; 1: INVALID.
    Verify {
        /// Trusted light block, JSON.
        #[arg(long)]
        trusted: PathBuf,
        /// Light block to judge, JSON.
        #[arg(long)]
        untrusted: PathBuf,
        /// Time of the judgement, RFC 3339.
        #[arg(long)]
        now: String,
        /// Part of the trusted power that must have signed, more than.
        #[arg(long, default_value = "2/3")]
        trust_level: String,
        /// How long a block is trusted: number with s, m, h or d.
        #[arg(long, default_value = "14d")]
        trusting_period: String,
        /// How wrong clocks may be: number with s, m, h or d.
        #[arg(long, default_value = "10s")]
        clock_drift: String,
    },
}

/// Reads a span such as `14d` or `10s`.
pub fn span(text: &str) -> Option<std::time::Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let factor = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    let number: u64 = digits.parse().ok()?;
    Some(std::time::Duration::from_secs(number.checked_mul(factor)?))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_commands_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn spans_need_a_unit() {
        assert_eq!(span("14d"), Some(Duration::from_secs(1_209_600)));
        assert_eq!(span("10s"), Some(Duration::from_secs(10)));
        for bad in [
            "",
            "d",
            "10",
            "-1s",
            "1w",
            "99999999999999999999d",
            "9999999999999999d",
            "1ü",
        ] {
            assert_eq!(span(bad), None, "{bad}");
        }
    }
}
