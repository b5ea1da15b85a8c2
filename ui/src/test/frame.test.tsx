import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { openApp, violations } from './render';

const user = () => userEvent.setup({ delay: null });
const click = async (...ids: string[]) => {
  const hand = user();
  for (const id of ids) await hand.click(await screen.findByTestId(id));
};
const now = (happen: () => void) =>
  act(() => {
    happen();
    return Promise.resolve();
  });
const press = (keys: string) => user().keyboard(keys);

describe('going about', () => {
  it('gives the heading of each page the focus and the document its name', async () => {
    await openApp({ signedIn: true });
    await click('nav-health');
    await waitFor(() => expect(document.activeElement?.tagName).toBe('H1'));
    expect(document.title).toBe('Tervis – Tõend');
    await click('settings-open');
    expect(screen.getByRole('heading', { level: 1, name: 'Seaded' })).toHaveFocus();
    expect(document.title).toBe('Seaded – Tõend');
    await click('help-open', 'help-topic-card');
    expect(screen.getByRole('heading', { level: 1, name: 'Kaart ja PIN' })).toHaveFocus();
    expect(document.title).toBe('Abi – Tõend');
  });

  it('never puts the title of a record into the name of the window', async () => {
    await openApp({ signedIn: true });
    await click('nav-health', 'list-row-16');
    await screen.findByTestId('record');
    expect(document.title).toBe('Tervis – Tõend');
  });

  it('goes back and forward, by keys and by mouse', async () => {
    await openApp({ signedIn: true });
    await click('nav-check', 'settings-open', 'help-open');
    await press('{Alt>}{ArrowLeft}{/Alt}');
    expect(await screen.findByTestId('settings')).toBeInTheDocument();
    fireEvent.mouseUp(document.body, { button: 3 });
    expect(await screen.findByTestId('check-choose')).toBeInTheDocument();
    await press('{Alt>}{ArrowRight}{/Alt}');
    expect(await screen.findByTestId('settings')).toBeInTheDocument();
    fireEvent.mouseUp(document.body, { button: 4 });
    expect(await screen.findByTestId('help')).toBeInTheDocument();
  });

  it('forgets the way back when the card goes: nothing private can be gone back to', async () => {
    const backend = await openApp({ signedIn: true });
    await click('nav-health', 'list-row-16');
    await screen.findByTestId('record');
    await now(() => backend.pullCard());
    await press('{Alt>}{ArrowLeft}{/Alt}');
    expect(screen.queryByTestId('record')).toBeNull();
    expect(screen.getByTestId('welcome')).toBeInTheDocument();
  });

  it('opens what the program was asked to open', async () => {
    const backend = await openApp({ signedIn: true });
    await now(() => backend.open({ kind: 'page', page: 'tax' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Maksud' })).toBeInTheDocument();
    await now(() => backend.open({ kind: 'page', page: 'status' }));
    expect(screen.getByTestId('status-popover')).toBeInTheDocument();
    await now(() => backend.open({ kind: 'file', path: '/home/mari/väljavõte.asice' }));
    expect(await screen.findByTestId('check-outcome')).toBeInTheDocument();
    await now(() => backend.open({ kind: 'refused', error: { code: 'E74', blame: 'user', params: {}, retry: false } }));
    expect(screen.getByTestId('open-refused')).toHaveTextContent('E74');
  });

  it('keeps a private page that was asked for until the card is in', async () => {
    const backend = await openApp({ open: [{ kind: 'page', page: 'health' }] });
    expect(screen.getByTestId('welcome')).toBeInTheDocument();
    await act(async () => void (await backend.signIn()));
    expect(await screen.findByRole('heading', { level: 1, name: 'Tervis' })).toBeInTheDocument();
  });
});

describe('shortcuts', () => {
  it('open pages, status, settings and help', async () => {
    await openApp({ signedIn: true });
    await press('{Alt>}[Digit3]{/Alt}');
    expect(await screen.findByRole('heading', { level: 1, name: 'Maksud' })).toBeInTheDocument();
    await press('{Control>}[Comma]{/Control}');
    expect(await screen.findByTestId('settings')).toBeInTheDocument();
    await press('{Alt>}[Digit0]{/Alt}');
    expect(screen.getByTestId('status-popover')).toBeInTheDocument();
    await press('{Alt>}[Digit5]{/Alt}');
    expect(await screen.findByTestId('check-choose')).toBeInTheDocument();
    expect(screen.queryByTestId('status-popover')).toBeNull();
    await press('{F1}');
    expect(await screen.findByRole('heading', { level: 1, name: 'Faili kontrollimine' })).toBeInTheDocument();
  });

  it('lead to no private page without a card', async () => {
    await openApp();
    await press('{Alt>}[Digit2]{/Alt}');
    expect(screen.getByTestId('welcome')).toBeInTheDocument();
  });

  it('sleep while something is typed', async () => {
    await openApp({ signedIn: true });
    await click('help-open');
    const field = await screen.findByTestId('help-search');
    await user().type(field, 'mis? ja/või');
    expect(field).toHaveValue('mis? ja/või');
    expect(screen.queryByTestId('keyboard-map')).toBeNull();
  });

  it('put the cursor into the search field', async () => {
    await openApp();
    await click('help-open');
    await press('/');
    expect(screen.getByTestId('help-search')).toHaveFocus();
    expect(screen.getByTestId('help-search')).toHaveValue('');
  });

  it('show their map, which is a dialog that gives the focus back', async () => {
    await openApp({ signedIn: true });
    await click('nav-check');
    const before = document.activeElement;
    await press('?');
    expect(screen.getByTestId('keyboard-map')).toHaveAttribute('open');
    expect(await violations()).toEqual([]);
    // an open dialog keeps the keyboard
    await press('{Control>}[Comma]{/Control}');
    expect(screen.queryByTestId('settings')).toBeNull();
    await press('{Escape}');
    expect(screen.queryByTestId('keyboard-map')).toBeNull();
    expect(document.activeElement).toBe(before);
  });

  it('of one character can be switched off', async () => {
    await openApp();
    await press('?');
    await click('single-keys', 'dialog-close');
    await press('?');
    expect(screen.queryByTestId('keyboard-map')).toBeNull();
    window.localStorage.clear();
    await press('?');
    expect(screen.getByTestId('keyboard-map')).toBeInTheDocument();
  });

  it('print the page', async () => {
    const print = vi.spyOn(window, 'print').mockImplementation(() => undefined);
    await openApp();
    await press('{Control>}[KeyP]{/Control}');
    expect(print).toHaveBeenCalledOnce();
    print.mockRestore();
  });
});

describe('by keyboard alone', () => {
  it('settings are reached, changed and taken back', async () => {
    await openApp();
    const hand = user();
    await hand.tab();
    for (let step = 0; step < 12 && document.activeElement?.getAttribute('data-testid') !== 'settings-open'; step += 1) await hand.tab();
    expect(screen.getByTestId('settings-open')).toHaveFocus();
    await hand.keyboard('{Enter}');
    expect(await screen.findByRole('heading', { level: 1, name: 'Seaded' })).toHaveFocus();
    for (let step = 0; step < 12 && document.activeElement?.getAttribute('name') === null; step += 1) await hand.tab();
    await hand.keyboard('{ArrowRight}');
    await waitFor(() => expect(document.documentElement.lang).toBe('en'));
    expect(screen.getByTestId('undo-line')).toHaveTextContent('Changed: Language');
    screen.getByTestId('undo').focus();
    await hand.keyboard('{Enter}');
    await waitFor(() => expect(document.documentElement.lang).toBe('et'));
    expect(screen.getByTestId('undo-line')).toBeEmptyDOMElement();
  });
});
