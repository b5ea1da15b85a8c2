import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Language } from '../../backend/contract';
import { LANGUAGES } from '../../i18n/i18n';
import { openApp, violations } from '../../test/render';

const user = () => userEvent.setup({ delay: null });
const click = async (...ids: string[]) => {
  for (const id of ids) await user().click(await screen.findByTestId(id));
};
const company = async (language: Language = 'et') => {
  await openApp({ signedIn: true, settings: { language } });
  await click('nav-business', 'company-open-19999012');
  await screen.findByTestId('reports');
};

/** A key or a placeholder that reached the screen. */
const LEAK = /\{\w+\}|\b(?:company|list|print|field|code)\.[a-z]\w*|undefined|NaN|\[object/;

const WORDS: Record<Language, RegExp[]> = {
  et: [/Pankrotikannet ei ole/, /KMD, november|KMD, \p{L}+ \d{4}/u, /Ainult koos/, /Osad kokku 2\s500,00\s€/, /varad võrduvad/],
  en: [/No bankruptcy entry/, /KMD, \p{L}+ \d{4}/u, /Only together/, /add up to 2\s500,00\s€/, /assets equal liabilities/],
  ru: [/Записи о банкротстве нет/, /KMD, \p{L}+ \d{4}/u, /Только вместе/, /в сумме 2\s500,00\s€/, /активы равны/],
};

describe('a company', () => {
  it.each(LANGUAGES)('says who signs, what is due, what is proven not to exist and what adds up (%s)', async (language) => {
    await company(language);
    const text = document.body.textContent ?? '';
    for (const words of WORDS[language]) expect(text).toMatch(words);
    expect(text).not.toMatch(LEAK);
    expect(screen.getByTestId('absences')).toHaveAttribute('data-proven', 'true');
    expect(screen.queryByTestId('shares-differ')).toBeNull();
    expect(screen.queryByTestId('reports-disagree')).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it('gives no power to sign to one whose time has ended', async () => {
    await company();
    expect(screen.getByTestId('who-signs')).toHaveTextContent('Mari-Liis Männik ja Mati Meri');
    expect(screen.getByTestId('who-signs')).not.toHaveTextContent('Žaikovski');
    const past = document.querySelector('.people li[data-past="true"]');
    expect(past).toHaveTextContent('Igor Žaikovski');
    expect(past).toHaveTextContent('enam ei allkirjasta');
  });

  it('goes through the years by arrow keys and says the figures', async () => {
    await company();
    const figures = screen.getByTestId('figures');
    figures.focus();
    await user().keyboard('{ArrowLeft}');
    expect(within(figures).getByText(/^2024: Müügitulu 112\s100,00\s€, Kasum 5\s221,00\s€/)).toBeInTheDocument();
    await user().keyboard('{Home}');
    expect(within(figures).getByText(/^2022: .*Kasum −1\s184,00\s€/)).toBeInTheDocument();
    act(() => figures.blur());
    expect(within(figures).queryByText(/^2022:/)).toBeNull();
  });

  it('opens a report from the table', async () => {
    await company();
    await click('report-2025');
    expect(await screen.findByRole('heading', { level: 1, name: /2025/ })).toBeInTheDocument();
  });

  it('stands under a bar that names whose matters these are, until one goes back to oneself', async () => {
    await openApp({ signedIn: true });
    await click('whose-data', 'subject-19999012');
    expect(await screen.findByTestId('acting-bar')).toHaveTextContent('Sälk ja Pügal OÜ');
    await click('nav-tax');
    expect(screen.getByTestId('acting-bar')).toBeInTheDocument();
    await click('act-self');
    expect(screen.queryByTestId('acting-bar')).toBeNull();
  });
});
