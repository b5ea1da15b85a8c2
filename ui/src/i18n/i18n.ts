import type { i18n as I18n } from 'i18next';
import type { Language } from '../backend/contract';
import { createFrom, type AllTexts } from './create';
import en from './en.json';
import et from './et.json';
import ru from './ru.json';

export { LANGUAGES, LOCALES } from './languages';

/** Texts that stand in the place of a language's own: the pseudo-locale of development. */
export type OtherTexts = Partial<AllTexts>;

/** Translations of the main window. The PIN window has its own, `virtual:pin-texts`. */
export const createTexts = (language: Language, other: OtherTexts = {}): I18n => createFrom(language, { et, en, ru, ...other });
