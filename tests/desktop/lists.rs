//! A list: sorted, searched and filtered, and found again as it was left.

use serde_json::{Value, json};

use crate::scene::{Scene, Setup};

/// What the rows on the page are called, in their order.
const TITLES: &str =
    "return [...document.querySelectorAll('.records .row-title')].map(row => row.innerText)";
/// The same in the order of the alphabet.
const IN_ORDER: &str =
    "return [...arguments[0]].sort(new Intl.Collator('en', { numeric: true }).compare)";
/// Whether a stick stands beside the rows.
const STICK: &str = "return getComputedStyle(document.querySelector('.records tbody .stick-cell'), '::after').display !== 'none'";
/// The filters as they are set.
const FILTERS: &str = "return [
    document.querySelector(\"#content input[type='search']\").value,
    document.querySelector(\"[data-testid='list-period']\").value,
    document.querySelector('.records [aria-sort]').innerText.trim(),
    document.querySelector('.records [aria-sort]').ariaSort]";

async fn titles(scene: &Scene) -> Vec<String> {
    let titles = scene.window.script(TITLES, vec![]).await;
    serde_json::from_value(titles).expect("titles are words")
}

async fn sorted(scene: &Scene, column: &str, direction: &str) {
    let head = format!("th[aria-sort='{direction}']:has([data-testid='sort-{column}'])");
    scene.window.find_css(&head).await;
    let heads = "return document.querySelectorAll('.records [aria-sort]').length";
    assert_eq!(
        scene.window.script(heads, vec![]).await,
        json!(1),
        "one column"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_sorted_filtered_and_found_again_as_it_was_left() {
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    scene.open_health().await;
    let window = &scene.window;
    // As the register keeps it: the newest number first, with its stick.
    sorted(&scene, "no", "descending").await;
    window.find_css(".records[data-whole='true']").await;
    assert_eq!(window.script(STICK, vec![]).await, json!(true));
    let as_kept = titles(&scene).await;

    window.click("sort-what").await;
    sorted(&scene, "what", "ascending").await;
    window.find_css(".records[data-whole='false']").await;
    assert_eq!(
        window.script(STICK, vec![]).await,
        json!(false),
        "out of its order a list is no stick"
    );
    let ascending = titles(&scene).await;
    let in_order = window.script(IN_ORDER, vec![json!(as_kept)]).await;
    assert_eq!(json!(ascending), in_order);
    assert_ne!(ascending, as_kept);
    window.click("sort-what").await;
    sorted(&scene, "what", "descending").await;
    let mut backwards = titles(&scene).await;
    assert_eq!(backwards.first(), ascending.last());
    backwards.reverse();
    assert_eq!(json!(backwards), in_order);

    // One year, and of that year what has this word in it.
    let year = window
        .script(
            "const years = [...document.querySelectorAll(\"[data-testid='list-period'] option\")].map(choice => choice.value);
             return years.findLast(year => /^\\d{4}$/.test(year))",
            vec![],
        )
        .await;
    let year = year.as_str().expect("the list has years").to_owned();
    window
        .click_css(&format!(
            "[data-testid='list-period'] option[value='{year}']"
        ))
        .await;
    window
        .until("fewer rows", async || {
            titles(&scene).await.len() < as_kept.len()
        })
        .await;
    let of_year = titles(&scene).await;
    let word = of_year
        .iter()
        .flat_map(|title| title.split_whitespace())
        .find(|word| {
            word.chars().all(char::is_alphabetic)
                && of_year.iter().any(|title| !title.contains(word))
        })
        .expect("a word that is not in every title")
        .to_owned();
    let search = window.find_css("#content input[type='search']").await;
    search.send_keys(&word).await.expect("the field takes keys");
    window
        .until("fewer rows still", async || {
            let found = titles(&scene).await;
            !found.is_empty() && found.len() < of_year.len()
        })
        .await;
    let found = titles(&scene).await;
    assert!(
        found.iter().all(|title| of_year.contains(title)),
        "{found:?} in {of_year:?}"
    );

    // A record of it is opened with the keyboard, and the list comes back as it was, at that row.
    let filters = window.script(FILTERS, vec![]).await;
    let last = window
        .script(
            "const row = [...document.querySelectorAll('.records .row-title')].at(-1);
             row.focus(); return row.dataset.testid",
            vec![],
        )
        .await;
    window.press(fantoccini::key::Key::Enter).await;
    window.find("record").await;
    window.click("nav-health").await;
    window.find_css("[data-testid^='list-row-']").await;
    assert_eq!(window.script(FILTERS, vec![]).await, filters);
    assert_eq!(titles(&scene).await, found);
    window
        .until("the focus on the row that was opened", async || {
            let at: Value = window
                .script(
                    "return document.activeElement?.dataset.testid ?? ''",
                    vec![],
                )
                .await;
            at == last
        })
        .await;
    // One step shows everything again.
    window.click("list-clear").await;
    window.find_css(".records[data-whole='true']").await;
    assert_eq!(titles(&scene).await, as_kept);
    scene.close().await;
}
