//! How the window looks and reads: every page in three languages, light, dark and at 200 % zoom. Pictures go to
//! `target/screenshots/<language>/<view>/`.

use fantoccini::key::Key;
use serde_json::json;

use crate::{
    scene::{PIN1, Scene, Setup},
    words::{LANGUAGES, Words},
};

/// Words that only appear when a translation is missing: `errors.E05.what`, `nav.home` and the like. The first parts of the keys are
/// read from the texts, so that a new part cannot be forgotten.
const UNTRANSLATED: &str = r"
    const words = document.body.innerText.match(/\b[a-z][A-Za-z]*(\.[A-Za-z0-9]+){1,3}\b/g) ?? [];
    return words.filter(word => arguments[0].includes(word.split('.')[0]) && arguments[1].includes(word));";

/// Texts that are wider than the box they stand in and not cut on purpose, and pages wider than the window.
const OVERFLOWING: &str = r"
    const out = [];
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) out.push('page');
    for (const element of document.querySelectorAll('button, a, h1, h2, h3, p, td, th, dt, dd, label, li')) {
      const style = getComputedStyle(element);
      if (style.display === 'inline' || style.overflowX !== 'visible' || element.closest('.sr-only, .ds-sr-only, [aria-hidden=true]')) continue;
      if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 2) {
        out.push(element.tagName + ' ' + element.className + ': ' + element.innerText.slice(0, 60));
      }
    }
    return out;";

/// Every language's page is seen like this.
#[derive(Clone, Copy, PartialEq)]
enum View {
    Light,
    Dark,
    /// 1280 pixels at 200 %: half of them are left.
    Zoom,
}

impl View {
    const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Zoom];

    fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Zoom => "zoom",
        }
    }

    /// Whose walk lets `axe` look at pages in this view: colours and places of things are the same in every language.
    fn language(self) -> &'static str {
        match self {
            Self::Light => LANGUAGES[0],
            Self::Dark => LANGUAGES[1],
            Self::Zoom => LANGUAGES[2],
        }
    }

    async fn show(self, scene: &Scene, usual: (u32, u32)) {
        let scheme = if self == Self::Dark { "dark" } else { "light" };
        let set = "document.documentElement.dataset.colorScheme = arguments[0]";
        scene.window.script(set, vec![json!(scheme)]).await;
        let (width, height) = if self == Self::Zoom {
            (usual.0.div_ceil(2), 480)
        } else {
            usual
        };
        scene.window.resize(width, height).await;
    }
}

/// Looks at pages in one language.
struct Look<'a> {
    scene: &'a Scene,
    language: &'static str,
    roots: Vec<String>,
    keys: Vec<String>,
    shown: usize,
    faults: Vec<String>,
}

impl<'a> Look<'a> {
    fn new(scene: &'a Scene, language: &'static str) -> Self {
        let keys: Vec<String> = Words::of(language).keys().map(str::to_owned).collect();
        let mut roots: Vec<String> = keys
            .iter()
            .filter_map(|key| key.split('.').next())
            .map(str::to_owned)
            .collect();
        roots.dedup();
        Self {
            scene,
            language,
            roots,
            keys,
            shown: 0,
            faults: Vec::new(),
        }
    }

    /// Looks at what the window shows now in every view: all texts translated, none wider than its place, nothing that axe minds.
    async fn at(&mut self, page: &str) {
        self.shown += 1;
        let scene = self.scene;
        let window = &scene.window;
        for view in View::ALL {
            view.show(self.scene, (1280, 800)).await;
            self.judge(page, view).await;
            let name = format!("{}/{}/{:02}-{page}", self.language, view.name(), self.shown);
            window.screenshot(&name).await;
        }
        View::Light.show(self.scene, (1280, 800)).await;
    }

