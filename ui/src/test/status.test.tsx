import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { App } from '../app/App';
import type { LedgerState } from '../backend/contract';
import { FixtureBackend } from '../backend/fixture/backend';
import { timeLeft, clockOff } from '../app/status/timeLeft';
import { LANGUAGES } from '../i18n/i18n';
import { openApp, textsOf, violations } from './render';

const click = async (...ids: string[]) => {
  const hand = userEvent.setup({ delay: null });
  for (const id of ids) await hand.click(await screen.findByTestId(id));
};
const now = (happen: () => void) =>
  act(() => {
    happen();
    return Promise.resolve();
  });
const STATES: LedgerState[] = ['starting', 'upToDate', 'stale', 'paused', 'offline', 'split', 'attacked', 'expired'];

describe.each(LANGUAGES)('states of the ledger in %s', (language) => {
  it('all read and look differently', async () => {
    const backend = await openApp({ settings: { language } });
    const lines = new Set<string>();
    const signs = new Set<string>();
    const looks = [...STATES, 'held'] as const;
    for (const state of looks) {
      await now(() => backend.tellStatus({ state: state === 'held' ? 'stale' : state }));
      if (state === 'held') await act(() => backend.syncPause(true));
      // the alarm page takes the focus, and with it the details away
      if (!screen.queryByTestId('status-popover')) await click('status-line');
      const popover = screen.getByTestId('status-popover');
      expect(popover).toHaveAttribute('data-state', state);
      lines.add(popover.querySelector('.popover-head')?.textContent ?? '');
      signs.add(popover.querySelector('.ledger-icon')?.innerHTML ?? '');
      expect(popover.textContent).not.toMatch(/\{\w+\}|status\.[a-z]/);
    }
    expect(lines.size).toBe(looks.length);
    expect(signs.size).toBe(looks.length);
  });
});

