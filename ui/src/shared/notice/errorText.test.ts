import { describe, expect, it } from 'vitest';
import et from '../../i18n/et.json';
import { LANGUAGES } from '../../i18n/i18n';
import { textsOf } from '../../test/render';
import { errorWords, severity } from './errorText';

/** Codes the client, the shell and the card driver can send. */
const SENT =
  'E00 E01 E02 E03 E04 E05 E06 E07 E08 E09 E10 E11 E12 E13 E14 E15 E16 E17 E18 E19 E20 E21 E22 E23 E24 E25 E26 E27 E28 E29 E30 E31 E32 E33 E34 E35 E36 E37 E38 E39 E40 E41 E42 E43 E50 E55 E56 E60 E61 E62 E63 E65 E66 E67 E68 E69 E70 E71 E72 E73 E74 E75 E76 E77 E78'.split(
    ' ',
  );
const texts = Object.fromEntries(LANGUAGES.map((language) => [language, textsOf(language)]));
const info = (code: string, params: Record<string, string> = {}) => ({ code, blame: 'peer' as const, params, retry: true });

describe('errors in words', () => {
  it.each(SENT)('%s says what happened, what it means and what to do, in every language, even without parameters', (code) => {
    for (const language of LANGUAGES) {
      const own = texts[language];
      if (!own) throw new Error(language);
      const words = errorWords(info(code), own);
      for (const part of [words.what, words.means, words.advice]) {
        expect(part).not.toBe('');
        expect(part).not.toMatch(/[{}]|errors\./);
      }
      expect(words.code).toBe(code);
      if (code !== 'E00') expect(words.what).not.toBe(own.t('errors.E00.what'));
    }
  });

  it('has no text for a code that nobody sends', () => {
    const written = new Set(Object.keys(et).flatMap((key) => /^errors\.(E\d\d)\./.exec(key)?.[1] ?? []));
    expect([...written].filter((code) => !SENT.includes(code))).toEqual([]);
  });

  it('names the register and the tries, never an id', () => {
    expect(errorWords(info('E29', { register: 'health' }), textsOf('en')).what).toBe('The Health register does not answer.');
    expect(errorWords(info('E29', { register: 'health' }), textsOf('ru')).what).toBe('Регистр здоровья не отвечает.');
    expect(errorWords(info('E08', { left: '2' }), textsOf('et')).what).toContain('2');
    expect(errorWords(info('E33', { given: '3' }), textsOf('et')).what).toBe('Register andis vana versiooni.');
    expect(errorWords(info('E35', { reason: 'wrongSalt', register: 'tax' }), textsOf('en')).what).toContain('sealing data');
  });

  it('a code from a newer program is still an error with its code', () => {
    const words = errorWords(info('E99'), textsOf('et'));
    expect(words).toMatchObject({ code: 'E99', severity: 'care' });
    expect(words.what).not.toBe('');
  });

  it('stops at what must not be relied on', () => {
    expect(['E31', 'E32', 'E25', 'E10'].map(severity)).toEqual(['stop', 'stop', 'stop', 'stop']);
    expect(['E13', 'E34'].map(severity)).toEqual(['info', 'info']);
    expect(severity('E29')).toBe('care');
  });
});
