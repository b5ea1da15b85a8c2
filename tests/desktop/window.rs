//! The real window, driven through WebKitWebDriver.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource as _, KeyAction, KeyActions},
    elements::Element,
    wd::WindowHandle,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::screen::Screen;

/// How long a step may take before the test gives up. Generous: it bounds a hang, it measures nothing.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a whole test may take before its driver is ended: a driver that hangs answers nothing for ever.
const HANG: Duration = Duration::from_secs(600);

/// WebKit's driver; ended when dropped, and when it seems to hang.
struct Driver {
    program: Arc<Mutex<Child>>,
    watch: tokio::task::JoinHandle<()>,
}

impl Driver {
    fn new(program: Child) -> Self {
        let program = Arc::new(Mutex::new(program));
        let watched = Arc::clone(&program);
        let watch = tokio::spawn(async move {
            tokio::time::sleep(HANG).await;
            eprintln!("the driver is ended: the test has taken more than {HANG:?}");
            end(&watched);
        });
        Self { program, watch }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.watch.abort();
        end(&self.program);
    }
}

fn end(program: &Mutex<Child>) {
    let mut program = program.lock().unwrap_or_else(PoisonError::into_inner);
    // Already gone is as good as killed.
    let _ = program.kill();
    let _ = program.wait();
}

/// The app under test.
pub struct Window {
    client: Client,
    _driver: Driver,
    main: WindowHandle,
    screen: Screen,
}

/// How the app is started.
pub struct Start<'a> {
    /// Home and data directory of this run.
    pub home: &'a Path,
    /// Arguments of the app.
    pub arguments: Vec<String>,
    /// Further environment, for example the card service's socket.
    pub environment: Vec<(String, String)>,
    /// Where its windows stand.
    pub screen: Screen,
}

impl Window {
    /// Opens the app and waits for its first screen.
    pub async fn open(start: Start<'_>) -> Self {
        let screen = start.screen;
        let port = free_port();
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .arg(format!("--port={port}"))
            .env("DISPLAY", screen.display())
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("AT_SPI_BUS_ADDRESS")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("HOME", start.home)
            .env("XDG_DATA_HOME", start.home.join("data"))
            .env("XDG_CONFIG_HOME", start.home.join("config"))
            .env("XDG_CACHE_HOME", start.home.join("cache"))
            .env("TOEND_DATA_DIR", start.home.join("toend"))
            .env("GDK_BACKEND", "x11")
            .env("LC_ALL", "C.UTF-8")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("GSETTINGS_BACKEND", "memory")
            .env_remove("WAYLAND_DISPLAY")
            .envs(start.environment)
            .stdout(Stdio::null());
        match screen.bus() {
            Some(address) => driver.env("DBUS_SESSION_BUS_ADDRESS", address),
            None => driver.env("NO_AT_BRIDGE", "1"),
        };
        let driver = Driver::new(
            driver
                .spawn()
                .expect("WebKitWebDriver starts (package webkit2gtk-driver)"),
        );
        let capabilities = json!({
            "webkitgtk:browserOptions": { "binary": env!("CARGO_BIN_EXE_toend-desktop"), "args": start.arguments }
        });
        let client = connect(port, capabilities).await;
        let main = client.window().await.expect("the main window has a handle");
        let window = Self {
            client,
            _driver: driver,
            main,
            screen,
        };
        window.find("demo-label").await;
        window
    }

    /// The element with this test id, once it is there.
    pub async fn find(&self, id: &str) -> Element {
        self.find_css(&format!("[data-testid='{id}']")).await
    }

