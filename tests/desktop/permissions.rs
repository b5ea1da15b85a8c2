//! Each window has only the commands it needs, and its page runs only what came with the program.
//!
//! Which commands exist is read from the program itself (its list of commands, and what its libraries declare), so that a new one
//! cannot be forgotten here.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::scene::Scene;

/// A file of the project.
fn file(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Our own commands, as the program registers them.
fn registered() -> BTreeSet<String> {
    let source = file("src-tauri/commands.rs");
    let list = source
        .split_once("generate_handler![")
        .and_then(|(_, rest)| rest.split_once(']'))
        .expect("the program has one list of commands")
        .0;
    let commands: BTreeSet<String> = list
        .split(',')
        .filter_map(|path| path.trim().rsplit("::").next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    assert!(commands.len() > 15, "{commands:?}");
    commands
}

/// Our own commands that the permissions give to one window.
fn given(permission: &str) -> BTreeSet<String> {
    let permissions = file("src-tauri/permissions/windows.toml");
    let part = permissions
        .split("[[permission]]")
        .find(|part| part.contains(&format!("identifier = \"{permission}\"")))
        .unwrap_or_else(|| panic!("there is no permission {permission}"));
    let list = part
        .split_once("commands.allow = [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .expect("a permission allows commands")
        .0;
    list.split(',')
        .map(|name| name.trim().trim_matches('"').to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// Commands of Tauri and its plugins that the capabilities give to a window: listening to events, and nothing else.
const GIVEN_BY_TAURI: [&str; 2] = ["plugin:event|listen", "plugin:event|unlisten"];

/// Every command that Tauri and the plugins in the program declare.
fn declared() -> BTreeSet<String> {
    let manifests: Value =
        serde_json::from_str(&file("gen/schemas/acl-manifests.json")).expect("manifests are JSON");
    let mut commands = BTreeSet::new();
    for (plugin, manifest) in manifests.as_object().into_iter().flatten() {
        if plugin == "__app-acl__" {
            continue;
        }
        let name = plugin.strip_prefix("core:").unwrap_or(plugin);
        for permission in manifest["permissions"]
            .as_object()
            .into_iter()
            .flat_map(|all| all.values())
        {
            for command in permission["commands"]["allow"]
                .as_array()
                .into_iter()
                .flatten()
            {
                let command = command.as_str().expect("a command has a name");
                commands.insert(format!("plugin:{name}|{command}"));
            }
        }
    }
    assert!(commands.len() > 100, "{commands:?}");
    commands
}

/// Calls them all from the window that is entered, and names those that are not refused for want of permission.
async fn not_refused(scene: &Scene, commands: &BTreeSet<String>) -> Vec<String> {
    let script = "const done = arguments[arguments.length - 1];
        const calls = arguments[0].map(command => window.__TAURI_INTERNALS__.invoke(command, {}).then(
          () => command + ': allowed',
          error => String(error).includes('not allowed') ? null : command + ': ' + JSON.stringify(error)));
        Promise.all(calls).then(answers => done(answers.filter(Boolean)));";
    let answers = scene.window.ask(script, vec![json!(commands)]).await;
    serde_json::from_value(answers).expect("a list of names")
}

#[test]
fn every_command_belongs_to_exactly_one_window() {
    let (main, pin) = (given("main-window"), given("pin-window"));
    assert_eq!(
        main.intersection(&pin).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    let both: BTreeSet<String> = main.union(&pin).cloned().collect();
    assert_eq!(both, registered());
    assert!(
        main.iter().all(|command| !command.starts_with("pin_")),
        "{main:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_window_is_refused_every_other_command() {
    let mut scene = Scene::open().await;
    scene.insert("mari-liis");
    let own = registered();
    let mut foreign = declared();
    for given in GIVEN_BY_TAURI {
        assert!(foreign.remove(given), "{given} is declared");
    }
    let others = |window: &str| -> BTreeSet<String> {
        own.difference(&given(window))
            .cloned()
            .chain(foreign.iter().cloned())
            .collect()
    };
    scene.window.find("sign-in").await;
    let none = Vec::<String>::new();
    assert_eq!(
        not_refused(&scene, &others("main-window")).await,
        none,
        "from the main window"
    );
    scene.window.click("sign-in").await;
    scene.window.enter_pin_window().await;
    scene.window.find("pin-input").await;
    assert_eq!(
        not_refused(&scene, &others("pin-window")).await,
        none,
        "from the PIN window"
    );
    // Refused, every one: the window is still there and still asks.
    scene.type_pin(crate::scene::PIN1).await;
    scene.window.enter_main_window().await;
    scene.window.find("nav-health").await;
    scene.close().await;
}

/// Tries to run what did not come with the program; what worked is named.
const FOREIGN: &str = r"
    const done = arguments[arguments.length - 1];
    const [origin, worked, refused] = [arguments[0], [], []];
    document.addEventListener('securitypolicyviolation', event => refused.push(event.effectiveDirective));
    const put = (name, change) => { const element = document.createElement(name); change(element); document.body.append(element); return element; };
    put('script', script => { script.textContent = 'window.foreignInline = 1'; });
    put('script', script => { script.src = origin + '/script.js'; });
    put('img', image => { image.src = origin + '/picture.png'; });
    put('img', image => { image.setAttribute('onerror', 'window.foreignHandler = 1'); image.src = 'nothing.png'; });
    put('iframe', frame => { frame.src = origin + '/frame'; });
    put('iframe', frame => { frame.srcdoc = '<script>parent.foreignFrame = 1</script>'; });
    put('object', object => { object.data = origin + '/object'; });
    put('link', link => { link.rel = 'stylesheet'; link.href = origin + '/style.css'; });
    put('style', style => { style.textContent = 'html { --foreign: 1 }'; });
    put('a', link => { link.href = 'javascript:window.foreignLink = 1'; }).click();
    const form = put('form', form => { form.action = origin + '/form'; });
    form.submit();
    for (const [name, attempt] of Object.entries({
      eval: () => eval('1'), function: () => new Function('return 1')(), socket: () => new WebSocket(origin.replace('http', 'ws')),
    })) {
      try { attempt(); if (name !== 'socket') worked.push(name); } catch { refused.push(name); }
    }
    setTimeout('window.foreignTimer = 1');
    navigator.sendBeacon?.(origin + '/beacon', 'x');
    const fetched = fetch(origin + '/fetch').then(() => worked.push('fetch'), () => refused.push('fetch'));
    fetched.then(() => setTimeout(() => {
      for (const name of Object.keys(window)) if (name.startsWith('foreign')) worked.push(name);
      if (getComputedStyle(document.documentElement).getPropertyValue('--foreign')) worked.push('style');
      done({ worked, refused });
    }, 1500));
";

#[tokio::test(flavor = "multi_thread")]
async fn the_page_runs_and_fetches_nothing_foreign() {
    let scene = Scene::open().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let answer = scene.window.ask(FOREIGN, vec![json!(origin)]).await;
    assert_eq!(answer["worked"], json!([]), "{answer}");
    let refused = answer["refused"].to_string();
    for directive in [
        "script-src-elem",
        "img-src",
        "connect-src",
        "style-src-elem",
        "frame-src",
        "eval",
        "function",
    ] {
        assert!(
            refused.contains(directive),
            "{directive} was not refused by the policy: {refused}"
        );
    }
    // Nobody ever knocked.
    let knock =
        tokio::time::timeout(std::time::Duration::from_millis(200), listener.accept()).await;
    assert!(knock.is_err(), "the page reached another server: {knock:?}");
    let prototypes =
        "return [Object, Array, String, Function].map(kind => Object.isFrozen(kind.prototype))";
    let frozen = scene.window.script(prototypes, vec![]).await;
    assert_eq!(
        frozen[0],
        json!(true),
        "Object.prototype is frozen: {frozen}"
    );
    // The program is as it was.
    scene.window.find("welcome").await;
    scene.close().await;
}
