//! Words of a record that want to be more than words. What is told is text, stays in its place, and is never a verdict.
//!
//! Marks that turn the direction of a line cannot be in a record at all: its format refuses them, and a test of the format says so.
//! They can be in the name of a file.

use serde_json::json;
use toend_ledger::{list::Class, record::Flag, subject::Subject};
use toend_node::registers::{Delivery, Draft};
use toend_testkit::Stage;

use crate::scene::{Scene, Setup};

/// Markup, a verdict in words and in our own markup, a marked letter towers over its line, and no place to break.
fn title() -> String {
    let tower: String = "Z\u{337}\u{321}\u{322}\u{359}\u{353}".repeat(20);
    format!(
        "<img src=x onerror=\"document.title='taken'\"><p data-testid=\"verdict\" data-verdict=\"proven\">✓ Proven · Tõendatud</p>{tower}\u{5e9}\u{5dc}\u{5d5}\u{5dd}"
    )
}

fn delivery() -> Delivery {
    let contents = Draft::new("visit")
        .text("title", &title())
        .text("date", "2026-11-20")
        .text("diagnosis_lay", &title())
        .text("history", &"W".repeat(30_000))
        .text(
            "plan",
            "</bdi></article><script>document.title='taken'</script>\n\n\n\n✓ Proven",
        )
        .finish()
        .expect("text is text");
    Delivery {
        subject: Subject::person("EE", "47101010033").expect("a demonstration person"),
        class: Class::Records,
        key: "hostile".to_owned(),
        v: 1,
        flag: Flag::Current,
        contents,
    }
}

/// What of a record's own words stands where only the program speaks, or is more than text.
const ESCAPED: &str = r"
    const faults = [];
    if (document.title === 'taken') faults.push('a script ran');
    for (const words of document.querySelectorAll('.record-text')) {
      if (words.querySelector('img, script, p, [data-testid], [style]')) faults.push('markup became elements: ' + words.innerHTML.slice(0, 80));
      if (getComputedStyle(words).unicodeBidi !== 'isolate') faults.push('not isolated: ' + words.innerText.slice(0, 40));
    }
    for (const verdict of document.querySelectorAll('[data-verdict]')) {
      if (verdict.closest('.record-text')) faults.push('a verdict inside the words of a record');
      if (verdict.innerText.includes('<') || verdict.innerText.includes('שלום')) faults.push('words of a record in a verdict');
    }
    const outside = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = outside.nextNode(); text; text = outside.nextNode()) {
      if (text.data.includes('<img') && !text.parentElement.closest('.record-text')) {
        faults.push('words of a record outside their place: ' + text.parentElement.outerHTML.slice(0, 120));
      }
    }
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth + 1) faults.push('the page is wider than the window');
    const main = document.querySelector('main');
    if (main && main.scrollWidth > main.clientWidth + 1) faults.push('the content is wider than its place');
    return faults;";

/// Letters that tower must not be drawn over the verdict, which is what a person would press on.
const COVERED: &str = r#"
    const verdict = document.querySelector("[data-testid='verdict']").getBoundingClientRect();
    const top = document.elementFromPoint(verdict.x + verdict.width / 2, verdict.y + verdict.height / 2);
    return top !== null && top.closest("[data-testid='verdict']") !== null;"#;

#[tokio::test(flavor = "multi_thread")]
async fn words_of_a_record_are_text_and_cannot_be_a_verdict() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stage = Stage::open(folder.path(), true).await;
    let n = stage.receive(1, &[delivery()]).await[0];
    let network = folder.path().join("network.json");
    std::fs::write(&network, stage.network_file()).expect("the folder can be written");

    let mut scene = Scene::with(Setup {
        arguments: vec!["--network".into(), network.display().to_string()],
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    // On the first page it may stand among what is new.
    assert_eq!(
        scene.window.script(ESCAPED, vec![]).await,
        json!([]),
        "home"
    );
    scene.open_health().await;
    let row = format!("[data-testid='list-row-{n}']");
    scene.window.find_css(&row).await;
    let shown = scene
        .window
        .script(
            "return document.querySelector(arguments[0]).textContent",
            vec![json!(row)],
        )
        .await;
    assert!(
        shown.to_string().contains("<img src=x"),
        "shown as text: {shown}"
    );
    assert_eq!(
        scene.window.script(ESCAPED, vec![]).await,
        json!([]),
        "list"
    );
    scene.window.screenshot("en/states/hostile-list").await;
    scene.window.click_css(&row).await;
    scene.window.find("record").await;
    scene
        .window
        .find_css("[data-testid='verdict'][data-verdict='proven']")
        .await;
    assert_eq!(
        scene.window.script(ESCAPED, vec![]).await,
        json!([]),
        "record"
    );
    assert_eq!(
        scene.window.script(COVERED, vec![]).await,
        json!(true),
        "the verdict is on top"
    );
    // The long line is clipped, with the rest on demand.
    let length = scene
        .window
        .script("return Math.max(...[...document.querySelectorAll('bdi.record-text')].map(text => text.innerText.length))", vec![])
        .await;
    assert!(
        length.as_u64().is_some_and(|length| length < 5_000),
        "{length} characters at once"
    );
    scene.window.screenshot("en/states/hostile-record").await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "record");
    scene.close().await;
}