    /// The PIN window has one size.
    async fn at_pin(&mut self) {
        self.shown += 1;
        for view in [View::Light, View::Dark] {
            let scheme = format!(
                "document.documentElement.dataset.colorScheme = '{}'",
                view.name()
            );
            self.scene.window.script(&scheme, vec![]).await;
            self.judge("pin", view).await;
            let name = format!("{}/{}/{:02}-pin", self.language, view.name(), self.shown);
            self.scene.window.screenshot(&name).await;
        }
    }

    async fn judge(&mut self, page: &str, view: View) {
        let scene = self.scene;
        let window = &scene.window;
        let place = format!("on {page}, {} {}", self.language, view.name());
        let none = json!([]);
        let untranslated = window
            .script(UNTRANSLATED, vec![json!(self.roots), json!(self.keys)])
            .await;
        self.fault(
            untranslated != none,
            &format!("texts without translation {place}: {untranslated}"),
        );
        let overflowing = window.script(OVERFLOWING, vec![]).await;
        self.fault(
            overflowing != none,
            &format!("texts that do not fit {place}: {overflowing}"),
        );
        if view.language() == self.language {
            let violations = window.axe().await;
            self.fault(
                !violations.is_empty(),
                &format!("axe {place}: {violations:?}"),
            );
        }
    }

    /// Notes a fault: one walk shows them all.
    fn fault(&mut self, is: bool, what: &str) {
        if is {
            eprintln!("{what}");
            self.faults.push(what.to_owned());
        }
    }
}

async fn in_language(language: &'static str) {
    let mut scene = Scene::with(Setup {
        language: Some(language),
        ..Setup::default()
    })
    .await;
    scene.window.find("welcome").await;
    let mut look = Look::new(&scene, language);
    look.at("welcome").await;
    let (shown, faults) = (look.shown, look.faults);
    scene.insert("mari-liis");
    scene.window.find("sign-in").await;
    let mut look = Look::new(&scene, language);
    (look.shown, look.faults) = (shown, faults);
    look.at("card").await;
    scene.window.click("sign-in").await;
    scene.window.enter_pin_window().await;
    scene.window.find("pin-input").await;
    look.at_pin().await;
    scene.type_pin(PIN1).await;
    scene.window.enter_main_window().await;
    walk(&mut look).await;
    assert_eq!(look.faults, Vec::<String>::new());
    scene.close().await;
}

/// Every page behind the PIN, and whatever opens over it.
async fn walk(look: &mut Look<'_>) {
    home(look).await;
    health(look).await;
    tax(look).await;
    business(look).await;
    files(look).await;
    program(look).await;
}

async fn home(look: &mut Look<'_>) {
    let scene = look.scene;
    let window = &scene.window;
    // Which records stand first depends on the order in which the registers' batches were sealed.
    for register in ["health", "tax", "business"] {
        window
            .find_css(&format!(
                "[data-testid='home-register-{register}'][data-held='all']"
            ))
            .await;
    }
    look.at("home").await;
    window.click("whose-data").await;
    window.find("subject-self").await;
    look.at("whose").await;
    window.press(Key::Escape).await;
}

async fn health(look: &mut Look<'_>) {
    let scene = look.scene;
    let window = &scene.window;
    scene.open_health().await;
    look.at("health").await;
    for part in [
        "visit",
        "prescription",
        "vaccination",
        "lab",
        "referral",
        "words",
    ] {
        window.click(&format!("view-{part}")).await;
        window
            .find_css(&format!("[data-testid='view-{part}'][aria-current]"))
            .await;
        look.at(&format!("health-{part}")).await;
    }
    for kind in ["lab", "prescription", "visit"] {
        window.click(&format!("view-{kind}")).await;
        scene.open_first_record().await;
        look.at(&format!("record-{kind}")).await;
        window.click("nav-health").await;
    }
    scene.open_first_record().await;
    window.click("proof-open").await;
    window.find("save-proof").await;
    look.at("proof").await;
    window.click("save-proof").await;
    window.find("proof-saved").await;
    window.click("proof-numbers").await;
    look.at("proof-numbers").await;
    window.click("proof-raw").await;
    window.find("raw-proof").await;
    look.at("raw").await;
}

