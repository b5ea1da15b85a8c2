import { createInstance, type i18n as I18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../backend/contract';

/** Texts by key, by language. */
export type AllTexts = Record<Language, Record<string, string>>;

/** Translations of one window, from the texts it carries. */
export function createFrom(language: Language, all: Partial<AllTexts>): I18n {
  const texts = createInstance();
  void texts.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    initAsync: false,
    keySeparator: false,
    nsSeparator: false,
    resources: Object.fromEntries(Object.entries(all).map(([code, translation]) => [code, { translation }])),
    // React escapes; placeholders are `{name}`
    interpolation: { prefix: '{', suffix: '}', escapeValue: false, skipOnVariables: true },
  });
  return texts;
}
