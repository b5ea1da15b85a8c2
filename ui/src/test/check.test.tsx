import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { REPORTS, UNREADABLE } from '../backend/fixture/files';
import type { Language } from '../backend/contract';
import { LANGUAGES } from '../i18n/i18n';
import { openApp, textsOf, violations } from './render';

const user = () => userEvent.setup({ delay: null });

async function page(language: Language = 'en') {
  const backend = await openApp({ settings: { language } });
  await user().click(await screen.findByTestId('nav-check'));
  await screen.findByTestId('check-choose');
  return backend;
}

async function dropped(path: string, language: Language = 'en') {
  const backend = await page(language);
  await act(() => {
    backend.drop(path);
    return Promise.resolve();
  });
  return screen.findByTestId('check-outcome');
}
const answers = () =>
  ['unaltered', 'issuer', 'current', 'audience'].map((id) => screen.getByTestId(`answer-${id}`).getAttribute('data-answer'));

describe('checking a file', () => {
  it('gives four separate answers for a genuine file, and what it says', async () => {
    const outcome = await dropped('/home/keegi/registrikaart.asice');
    expect(outcome).toHaveAttribute('data-outcome', 'TOTAL_PASSED');
    expect(answers()).toEqual(['yes', 'yes', 'yes', 'cannotTell']);
    expect(screen.getByTestId('answer-issuer')).toHaveTextContent('Business House');
    expect(outcome).toHaveTextContent('Sälk ja Pügal OÜ');
    expect(outcome).toHaveTextContent('21 fields were not disclosed');
  });

  it('names the field of a file that was changed, and shows none of its contents', async () => {
    const outcome = await dropped('C:\\altered.asice');
    expect(outcome).toHaveAttribute('data-outcome', 'TOTAL_FAILED');
    expect(screen.getByTestId('answer-unaltered')).toHaveTextContent('Does not fit: Share capital.');
    expect(screen.getByTestId('check-error')).toHaveTextContent('Changed after it was issued: Share capital.');
    expect(screen.getByTestId('check-error')).toHaveTextContent('Help code E37');
    expect(screen.queryByText('What the file says')).toBeNull();
    expect(screen.getByText('altered.asice')).toBeInTheDocument();
  });

  it('genuine but ended is neither good nor altered', async () => {
    const outcome = await dropped('/home/keegi/ended.asice');
    expect(within(outcome).getByRole('heading', { level: 1 })).toHaveTextContent('Genuine, but no longer in force');
    expect(screen.getByTestId('answer-current')).toHaveAttribute('data-tone', 'care');
  });

  it('lets the reader say whether a file is for them', async () => {
    await dropped('/home/keegi/bank.asice');
    const press = user();
    const row = screen.getByTestId('answer-audience');
    expect(row).toHaveAttribute('data-answer', 'cannotTell');
    expect(row).toHaveTextContent('Made for Näidispank AS');
    await press.click(screen.getByTestId('is-not-me'));
    expect(row).toHaveAttribute('data-answer', 'no');
    await press.click(screen.getByTestId('is-me'));
    expect(row).toHaveAttribute('data-answer', 'yes');
    expect(await violations()).toEqual([]);
  });

  it.each(LANGUAGES)('every kind of file says what it is and what to do, differently, in %s', async (language) => {
    const { find } = textsOf(language);
    const titles = new Map<string, string>();
    const backend = await page(language);
    for (const [word, report] of Object.entries(REPORTS)) {
      await act(() => {
        backend.drop(`/home/keegi/${word}.bin`);
        return Promise.resolve();
      });
      const outcome = await screen.findByTestId('check-outcome');
      const text = outcome.textContent ?? '';
      expect(text).not.toMatch(/\{\w+\}|check\.[a-z]|undefined/);
      expect(answers()).toEqual([report.unaltered, report.issuer, report.current, report.audience].map(({ answer }) => answer));
      for (const id of ['unaltered', 'issuer', 'current', 'audience'])
        expect(screen.getByTestId(`answer-${id}`).querySelector('.answer-why p')).not.toBeEmptyDOMElement();
      const kind = find(`check.file.${report.unaltered.reason}.title`);
      if (kind === null) continue;
      expect(within(outcome).getByRole('heading', { level: 1 })).toHaveTextContent(kind);
      expect(screen.getByTestId('check-error')).toHaveTextContent(find(`check.file.${report.unaltered.reason}.do`) ?? '');
      titles.set(word, kind);
    }
    expect(titles.size).toBeGreaterThanOrEqual(16);
    expect(new Set(titles.values()).size).toBe(titles.size);
    if (language === 'et') expect(await violations()).toEqual([]);
  });

  it('sends a signed document to DigiDoc and a network file to Settings', async () => {
    await dropped('/home/keegi/contract.asice');
    expect(screen.getByTestId('check-error')).toHaveTextContent('DigiDoc');
    document.body.replaceChildren();
    await dropped('/home/keegi/network.json');
    expect(screen.getByTestId('check-to-settings')).toBeEnabled();
  });

  it.each(Object.keys(UNREADABLE))('a path that gives no file (%s) says why, and can be tried again', async (word) => {
    const backend = await page();
    await act(() => {
      backend.drop(`/home/keegi/${word}`);
      return Promise.resolve();
    });
    const unread = await screen.findByTestId('check-unread');
    expect(unread).toHaveAttribute('data-kind', word === 'broken' ? 'unreadable' : word);
    expect(within(unread).getByRole('heading', { level: 1 })).not.toBeEmptyDOMElement();
    const asked = vi.spyOn(backend, 'checkFile');
    await user().click(screen.getByTestId('check-again'));
    expect(asked).toHaveBeenCalledWith(`/home/keegi/${word}`);
  });
});

