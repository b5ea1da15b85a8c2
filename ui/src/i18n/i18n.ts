import type { i18n as I18n } from 'i18next';
import type { Language } from '../backend/contract';
import { createFrom, type AllTexts } from './create';

export { LANGUAGES, LOCALES } from './languages';

/** Texts that stand in the place of a language's own: the pseudo-locale of development. */
export type OtherTexts = Partial<AllTexts>;

/** Each language is a file of its own, so that a start reads only one. */
const FILES: Record<Language, () => Promise<{ default: Record<string, string> }>> = {
  et: () => import('./et.json'),
  en: () => import('./en.json'),
  ru: () => import('./ru.json'),
};

const known: Partial<AllTexts> = {};

/** Makes languages known without loading. */
export function teach(texts: Partial<AllTexts>): void {
  Object.assign(known, texts);
}

/** Loads a language, unless it is known. */
export async function learn(language: Language): Promise<void> {
  if (!known[language]) teach({ [language]: (await FILES[language]()).default });
}

/** Translations of the main window in a known language. The PIN window has its own, `virtual:pin-texts`. */
export const createTexts = (language: Language, other: OtherTexts = {}): I18n => createFrom(language, { ...known, ...other });

/** Goes on in another language, at once if it is known. */
export function speak(texts: I18n, language: Language): void {
  const change = () => {
    if (!texts.hasResourceBundle(language, 'translation')) texts.addResourceBundle(language, 'translation', known[language]);
    void texts.changeLanguage(language);
  };
  if (known[language]) change();
  else void learn(language).then(change);
}

/** Lets a language be read from beside the chosen one. */
export async function lend(texts: I18n, language: Language): Promise<void> {
  await learn(language);
  if (!texts.hasResourceBundle(language, 'translation')) texts.addResourceBundle(language, 'translation', known[language]);
}
