import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Language } from '../../backend/contract';
import { manyDrafts } from '../../backend/fixture/many';
import { LANGUAGES } from '../../i18n/i18n';
import { openApp, violations } from '../../test/render';

const user = () => userEvent.setup({ delay: null });
const click = async (...ids: string[]) => {
  for (const id of ids) await user().click(await screen.findByTestId(id));
};
const drawn = () => [...document.querySelectorAll('[data-row]')].map((row) => Number(row.getAttribute('data-row')?.split('-').at(-1)));
const table = () => screen.getByRole('table', { name: /Tervis|Health|Здоровье/ });
const focused = () => document.activeElement?.getAttribute('data-testid');

/** A window of 800 px with rows of 60: jsdom itself has no layout. */
function layout() {
  const height = (element: HTMLElement) => (element.tagName === 'MAIN' ? 800 : element.tagName === 'TR' ? 60 : 0);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockImplementation(function (this: HTMLElement) {
    return height(this);
  });
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(984);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(function (this: HTMLElement) {
    return height(this);
  });
}

describe('a list', () => {
  it('is sorted by its heads, says so, and hides the stick away from the order of the register', async () => {
    await openApp({ signedIn: true });
    await click('nav-health');
    await screen.findByTestId('list-row-16');
    expect(table()).toHaveAttribute('data-whole', 'true');
    expect(screen.getByRole('columnheader', { name: 'Nr' })).toHaveAttribute('aria-sort', 'descending');
    await click('sort-what');
    expect(screen.getByRole('columnheader', { name: 'Mis' })).toHaveAttribute('aria-sort', 'ascending');
    expect(screen.getByRole('columnheader', { name: 'Nr' })).not.toHaveAttribute('aria-sort');
    expect(table()).toHaveAttribute('data-whole', 'false');
    expect(screen.getByTestId('list-shown')).toHaveTextContent('Nimetuse järgi, tähestikus.');
    const titles = within(table())
      .getAllByRole('rowheader')
      .map((cell) => within(cell).getByRole('button').textContent ?? '');
    expect(titles).toEqual([...titles].sort(new Intl.Collator('et-EE', { sensitivity: 'base', numeric: true }).compare));
    const ascending = drawn();
    await click('sort-what');
    expect(screen.getByRole('columnheader', { name: 'Mis' })).toHaveAttribute('aria-sort', 'descending');
    expect(drawn()).toEqual([...ascending].reverse());
    await click('list-clear');
    expect(table()).toHaveAttribute('data-whole', 'true');
    expect(await violations()).toEqual([]);
  });

  it('puts what needs a person first when sorted by check', async () => {
    await openApp({ signedIn: true, withhold: [3], alter: [7] });
    await click('nav-health', 'sort-check');
    expect(drawn().slice(0, 2)).toEqual([3, 7]);
  });

  it.each(LANGUAGES.map((language, index) => [language, ['pearaamatus on', 'the ledger holds', 'в книге записей'][index] ?? ''] as const))(
    'never filters the sentence above it (%s)',
    async (language: Language, words) => {
      await openApp({ signedIn: true, settings: { language } });
      await click('nav-health');
      const before = document.querySelector('.list-sentence')?.textContent;
      expect(before?.toLowerCase()).toContain(words);
      await user().type(screen.getByRole('searchbox'), 'xyzzy');
      expect(document.querySelector('.list-sentence')?.textContent).toBe(before);
      expect(screen.queryByRole('table')).toBeNull();
      expect(screen.getByTestId('list-shown').textContent).toMatch(/\b0\b/);
    },
  );

  it('comes back as it was left, at the row that was opened', async () => {
    await openApp({ signedIn: true });
    await click('nav-health');
    await user().type(await screen.findByRole('searchbox'), 'a');
    await click('sort-date', 'sort-date');
    const order = drawn();
    const third = order[2] ?? 0;
    await click(`list-row-${third}`);
    await screen.findByTestId('record');
    await click('nav-tax');
    expect(await screen.findByRole('searchbox')).toHaveValue('');
    await user().keyboard('{Alt>}{ArrowLeft}{/Alt}');
    await screen.findByTestId('record');
    await user().keyboard('{Alt>}{ArrowLeft}{/Alt}');
    expect(await screen.findByRole('searchbox')).toHaveValue('a');
    expect(drawn()).toEqual(order);
    expect(focused()).toBe(`list-row-${third}`);
  });

  it('forgets what was searched for with the card', async () => {
    const backend = await openApp({ signedIn: true });
    await click('nav-health');
    await user().type(await screen.findByRole('searchbox'), 'veri');
    await act(() => {
      backend.pullCard();
      return Promise.resolve();
    });
    await act(async () => void (await backend.signIn()));
    await click('nav-health');
    expect(await screen.findByRole('searchbox')).toHaveValue('');
  });

  it('is walked through by keys alone: one stop for Tab, arrows, Home and End, Enter opens', async () => {
    await openApp({ signedIn: true });
    await click('nav-health');
    const keys = user();
    (await screen.findByTestId('sort-check')).focus();
    await keys.tab();
    expect(focused()).toBe('list-row-p1');
    await keys.keyboard('{ArrowDown}{ArrowDown}');
    expect(focused()).toBe('list-row-15');
    await keys.keyboard('{End}');
    expect(focused()).toBe('list-row-1');
    await keys.keyboard('{ArrowDown}{ArrowUp}');
    expect(focused()).toBe('list-row-2');
    await keys.keyboard('{Home}{ArrowUp}');
    expect(focused()).toBe('list-row-p1');
    await keys.keyboard('{PageDown}');
    expect(focused()).toBe('list-row-7');
    expect(document.querySelectorAll('[data-row][tabindex="0"]')).toHaveLength(1);
    await keys.keyboard('{Enter}');
    expect(await screen.findByTestId('record')).toBeInTheDocument();
  });

  it('leads to its search with Ctrl+F', async () => {
    await openApp({ signedIn: true });
    await click('nav-health');
    const search = await screen.findByRole('searchbox');
    await user().keyboard('{Control>}f{/Control}');
    expect(search).toHaveFocus();
  });
});

