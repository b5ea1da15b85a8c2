import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { App } from '../app/App';
import { FixtureBackend, type Scenario } from '../backend/fixture/backend';
import { PSEUDO } from '../i18n/pseudo';

/** Words that no language changes: names, codes, addresses, and each language in its own words. */
const NOT_OURS =
  'bdi, kbd, pre, code, [lang]:not(html), .row-text, .record-text, .licence-list, .about, .origin, .languages, #settings-language';

/** Texts on the screen that did not come through the translations: in the pseudo-locale those stand in ⟦ ⟧. */
function untranslated(): string[] {
  const found: string[] = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let depth = 0;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const text = node.textContent ?? '';
    const outside = [...text]
      .map((letter) => {
        if (letter === '⟦') depth += 1;
        const keep = depth === 0 ? letter : '';
        if (letter === '⟧') depth -= 1;
        return keep;
      })
      .join('');
    if (/\p{L}{3,}/u.test(outside) && !node.parentElement?.closest(NOT_OURS)) found.push(outside.trim());
  }
  return found;
}

async function open(scenario: Scenario, ...steps: string[]): Promise<void> {
  render(<App backend={new FixtureBackend({ ...scenario, settings: { language: 'en' } })} other={{ en: PSEUDO }} />);
  const hand = userEvent.setup({ delay: null });
  for (const step of ['status-line', 'status-line', ...steps]) await hand.click(await screen.findByTestId(step));
}

/** Names of the invented authorities and of the demonstration cards, which are data. */
const NAMES = /(?:Health|Tax|Business|Land) House|Mari-Liis Männik|Igor Žaikovski/g;

describe('in the pseudo-locale every text of the frame is a translation', () => {
  it.each([
    ['settings', {}, ['settings-open']],
    ['a network file', {}, ['settings-open', 'open-network-file', 'words-same']],
    ['forgetting', {}, ['settings-open', 'forget']],
    ['help', {}, ['help-open']],
    ['the states of the ledger', {}, ['help-open', 'help-topic-ledger']],
    ['the keyboard', {}, ['help-open', 'help-topic-keyboard']],
    ['status', { status: { missing: true, silent: true, syncing: true } }, ['status-line']],
    ['an alarm', { evidence: true, status: { state: 'attacked' as const } }, []],
  ])('%s', async (_name, scenario, steps) => {
    await open(scenario, ...steps);
    await screen.findByTestId('status-line');
    expect(untranslated().filter((text) => /\p{L}/u.test(text.replace(NAMES, '')))).toEqual([]);
  });

  it('and what is not would be found', () => {
    render(<p>plain words</p>);
    expect(untranslated()).toEqual(['plain words']);
  });
});
