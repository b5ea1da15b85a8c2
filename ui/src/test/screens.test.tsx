import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Scenario } from '../backend/fixture/backend';
import { LANGUAGES } from '../i18n/i18n';
import { openApp, violations } from './render';

interface Screen {
  name: string;
  scenario: Scenario;
  steps: string[];
  /** Shown when the screen stands. */
  shows: string;
  words: [et: string, en: string, ru: string];
}

const signedIn = true;
const SCREENS: Screen[] = [
  {
    name: 'welcome',
    scenario: {},
    steps: [],
    shows: 'demo-card-mari',
    words: ['Pange ID-kaart lugejasse', 'Put your ID card in', 'Вставьте ID-карту'],
  },
  {
    name: 'card ready',
    scenario: {},
    steps: ['demo-card-mari'],
    shows: 'sign-in',
    words: ['Ava minu kirjed', 'Open my records', 'Открыть мои записи'],
  },
  {
    name: 'home',
    scenario: { signedIn },
    steps: [],
    shows: 'home-changes',
    words: ['Mis on muutunud', 'What has changed', 'Что изменилось'],
  },
  { name: 'health list', scenario: { signedIn }, steps: ['nav-health'], shows: 'list-row-16', words: ['kõik', 'All', 'Все'] },
  {
    name: 'withheld alarm',
    scenario: { signedIn, withhold: [11] },
    steps: ['nav-health'],
    shows: 'list-problem',
    words: ['Üks kirje on välja andmata', 'One entry is withheld', 'Одна запись не выдана'],
  },
  {
    name: 'lab record',
    scenario: { signedIn },
    steps: ['nav-health', 'list-row-16'],
    shows: 'chart',
    words: ['üle viitevahemiku', 'above the reference range', 'выше референсного'],
  },
  {
    name: 'proof',
    scenario: { signedIn },
    steps: ['nav-health', 'list-row-16', 'proof-open'],
    shows: 'save-proof',
    words: ['Midagi pole muudetud.', 'Nothing was changed.', 'Ничего не изменено.'],
  },
  {
    name: 'proof in numbers',
    scenario: { signedIn },
    steps: ['nav-health', 'list-row-16', 'proof-open', 'proof-numbers'],
    shows: 'proof-panel',
    words: ['Tõendi sügavus', 'Depth of the proof', 'Глубина доказательства'],
  },
  {
    name: 'raw proof',
    scenario: { signedIn },
    steps: ['nav-health', 'list-row-16', 'proof-open', 'proof-raw'],
    shows: 'raw-proof',
    words: ['Toortõend', 'Raw proof', 'Исходное доказательство'],
  },
  {
    name: 'altered record',
    scenario: { signedIn, alter: [16] },
    steps: ['nav-health', 'list-row-16'],
    shows: 'record',
    words: ['Rikutud', 'Altered', 'Искажено'],
  },
  {
    name: 'withheld record',
    scenario: { signedIn, withhold: [11] },
    steps: ['nav-health', 'list-row-11'],
    shows: 'record',
    words: ['Siin peaks olema kirje', 'should be here', 'Здесь должна быть'],
  },
  {
    name: 'versions',
    scenario: { signedIn },
    steps: ['nav-health', 'list-row-12'],
    shows: 'record',
    words: ['Versioonid', 'Versions', 'Версии'],
  },
  {
    name: 'tax list',
    scenario: { signedIn },
    steps: ['nav-tax'],
    shows: 'list-row-8',
    words: ['Käibedeklaratsioon', 'VAT return', 'Декларация НСО'],
  },
  {
    name: 'silent tax register',
    scenario: { signedIn, taxSilent: true },
    steps: ['nav-tax'],
    shows: 'list-problem',
    words: ['ei vasta', 'does not answer', 'не отвечает'],
  },
  {
    name: 'VAT return that disagrees',
    scenario: { signedIn },
    steps: ['nav-tax', 'list-row-4'],
    shows: 'recalculation',
    words: ['siin arvutatud', 'calculated here', 'рассчитано здесь'],
  },
  {
    name: 'companies',
    scenario: { signedIn },
    steps: ['nav-business'],
    shows: 'company-open-19999012',
    words: ['Ettevõtted, mida võite esindada', 'Companies you may act for', 'вы вправе представлять'],
  },
  {
    name: 'company',
    scenario: { signedIn },
    steps: ['nav-business', 'company-open-19999012'],
    shows: 'who-signs',
    words: ['Kes tohib täna allkirjastada', 'Who may sign today', 'Кто вправе подписать'],
  },
  {
    name: 'company entries',
    scenario: { signedIn },
    steps: ['nav-business', 'company-open-19999012', 'company-entries'],
    shows: 'list-row-9',
    words: ['Osanik', 'Shareholder', 'Участник'],
  },
  {
    name: 'status',
    scenario: { signedIn, status: { missing: true, silent: true, syncing: true } },
    steps: ['status-line'],
    shows: 'sync-pause',
    words: ['Maamaja', 'Land House', 'Земельный дом'],
  },
  { name: 'check', scenario: {}, steps: ['nav-check'], shows: 'check-choose', words: ['Neli vastust', 'Four answers', 'Четыре ответа'] },
  {
    name: 'check answered',
    scenario: {},
    steps: ['nav-check', 'check-choose'],
    shows: 'check-outcome',
    words: ['Ehtne ja muutmata', 'Genuine and unaltered', 'Подлинный и неизменённый'],
  },
  { name: 'help', scenario: {}, steps: ['help-open'], shows: 'help', words: ['Kuus otsust', 'Six verdicts', 'Шесть вердиктов'] },
  {
    name: 'stale ledger',
    scenario: { status: { state: 'stale' } },
    steps: [],
    shows: 'ledger-banner',
    words: ['3 tundi tagasi', '3 hours ago', '3 часа назад'],
  },
  {
    name: 'attacked ledger',
    scenario: { status: { state: 'attacked' } },
    steps: [],
    shows: 'attack',
    words: ['kaks eri versiooni', 'Two different versions', 'две разные версии'],
  },
];

/** A key or a placeholder that reached the screen. */
const LEAK = /\{\w+\}|\b(?:errors|reason|field|schema|status|proof|check|verdict)\.[a-z]\w*\.?|undefined|\[object/;

describe.each(LANGUAGES)('screens in %s', (language) => {
  it.each(SCREENS)('$name', async ({ scenario, steps, shows, words }) => {
    await openApp({ ...scenario, settings: { language } });
    const user = userEvent.setup({ delay: null });
    for (const step of steps) await user.click(await screen.findByTestId(step));
    await screen.findAllByTestId(shows);
    const text = document.body.textContent ?? '';
    const word = words[LANGUAGES.indexOf(language)] ?? '';
    expect(text.toLowerCase()).toContain(word.toLowerCase());
    expect(text).not.toMatch(LEAK);
    expect(screen.getByTestId('demo-label')).toBeInTheDocument();
    expect(document.documentElement.lang).toBe(language);
    // the structure is the same in every language; one is enough for axe
    if (language === 'et') expect(await violations()).toEqual([]);
  });
});
