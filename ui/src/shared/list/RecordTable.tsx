import { ChevronRightIcon } from '@navikt/aksel-icons';
import { useEffect, useRef } from 'react';
import type { RecordRow } from '../../backend/contract';
import { useTexts, type Texts } from '../../i18n/text';
import { formatAge, formatDate, formatDateTime, formatInteger, formatMonth, isoDay } from '../format';
import { kindText } from '../record/titles';
import { RowText } from '../record/RecordText';
import { useNow } from '../session/useNow';
import { reasonText, VerdictMark } from '../verdict/VerdictMark';
import { verdictLook } from '../verdict/verdicts';
import type { ListRow } from './rows';

interface TableProps {
  caption: string;
  rows: ListRow[];
  /** The list stands whole and in the register's order: the stick may stand beside it. */
  whole: boolean;
  onOpen: (row: RecordRow) => void;
  /** Index whose row takes the focus once. */
  focusRow?: number | null;
}

/** The month is all the ledger itself tells of a withheld entry. */
function dateText(row: RecordRow): string {
  if (row.date) return formatDate(row.date);
  if (row.receivedMs !== null) return formatDate(isoDay(row.receivedMs));
  return row.sealedMs !== null ? formatMonth(isoDay(row.sealedMs)) : '';
}

function secondLine(row: RecordRow, second: string, texts: Texts): string {
  if (row.verdict.verdict !== 'withheld') return second;
  return row.sealedMs === null ? texts.t('list.withheldBare') : texts.t('list.withheldText', { time: formatDateTime(row.sealedMs, texts) });
}

function reason(row: RecordRow, now: number, texts: Texts): string | null {
  switch (row.verdict.verdict) {
    case 'proven':
      return row.superseded ? texts.t('record.versionOld') : null;
    case 'withheld':
      return null;
    case 'notYetSealed':
      return row.receivedMs === null
        ? reasonText(row.verdict, texts)
        : texts.t('reason.received', { age: formatAge(now - row.receivedMs, texts) });
    default:
      return reasonText(row.verdict, texts);
  }
}

/** A list of records: stick, number, date, title, kind, verdict. The whole row opens. */
export function RecordTable({ caption, rows, whole, onOpen, focusRow = null }: TableProps) {
  const texts = useTexts();
  const { t } = texts;
  const now = useNow(rows.some(({ row }) => row.verdict.verdict === 'notYetSealed') ? 1000 : 60_000);
  const wanted = useRef<HTMLButtonElement>(null);
  useEffect(() => wanted.current?.focus(), [focusRow]);
  return (
    <table className="records" data-whole={whole}>
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <td className="stick-cell" aria-hidden="true" />
          <th scope="col" className="no">
            {t('list.col.no')}
          </th>
          <th scope="col" className="date">
            {t('list.col.date')}
          </th>
          <th scope="col">{t('list.col.what')}</th>
          <th scope="col" className="kind">
            {t('list.col.kind')}
          </th>
          <th scope="col" className="check">
            {t('list.col.check')}
          </th>
          <td className="chevron" aria-hidden="true" />
        </tr>
      </thead>
      <tbody>
        {rows.map(({ row, title, second }, index) => {
          const verdict = row.verdict.verdict;
          const why = reason(row, now, texts);
          const line = secondLine(row, second, texts);
          return (
            <tr key={row.id} data-verdict-row={verdict} data-tone={verdictLook(verdict).tone} onClick={() => onOpen(row)}>
              <td className="stick-cell" aria-hidden="true" />
              <td className="no tabular">{row.n > 0 ? formatInteger(row.n) : '–'}</td>
              <td className="date tabular">{dateText(row)}</td>
              <th scope="row" className="what">
                <button
                  ref={focusRow !== null && row.n === focusRow ? wanted : undefined}
                  type="button"
                  className="row-title"
                  data-testid={`list-row-${row.n > 0 ? row.n : `p${index + 1}`}`}
                  onClick={(event) => {
                    event.stopPropagation();
                    onOpen(row);
                  }}
                >
                  <RowText text={title} />
                </button>
                {line && <span className="second block">{verdict === 'withheld' ? line : <RowText text={line} />}</span>}
              </th>
              <td className="kind">{verdict === 'withheld' && !row.schema ? '' : kindText(row.schema, texts)}</td>
              <td className="check">
                <VerdictMark verdict={verdict} />
                {why && <span className="caption block">{why}</span>}
              </td>
              <td className="chevron" aria-hidden="true">
                <ChevronRightIcon className="icon" />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