describe('a list of 5,000', () => {
  beforeEach(layout);
  afterEach(() => vi.restoreAllMocks());

  it('draws what is in sight, and counts all for a screen reader', async () => {
    await openApp({ signedIn: true, health: manyDrafts(5000) });
    await click('nav-health');
    const total = manyDrafts(5000).length;
    await screen.findByTestId('list-row-p1');
    expect(table()).toHaveAttribute('aria-rowcount', String(total + 1));
    expect(drawn().length).toBeGreaterThan(10);
    expect(drawn().length).toBeLessThan(60);
    expect(document.querySelector('[data-row]')?.closest('tr')).toHaveAttribute('aria-rowindex', '2');
    expect(await violations()).toEqual([]);
  });

  it('keeps the focused row drawn and reaches the last one with End', async () => {
    await openApp({ signedIn: true, health: manyDrafts(5000) });
    await click('nav-health');
    (await screen.findByTestId('list-row-p1')).focus();
    await user().keyboard('{End}');
    await waitFor(() => expect(focused()).toBe('list-row-1'));
    expect(screen.getByTestId('list-row-1').closest('tr')).toHaveAttribute('aria-rowindex', table().getAttribute('aria-rowcount'));
    expect(drawn().length).toBeLessThan(60);
  });

  it('gives the focus back to the row that was opened, far down', async () => {
    await openApp({ signedIn: true, health: manyDrafts(5000) });
    await click('nav-health');
    (await screen.findByTestId('list-row-p1')).focus();
    await user().keyboard('{End}{ArrowUp}');
    await waitFor(() => expect(focused()).toBe('list-row-2'));
    await user().keyboard('{Enter}');
    await screen.findByTestId('record');
    await user().keyboard('{Alt>}{ArrowLeft}{/Alt}');
    await waitFor(() => expect(focused()).toBe('list-row-2'));
  });

  it('finds a row that is not drawn', async () => {
    await openApp({ signedIn: true, health: manyDrafts(5000) });
    await click('nav-health');
    expect(screen.queryByTestId('list-row-1')).toBeNull();
    await user().type(await screen.findByRole('searchbox'), manyDrafts(5000)[0]?.date ?? '');
    expect(await screen.findByTestId('list-row-1')).toBeInTheDocument();
  });

  it('prints every row', async () => {
    await openApp({ signedIn: true, health: manyDrafts(600) });
    await click('nav-health');
    await screen.findByTestId('list-row-p1');
    expect(drawn().length).toBeLessThan(60);
    fireEvent(window, new Event('beforeprint'));
    expect(drawn()).toHaveLength(manyDrafts(600).length);
    fireEvent(window, new Event('afterprint'));
    await waitFor(() => expect(drawn().length).toBeLessThan(60));
  });
});
