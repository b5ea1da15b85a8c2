import { ChevronRightIcon } from '@navikt/aksel-icons';
import { memo } from 'react';
import type { RecordRow } from '../../backend/contract';
import { useTexts, type Texts } from '../../i18n/text';
import { formatAge, formatDate, formatDateTime, formatInteger, formatMonth, isoDay, keepTogether, NBSP } from '../format';
import { kindText } from '../record/titles';
import { RowText } from '../record/RecordText';
import { reasonText, VerdictMark } from '../verdict/VerdictMark';
import { verdictLook } from '../verdict/verdicts';
import type { ListRow } from './ListIndex';

/** The month is all the ledger itself tells of a withheld entry. */
function dateText(row: RecordRow): string {
  if (row.date) return formatDate(row.date);
  if (row.receivedMs !== null) return formatDate(isoDay(row.receivedMs));
  return row.sealedMs !== null ? formatMonth(isoDay(row.sealedMs)) : '';
}

function secondLine(row: RecordRow, second: string, texts: Texts): string {
  if (row.verdict.verdict !== 'withheld') return keepTogether(second).replaceAll(' · ', `${NBSP}· `);
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

interface RowProps {
  item: ListRow;
  index: number;
  /** The one row that Tab stops at. */
  active: boolean;
  /** Only for what is not yet sealed: its age. */
  now: number;
  measure?: (element: Element | null) => void;
  onOpen: (row: RecordRow) => void;
  onFocus: (id: string) => void;
}

/** One record in a list. The whole row opens. */
export const RecordTableRow = memo(function RecordTableRow({ item, index, active, now, measure, onOpen, onFocus }: RowProps) {
  const texts = useTexts();
  const { row, title, second } = item;
  const { verdict } = row.verdict;
  const why = reason(row, now, texts);
  const line = secondLine(row, second, texts);
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      data-verdict-row={verdict}
      data-tone={verdictLook(verdict).tone}
      onClick={() => onOpen(row)}
    >
      <td className="stick-cell" aria-hidden="true" />
      <td className="no tabular">{row.n > 0 ? formatInteger(row.n) : '–'}</td>
      <td className="date tabular">{dateText(row)}</td>
      <th scope="row" className="what">
        <button
          type="button"
          className="row-title"
          tabIndex={active ? 0 : -1}
          data-row={row.id}
          data-testid={`list-row-${row.n > 0 ? row.n : `p${index + 1}`}`}
          onFocus={() => onFocus(row.id)}
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
});

/** Room for rows that are out of sight. */
export function Gap({ height }: { height: number }) {
  if (height < 1) return null;
  return (
    <tr className="gap" aria-hidden="true">
      <td
        colSpan={7}
        ref={(cell) => {
          if (cell) cell.style.height = `${height}px`;
        }}
      />
    </tr>
  );
}
