//! Where the window was: remembered in a small file, and never off the screen.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

const FILE: &str = "window.json";
/// Most bytes of the file.
const MAX_FILE: u64 = 1024;
/// Smallest window, logical pixels.
pub const LEAST: (f64, f64) = (360.0, 480.0);
/// Size of a first start.
pub const FIRST: (f64, f64) = (1280.0, 800.0);
/// How much of the window's top edge must be on a screen, so that it can be taken hold of.
const GRIP: (f64, f64) = (120.0, 40.0);

/// A rectangle, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// How the window stood: its ordinary place, and whether it filled the screen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// Ordinary place.
    pub area: Area,
    /// Filled the screen.
    pub maximised: bool,
}

/// A change so short before the window filled the screen was part of filling it.
const TOGETHER: Duration = Duration::from_millis(700);

/// Follows the window's ordinary place while it is moved, sized and maximised.
#[derive(Debug, Default)]
pub struct Track {
    now: Option<Placement>,
    /// The ordinary place before the last change, and when that was.
    before: Option<(Area, Instant)>,
}

impl Track {
    /// Begins where the window was opened.
    pub fn new(placement: Option<Placement>) -> Self {
        Self {
            now: placement,
            before: None,
        }
    }

    /// Notes where the window stands. Systems report the new size before they say that it fills the screen, so the change
    /// that came with it is taken back.
    pub fn note(&mut self, area: Area, maximised: bool, at: Instant) {
        let Some(now) = &mut self.now else {
            self.now = Some(Placement { area, maximised });
            return;
        };
        if maximised {
            if let Some((before, when)) = self.before.take()
                && !now.maximised
                && at.saturating_duration_since(when) < TOGETHER
            {
                now.area = before;
            }
            now.maximised = true;
        } else {
            let recent =
                |(_, when): &(Area, Instant)| at.saturating_duration_since(*when) < TOGETHER;
            if now.area != area && !self.before.as_ref().is_some_and(recent) {
                self.before = Some((now.area, at));
            }
            *now = Placement { area, maximised };
        }
    }

    /// What to remember.
    pub const fn placement(&self) -> Option<Placement> {
        self.now
    }
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE)
}

/// What was remembered, if it can be used.
pub fn read(data_dir: &Path) -> Option<Placement> {
    let mut text = Vec::new();
    std::fs::File::open(path(data_dir))
        .ok()?
        .take(MAX_FILE)
        .read_to_end(&mut text)
        .ok()?;
    let placement: Placement = serde_json::from_slice(&text).ok()?;
    let Area {
        x,
        y,
        width,
        height,
    } = placement.area;
    let sane = [x, y, width, height]
        .iter()
        .all(|value| value.is_finite() && value.abs() < 100_000.0);
    sane.then_some(placement)
}

/// Remembers; a data folder that cannot be written forgets, which the client says elsewhere.
pub fn write(data_dir: &Path, placement: &Placement) {
    let staged = data_dir.join("window.part");
    if let Ok(text) = serde_json::to_vec(placement)
        && std::fs::write(&staged, text).is_ok()
    {
        let _ = std::fs::rename(staged, path(data_dir));
    }
}

/// The place for these screens: no larger than a screen, and where its top edge can be seen and taken hold of. `None` when it
/// lies off all of them; then the system chooses.
pub fn fit(wanted: Area, screens: &[Area]) -> Option<Area> {
    let screen = screens.iter().find(|screen| {
        let right = (wanted.x + wanted.width).min(screen.x + screen.width);
        let left = wanted.x.max(screen.x);
        right - left >= GRIP.0
            && wanted.y >= screen.y - 1.0
            && wanted.y + GRIP.1 <= screen.y + screen.height
    })?;
    Some(Area {
        width: wanted.width.min(screen.width).max(LEAST.0),
        height: wanted.height.min(screen.height).max(LEAST.1),
        ..wanted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Area = Area {
        x: 0.0,
        y: 0.0,
        width: 1920.0,
        height: 1080.0,
    };

    fn area(x: f64, y: f64, width: f64, height: f64) -> Area {
        Area {
            x,
            y,
            width,
            height,
        }
    }

    #[test]
    fn a_place_is_remembered_and_a_damaged_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), None);
        let placement = Placement {
            area: area(10.0, 20.0, 900.0, 700.0),
            maximised: true,
        };
        write(folder.path(), &placement);
        assert_eq!(read(folder.path()), Some(placement));
        for damage in [
            &b"{"[..],
            br#"{"area":{"x":1e300,"y":0,"width":1,"height":1},"maximised":false}"#,
            &[b' '; 5000],
        ] {
            std::fs::write(path(folder.path()), damage).unwrap();
            assert_eq!(read(folder.path()), None);
        }
    }

    #[test]
    fn a_window_never_stands_off_the_screen() {
        let kept = area(100.0, 50.0, 1280.0, 800.0);
        assert_eq!(fit(kept, &[SCREEN]), Some(kept));
        // A second screen on the left that is gone now.
        let left = area(-1500.0, 100.0, 1280.0, 800.0);
        assert_eq!(fit(left, &[SCREEN]), None);
        let second = area(-1920.0, 0.0, 1920.0, 1080.0);
        assert_eq!(fit(left, &[SCREEN, second]), Some(left));
        for off in [
            area(1900.0, 50.0, 1280.0, 800.0),
            area(100.0, 1070.0, 1280.0, 800.0),
            area(100.0, -300.0, 1280.0, 800.0),
        ] {
            assert_eq!(fit(off, &[SCREEN]), None, "{off:?}");
        }
        assert_eq!(fit(kept, &[]), None);
    }

    #[test]
    fn a_window_is_no_larger_than_its_screen_and_no_smaller_than_can_be_used() {
        let huge = area(0.0, 0.0, 4000.0, 3000.0);
        assert_eq!(fit(huge, &[SCREEN]), Some(SCREEN));
        let tiny = fit(area(0.0, 0.0, 130.0, 1.0), &[SCREEN]).unwrap();
        assert_eq!((tiny.width, tiny.height), LEAST);
    }

    #[test]
    fn the_ordinary_place_outlives_filling_the_screen() {
        let (start, kept) = (Instant::now(), area(100.0, 50.0, 1000.0, 700.0));
        let at = |ms| start + Duration::from_millis(ms);
        let mut track = Track::new(None);
        track.note(kept, false, at(0));
        // The size comes first, then the word that it fills the screen.
        track.note(SCREEN, false, at(5_000));
        track.note(SCREEN, true, at(5_050));
        let want = |maximised| {
            Some(Placement {
                area: kept,
                maximised,
            })
        };
        assert_eq!(track.placement(), want(true));
        // Closed and opened again.
        let mut track = Track::new(track.placement());
        track.note(SCREEN, true, at(0));
        assert_eq!(track.placement(), want(true));
        track.note(kept, false, at(9_000));
        assert_eq!(track.placement(), want(false));
        // Moved by hand, long before.
        let moved = area(300.0, 60.0, 1000.0, 700.0);
        track.note(moved, false, at(20_000));
        track.note(SCREEN, true, at(30_000));
        let placement = track.placement().unwrap();
        assert_eq!((placement.area, placement.maximised), (moved, true));
    }
}
