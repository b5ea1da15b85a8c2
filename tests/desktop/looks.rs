//! How the window looks and reads: three languages, light and dark, 200 % zoom. Pictures go to `target/screenshots/`.

use serde_json::json;

use crate::scene::Scene;

/// Words that only appear when a translation is missing: `errors.E05.what`, `nav.home` and the like.
const UNTRANSLATED: &str = r"
    const words = document.body.innerText.match(/\b[a-z]+(\.[A-Za-z0-9]+){1,3}\b/g) ?? [];
    const roots = ['app', 'nav', 'errors', 'reasons', 'fields', 'schema', 'check', 'verdict', 'status', 'card', 'list', 'lang', 'register', 'codes'];
    return words.filter(word => roots.includes(word.split('.')[0]));";

/// Texts that are wider than the box they stand in and not cut on purpose, and pages wider than the window.
const OVERFLOWING: &str = r"
    const out = [];
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) out.push('page');
    for (const element of document.querySelectorAll('button, a, h1, h2, h3, p, td, th, dt, dd, label, li')) {
      const style = getComputedStyle(element);
      if (style.display === 'inline' || style.overflowX !== 'visible' || element.closest('.visually-hidden, .ds-sr-only, [aria-hidden=true]')) continue;
      if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 2) {
        out.push(element.tagName + ' ' + element.className + ': ' + element.innerText.slice(0, 60));
      }
    }
    return out;";

async fn judge(scene: &Scene, page: &str) {
    let none = json!([]);
    assert_eq!(
        scene.window.script(UNTRANSLATED, vec![]).await,
        none,
        "texts without translation on {page}"
    );
    assert_eq!(
        scene.window.script(OVERFLOWING, vec![]).await,
        none,
        "texts that do not fit on {page}"
    );
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "{page}");
    scene.window.screenshot(page).await;
}

/// Every page of the first storey, in the language that is chosen.
async fn walk(scene: &Scene, name: &str) {
    scene.window.click("nav-home").await;
    scene.window.find("home-register-health").await;
    judge(scene, &format!("{name}-home")).await;
    scene.open_health().await;
    judge(scene, &format!("{name}-health")).await;
    scene.window.click_css("[data-testid^='list-row-']").await;
    scene.window.find("record").await;
    judge(scene, &format!("{name}-record")).await;
    scene.window.click("proof-open").await;
    scene.window.find("save-proof").await;
    judge(scene, &format!("{name}-proof")).await;
    scene.window.click("nav-tax").await;
    scene.window.find_css("[data-testid^='list-row-']").await;
    judge(scene, &format!("{name}-tax")).await;
    scene
        .window
        .click_css("tr:nth-child(3) [data-testid^='list-row-']")
        .await;
    scene.window.find("record").await;
    judge(scene, &format!("{name}-tax-record")).await;
    scene.window.click("nav-business").await;
    scene
        .window
        .click_css("[data-testid^='company-open-']")
        .await;
    scene.window.find("who-signs").await;
    judge(scene, &format!("{name}-company")).await;
    scene.window.click("nav-check").await;
    scene.window.find("check-choose").await;
    judge(scene, &format!("{name}-check")).await;
    scene.window.click("status-line").await;
    scene.window.find("control-words").await;
    judge(scene, &format!("{name}-status")).await;
    scene.window.click("status-line").await;
}

async fn in_language(language: &str) {
    let mut scene = Scene::open().await;
    scene.window.click(&format!("lang-{language}")).await;
    scene
        .window
        .find_css(&format!("html[lang^='{language}']"))
        .await;
    scene.window.find("welcome").await;
    judge(&scene, &format!("{language}-welcome")).await;
    scene.insert("mari-liis");
    scene.window.click("sign-in").await;
    scene.window.enter_pin_window().await;
    scene.window.find("pin-input").await;
    judge(&scene, &format!("{language}-pin")).await;
    scene.type_pin(crate::scene::PIN1).await;
    scene.window.enter_main_window().await;
    walk(&scene, language).await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_reads_and_fits_in_estonian() {
    in_language("et").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_reads_and_fits_in_english() {
    in_language("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_reads_and_fits_in_russian() {
    in_language("ru").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_holds_in_the_dark() {
    let mut scene = Scene::open().await;
    let mut settings = scene
        .window
        .invoke("settings", json!({}))
        .await
        .expect("settings can be read");
    settings["theme"] = json!("dark");
    scene
        .window
        .invoke("set_settings", json!({ "settings": settings }))
        .await
        .expect("settings can be set");
    // The page reads its settings when it opens.
    scene.window.reload().await;
    scene.window.find("welcome").await;
    scene.sign_in().await;
    walk(&scene, "dark").await;
    scene.close().await;
}
