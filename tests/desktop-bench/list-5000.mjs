// Times sorting and searching a list of 5,000 rows in WebKitGTK itself, from the press to the end of the next painted frame.
//
//   cd ui && npm run build:fixture && npm run preview:fixture &
//   node tests/desktop-bench/list-5000.mjs [http://127.0.0.1:4173]
//
// Needs Xvfb, WebKitWebDriver and WebKit's MiniBrowser (Debian: xvfb, webkit2gtk-driver). The first number of each row is the first press.
import { spawn } from 'node:child_process';

const site = process.argv[2] ?? 'http://127.0.0.1:4173';
const BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const DISPLAY = ':77';
const PORT = 4777;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const screen = spawn('Xvfb', [DISPLAY, '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], { stdio: 'ignore' });
await pause(1000);
const driver = spawn('WebKitWebDriver', [`--port=${PORT}`], { stdio: 'ignore', env: { ...process.env, DISPLAY } });
await pause(1000);

async function call(method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, { method, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (value?.error) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

const PRESS = `(act) => new Promise((done) => {
  const begun = performance.now();
  act();
  requestAnimationFrame(() => setTimeout(() => done(Math.round(performance.now() - begun))));
})`;
const SORTS = `(async () => {
  const press = ${PRESS}, out = {};
  for (let round = 0; round < 5; round += 1)
    for (const head of document.querySelectorAll('thead button')) {
      (out[head.textContent.trim()] ??= []).push(await press(() => head.click()));
      await new Promise((next) => setTimeout(next, 300));
    }
  return out;
})()`;
const SEARCHES = `(async () => {
  const press = ${PRESS}, out = [], field = document.querySelector('input[type=search]');
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  for (const words of ['v', 've', 'ver', 'vere', 'veri', 'met', 'metf', '', '59261', 'anal', 'x', '']) {
    out.push(await press(() => { set.call(field, words); field.dispatchEvent(new Event('input', { bubbles: true })); }));
    await new Promise((next) => setTimeout(next, 400));
  }
  return out;
})()`;

try {
  const options = { binary: BROWSER, args: ['--automation'] };
  const { sessionId } = await call('POST', '/session', { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } } });
  const run = (script) =>
    call('POST', `/session/${sessionId}/execute/async`, { script: `const end = arguments[0]; Promise.resolve(${script}).then(end);`, args: [] });
  await call('POST', `/session/${sessionId}/timeouts`, { script: 60_000 });
  await call('POST', `/session/${sessionId}/url`, { url: `${site}/?signed&rows=5000&lang=en` });
  const there = async (what) => {
    for (let tries = 0; tries < 60; tries += 1) {
      if (await run(`!!document.querySelector('${what}')`)) return;
      await pause(500);
    }
    throw new Error(`${what} did not appear`);
  };
  await there('[data-testid=nav-health]');
  await run(`document.querySelector('[data-testid=nav-health]').click()`);
  await there('[data-testid^=list-row-]');
  await pause(1500);
  console.log('sort, ms', JSON.stringify(await run(SORTS)));
  console.log('search, ms', JSON.stringify(await run(SEARCHES)));
  await call('DELETE', `/session/${sessionId}`);
} finally {
  driver.kill();
  screen.kill();
}
