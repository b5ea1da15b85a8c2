import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../i18n/i18n';
import { textsOf } from '../../test/render';
import { helpEntries } from './entries';
import { fold, searchHelp } from './search';

const found = (language: 'et' | 'en' | 'ru', typed: string) => searchHelp(helpEntries(textsOf(language)), typed).map(({ id }) => id);

describe('searching help', () => {
  it.each(LANGUAGES)('%s: a help code finds itself first', (language) => {
    for (const typed of ['E32', 'e32', '32']) expect(found(language, typed)[0]).toBe('E32');
  });

  it('finds by words, whatever their case, marks and endings', () => {
    expect(found('et', 'PIN-kood')[0]).toBe('card');
    expect(found('et', 'lugejat')).toContain('reader');
    expect(found('et', 'TOEND')).toContain('proof');
    expect(found('en', 'shared computer')[0]).toBe('shared');
    expect(found('ru', 'считывателя')[0]).toBe('reader');
    expect(found('ru', 'ВЕРДИКТЫ')[0]).toBe('verdicts');
  });

  it('asks for every word, and finds nothing where there is nothing', () => {
    expect(found('en', 'reader zebra')).toEqual([]);
    expect(found('en', '   ')).toEqual([]);
    expect(found('en', '(.*[')).toEqual([]);
  });

  it('marks what matched and loses no letter', () => {
    const [hit] = searchHelp([{ id: 'x', title: 'Õige kaart', text: 'Pange KAART lugejasse.', tags: '' }], 'kaart');
    expect(hit?.title).toEqual([
      { text: 'Õige ', hit: false },
      { text: 'kaart', hit: true },
    ]);
    expect(hit?.excerpt.map(({ text }) => text).join('')).toBe('Pange KAART lugejasse.');
    expect(hit?.excerpt.find((piece) => piece.hit)?.text).toBe('KAART');
  });

  it('folds letter by letter', () => {
    for (const text of ['Žürii õhtu', 'Ёжик', 'ǅ🂡İx']) expect(fold(text).length).toBe(text.length);
    expect(fold('Õ')).toBe('o');
  });

  it.each(LANGUAGES)('%s: every article has words, and other words it is found by', (language) => {
    for (const entry of helpEntries(textsOf(language))) {
      expect(entry.title.length, entry.id).toBeGreaterThan(3);
      expect(entry.text.length, entry.id).toBeGreaterThan(20);
      expect(entry.text, entry.id).not.toMatch(/[{}<>]/);
    }
  });
});
