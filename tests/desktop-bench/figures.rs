//! The table.

use serde_json::{Value, json};

/// Rows in the order they were measured.
#[derive(Default)]
pub struct Figures(Vec<Value>);

impl Figures {
    /// Adds a figure; `bound` is what it must stay under, if anything.
    pub fn add(&mut self, name: &str, ours: f64, unit: &str, bound: Option<f64>) {
        println!("{}", line(name, ours, unit, bound));
        self.0.push(json!({ "name": name, "ours": ours, "peer": null, "peer_name": null, "unit": unit, "ratio": null, "floor": bound }));
    }

    /// All of it once more, without what was printed between.
    pub fn print(&self) {
        println!();
        for row in &self.0 {
            let text = |key: &str| row[key].as_str().unwrap_or_default();
            let number = row["ours"].as_f64().unwrap_or(f64::NAN);
            println!(
                "{}",
                line(text("name"), number, text("unit"), row["floor"].as_f64())
            );
        }
    }

    /// Writes the rows as JSON.
    pub fn write(&self, file: &str) {
        let text = serde_json::to_vec_pretty(&self.0).expect("plain values");
        std::fs::write(file, text).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

fn line(name: &str, ours: f64, unit: &str, bound: Option<f64>) -> String {
    let bound = bound.map_or_else(String::new, |bound| {
        format!("  wanted under {bound} {unit}")
    });
    format!("{name:<66} {ours:>10.1} {unit:<4}{bound}")
}

/// The middle one.
pub fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The largest one.
pub fn worst(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(f64::NAN, f64::max)
}
