import { ArrowDownIcon, ArrowUpIcon } from '@navikt/aksel-icons';
import { Fragment, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { RecordRow } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { useNow } from '../session/useNow';
import type { ListRow } from './ListIndex';
import { Gap, RecordTableRow } from './RecordRows';
import { pressed, type ListSort, type SortKey } from './rows';
import { usePrinting } from './usePrinting';
import { useVisibleRows } from './useVisibleRows';

interface TableProps {
  caption: string;
  rows: readonly ListRow[];
  /** The list stands whole and in the register's order: the stick may stand beside it. */
  whole: boolean;
  sort: ListSort;
  onSort: (sort: ListSort) => void;
  onOpen: (row: RecordRow) => void;
  /** Draw only what is in sight: for lists too long to stand whole in the page. */
  long?: boolean;
  /** The row that takes the focus; a new object asks anew. */
  wanted?: { id: string } | null;
}

const COLUMNS: readonly { by: SortKey; className?: string }[] = [
  { by: 'no', className: 'no' },
  { by: 'date', className: 'date' },
  { by: 'what' },
  { by: 'kind', className: 'kind' },
  { by: 'check', className: 'check' },
];

function Head({ sort, onSort }: Pick<TableProps, 'sort' | 'onSort'>) {
  const { t } = useTexts();
  const Arrow = sort.down ? ArrowDownIcon : ArrowUpIcon;
  return (
    <thead>
      <tr aria-rowindex={1}>
        <td className="stick-cell" aria-hidden="true" />
        {COLUMNS.map(({ by, className }) => {
          const chosen = sort.by === by;
          return (
            <th key={by} scope="col" className={className} aria-sort={chosen ? (sort.down ? 'descending' : 'ascending') : undefined}>
              <button type="button" className="sort" data-testid={`sort-${by}`} onClick={() => onSort(pressed(sort, by))}>
                {t(`list.col.${by}`)}
                {chosen && <Arrow aria-hidden="true" className="icon" />}
              </button>
            </th>
          );
        })}
        <td className="chevron" aria-hidden="true" />
      </tr>
    </thead>
  );
}

/** Where a key leads from a row; `null` for a key that is not for lists. */
function target(key: string, index: number, count: number, page: number): number | null {
  const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: count - 1, PageDown: index + page, PageUp: index - page }[key];
  return to === undefined ? null : Math.min(count - 1, Math.max(0, to));
}

/** Rows that fit into the window, less one to keep the eye on. */
function pageOf(table: HTMLTableElement | null): number {
  const row = table?.querySelector<HTMLElement>('tbody tr[data-index]');
  const main = table?.closest('main');
  if (!row?.offsetHeight || !main) return 10;
  return Math.max(1, Math.floor(main.clientHeight / row.offsetHeight) - 2);
}

/** A list of records: stick, number, date, title, kind, verdict. Long lists draw only what is in sight. */
export function RecordTable({ caption, rows, whole, sort, onSort, onOpen, long = false, wanted = null }: TableProps) {
  const pending = rows.some(({ row }) => row.verdict.verdict === 'notYetSealed');
  const now = useNow(pending ? 1000 : 60_000);
  const table = useRef<HTMLTableElement>(null);
  const printing = usePrinting();
  const [at, setAt] = useState<string | null>(null);
  // the row to focus once it is drawn
  const [asked, setAsked] = useState<{ id: string } | null>(null);
  const [seen, setSeen] = useState<{ id: string } | null>(null);
  if (wanted && seen !== wanted) {
    setSeen(wanted);
    if (rows.some(({ row }) => row.id === wanted.id)) {
      setAt(wanted.id);
      setAsked(wanted);
    }
  }
  const active = Math.max(
    0,
    rows.findIndex(({ row }) => row.id === at),
  );
  const { visible, after, measure } = useVisibleRows(table, rows, active, printing || !long);
  const given = useRef<{ id: string } | null>(null);
  // the row may be drawn only later, when the height of the window is known
  useEffect(() => {
    if (!asked || given.current === asked) return;
    const row = table.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(asked.id)}"]`);
    if (!row) return;
    given.current = asked;
    row.focus();
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const to = target(event.key, active, rows.length, pageOf(table.current));
    const row = to === null ? undefined : rows[to];
    if (to === null || !row) return;
    event.preventDefault();
    setAt(row.row.id);
    setAsked({ id: row.row.id });
  };
  return (
    <table ref={table} className="records" data-whole={whole} aria-rowcount={rows.length + 1}>
      <caption className="sr-only">{caption}</caption>
      <Head
        sort={sort}
        onSort={(next) => {
          setAt(null);
          onSort(next);
        }}
      />
      <tbody onKeyDown={onKeyDown}>
        {visible.map(({ index, gap }) => {
          const item = rows[index];
          if (!item) return null;
          return (
            <Fragment key={item.row.id}>
              <Gap height={gap} />
              <RecordTableRow
                item={item}
                index={index}
                active={index === active}
                now={item.row.verdict.verdict === 'notYetSealed' ? now : 0}
                measure={measure}
                onOpen={onOpen}
                onFocus={setAt}
              />
            </Fragment>
          );
        })}
        <Gap height={after} />
      </tbody>
    </table>
  );
}
