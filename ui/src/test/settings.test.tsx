import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { LANGUAGES } from '../i18n/i18n';
import { openApp, violations } from './render';

const click = async (...ids: string[]) => {
  const hand = userEvent.setup({ delay: null });
  for (const id of ids) await hand.click(await screen.findByTestId(id));
};
const TITLE = { et: 'Seaded', en: 'Settings', ru: 'Настройки' };
const SAME = { et: 'Sõnad on samad', en: 'The words are the same', ru: 'Слова совпадают' };

describe.each(LANGUAGES)('settings in %s', (language) => {
  it('stand whole, with every part', async () => {
    await openApp({ settings: { language } });
    await click('settings-open');
    expect(await screen.findByRole('heading', { level: 1, name: TITLE[language] })).toBeInTheDocument();
    for (const part of ['language', 'look', 'computer', 'notifications', 'network', 'storage', 'about'])
      expect(screen.getByTestId(`settings-${part}`)).toBeInTheDocument();
    await screen.findByTestId('network-words');
    await screen.findByTestId('storage');
    expect(document.body.textContent).not.toMatch(/\{\w+\}|settings\.[a-z]|undefined/);
    expect(await violations()).toEqual([]);
  });

  it('compare a network file before it can be used', async () => {
    await openApp({ settings: { language }, signedIn: true });
    await click('settings-open', 'open-network-file');
    expect(await screen.findByTestId('network-compare')).toHaveTextContent('haab');
    expect(screen.getByTestId('words-same')).toHaveTextContent(SAME[language]);
    expect(screen.queryByTestId('use-network')).toBeNull();
    expect(await violations()).toEqual([]);
    await click('words-same', 'use-network');
    expect(await screen.findByTestId('network-name')).toHaveTextContent('toend-county-7');
    // the session ended with the network
    expect(screen.queryByTestId('nav-home')).toBeNull();
  });
});

describe('settings', () => {
  it('say what a shared computer does before it is one, and take it back', async () => {
    const backend = await openApp();
    await click('settings-open', 'computer-shared');
    expect((await backend.settings()).sharedComputer).toBe(false);
    await click('computer-cancel');
    expect(screen.getByTestId('computer-own')).toBeChecked();
    await click('computer-shared', 'computer-confirm');
    expect((await backend.settings()).sharedComputer).toBe(true);
    await waitFor(() => expect(screen.getByTestId('settings-storage')).toHaveTextContent('kettale ei kirjutata'));
    await userEvent.setup({ delay: null }).keyboard('{Control>}[KeyZ]{/Control}');
    expect((await backend.settings()).sharedComputer).toBe(false);
  });

  it('keep a file whose words differ out', async () => {
    const backend = await openApp();
    await click('settings-open', 'open-network-file', 'words-differ');
    expect(screen.getByTestId('words-differ-note')).toHaveTextContent('Ärge seda faili kasutage');
    expect(screen.queryByTestId('use-network')).toBeNull();
    expect((await backend.network()).chainId).toBe('toend-demo-1');
  });

  it('say what is wrong with a broken network file', async () => {
    const backend = await openApp();
    vi.spyOn(backend, 'openNetworkFile').mockImplementation(() =>
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      Promise.reject({ code: 'E68', blame: 'user', params: {}, retry: false }),
    );
    await click('settings-open', 'open-network-file');
    expect(await screen.findByTestId('network-file-error')).toHaveTextContent('E68');
  });

  it('go back to the demonstration network after a question', async () => {
    const backend = await openApp();
    const demonstration = await backend.network();
    const followed = vi.spyOn(backend, 'network').mockResolvedValue({ ...demonstration, fromFile: true });
    const use = vi.spyOn(backend, 'useNetwork');
    await click('settings-open', 'network-demo');
    expect(use).not.toHaveBeenCalled();
    followed.mockRestore();
    await click('network-demo-confirm');
    expect(use).toHaveBeenCalledWith(null);
    await waitFor(() => expect(screen.getByTestId('network-name')).toHaveTextContent('toend-demo-1'));
  });

  it('forget everything in two steps that say what goes and what stays', async () => {
    const backend = await openApp({ signedIn: true });
    const forget = vi.spyOn(backend, 'forgetEverything');
    await click('settings-open', 'forget');
    const dialog = screen.getByTestId('forget-dialog');
    expect(dialog).toHaveTextContent('Kustub');
    expect(dialog).toHaveTextContent('Jääb alles');
    expect(await violations()).toEqual([]);
    await click('forget-cancel');
    expect(forget).not.toHaveBeenCalled();
    await click('forget', 'forget-confirm');
    expect(forget).toHaveBeenCalledOnce();
    expect(await screen.findByText('Salvestatud andmed on kustutatud.')).toBeInTheDocument();
  });

  it('find a licence by name or kind, and say when there is none', async () => {
    await openApp({ settings: { language: 'en' } });
    await click('settings-open');
    const search = await screen.findByTestId('licence-search');
    const hand = userEvent.setup({ delay: null });
    await hand.type(search, 'apache tauri');
    expect(screen.getByTestId('licence-count')).toHaveTextContent('1 part');
    const about = within(screen.getByTestId('settings-about'));
    expect(about.getByText('tauri')).toBeInTheDocument();
    expect(about.queryByText('react')).toBeNull();
    await hand.type(search, 'zzz');
    expect(screen.getByTestId('licence-count')).toHaveTextContent('No such part was found');
  });

  it('turn notifications on only when asked', async () => {
    const backend = await openApp();
    await click('settings-open');
    expect(await screen.findByTestId('notifications')).not.toBeChecked();
    await click('notifications');
    expect((await backend.settings()).notifications).toBe(true);
  });
});
