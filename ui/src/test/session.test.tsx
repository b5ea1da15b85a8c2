import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { openApp } from './render';

const click = async (...ids: string[]) => {
  const user = userEvent.setup({ delay: null });
  for (const id of ids) await user.click(await screen.findByTestId(id));
};

/** Something happens in the program; all that follows in the same turn is done. */
const now = (happen: () => void) =>
  act(() => {
    happen();
    return Promise.resolve();
  });

describe('a session', () => {
  it('signs in with a demonstration card and lands at home', async () => {
    await openApp();
    await click('demo-card-mari', 'sign-in');
    expect(await screen.findByTestId('home-changes')).toBeInTheDocument();
    expect(screen.getByTestId('nav-home')).toHaveAttribute('aria-current', 'page');
  });

  it('blanks everything private in the same instant as the card is pulled', async () => {
    const backend = await openApp({ signedIn: true });
    await click('nav-health', 'list-row-16', 'proof-open');
    await screen.findByTestId('save-proof');
    await now(() => backend.pullCard());
    expect(screen.queryByTestId('record')).toBeNull();
    expect(screen.queryByTestId('proof-panel')).toBeNull();
    expect(document.body.textContent).not.toContain('Pikaajaline veresuhkur');
    expect(document.body.textContent).not.toContain('Männik · ');
    expect(screen.getByTestId('welcome')).toBeInTheDocument();
  });

  it('shows no old list after the card is back', async () => {
    const backend = await openApp({ signedIn: true });
    await click('nav-health');
    await screen.findByTestId('list-row-16');
    await now(() => backend.pullCard());
    expect(screen.queryByTestId('list-row-16')).toBeNull();
    await act(async () => void (await backend.signIn()));
    expect(await screen.findByTestId('home-changes')).toBeInTheDocument();
    expect(screen.queryByTestId('list-row-16')).toBeNull();
  });

  it('leaves open pages standing when the card goes', async () => {
    const backend = await openApp({ signedIn: true });
    await click('nav-check');
    await now(() => backend.pullCard());
    expect(screen.getByTestId('check-choose')).toBeInTheDocument();
    expect(screen.queryByTestId('nav-home')).toBeNull();
  });

  it('signs out from the menu of the person', async () => {
    await openApp({ signedIn: true });
    await click('whose-data', 'sign-out');
    expect(await screen.findByTestId('welcome')).toBeInTheDocument();
  });

  it('acts for a company and says so above every page', async () => {
    await openApp({ signedIn: true });
    await click('whose-data', 'subject-19999012');
    expect(await screen.findByTestId('who-signs')).toHaveTextContent('Mari-Liis Männik ja Mati Meri');
    expect(screen.getByText('Vaatate ettevõtte Sälk ja Pügal OÜ andmeid.')).toBeInTheDocument();
    await click('nav-tax');
    await screen.findByTestId('list-row-7');
    expect(screen.queryByTestId('list-row-2')).toBeNull();
    expect(screen.getByRole('table')).toHaveAttribute('data-whole', 'false');
  });

  it('never shows 0 for a register that is silent', async () => {
    await openApp({ signedIn: true, taxSilent: true });
    const line = await screen.findByTestId('home-register-tax');
    expect(line).toHaveTextContent('Praegu ei tea. Salvestatud on 8 kirjet.');
    expect(line).toHaveTextContent('ei vasta');
    expect(line.textContent).not.toMatch(/\b0 kirjet/);
  });

  it('changes language at once, everywhere', async () => {
    await openApp({ signedIn: true });
    await click('lang-ru');
    await waitFor(() => expect(document.documentElement.lang).toBe('ru'));
    expect(screen.getByTestId('nav-health')).toHaveTextContent('Здоровье');
    expect(screen.getByTestId('demo-label')).toHaveTextContent('Демонстрация, без правовой силы');
  });

  it('follows the status: live state of ledger, authorities, registers and card', async () => {
    const backend = await openApp();
    expect(screen.getByTestId('status-line')).toHaveTextContent('Allkirjastab 4 asutust 4-st');
    await now(() => backend.tellStatus({ missing: true, silent: true, state: 'paused' }));
    expect(screen.getByTestId('status-line')).toHaveTextContent('Allkirjastab 3 asutust 4-st');
    expect(screen.getByTestId('status-line')).toHaveTextContent('Vastab 2 registrit 3-st');
    expect(screen.getByTestId('ledger-banner')).toHaveAttribute('data-state', 'paused');
    await now(() => backend.tellStatus({ card: { kind: 'notIdCard', readers: ['R'], cards: [] } }));
    expect(screen.getByTestId('card-state')).toHaveAttribute('data-card', 'notIdCard');
    expect(screen.getByTestId('card-state')).toHaveTextContent('See ei ole Eesti ID-kaart');
  });

  it('closes panel and popover with Esc and gives the focus back', async () => {
    const user = userEvent.setup({ delay: null });
    await openApp({ signedIn: true });
    await click('status-line');
    await screen.findByTestId('status-popover');
    await user.keyboard('{Escape}');
    expect(screen.queryByTestId('status-popover')).toBeNull();
    expect(screen.getByTestId('status-line')).toHaveFocus();
    await click('nav-health', 'list-row-16', 'proof-open');
    await screen.findByTestId('save-proof');
    await user.keyboard('{Escape}');
    expect(screen.queryByTestId('proof-panel')).toBeNull();
    expect(screen.getByTestId('proof-open')).toHaveFocus();
  });

  it('asks which of several cards to use', async () => {
    const backend = await openApp();
    const { demoCard } = await import('../backend/fixture/status');
    await now(() => backend.tellStatus({ card: { kind: 'ready', readers: [], cards: [demoCard('mari'), demoCard('igor')] } }));
    expect(screen.queryByTestId('sign-in')).toBeNull();
    await click('choose-card-37101010021');
    expect(screen.getByTestId('card-state')).toHaveTextContent('Tere, Igor Žaikovski');
  });
});
