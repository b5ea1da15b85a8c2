//! A probe inside the page: how long it and the window are ever unable to answer.

use serde_json::Value;

use crate::window::Window;

/// Every turn of the page's event loop is timed, every frame, and a call to the program every 40 ms, whose way goes through the
/// main thread of the window.
const START: &str = r"
    const probe = { turn: { count: 0, worst: 0, over: 0 }, frame: { count: 0, worst: 0, over: 0 }, call: { count: 0, worst: 0, over: 0 }, running: true };
    const note = (what, gap) => { what.count += 1; what.worst = Math.max(what.worst, gap); if (gap > 50) what.over += 1; };
    let turn = performance.now();
    const turns = () => { const now = performance.now(); note(probe.turn, now - turn); turn = now; if (probe.running) setTimeout(turns, 4); };
    setTimeout(turns, 4);
    let frame = null;
    const frames = () => { const now = performance.now(); if (frame !== null) note(probe.frame, now - frame); frame = now; if (probe.running) requestAnimationFrame(frames); };
    requestAnimationFrame(frames);
    const calls = async () => {
      while (probe.running) {
        const begun = performance.now();
        await window.__TAURI_INTERNALS__.invoke('session');
        note(probe.call, performance.now() - begun);
        await new Promise(go => setTimeout(go, 40));
      }
    };
    void calls();
    window.__probe = probe;";

/// Gaps of one kind, milliseconds.
pub struct Gaps {
    pub count: f64,
    pub worst: f64,
    /// How many were longer than 50 ms.
    pub over: f64,
}

/// What the probe saw.
pub struct Seen {
    /// Between turns of the page's event loop.
    pub turn: Gaps,
    /// Between frames.
    pub frame: Gaps,
    /// A call to the program and back.
    pub call: Gaps,
}

/// Puts the probe into the page.
pub async fn start(window: &Window) {
    window.script(START, vec![]).await;
}

/// Stops it and tells.
pub async fn stop(window: &Window) -> Seen {
    let seen = window
        .script(
            "window.__probe.running = false; return window.__probe;",
            vec![],
        )
        .await;
    Seen {
        turn: gaps(&seen["turn"]),
        frame: gaps(&seen["frame"]),
        call: gaps(&seen["call"]),
    }
}

fn gaps(value: &Value) -> Gaps {
    let number = |key: &str| value[key].as_f64().expect("the probe counts");
    Gaps {
        count: number("count"),
        worst: number("worst"),
        over: number("over"),
    }
}
