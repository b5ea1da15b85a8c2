import type { Blame, ErrorInfo } from '../../backend/contract';
import type { Texts } from '../../i18n/text';
import { authorityName } from '../authorityName';

/** Severity of a help code: information, warning, stop. */
export type Severity = 'info' | 'care' | 'stop';

const STOP = new Set('E07 E09 E10 E11 E16 E17 E18 E23 E25 E27 E28 E31 E32 E33 E35 E36 E37 E38 E41 E60 E61 E62 E68 E76'.split(' '));
const INFO = new Set('E02 E03 E12 E13 E14 E20 E30 E34 E42 E55 E63 E69'.split(' '));

/** How grave a code is. */
export function severity(code: string): Severity {
  if (STOP.has(code)) return 'stop';
  return INFO.has(code) ? 'info' : 'care';
}

/** An error in words: what happened, what it means, what to do. */
export interface ErrorWords {
  what: string;
  means: string;
  advice: string;
  code: string;
  blame: Blame;
  severity: Severity;
}

const REGISTERS = ['health', 'tax', 'business'];

/** Values a person can read: register ids and field names become words. */
function readable(params: Record<string, string>, texts: Texts): Record<string, string> {
  const { find } = texts;
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (name === 'authority') return [name, authorityName(value, [], texts)];
      if (REGISTERS.includes(value)) return [name, find(`register.${value}`) ?? value];
      return [name, name === 'field' ? (find(`field.${value}`) ?? value) : value];
    }),
  );
}

/** The text with its numbers when all of them are known, else the text without numbers; never a placeholder. */
export function errorWords(error: ErrorInfo, texts: Texts): ErrorWords {
  const params = readable(error.params, texts);
  const code = texts.find(`errors.${error.code}.what`) === null ? 'E00' : error.code;
  const full = texts.find(`errors.${code}.what`, params) ?? '';
  const what = /\{\w+\}/.test(full) ? (texts.find(`errors.${code}.bare`) ?? full) : full;
  const reason = error.params.reason ? texts.find(`reason.${error.params.reason}`, params) : null;
  return {
    what: (code === 'E35' || code === 'E75') && reason ? reason : what,
    means: texts.find(`errors.${code}.means`) ?? '',
    advice: texts.find(`errors.${code}.do`) ?? '',
    code: error.code,
    blame: error.blame,
    severity: severity(error.code),
  };
}
