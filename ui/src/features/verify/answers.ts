import type { Answer, AuthorityStatus, FileReport } from '../../backend/contract';
import type { Texts } from '../../i18n/text';
import { formatDate, formatDateTime, formatInteger, isoDay } from '../../shared/format';
import { fieldLabel } from '../../shared/record/values';

/** The four questions, in their order. */
export const QUESTIONS = ['unaltered', 'issuer', 'current', 'audience'] as const;
export type Question = (typeof QUESTIONS)[number];

/** What the answer tells to do. *No* to "still current" or "meant for me" is care: the file is genuine. */
export function answerTone(question: Question, { answer }: Answer): 'proof' | 'stop' | 'care' | 'unknown' {
  if (answer === 'yes') return 'proof';
  if (answer === 'cannotTell') return 'unknown';
  return question === 'current' || question === 'audience' ? 'care' : 'stop';
}

/** Verdict sign that stands for a tone. */
export const toneVerdict = { proof: 'proven', stop: 'altered', care: 'oldVersion', unknown: 'cannotCheck' } as const;

function named(value: string, authorities: AuthorityStatus[], { language, find }: Texts): string {
  return value
    .split(', ')
    .map((id) => find(`register.${id}`) ?? authorities.find((authority) => authority.id === id)?.names[language] ?? id)
    .join(', ');
}

/** Parameters in words: ids become names, instants become dates. */
export function answerParams(params: Record<string, string>, authorities: AuthorityStatus[], texts: Texts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (name === 'register' || name === 'authority') return [name, named(value, authorities, texts)];
      if (name === 'field') return [name, fieldLabel('', value, texts)];
      if (name === 'time' && /^\d+$/.test(value)) return [name, formatDateTime(Number(value), texts)];
      if (name === 'until' && /^\d+$/.test(value)) return [name, formatDate(isoDay(Number(value)))];
      if (name === 'height' && /^\d+$/.test(value)) return [name, formatInteger(Number(value))];
      return [name, value];
    }),
  );
}

/** What the reader of a file says of "made for …". */
export type Me = 'me' | 'notMe' | null;

/** "Meant for me?": only the reader knows who reads. A file made for somebody named is asked about. */
export function audienceAnswer(answer: Answer, me: Me): Answer {
  if (answer.reason !== 'named' || me === null) return answer;
  return me === 'me' ? { ...answer, answer: 'yes', reason: 'audienceMe' } : { ...answer, answer: 'no', reason: 'audienceNotMe' };
}

/** The four answers of a report, with what the reader said of the audience. */
export const answersOf = (report: FileReport, me: Me): Record<Question, Answer> => ({
  unaltered: report.unaltered,
  issuer: report.issuer,
  current: report.current,
  audience: audienceAnswer(report.audience, me),
});

/** The word of an answer. *Yes* to "issued by whom?" is the name of the authority. */
export function answerWord(question: Question, answer: Answer, authorities: AuthorityStatus[], texts: Texts): string {
  const { authority } = answerParams(answer.params, authorities, texts);
  return question === 'issuer' && answer.answer === 'yes' && authority ? authority : texts.t(`check.a.${answer.answer}`);
}

/** The reason of an answer as a sentence; a field that does not fit is named. */
export function answerReason({ reason, params }: Answer, report: FileReport, authorities: AuthorityStatus[], texts: Texts): string {
  const values = answerParams(params, authorities, texts);
  const key = reason === 'notReached' && report.outcome === 'TOTAL_FAILED' ? 'notReachedFalse' : reason;
  const sentence = texts.find(`check.reasons.${key}`, values) ?? texts.t('check.reasons.other', { reason });
  const field = reason === 'contentMismatch' && values.field ? ` ${texts.t('check.field', { field: values.field })}` : '';
  return sentence + field;
}

/** Headline of a report: *genuine but no longer in force* is neither good nor bad. */
export function headline(report: FileReport): 'outdated' | FileReport['outcome'] {
  return report.outcome === 'TOTAL_PASSED' && report.current.answer === 'no' ? 'outdated' : report.outcome;
}

/** The result of a file in one word. */
export const RESULTS = {
  TOTAL_PASSED: { word: 'check.result.passed', tone: 'proof' },
  outdated: { word: 'check.result.outdated', tone: 'care' },
  TOTAL_FAILED: { word: 'check.result.failed', tone: 'stop' },
  INDETERMINATE: { word: 'check.result.cannotTell', tone: 'unknown' },
} as const;
