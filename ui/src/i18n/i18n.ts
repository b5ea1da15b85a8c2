import { createInstance, type i18n as I18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../backend/contract';
import en from './en.json';
import et from './et.json';
import ru from './ru.json';

/** The languages, in the order of the switch. */
export const LANGUAGES: readonly Language[] = ['et', 'en', 'ru'];

/** Locale of a language. Always passed explicitly: what the system reports may be "C". */
export const LOCALES: Record<Language, string> = { et: 'et-EE', en: 'en-GB', ru: 'ru-RU' };

/** Texts that stand in the place of a language's own: the pseudo-locale of development. */
export type OtherTexts = Partial<Record<Language, Record<string, string>>>;

/** Translations of one window in one language. */
export function createTexts(language: Language, other: OtherTexts = {}): I18n {
  const texts = createInstance();
  void texts.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    initAsync: false,
    keySeparator: false,
    nsSeparator: false,
    resources: {
      et: { translation: other.et ?? et },
      en: { translation: other.en ?? en },
      ru: { translation: other.ru ?? ru },
    },
    // React escapes; placeholders are `{name}`
    interpolation: { prefix: '{', suffix: '}', escapeValue: false, skipOnVariables: true },
  });
  return texts;
}
