import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { App } from '../app/App';
import type { EvidenceAnswer } from '../backend/contract';
import { FixtureBackend } from '../backend/fixture/backend';
import { EVIDENCE } from '../backend/fixture/program';
import { LANGUAGES } from '../i18n/i18n';
import { openApp, textsOf, violations } from './render';

const click = async (...ids: string[]) => {
  const hand = userEvent.setup({ delay: null });
  for (const id of ids) await hand.click(await screen.findByTestId(id));
};
const attacked = { evidence: true, status: { state: 'attacked' as const } };

describe('handing evidence in', () => {
  it.each(LANGUAGES)('says what is sent, and what became of it at each authority, in %s', async (language) => {
    const fates = ['taken', 'known', 'tooOld', null] as const;
    const backend = await openApp({ ...attacked, fates: [...fates], settings: { language } });
    const { t } = textsOf(language);
    const button = await screen.findByTestId('hand-in-evidence');
    expect(button).toHaveAccessibleDescription(t('handIn.what'));
    expect(screen.getByTestId('attack')).toHaveTextContent(t('attack.do.handIn'));
    await click('hand-in-evidence');
    expect(await screen.findByText(t('handIn.done', { got: 2, all: 4 }))).toHaveAttribute('role', 'status');
    const { authorities } = await backend.status();
    const rows = within(screen.getByTestId('hand-in')).getAllByRole('listitem');
    expect(rows).toHaveLength(4);
    rows.forEach((row, at) => {
      expect(row).toHaveTextContent(authorities[at]?.names[language] ?? 'nobody');
      expect(row).toHaveTextContent(t(`handIn.fate.${fates[at] ?? 'noAnswer'}`));
    });
    expect(within(rows[3] as HTMLElement).getByTestId('help-code-E29')).toBeInTheDocument();
    expect(screen.getByTestId('attack').textContent).not.toMatch(/\{\w+\}|handIn\./);
    expect(await violations()).toEqual([]);
  });

  it('goes on while the page is closed, and is never begun twice at once', async () => {
    const backend = await openApp({ ...attacked, settings: { language: 'en' } });
    let end: (answers: EvidenceAnswer[]) => void = () => undefined;
    const handIn = vi.spyOn(backend, 'handInEvidence').mockImplementation(() => new Promise((resolve) => (end = resolve)));
    await click('hand-in-evidence', 'hand-in-evidence');
    await userEvent.setup({ delay: null }).keyboard('{Enter} ');
    expect(screen.getByTestId('hand-in')).toHaveTextContent('0 of 4 authorities have answered.');
    expect(screen.getAllByText('Waiting for its answer')).toHaveLength(4);
    await click('attack-close', 'attack-show', 'hand-in-evidence');
    expect(handIn).toHaveBeenCalledTimes(1);
    act(() => end([{ authority: 'authority-4', outcome: 'noEngine', error: null }]));
    expect(await screen.findByText(/^No authority took it\./)).toBeInTheDocument();
    expect(screen.getByTestId('handed-in-authority-4')).toHaveTextContent('demonstration network');
  });

  it('works again after a failure, by keyboard', async () => {
    const backend = await openApp({ ...attacked, settings: { language: 'en' } });
    const handIn = vi.spyOn(backend, 'handInEvidence').mockRejectedValueOnce({ code: 'E73', blame: 'computer', params: {}, retry: true });
    await click('hand-in-evidence');
    expect(await within(screen.getByTestId('hand-in')).findByRole('alert')).toHaveTextContent('E73');
    act(() => screen.getByTestId('hand-in-evidence').focus());
    await userEvent.setup({ delay: null }).keyboard('{Enter}');
    expect(await screen.findByText('Handed in. 4 of 4 authorities have it now.')).toBeInTheDocument();
    expect(screen.queryByText(/E73/)).toBeNull();
    expect(handIn).toHaveBeenCalledTimes(2);
    expect(screen.getByTestId('hand-in-evidence')).toHaveTextContent('Hand in again');
  });

  it('tells silence from refusal', async () => {
    await openApp({ ...attacked, fates: [null, null, null, null], settings: { language: 'en' } });
    await click('hand-in-evidence');
    expect(await screen.findByText(/^No authority answered\./)).toBeInTheDocument();
  });

  it('is not offered for what accuses no validator', async () => {
    const backend = new FixtureBackend({ ...attacked, settings: { language: 'en' } });
    vi.spyOn(backend, 'evidence').mockResolvedValue({ ...EVIDENCE, forValidators: false });
    render(<App backend={backend} />);
    const page = await screen.findByTestId('attack');
    await waitFor(() => expect(page).toHaveTextContent('Tax House and Land House'));
    expect(screen.getByTestId('save-evidence')).toBeInTheDocument();
    expect(screen.queryByTestId('hand-in-evidence')).toBeNull();
    expect(page).toHaveTextContent(textsOf('en').t('attack.do.hand'));
  });
});
