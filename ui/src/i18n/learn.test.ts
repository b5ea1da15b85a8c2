import { beforeEach, expect, it, vi } from 'vitest';

// The other tests know all languages from the start; here the module is read afresh, as by the program.
beforeEach(() => vi.resetModules());

it('reads only the language it needs, and the next one when somebody chooses it', async () => {
  const { createTexts, learn, speak } = await import('./i18n');
  await learn('en');
  const texts = createTexts('en');
  expect(texts.t('app.help')).toBe('Help');
  expect(texts.hasResourceBundle('ru', 'translation')).toBe(false);
  speak(texts, 'ru');
  await vi.waitFor(() => expect(texts.language).toBe('ru'));
  expect(texts.t('app.help')).not.toBe('app.help');
  expect(texts.t('app.help')).toMatch(/\p{Script=Cyrillic}/u);
  speak(texts, 'en');
  expect(texts.language).toBe('en');
});
