import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Scenario } from '../backend/fixture/backend';
import { taxYearDrafts } from '../backend/fixture/tax-year';
import { LANGUAGES } from '../i18n/i18n';
import { openApp, violations } from './render';

interface Screen {
  name: string;
  scenario?: Scenario;
  steps: string[];
  shows: string;
  words: [et: string, en: string, ru: string];
}

const SCREENS: Screen[] = [
  { name: 'what waits for me', steps: [], shows: 'needs-me', words: ['10 päeva pärast', 'in 10 days', 'через 10 дней'] },
  { name: 'marked as seen', steps: ['seen-mark'], shows: 'seen-undo', words: ['Võta tagasi', 'Undo', 'Отменить'] },
  {
    name: 'not verified',
    steps: [],
    shows: 'home-problems',
    words: ['kuni kontroll õnnestub', 'until it verifies', 'пока проверка не удастся'],
  },
  {
    name: 'tests',
    steps: ['nav-health', 'view-lab'],
    shows: 'tests',
    words: ['Pikaajaline veresuhkur', 'Long-term blood sugar', 'Долгосрочный сахар'],
  },
  {
    name: 'prescriptions',
    steps: ['nav-health', 'view-prescription'],
    shows: 'unbought',
    words: ['Välja ostmata', 'Not yet bought', 'Не выкуплены'],
  },
  {
    name: 'vaccinations',
    steps: ['nav-health', 'view-vaccination'],
    shows: 'protections',
    words: ['10 kuu pärast', 'in 10 months', 'через 10 месяцев'],
  },
  {
    name: 'glossary',
    steps: ['nav-health', 'view-words'],
    shows: 'words',
    words: ['kehamassiindeks', 'body-mass index', 'индекс массы тела'],
  },
  {
    name: 'closed document',
    steps: ['nav-health', 'list-row-7'],
    shows: 'closed',
    words: ['arstid seda ei näe', 'doctors do not see it', 'врачи его не видят'],
  },
  { name: 'closed document, opened', steps: ['nav-health', 'list-row-7', 'closed-open'], shows: 'closed', words: ['I10', 'I10', 'I10'] },
  {
    name: 'difference',
    steps: ['nav-health', 'list-row-12'],
    shows: 'difference',
    words: ['Mis muutus versioonist 1', 'What changed from version 1', 'Что изменилось с версии 1'],
  },
  {
    name: 'a word asked',
    steps: ['nav-health', 'list-row-16', 'term-hba1c'],
    shows: 'record',
    words: ['kahe-kolme kuu', 'two to three months', 'два-три месяца'],
  },
  {
    name: 'declarations',
    steps: ['nav-tax', 'view-declarations'],
    shows: 'filing-kmd-2026-04',
    words: ['Deklaratsioon puudub', 'Declaration missing', 'Декларации нет'],
  },
  { name: 'income', steps: ['nav-tax', 'view-income'], shows: 'income-2026', words: ['93,7', '93,7', '93,7'] },
  { name: 'account', steps: ['nav-tax', 'view-account'], shows: 'balance-chart', words: ['rida-realt', 'line by line', 'построчно'] },
  {
    name: 'account that does not add up',
    scenario: { tax: taxYearDrafts({ wrong: 5 }) },
    steps: ['nav-tax', 'view-account'],
    shows: 'account-wrong',
    words: ['siin arvutatud', 'calculated here', 'рассчитано здесь'],
  },
  {
    name: 'part with an entry withheld',
    scenario: { withhold: [11] },
    steps: ['nav-health', 'view-words'],
    shows: 'part-dark',
    words: ['välja andmata', 'withheld', 'не выдана'],
  },
];

/** A key or a placeholder that reached the screen. */
const LEAK = /\{\w+\}|\b(?:errors|reason|field|schema|filing|income|account|digest|need|left|home|lay)\.[a-z]\w*\.?|undefined|NaN|\[object/;

/** What depends on the day is told from the day of the invented records. */
const DAY = new Date('2026-11-22T12:00:00Z');
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: DAY }));
afterEach(() => void vi.useRealTimers());

describe.each(LANGUAGES)('citizen screens in %s', (language) => {
  it.each(SCREENS)('$name', async ({ scenario = {}, steps, shows, words }) => {
    await openApp({ signedIn: true, tax: taxYearDrafts(), ...scenario, settings: { language } });
    const user = userEvent.setup({ delay: null });
    for (const step of steps) await user.click((await screen.findAllByTestId(step))[0] as HTMLElement);
    await screen.findAllByTestId(shows);
    const text = document.body.textContent ?? '';
    expect(text.toLowerCase()).toContain((words[LANGUAGES.indexOf(language)] ?? '').toLowerCase());
    expect(text).not.toMatch(LEAK);
    if (language === 'et') expect(await violations()).toEqual([]);
  });
});

