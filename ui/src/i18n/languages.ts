import type { Language } from '../backend/contract';

/** The languages, in the order of the switch. */
export const LANGUAGES: readonly Language[] = ['et', 'en', 'ru'];

/** Locale of a language. Always passed explicitly: what the system reports may be "C". */
export const LOCALES: Record<Language, string> = { et: 'et-EE', en: 'en-GB', ru: 'ru-RU' };