    /// The first element that matches, once it is there. A window that is only just opening may answer with an error of its own
    /// for a moment; that is tried again.
    pub async fn find_css(&self, selector: &str) -> Element {
        let begun = tokio::time::Instant::now();
        loop {
            match self.client.find(Locator::Css(selector)).await {
                Ok(element) => return element,
                Err(error) => assert!(
                    begun.elapsed() < PATIENCE,
                    "{selector} did not appear ({error}); the page says:\n{}",
                    self.text().await
                ),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// True when such an element is on the page now.
    pub async fn has_css(&self, selector: &str) -> bool {
        !self
            .client
            .find_all(Locator::Css(selector))
            .await
            .expect("the page can be searched")
            .is_empty()
    }

    /// Waits until no element matches.
    pub async fn gone(&self, selector: &str) {
        self.until(&format!("{selector} to go"), async || {
            !self.has_css(selector).await
        })
        .await;
    }

    /// Clicks the element with this test id.
    pub async fn click(&self, id: &str) {
        self.click_css(&format!("[data-testid='{id}']")).await;
    }

    /// Clicks the first element that matches. An element that moves or is covered for a moment is tried again.
    pub async fn click_css(&self, selector: &str) {
        let mut last = None;
        let begun = tokio::time::Instant::now();
        while begun.elapsed() < PATIENCE {
            match self.find_css(selector).await.click().await {
                Ok(()) => return,
                // The click closed its own window before the driver could say that it worked.
                Err(_) if self.client.window().await.is_err() => return,
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        panic!("{selector} cannot be clicked: {last:?}");
    }

    /// Everything the page says.
    pub async fn text(&self) -> String {
        let words = "return document.body?.innerText ?? ''";
        match self.client.execute(words, vec![]).await {
            Ok(words) => words.as_str().unwrap_or_default().to_owned(),
            Err(error) => format!("({error})"),
        }
    }

    /// Waits for a condition; what it was is told when it does not come.
    pub async fn until(&self, what: &str, mut condition: impl AsyncFnMut() -> bool) {
        let begun = tokio::time::Instant::now();
        while !condition().await {
            assert!(
                begun.elapsed() < PATIENCE,
                "waited in vain for {what}; the page says:\n{}",
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Goes to the PIN window, once it is open.
    pub async fn enter_pin_window(&self) {
        self.until("the PIN window", async || {
            let handles = self.client.windows().await.unwrap_or_default();
            match handles.into_iter().find(|handle| *handle != self.main) {
                Some(pin) => self.client.switch_to_window(pin).await.is_ok(),
                None => false,
            }
        })
        .await;
    }

    /// Goes back to the main window.
    pub async fn enter_main_window(&self) {
        self.client
            .switch_to_window(self.main.clone())
            .await
            .expect("the main window can be entered");
    }

    /// Waits until only the main window is open.
    pub async fn alone(&self) {
        self.until("the other window to close", async || {
            matches!(self.client.windows().await.as_deref(), Ok([_]))
        })
        .await;
    }

    /// The display and the bus of this window.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Presses and releases one key, as a keyboard does: whatever has the focus gets it.
    pub async fn press(&self, key: impl Into<char>) {
        let value = key.into();
        let keys = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        if let Err(error) = self.client.perform_actions(keys).await {
            // The key closed its own window before the driver could say that it worked.
            assert!(self.client.window().await.is_err(), "{error}");
        }
    }

    /// Makes the window this large, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        self.client
            .set_window_size(width, height)
            .await
            .expect("the window can be resized");
        self.until("the new size", async || {
            self.script("return window.innerWidth", vec![]).await == json!(width)
        })
        .await;
    }

    /// The words of the element with this test id, once it has any.
    pub async fn words(&self, id: &str) -> String {
        let element = self.find(id).await;
        element.text().await.expect("it has words")
    }

    /// Waits until the page says this.
    pub async fn says(&self, words: &str) {
        let words = words.replace('\u{a0}', " ");
        self.until(&format!("the words \u{201c}{words}\u{201d}"), async || {
            self.text().await.replace('\u{a0}', " ").contains(&words)
        })
        .await;
    }

    /// Runs a script in the page; its last value comes back.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client
            .execute(script, arguments)
            .await
            .expect("the script runs")
    }

    /// Runs a script that calls its last argument when it is done; what it gave comes back.
    pub async fn ask(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client
            .execute_async(script, arguments)
            .await
            .expect("the script runs")
    }

    /// Calls a command of the shell straight from the page, past the front end; `Ok` and `Err` as the page sees them.
    pub async fn invoke(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        let script = "const done = arguments[arguments.length - 1];
            window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then(
              value => done({ ok: value ?? null }), error => done({ error: error ?? null }));";
        let answer = self
            .client
            .execute_async(script, vec![json!(command), arguments])
            .await
            .expect("the script runs");
        match answer.get("ok") {
            Some(value) => Ok(value.clone()),
            None => Err(answer["error"].clone()),
        }
    }

    /// Violations that axe finds on the page as it is.
    pub async fn axe(&self) -> Vec<String> {
        let source = std::fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/ui/node_modules/axe-core/axe.min.js"
        ))
        .expect("axe-core is installed (npm ci in ui/)");
        self.client
            .execute(&source, vec![])
            .await
            .expect("axe loads");
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(result => done(result.violations.map(
              violation => violation.id + ': ' + violation.nodes.map(node => node.target.join(' ')).join(', '))));";
        let found = self
            .client
            .execute_async(run, vec![])
            .await
            .expect("axe runs");
        found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|line| line.as_str().map(str::to_owned))
            .collect()
    }

    /// Writes what the window shows to `target/screenshots/<name>.png`.
    ///
    /// Only for `cargo xtask screenshots`: the driver can hang over a picture, and a test needs none.
    pub async fn screenshot(&self, name: &str) {
        if std::env::var_os("TOEND_E2E_PICTURES").is_none() {
            return;
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("target/screenshots")
            .join(format!("{name}.png"));
        let folder = file.parent().expect("a file has a folder");
        std::fs::create_dir_all(folder).expect("target/ can be written");
        // The driver waits for the next frame, for ever if none comes: the page draws some, with nothing to be seen of it.
        let drawing = "let frames = 60;
            const draw = () => {
              frames -= 1;
              document.body.style.opacity = frames > 0 && frames % 2 ? '0.9999' : '';
              if (frames > 0) requestAnimationFrame(draw);
            };
            requestAnimationFrame(draw);";
        self.script(drawing, vec![]).await;
        let Ok(picture) = tokio::time::timeout(PATIENCE, self.client.screenshot()).await else {
            eprintln!("{name}: the driver takes no picture");
            return;
        };
        let picture = picture.expect("a picture can be taken");
        std::fs::write(file, picture).expect("target/ can be written");
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.client
            .refresh()
            .await
            .expect("the page can be loaded again");
    }

    /// Ends the session, which closes the app.
    pub async fn close(self) {
        // The session may be gone already when a test closed the window itself.
        let _ = tokio::time::timeout(PATIENCE, self.client.clone().close()).await;
    }
}

async fn connect(port: u16, capabilities: Value) -> Client {
    let Value::Object(capabilities) = capabilities else {
        panic!("capabilities are an object")
    };
    let address = format!("http://127.0.0.1:{port}");
    let begun = tokio::time::Instant::now();
    loop {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.clone());
        // Without a display the driver would wait for the app for ever.
        match tokio::time::timeout(PATIENCE, builder.connect(&address)).await {
            Ok(Ok(client)) => return client,
            Ok(Err(error)) => assert!(
                begun.elapsed() < PATIENCE,
                "no session with the window: {error}"
            ),
            Err(elapsed) => panic!("the window did not open: {elapsed}"),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// A free port, outside the range that the system hands out by itself: nobody else takes it before the driver does.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    (0..1000)
        .map(|_| 26_000 + NEXT.fetch_add(1, Ordering::Relaxed) % 1000)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}