describe('a citizen', () => {
  const open = async (scenario: Scenario = {}) => {
    await openApp({ signedIn: true, ...scenario });
    return userEvent.setup({ delay: null });
  };

  it('marks everything as seen and takes it back', async () => {
    const user = await open();
    const changes = await screen.findByTestId('home-changes');
    await user.click(await screen.findByTestId('seen-mark'));
    expect(screen.getByText(/Kõik on vaadatuks märgitud/)).toBeInTheDocument();
    // it is remembered while the session lasts
    await user.click(screen.getByTestId('nav-health'));
    await user.click(await screen.findByTestId('nav-home'));
    await user.click(await screen.findByTestId('seen-undo'));
    expect(await screen.findByText(/pärast teie eelmist külastust 15.11.2026/)).toBeInTheDocument();
    expect(changes).toBeDefined();
  });

  it('does not lose what could not be verified by marking it as seen', async () => {
    const user = await open({ alter: [16] });
    await user.click(await screen.findByTestId('seen-mark'));
    expect(
      within(screen.getByTestId('home-problems'))
        .getAllByTestId('verdict')
        .map((mark) => mark.dataset.verdict),
    ).toContain('altered');
  });

  it('opens a need by keyboard', async () => {
    const user = await open();
    const needs = await screen.findByTestId('needs-me');
    const button = await within(needs).findByRole('button', { name: /Metformiin/ });
    button.focus();
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('heading', { level: 1, name: 'Metformiin 500 mg' })).toBeInTheDocument();
  });

  it('sees a closed document as a row without what it is about', async () => {
    const user = await open();
    await user.click(await screen.findByTestId('nav-health'));
    const row = (await screen.findByTestId('list-row-7')).closest('tr, [role="row"], li') as HTMLElement;
    expect(row).toHaveTextContent('Suletud teie soovil');
    expect(row).not.toHaveTextContent('Kõrge vererõhk');
    await user.click(screen.getByTestId('list-row-7'));
    await screen.findByTestId('closed');
    expect(screen.getByTestId('record')).not.toHaveTextContent('Hüpertooniatõbi');
    await user.click(screen.getByTestId('closed-open'));
    expect(screen.getByTestId('record')).toHaveTextContent('Hüpertooniatõbi');
    expect(screen.getByTestId('closed-open')).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(screen.getByTestId('record')).not.toHaveTextContent('Hüpertooniatõbi');
  });

  it('is not told that nothing is due when the tax register is silent', async () => {
    await open({ tax: taxYearDrafts(), taxSilent: true });
    expect(await screen.findByTestId('needs-unknown')).toHaveTextContent('ei saa praegu öelda');
    expect(screen.queryByText('KMD: november 2026')).toBeNull();
    expect(screen.getByTestId('home-register-tax')).toHaveTextContent('Praegu ei tea. Salvestatud on 75 kirjet.');
  });

  it('reads a correction word by word, with marks that are not colour', async () => {
    const user = await open();
    await user.click(await screen.findByTestId('nav-health'));
    await user.click(await screen.findByTestId('list-row-12'));
    const plan = await screen.findByTestId('diff-plan');
    expect([...plan.querySelectorAll('del bdi')].map((mark) => mark.textContent)).toEqual(['kolme', '850']);
    expect([...plan.querySelectorAll('ins bdi')].map((mark) => mark.textContent)).toEqual(['kahe', '500']);
    expect(plan.querySelector('ins')).toHaveTextContent('lisatud: +kahe lõpp.');
    await user.click(screen.getByTestId('compare-1'));
    expect(screen.queryByTestId('difference')).toBeNull();
  });

  it('reads the lines of a return in the own language and in the words of the form', async () => {
    const user = await open({ settings: { language: 'ru' } });
    await user.click(await screen.findByTestId('nav-tax'));
    await user.click(await screen.findByTestId('list-row-4'));
    const lines = within(await screen.findByTestId('record'));
    expect(await lines.findByText('Оборот по ставке 24 %')).toBeInTheDocument();
    expect(await lines.findByText('24% määraga maksustatav käive')).toHaveAttribute('lang', 'et');
    expect(screen.getByTestId('recalculation')).toHaveTextContent('Строка 4, Всего НСО: в записи 3 233,00 €, рассчитано здесь 3 133,00 €.');
  });

  it('moves between the lines of the account with the arrow keys', async () => {
    const user = await open({ tax: taxYearDrafts() });
    await user.click(await screen.findByTestId('nav-tax'));
    await user.click(await screen.findByTestId('view-account'));
    const chart = await screen.findByTestId('balance-chart');
    chart.focus();
    await user.keyboard('{ArrowLeft}');
    expect(chart).toHaveTextContent(/19\.11\.2026: Laekumine/);
    await user.keyboard('{Home}');
    expect(chart).toHaveTextContent(/09\.12\.2025: Laekumine 1.180,00/);
  });

  it('reads Estonian records in the own language, with the record’s words beside', async () => {
    const user = await open({ settings: { language: 'en' } });
    await user.click(await screen.findByTestId('nav-health'));
    await user.click(await screen.findByTestId('list-row-16'));
    expect(await screen.findByRole('heading', { level: 1 })).toHaveTextContent('Long-term blood sugar');
    expect(screen.getByTestId('record')).toHaveTextContent('Pikaajaline veresuhkur');
    expect(screen.getByTestId('record')).toHaveTextContent('What is proven are the record’s own Estonian words');
  });
});
