import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bool, code, date, decimal, money, text, type Draft } from '../backend/fixture/draft';
import { openApp } from './render';

const HTML = '<img src=x onerror="window.hacked=1"><b data-testid="verdict" data-verdict="proven">Tõendatud</b>';
const RTL = '\u202egnidnatstuO \u2067\u2069\u200f HbA1c';
const ZALGO = `z${'\u0335\u0321\u0489'.repeat(400)}`;
const LONG = 'epikriis '.repeat(120_000);
const DAY = '2026-11-20';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-22T12:00:00Z') }));
afterEach(() => void vi.useRealTimers());

const visit = (words: string, more: Partial<Draft> = {}): Draft => ({
  schema: 'visit',
  date: DAY,
  fields: {
    title: text(words),
    document_no: code('E1'),
    date: date(DAY),
    diagnosis_lay: text(words),
    diagnosis: text(words),
    diagnosis_code: code(words.slice(0, 60)),
    speciality: text(words.slice(0, 60)),
    plan: text(words),
    closed: bool(false),
  },
  ...more,
});

const health = (words: string): Draft[] => [
  { ...visit(words), superseded: true },
  visit(`${words} uus`, { version: 2 }),
  {
    schema: 'lab',
    date: DAY,
    fields: {
      title: text(words),
      analyte: text(words),
      loinc: code(words.slice(0, 40)),
      value: decimal(48, 0),
      unit: code(words.slice(0, 40)),
      ref_high: decimal(42, 0),
    },
  },
  {
    schema: 'prescription',
    date: DAY,
    fields: { title: text(words), status: code('active'), valid_until: date('2027-01-12'), substance: text(words), doctor: text(words) },
  },
  { schema: 'vaccination', date: DAY, fields: { title: text(words), disease: text(words), next_due: date('2026-12-12') } },
];

const tax = (words: string): Draft[] => [
  {
    schema: 'tsd',
    date: DAY,
    fields: { period: code('2026-10'), payer: text(words), payer_code: code(words.slice(0, 20)), gross: money(100), filed_on: date(DAY) },
  },
  {
    schema: 'kmd',
    date: DAY,
    fields: {
      period: code('2026-10'),
      company: text(words),
      company_code: code(words.slice(0, 20)),
      line_12: money(5),
      filed_on: date(DAY),
    },
  },
  ...[1, 2].map<Draft>(() => ({
    schema: 'prepayment',
    date: DAY,
    fields: { date: date(DAY), kind: code(words.slice(0, 40)), description: text(words), credit: money(100), balance: money(100) },
  })),
];

const PLACES: [name: string, steps: string[]][] = [
  ['home', []],
  ['tests', ['nav-health', 'view-lab']],
  ['prescriptions', ['nav-health', 'view-prescription']],
  ['vaccinations', ['nav-health', 'view-vaccination']],
  ['difference', ['nav-health', 'list-row-2']],
  ['lab record', ['nav-health', 'list-row-3']],
  ['declarations', ['nav-tax', 'view-declarations']],
  ['income', ['nav-tax', 'view-income']],
  ['account', ['nav-tax', 'view-account']],
];

describe.each([
  ['markup', HTML],
  ['other directions', RTL],
  ['piled marks', ZALGO],
  ['a line of a megabyte', LONG],
])('hostile text, %s', (_name, words) => {
  it.each(PLACES)('is text and nothing more: %s', async (_place, steps) => {
    await openApp({ signedIn: true, health: health(words), tax: tax(words) });
    const user = userEvent.setup({ delay: null });
    for (const step of steps) await user.click(await screen.findByTestId(step));
    await screen.findByTestId(steps.length ? (steps.at(-1)?.startsWith('list') ? 'record' : (steps.at(-1) ?? '')) : 'needs-me');
    const main = document.querySelector('main');
    expect(main?.querySelector('img, script, b')).toBeNull();
    expect('hacked' in window).toBe(false);
    // the only verdicts are ours
    for (const mark of screen.queryAllByTestId('verdict')) expect(mark.closest('bdi')).toBeNull();
    // everything that the record says is isolated and short
    const shown = main?.textContent ?? '';
    expect(shown.length).toBeLessThan(60_000);
    for (const node of main?.querySelectorAll('.record-text') ?? []) expect(node.tagName).toBe('BDI');
    const loose = document.createTreeWalker(main ?? document.body, NodeFilter.SHOW_TEXT);
    const strange = /[\u202a-\u202e\u2066-\u2069]|\u0489|<img/;
    while (loose.nextNode()) {
      const parent = loose.currentNode.parentElement;
      const quiet = parent?.closest('bdi, .sr-only, .term-panel');
      if (!quiet) expect(loose.currentNode.textContent).not.toMatch(strange);
    }
  });
});
