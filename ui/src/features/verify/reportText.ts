import type { AuthorityStatus } from '../../backend/contract';
import type { Texts } from '../../i18n/text';
import { formatBytes, formatDateTime, formatInteger, formatSealed } from '../../shared/format';
import { fieldLabel, isAbsent, valueText } from '../../shared/record/values';
import { kindText } from '../../shared/record/titles';
import { answerReason, answersOf, answerWord, headline, QUESTIONS, RESULTS } from './answers';
import { kindOf } from './kinds';
import { fileName, type CheckItem } from './useCheckQueue';

/** The report of a file as plain text, to put into a letter or a case file. */
export function reportText(item: CheckItem, authorities: AuthorityStatus[], texts: Texts): string {
  const { t } = texts;
  const { report } = item;
  if (!report) return '';
  const kind = kindOf(report, texts);
  const answers = answersOf(report, item.me);
  const lines = [
    t('check.report.title'),
    `${t('check.report.file')}: ${fileName(item.path)} (${formatBytes(report.bytes)})`,
    kind?.title ?? t(RESULTS[headline(report)].word),
    '',
    ...QUESTIONS.map((question) => {
      const answer = answers[question];
      return `${t(`check.q.${question}`)} ${answerWord(question, answer, authorities, texts)}. ${answerReason(answer, report, authorities, texts)}`;
    }),
    '',
    ...(kind ? [kind.advice] : []),
    ...(report.asOf
      ? [
          t('check.asOf', {
            time: formatSealed(report.asOf.fromMs, report.asOf.untilMs, texts),
            page: formatInteger(report.asOf.height),
          }),
        ]
      : []),
    t('check.checkedAt', { time: formatDateTime(item.atMs, texts) }),
    `${report.outcome} ${report.reason}`,
  ];
  for (const { schema, fields, hidden } of report.statements) {
    lines.push('', kindText(schema, texts));
    for (const { name, value } of fields) {
      if (isAbsent(value) || value.t === 'rows') continue;
      lines.push(`${fieldLabel(schema, name, texts)}: ${valueText(schema, name, value, texts)}`);
    }
    if (hidden > 0) lines.push(t('check.hidden', { count: hidden }));
  }
  return `${lines.join('\n')}\n`;
}