describe('several files', () => {
  it('make a list with a result each, one shown with its answers', async () => {
    const backend = await page();
    await act(() => {
      backend.drag({ kind: 'drop', paths: ['/a/ended.asice', '/a/pdf.pdf', '/a/altered.asice', '/a/folder', '/a/hea.asice'] });
      return Promise.resolve();
    });
    await screen.findByText('5 of 5 files checked');
    const results = [0, 1, 2, 3, 4].map((at) => screen.getByTestId(`check-item-${at}`).textContent);
    expect(results[0]).toContain('Genuine, not in force');
    expect(results[1]).toContain('This is a PDF document');
    expect(results[2]).toContain('Do not rely on it');
    expect(results[3]).toContain('This is a folder');
    expect(results[4]).toContain('hea.asiceGenuine');
    expect(screen.getByTestId('check-outcome')).toHaveAttribute('data-kind', 'outdated');
    await user().click(screen.getByTestId('check-item-2'));
    expect(screen.getByTestId('check-outcome')).toHaveAttribute('data-outcome', 'TOTAL_FAILED');
    expect(screen.getByTestId('check-item-2')).toHaveAttribute('aria-current', 'true');
    expect(await violations()).toEqual([]);
    await user().click(screen.getByTestId('check-clear'));
    expect(screen.queryByTestId('check-list')).toBeNull();
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Check a file');
  });

  it('are checked one after the other', async () => {
    const backend = await page();
    let release: () => void = () => undefined;
    const real = backend.checkFile;
    const asked = vi.spyOn(backend, 'checkFile').mockImplementation(async (path) => {
      await new Promise<void>((resolve) => (release = resolve));
      return real(path);
    });
    await act(() => {
      backend.drag({ kind: 'drop', paths: ['/a/1.asice', '/a/2.asice'] });
      return Promise.resolve();
    });
    await waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
    expect(screen.getByTestId('check-item-1')).toHaveAttribute('data-state', 'waiting');
    release();
    await waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
    release();
    await screen.findByText('2 of 2 files checked');
  });
});

describe('the page', () => {
  it('shows that files may be let go', async () => {
    const backend = await page();
    const drag = (kind: 'over' | 'leave') => act(() => Promise.resolve(backend.drag({ kind })));
    await drag('over');
    expect(screen.getByTestId('drop-area')).toHaveAttribute('data-over', 'true');
    expect(screen.getByTestId('drop-area')).toHaveTextContent('Let go');
    await drag('leave');
    expect(screen.getByTestId('drop-area')).toHaveAttribute('data-over', 'false');
  });

  it('checks again the same file, also one that was chosen in the dialog', async () => {
    const backend = await page();
    await user().click(screen.getByTestId('check-choose'));
    await screen.findByTestId('check-outcome');
    expect(screen.getByText('registrikaart.asice')).toBeInTheDocument();
    const asked = vi.spyOn(backend, 'checkFile');
    await user().click(screen.getByTestId('check-again'));
    expect(asked).toHaveBeenCalledWith('/home/keegi/registrikaart.asice');
  });

  it('keeps what was found when the dialog is cancelled', async () => {
    const backend = await page();
    await user().click(screen.getByTestId('check-choose'));
    await screen.findByTestId('check-outcome');
    vi.spyOn(backend, 'checkFile').mockRejectedValueOnce({ code: 'E13', blame: 'user', params: {}, retry: true });
    await user().click(screen.getByTestId('check-choose'));
    expect(screen.getByTestId('check-outcome')).toBeInTheDocument();
    expect(screen.queryByTestId('check-unread')).toBeNull();
  });

  it('gives the report as text and to the printer', async () => {
    await dropped('/home/keegi/ended.asice');
    const press = user();
    await press.click(screen.getByTestId('check-copy'));
    const text = await window.navigator.clipboard.readText();
    expect(text).toContain('ended.asice');
    expect(text).toContain('Still current? No.');
    expect(text).toContain('Business name: Sälk ja Pügal OÜ');
    expect(text).not.toContain('/home/keegi');
    expect(await screen.findByText('Copied.')).toBeInTheDocument();
    const print = vi.spyOn(window, 'print').mockImplementation(() => undefined);
    await press.click(screen.getByTestId('check-print'));
    expect(print).toHaveBeenCalledOnce();
  });
});