describe('status', () => {
  it('tells a pause by hand from a paused ledger, and goes on from the line above the page', async () => {
    const backend = await openApp({ settings: { language: 'en' } });
    const pause = vi.spyOn(backend, 'syncPause');
    await click('status-line', 'sync-pause');
    expect(pause).toHaveBeenLastCalledWith(true);
    expect(await screen.findByTestId('ledger-banner')).toHaveAttribute('data-state', 'held');
    expect(screen.getByTestId('status-line')).toHaveTextContent('You paused the checking');
    await click('status-close');
    await click('sync-pause');
    expect(pause).toHaveBeenLastCalledWith(false);
    await waitFor(() => expect(screen.queryByTestId('ledger-banner')).toBeNull());
  });

  it('names authorities, sources and who gave the same page', async () => {
    await openApp({ settings: { language: 'en' }, status: { missing: true, syncing: true } });
    await click('status-line');
    expect(screen.getByTestId('authority-land-house')).toHaveTextContent('missing since');
    expect(screen.getByTestId('cross-checked')).toHaveTextContent('Tax House and Business House');
    expect(screen.getByTestId('sources')).toHaveTextContent('Health House, Tax House and Business House');
    expect(screen.getByTestId('sync')).toHaveTextContent('about 40 seconds left');
    expect(await violations()).toEqual([]);
  });

  it.each(LANGUAGES)('names a gateway that joined by decision in plain words and says where it is, in %s', async (language) => {
    await openApp({ settings: { language }, status: { joined: true } });
    await click('status-line');
    const name = textsOf(language).t('authority.joined', { number: 4 });
    expect(screen.getByTestId('joined-4')).toHaveTextContent(name);
    expect(screen.getByTestId('joined-4')).toHaveTextContent('https://fifth.example');
    expect(screen.getByTestId('sources')).toHaveTextContent(name);
    expect(screen.getByTestId('status-popover')).not.toHaveTextContent('authority-4');
    expect(await violations()).toEqual([]);
  });

  it.each(LANGUAGES)('says which gateway contradicted itself, what it means, and saves the evidence, in %s', async (language) => {
    const backend = await openApp({ settings: { language } });
    await click('status-line');
    expect(screen.queryByTestId('authority-contradicts')).toBeNull();
    await now(() => backend.tellStatus({ contradicts: true }));
    const name = { et: 'Maksumaja', en: 'Tax House', ru: 'Налоговый дом' }[language];
    const { t } = textsOf(language);
    const line = t('contradicts.line', { name });
    expect(screen.getByTestId('status-line')).toHaveTextContent(line);
    expect(screen.getByTestId('status-spoken')).toHaveTextContent(line);
    expect(within(screen.getByTestId('authority-tax-house')).getByTestId('authority-contradicts')).toBeInTheDocument();
    expect(screen.getAllByTestId('authority-contradicts')).toHaveLength(1);
    const note = screen.getByTestId('contradicts-1');
    expect(note).toHaveTextContent(t('contradicts.what', { name }));
    expect(note).toHaveTextContent(t('contradicts.means'));
    expect(await violations()).toEqual([]);
    await click('save-evidence-1');
    expect(await within(note).findByText(/toend-evidence-1/)).toBeInTheDocument();
    // a ledger that is sound stays so: no page of its own, no bar
    expect(screen.queryByTestId('attack')).toBeNull();
    expect(screen.queryByTestId('ledger-banner')).toBeNull();
  });

  it('speaks changes of state, never the ticking age', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const backend = await openApp({ settings: { language: 'en' } });
    const before = screen.getByTestId('status-spoken').textContent;
    await act(() => vi.advanceTimersByTimeAsync(30_000));
    expect(screen.getByTestId('status-spoken').textContent).toBe(before);
    expect(screen.getByTestId('status-line')).not.toHaveTextContent('· 4 s ago');
    await now(() => backend.tellStatus({ state: 'paused', silent: true }));
    expect(screen.getByTestId('status-spoken')).toHaveTextContent('The ledger is paused. Tax register does not answer.');
    vi.useRealTimers();
  });

  it('says that the clock is wrong, above every page and in the details', async () => {
    const backend = new FixtureBackend({ settings: { language: 'en' } });
    const status = { ...(await backend.status()), clock: 'slow' as const, clockOffsetMs: -420_000 };
    vi.spyOn(backend, 'status').mockResolvedValue(status);
    render(<App backend={backend} />);
    expect(await screen.findByTestId('clock-banner')).toHaveTextContent('This computer’s clock is 7 minutes slow.');
    await click('status-line');
    expect(screen.getByTestId('clock-wrong')).toHaveTextContent('E28');
    await click('nav-check');
    expect(screen.getByTestId('clock-banner')).toBeInTheDocument();
  });

  it('attacked: a full page first, then a bar that stays, and no way to go on', async () => {
    const backend = await openApp({ signedIn: true, evidence: true, settings: { language: 'en' }, status: { state: 'attacked' } });
    const page = await screen.findByTestId('attack');
    expect(page).toHaveTextContent('Tax House and Land House');
    expect(screen.getByRole('heading', { level: 1 })).toHaveFocus();
    expect(screen.queryByTestId('ledger-banner')).toBeNull();
    expect(await violations()).toEqual([]);
    expect(page.textContent).not.toMatch(/continue|go on|anyway/i);
    await click('save-evidence');
    expect(await screen.findByText(/toend-evidence/)).toBeInTheDocument();
    await click('attack-close');
    expect(screen.queryByTestId('attack')).toBeNull();
    expect(screen.getByTestId('ledger-banner')).toHaveAttribute('data-state', 'attacked');
    await click('nav-health');
    expect(screen.getByTestId('ledger-banner')).toBeInTheDocument();
    await click('attack-show');
    expect(screen.getByTestId('attack')).toBeInTheDocument();
    await click('nav-home');
    await now(() => backend.tellStatus({ state: 'upToDate' }));
    expect(screen.queryByTestId('ledger-banner')).toBeNull();
    await now(() => backend.tellStatus({ state: 'attacked' }));
    expect(screen.getByTestId('attack')).toBeInTheDocument();
  });

  it('says durations as people do', () => {
    const et = textsOf('et');
    const ru = textsOf('ru');
    expect([3, 41, 170, 7300].map((seconds) => timeLeft(seconds, et))).toEqual([
      'kohe valmis',
      'jäänud umbes 40 sekundit',
      'jäänud umbes 3 minutit',
      'jäänud umbes 2 tundi',
    ]);
    expect([20, 61, 130, 360].map((seconds) => timeLeft(seconds, ru))).toEqual([
      'осталось примерно 20 секунд',
      'осталась примерно 1 минута',
      'осталось примерно 2 минуты',
      'осталось примерно 6 минут',
    ]);
    expect(clockOff(-420_000, textsOf('en'))).toBe('7 minutes');
    expect(clockOff(400, et)).toBe('0,4\u00a0s');
  });
});
