import { describe, expect, it } from 'vitest';
import en from './en.json';
import et from './et.json';
import ru from './ru.json';
import { createTexts, LANGUAGES, LOCALES } from './i18n';

const ALL: Record<string, Record<string, string>> = { et, en, ru };
const PLURAL = /_(zero|one|two|few|many|other)$/;

const bases = (texts: Record<string, string>) => new Set(Object.keys(texts).map((key) => key.replace(PLURAL, '')));
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
const tags = (text: string) => [...text.matchAll(/<\/?\w+>/g)].map((match) => match[0]);

describe('translations', () => {
  it.each(LANGUAGES)('%s has every key, and no other', (language) => {
    const wanted = bases(et);
    const found = bases(ALL[language] ?? {});
    expect([...wanted].filter((key) => !found.has(key))).toEqual([]);
    expect([...found].filter((key) => !wanted.has(key))).toEqual([]);
  });

  it.each(LANGUAGES)('%s has no empty text', (language) => {
    expect(Object.entries(ALL[language] ?? {}).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it.each(LANGUAGES)('%s has every plural form its numbers need', (language) => {
    const texts = ALL[language] ?? {};
    const needed = new Intl.PluralRules(LOCALES[language]).resolvedOptions().pluralCategories;
    const plurals = new Set(
      Object.keys(texts)
        .filter((key) => PLURAL.test(key))
        .map((key) => key.replace(PLURAL, '')),
    );
    const missing = [...plurals].flatMap((base) => needed.map((form) => `${base}_${form}`)).filter((key) => !(key in texts));
    expect(missing).toEqual([]);
  });

  it.each(['en', 'ru'] as const)('%s has the placeholders and marks of the Estonian text', (language) => {
    const wrong = Object.entries(ALL[language] ?? {}).filter(([key, text]) => {
      const base = key.replace(PLURAL, '');
      const origin = et[key as keyof typeof et] ?? ALL.et?.[`${base}_other`] ?? '';
      const [mine, theirs] = [placeholders(text), placeholders(origin)].map((names) => names.filter((name) => name !== 'count').join());
      return mine !== theirs || tags(text).join() !== tags(origin).join();
    });
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  it('is not left untranslated', () => {
    const same = Object.entries(et).filter(
      ([key, text]) =>
        /\p{L}{5,}/u.test(text.replace(/\{\w+\}/g, '')) &&
        ALL.ru?.[key] === text &&
        !['app.name', 'pin.window'].includes(key) &&
        // a language is offered in its own words
        !key.startsWith('first.lang.'),
    );
    expect(same.map(([key]) => key)).toEqual([]);
  });

  it('counts in each language', () => {
    expect(createTexts('et').t('home.all', { count: 1 })).toBe('1 kirje, käes');
    expect(createTexts('en').t('home.all', { count: 2 })).toBe('2 entries, all in hand');
    expect(createTexts('ru').t('home.all', { count: 3 })).toBe('3 записи, все на руках');
    expect(createTexts('ru').t('home.all', { count: 11 })).toBe('11 записей, все на руках');
  });
});
