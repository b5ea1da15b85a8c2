import { createElement, Fragment, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '../backend/contract';
import type { TextKey, TextParams } from './keys';

/** The words of the program in the chosen language. */
export interface Texts {
  language: Language;
  t: (key: TextKey, params?: TextParams) => string;
  /** A text with `<b>` in it. Only the template is read as markup, never a value. */
  rich: (key: TextKey, params?: TextParams) => ReactNode;
  /** A text under a key made at run time, or `null` when there is none. */
  find: (key: string, params?: TextParams) => string | null;
}

/** Private-use sign that fences a placeholder while a template is split. */
const MARK = '\ue000';

function emphasised(template: string, params: TextParams): ReactNode {
  const parts = template
    .split(/<b>(.*?)<\/b>/g)
    .map((part) => part.replace(/\ue000(\w+)\ue000/g, (_all, name: string) => String(params[name])));
  return createElement(Fragment, null, ...parts.map((part, index) => (index % 2 ? createElement('strong', { key: index }, part) : part)));
}

/** Texts for a component; it renders again when the language changes. */
export function useTexts(): Texts {
  const { t: translate, i18n } = useTranslation();
  const language = i18n.language as Language;
  return useMemo<Texts>(() => {
    const t = (key: string, params: TextParams = {}): string => translate(key, params);
    return {
      language,
      t,
      rich: (key, params = {}) => {
        const marked = Object.fromEntries(Object.keys(params).map((name) => [name, `${MARK}${name}${MARK}`]));
        return emphasised(t(key, { ...marked, ...('count' in params ? { count: params.count ?? 0 } : {}) }), params);
      },
      find: (key, params = {}) => (i18n.exists(key, params) ? t(key, params) : null),
    };
  }, [translate, i18n, language]);
}
