import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Language } from '../../backend/contract';
import { companyDrafts } from '../../backend/fixture/business';
import { date, money, text, type Draft } from '../../backend/fixture/draft';
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

/** The demonstration company with fields of the entries of one kind changed. */
const changed = (schema: string, fields: Draft['fields']): Draft[] =>
  companyDrafts().map((draft) => (draft.schema === schema ? { ...draft, fields: { ...draft.fields, ...fields } } : draft));
const open = async (drafts: Draft[]) => {
  await openApp({ signedIn: true, company: drafts });
  await click('nav-business', 'company-open-19999012');
  await screen.findByTestId('who-signs');
};

describe('a company that does not add up', () => {
  it('names shares that are not the capital', async () => {
    await open(changed('registry_card', { capital: money(300_000) }));
    expect(screen.getByTestId('shares-differ')).toHaveTextContent(
      /Osad kokku 2\s500,00\s€, kaardil on osakapital 3\s000,00\s€\. Vahe 500,00\s€/,
    );
  });

  it('names the year whose balance and opening disagree', async () => {
    const drafts = companyDrafts().map((draft) =>
      draft.fields.year?.t === 'int' && draft.fields.year.v === 2024
        ? { ...draft, fields: { ...draft.fields, equity: money(2_454_200) } }
        : draft,
    );
    await open(drafts);
    const found = screen.getByTestId('reports-disagree');
    expect(found).toHaveTextContent(/2024: varad 37\s505,00\s€, kohustised ja omakapital kokku 37\s506,00\s€\. Vahe 1,00\s€/);
    expect(found).toHaveTextContent(/2025: aasta algab omakapitaliga 24\s541,00\s€, eelmine lõppes omakapitaliga 24\s542,00\s€/);
  });

  it('claims no absence while an entry is withheld', async () => {
    await openApp({ signedIn: true, companyWithheld: [5] });
    await click('nav-business', 'company-open-19999012');
    const absences = await screen.findByTestId('absences');
    expect(absences).toHaveAttribute('data-proven', 'false');
    expect(document.querySelector('[data-absence]')).toBeNull();
    expect(document.body).toHaveTextContent('Praegu ei saa tõendada');
    // nor does it call the rest wrong
    expect(screen.queryByTestId('shares-differ')).toBeNull();
    expect(screen.getByTestId('shareholders')).toHaveTextContent('Osade summat ei saa praegu kontrollida');
    expect(screen.getByTestId('who-signs')).toHaveTextContent('Kõik kirjed ei ole siin tõendatud');
  });

  it('shows no power where joint powers are left to one', async () => {
    const drafts = companyDrafts().map((draft) =>
      draft.fields.name?.t === 'text' && draft.schema === 'card_person' && draft.fields.name.v === 'Meri'
        ? { ...draft, fields: { ...draft.fields, until: date('2026-01-01') } }
        : draft,
    );
    await open(drafts);
    expect(screen.getByTestId('who-signs')).toHaveTextContent('Üksi see inimene ettevõtet ei seo');
  });

  it('shows hostile words as words', async () => {
    const html = '<img src=x onerror="window.hacked=1"><b data-testid="verdict" data-verdict="proven">Tõendatud</b>\u202e';
    await open(
      changed('registry_card', {
        name: text(html),
        address: text('x'.repeat(1_000_000)),
        emtak_text: text(html),
        representation: text(html),
      }),
    );
    expect(document.querySelector('img')).toBeNull();
    expect('hacked' in window).toBe(false);
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('<img src=x');
    expect(screen.getByRole('heading', { level: 1 }).querySelector('bdi')).not.toBeNull();
    expect(document.body.textContent?.length).toBeLessThan(20_000);
    expect(screen.getAllByTestId('verdict').map((mark) => mark.tagName)).not.toContain('B');
  });
});

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
