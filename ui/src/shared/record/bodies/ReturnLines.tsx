import type { ReactNode } from 'react';
import { useTexts } from '../../../i18n/text';
import { useOfficial } from '../../../i18n/useOfficial';
import { formatCents, formatMoney } from '../../format';
import { TermLabel } from '../../glossary/Term';
import { disagrees, type Line } from '../recalculate';
import { fieldLabel, officialLabel } from '../values';

/** One line of a return: number of the form, name in the schema, sum. */
export interface ReturnLine {
  no: string;
  name: string;
  cents: number;
  strong?: boolean;
}

/** Says whether this computer's calculation agrees, and names each line that does not. */
export function Recalculation({ schema, lines, no }: { schema: string; lines: Line[]; no?: (name: string) => string }) {
  const texts = useTexts();
  const { t } = texts;
  const wrong = lines.filter(disagrees);
  if (lines.length === 0) return null;
  if (wrong.length === 0) return <p className="second notch">{t('tax.recalculated')}</p>;
  return (
    <div className="note" data-tone="stop" role="alert" data-testid="recalculation">
      <div>
        <p>
          <strong>{t('tax.disagree', { count: wrong.length })}</strong>
        </p>
        <ul>
          {wrong.map((line) => (
            <li key={line.name}>
              {t('tax.disagreeLine', {
                line: [no?.(line.name) && `${t('tax.line')} ${no(line.name)}`, fieldLabel(schema, line.name, texts)]
                  .filter(Boolean)
                  .join(', '),
                stated: formatMoney(line.stated),
                sum: formatMoney(line.expected ?? 0),
              })}
            </li>
          ))}
        </ul>
        <p>{t('tax.disagreeText')}</p>
      </div>
    </div>
  );
}

/** The words of the form itself, for a reader of another language. */
function OfficialLabel({ schema, name }: { schema: string; name: string }) {
  const label = officialLabel(schema, name, useOfficial());
  return (
    label && (
      <span className="lay block" lang="et">
        {label}
      </span>
    )
  );
}

/** Lines of a return with their official labels; computed lines are sunken, a disagreeing one says both numbers. */
export function ReturnLines({ schema, lines, checks, caption }: { schema: string; lines: ReturnLine[]; checks: Line[]; caption: string }) {
  const texts = useTexts();
  const { t } = texts;
  const numbered = lines.some((line) => line.no);
  return (
    <table className="plain return-lines notch">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          {numbered && (
            <th scope="col" className="line-no">
              {t('tax.line')}
            </th>
          )}
          <td />
          <th scope="col" className="right">
            {t('tax.sum')}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => {
          const check = checks.find(({ name }) => name === line.name);
          const wrong = check && disagrees(check);
          let note: ReactNode = null;
          if (wrong && check.expected !== null)
            note = <span className="tone-stop strong block">{t('tax.expected', { sum: formatMoney(check.expected) })}</span>;
          else if (check) note = <span className="caption block">{t(check.expected === null ? 'tax.missing' : 'tax.computed')}</span>;
          return (
            <tr
              key={line.name}
              className={[check ? 'computed' : '', wrong ? 'wrong' : '', line.strong ? 'strong' : ''].join(' ').trim() || undefined}
            >
              {numbered && <td className="line-no">{line.no}</td>}
              <th scope="row">
                <TermLabel field={line.name}>{fieldLabel(schema, line.name, texts)}</TermLabel>
                <OfficialLabel schema={schema} name={line.name} />
                {note}
              </th>
              <td className="right tabular">{formatCents(line.cents)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
