import { PrinterSmallIcon } from '@navikt/aksel-icons';
import { useMemo, useState, type ReactNode } from 'react';
import type { RecordList, RecordRow, SubjectRef } from '../../backend/contract';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatInteger } from '../format';
import { ErrorNote } from '../notice/ErrorNote';
import { useRefresh } from '../session/queries';
import { ListFilters } from './ListFilters';
import { ListSentence } from './ListSentence';
import { Pager } from './Pager';
import { RecordTable } from './RecordTable';
import { filterRows, isWhole, listCounts, NO_FILTER, PAGE_SIZE, prepareRows } from './rows';
import { WithheldAlarm } from './WithheldAlarm';

interface ViewProps {
  title: string;
  list: RecordList;
  /** Whose list was asked for. */
  subject: SubjectRef | null;
  /** Kind chosen from the start. */
  kind?: string;
  /** Show only matters of this company. */
  company?: SubjectRef | null;
  /** Something of the register's own above the table. */
  children?: ReactNode;
  crumbs?: ReactNode;
  onOpen: (row: RecordRow) => void;
}

/** A register's list: sentence, alarms, filters, table, pages. */
export function RecordListView({ title, list, subject, kind, company = null, children, crumbs, onOpen }: ViewProps) {
  const texts = useTexts();
  const { t } = texts;
  const [chosen, setChosen] = useState(() => (kind ? { ...NO_FILTER, kind } : NO_FILTER));
  const [page, setPage] = useState(1);
  const [focusRow, setFocusRow] = useState<number | null>(null);
  const refresh = useRefresh(list.register, subject);
  const filter = useMemo(() => ({ ...chosen, company: company?.code ?? null }), [chosen, company]);
  const rows = useMemo(() => prepareRows(list.rows, texts), [list.rows, texts]);
  const shown = useMemo(() => filterRows(rows, filter), [rows, filter]);
  const pages = Math.max(1, Math.ceil(shown.length / PAGE_SIZE));
  const current = Math.min(page, pages);
  const { withheld } = listCounts(list);
  const problems = withheld.length > 0 ? list.problems.filter((problem) => problem.code !== 'E32') : list.problems;

  return (
    <div className="list-page">
      {crumbs}
      {withheld.length > 0 && (
        <WithheldAlarm
          list={list}
          missing={withheld}
          asking={refresh.isPending}
          onAsk={() => refresh.mutate()}
          onShow={(n) => {
            setChosen(NO_FILTER);
            const index = rows.findIndex(({ row }) => row.n === n);
            setPage(Math.floor(Math.max(0, index) / PAGE_SIZE) + 1);
            setFocusRow(n);
          }}
        />
      )}
      <div className="list-head">
        <div>
          <h1>{title}</h1>
          <ListSentence list={list} />
        </div>
        <div className="row no-print">
          <Button busy={refresh.isPending} onClick={() => refresh.mutate()}>
            {refresh.isPending ? t('app.refreshing') : t('app.refresh')}
          </Button>
          <Button icon={<PrinterSmallIcon aria-hidden="true" />} onClick={() => window.print()}>
            {t('app.print')}
          </Button>
        </div>
      </div>
      {problems.map((problem, index) => (
        <ErrorNote
          key={`${problem.code}-${index}`}
          error={problem}
          onRetry={() => refresh.mutate()}
          testId={withheld.length ? undefined : 'list-problem'}
        />
      ))}
      {refresh.isError && <ErrorNote error={refresh.error} onRetry={() => refresh.mutate()} />}
      {children}
      {list.rows.length > 0 && (
        <>
          <ListFilters
            rows={list.rows}
            filter={chosen}
            onChange={(next) => {
              setChosen(next);
              setPage(1);
              setFocusRow(null);
            }}
          />
          <p className="sr-only" role="status">
            {t('list.shown', { shown: formatInteger(shown.length), total: formatInteger(rows.length) })}
          </p>
          {company && <p className="second">{t('list.onlyCompany', { name: company.name })}</p>}
          {shown.length === 0 ? (
            <p className="row empty">
              {t('list.nothing')}{' '}
              <button type="button" className="link" onClick={() => setChosen(NO_FILTER)}>
                {t('list.clear')}
              </button>
            </p>
          ) : (
            <RecordTable
              caption={t('list.caption', { name: title })}
              rows={shown.slice((current - 1) * PAGE_SIZE, current * PAGE_SIZE)}
              whole={isWhole(filter)}
              onOpen={onOpen}
              focusRow={focusRow}
            />
          )}
          <Pager page={current} pages={pages} onChange={setPage} />
        </>
      )}
    </div>
  );
}
