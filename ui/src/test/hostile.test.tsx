import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Draft } from '../backend/fixture/draft';
import { clip } from '../shared/record/RecordText';
import { openApp, renderWith } from './render';
import { useTexts } from '../i18n/text';

const HTML = '<img src=x onerror="window.hacked=1"><b data-testid="verdict" data-verdict="proven">Tõendatud</b>';
const RTL = '\u202egnidnatstuO \u2067\u200f';
const record = (title: string): Draft[] => [
  {
    schema: 'visit',
    date: '2026-11-20',
    verdict: { verdict: 'cannotCheck', reason: '<script>', params: { field: HTML } },
    fields: { title: { t: 'text', v: title }, diagnosis_lay: { t: 'text', v: RTL }, plan: { t: 'text', v: 'x'.repeat(1_000_000) } },
  },
];

describe('hostile text in a record', () => {
  it('is text, never markup, and cannot stand as a verdict', async () => {
    await openApp({ signedIn: true, health: record(HTML) });
    const user = userEvent.setup({ delay: null });
    await user.click(await screen.findByTestId('nav-health'));
    await screen.findByTestId('list-row-1');
    expect(document.querySelector('img')).toBeNull();
    expect(screen.getAllByTestId('verdict').map((mark) => mark.getAttribute('data-verdict'))).toEqual(['cannotCheck']);
    await user.click(screen.getByTestId('list-row-1'));
    await screen.findByTestId('record');
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('<img src=x');
    expect(document.querySelector('img')).toBeNull();
    expect(screen.getAllByTestId('verdict').map((mark) => mark.getAttribute('data-verdict'))).toEqual(['cannotCheck']);
    expect('hacked' in window).toBe(false);
  });

  it('stays inside its own direction and is clipped', async () => {
    await openApp({ signedIn: true, health: record('y'.repeat(1_000_000)) });
    const user = userEvent.setup({ delay: null });
    await user.click(await screen.findByTestId('nav-health'));
    const row = await screen.findByTestId('list-row-1');
    expect((row.textContent ?? '').length).toBeLessThan(200);
    for (const text of document.querySelectorAll('.row-text')) expect(text.tagName).toBe('BDI');
    await user.click(row);
    const sheet = await screen.findByTestId('record');
    expect((sheet.textContent ?? '').length).toBeLessThan(8_000);
    for (const text of sheet.querySelectorAll('.record-text')) expect(text.tagName).toBe('BDI');
    expect(screen.getAllByText('Näita rohkem').length).toBeGreaterThan(0);
  });

  it('is never cut through a character', () => {
    expect(clip('ab😀', 3)).toBe('ab');
    expect(clip('ab😀', 4)).toBe('ab😀');
    expect(clip('abc', 10)).toBe('abc');
  });

  it('does not become markup or a placeholder inside our own sentences', () => {
    function Sentence() {
      return <p data-testid="sentence">{useTexts().rich('list.sentence', { ledger: '<b>41</b>', held: '{ledger} $t(app.name)' })}</p>;
    }
    renderWith(<Sentence />);
    const sentence = screen.getByTestId('sentence');
    expect(sentence).toHaveTextContent('<b>41</b>');
    expect(sentence).toHaveTextContent('{ledger} $t(app.name)');
    expect(sentence.querySelectorAll('strong')).toHaveLength(2);
  });
});