async fn tax(look: &mut Look<'_>) {
    let scene = look.scene;
    let window = &scene.window;
    window.click("nav-tax").await;
    window.find_css("[data-testid^='list-row-']").await;
    look.at("tax").await;
    for part in ["declarations", "income", "account"] {
        window.click(&format!("view-{part}")).await;
        window
            .find_css(&format!("[data-testid='view-{part}'][aria-current]"))
            .await;
        look.at(&format!("tax-{part}")).await;
    }
    window.click("view-all").await;
    scene.open_first_record().await;
    look.at("record-tax").await;
}

async fn business(look: &mut Look<'_>) {
    let scene = look.scene;
    let window = &scene.window;
    window.click("nav-business").await;
    window.find_css("[data-testid^='company-open-']").await;
    look.at("companies").await;
    window.click_css("[data-testid^='company-open-']").await;
    window.find("who-signs").await;
    look.at("company").await;
    window.click("company-entries").await;
    window.find_css("[data-testid^='list-row-']").await;
    look.at("company-entries").await;
}

async fn files(look: &mut Look<'_>) {
    let scene = look.scene;
    let window = &scene.window;
    window.click("nav-check").await;
    window.find("check-choose").await;
    look.at("check").await;
    window.click("check-choose").await;
    window
        .find_css("[data-testid='check-outcome'][data-outcome='TOTAL_PASSED']")
        .await;
    look.at("checked").await;
    let file = scene.proof_file();
    let mut bytes = std::fs::read(&file).expect("the proof file is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).expect("the file can be changed");
    window.click("check-choose").await;
    window
        .find_css("[data-testid='check-outcome'][data-outcome='TOTAL_FAILED']")
        .await;
    look.at("check-failed").await;
}

/// The program's own pages.
async fn program(look: &mut Look<'_>) {
    let scene = look.scene;
    let window = &scene.window;
    window.click("status-line").await;
    window.find("control-words").await;
    look.at("status").await;
    window.click("status-line").await;
    window.gone("[data-testid='status-popover']").await;
    window.click("help-open").await;
    window.find("help").await;
    look.at("help").await;
    window.click_css("[data-testid^='help-topic-']").await;
    window.find("help-article").await;
    look.at("help-article").await;
    window.click("settings-open").await;
    window.find("settings").await;
    look.at("settings").await;
    window.click("offices-ask").await;
    window.find("offices").await;
    look.at("settings-offices").await;
    window.press('?').await;
    window.find("keyboard-map").await;
    look.at("keys").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_reads_and_fits_in_estonian() {
    in_language(LANGUAGES[0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_reads_and_fits_in_english() {
    in_language(LANGUAGES[1]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_reads_and_fits_in_russian() {
    in_language(LANGUAGES[2]).await;
}

/// A desktop in high contrast makes a window in high contrast; `axe` minds every colour that is left too weak.
#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_in_high_contrast_is_followed() {
    for (theme, name) in [("light", "contrast-light"), ("dark", "contrast-dark")] {
        let mut scene = Scene::with(Setup {
            theme: Some(theme),
            desktop: "gtk-theme-name=HighContrast",
            ..Setup::default()
        })
        .await;
        let asked = "return matchMedia('(prefers-contrast: more)').matches";
        assert_eq!(scene.window.script(asked, vec![]).await, json!(true));
        scene.sign_in().await;
        scene.open_health().await;
        assert_eq!(
            scene.window.axe().await,
            Vec::<String>::new(),
            "{name} list"
        );
        scene.window.screenshot(&format!("en/{name}/list")).await;
        scene.open_first_record().await;
        scene.window.click("proof-open").await;
        scene.window.find("save-proof").await;
        assert_eq!(
            scene.window.axe().await,
            Vec::<String>::new(),
            "{name} record"
        );
        scene.window.screenshot(&format!("en/{name}/record")).await;
        scene.close().await;
    }
}
