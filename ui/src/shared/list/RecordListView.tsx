import { PrinterSmallIcon } from '@navikt/aksel-icons';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { RecordList, RecordRow, SubjectRef } from '../../backend/contract';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatInteger } from '../format';
import { ErrorNote } from '../notice/ErrorNote';
import { ListPrintFoot } from '../print/PrintFoot';
import { usePlaces } from '../session/places';
import { useRefresh } from '../session/queries';
import { useToday } from '../session/useNow';
import { ListFilters } from './ListFilters';
import { ListIndex } from './ListIndex';
import { ListSentence } from './ListSentence';
import { useListMemory } from './memory';
import { RecordTable } from './RecordTable';
import { isWhole, listCounts, NO_FILTER, REGISTER_ORDER } from './rows';
import { useFindKey } from './useFindKey';
import { WithheldAlarm } from './WithheldAlarm';

/** Lists up to this length stand whole in the page: everything works on them as on any table. */
const WHOLE_MAX = 200;

interface ViewProps {
  title: string;
  list: RecordList;
  /** Whose list was asked for. */
  subject: SubjectRef | null;
  /** Kind chosen from the start. */
  kind?: string;
  /** A part of the list: rows of these kinds, and those whose kind is not known. */
  only?: { name: string; schemas: readonly string[] };
  /** Kinds are chosen elsewhere on the page. */
  noKinds?: boolean;
  /** Show only matters of this company. */
  company?: SubjectRef | null;
  /** Something of the register's own above the table. */
  children?: ReactNode;
  crumbs?: ReactNode;
  onOpen: (row: RecordRow) => void;
}

/** A register's list: sentence, alarms, filters, table. It comes back as it was left, at the row that was opened. */
export function RecordListView(props: ViewProps) {
  const { title, list, subject, kind, only, noKinds = false, company = null, children, crumbs, onOpen } = props;
  const texts = useTexts();
  const { t } = texts;
  const today = useToday();
  const { from } = usePlaces();
  const { memory, state, change } = useListMemory(
    [list.register, subject?.code ?? 'self', company?.code ?? '', only?.name ?? ''].join('/'),
    kind,
  );
  const page = useRef<HTMLDivElement>(null);
  const refresh = useRefresh(list.register, subject);
  const filter = useMemo(() => ({ ...state.filter, company: company?.code ?? null }), [state.filter, company]);
  // callers may make the choice anew each time; the index is made anew only when its words differ
  const part = only?.schemas.join(' ');
  const rows = useMemo(() => {
    if (part === undefined) return list.rows;
    const schemas = part.split(' ');
    return list.rows.filter(({ schema }) => schema === '' || schemas.includes(schema));
  }, [list.rows, part]);
  const index = useMemo(() => new ListIndex(rows, texts), [rows, texts]);
  const shown = useMemo(() => index.select(filter, state.sort, today), [index, filter, state.sort, today]);
  useFindKey(page);
  const [wanted, setWanted] = useState<{ id: string } | null>(() => {
    if (from?.page !== 'record' && from?.page !== 'raw') return null;
    const id = shown.some(({ row }) => row.id === from.id) ? from.id : memory.opened;
    return id === null ? null : { id };
  });

  // where the person was in the list, unless a kind was asked for
  useEffect(() => {
    const main = page.current?.closest('main');
    if (!main) return;
    if (memory.scroll > 0) main.scrollTop = memory.scroll;
    const onScroll = () => memory.keep({ scroll: main.scrollTop });
    main.addEventListener('scroll', onScroll, { passive: true });
    return () => main.removeEventListener('scroll', onScroll);
  }, [memory]);

  const { withheld } = useMemo(() => listCounts(list), [list]);
  const problems = withheld.length > 0 ? list.problems.filter((problem) => problem.code !== 'E32') : list.problems;
  const whole = !only && isWhole(filter, state.sort);
  const showAll = () => change({ filter: NO_FILTER, sort: REGISTER_ORDER });
  return (
    <div className="list-page" ref={page}>
      {crumbs}
      {withheld.length > 0 && (
        <WithheldAlarm
          list={list}
          missing={withheld}
          asking={refresh.isPending}
          onAsk={() => refresh.mutate()}
          onShow={(n) => {
            showAll();
            const row = list.rows.find((candidate) => candidate.n === n);
            if (row) setWanted({ id: row.id });
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
      {problems.map((problem, at) => (
        <ErrorNote
          key={`${problem.code}-${at}`}
          error={problem}
          onRetry={() => refresh.mutate()}
          testId={withheld.length ? undefined : 'list-problem'}
        />
      ))}
      {refresh.isError && <ErrorNote error={refresh.error} onRetry={() => refresh.mutate()} />}
      {children}
      {rows.length > 0 && (
        <>
          <ListFilters
            rows={rows}
            kinds={!noKinds}
            filter={state.filter}
            sort={state.sort}
            onChange={(next) => change({ ...state, filter: next })}
            onSort={(sort) => change({ ...state, sort })}
          />
          {company && <p className="second">{t('list.onlyCompany', { name: company.name })}</p>}
          <div className={whole ? 'sr-only' : 'list-shown'}>
            <p role="status" data-testid="list-shown">
              {t('list.shown', { shown: formatInteger(shown.length), total: formatInteger(rows.length) })}{' '}
              {t(`list.sorted.${state.sort.by}.${state.sort.down ? 'down' : 'up'}`)}
            </p>
            {!isWhole(state.filter, state.sort) && (
              <button type="button" className="link no-print" onClick={showAll} data-testid="list-clear">
                {t('list.clear')}
              </button>
            )}
          </div>
          {shown.length === 0 ? (
            <p className="empty">{t('list.nothing')}</p>
          ) : (
            <RecordTable
              caption={t('list.caption', { name: title })}
              rows={shown}
              whole={whole}
              sort={state.sort}
              onSort={(sort) => change({ ...state, sort })}
              onOpen={(row) => {
                memory.keep({ opened: row.id });
                onOpen(row);
              }}
              long={rows.length > WHOLE_MAX}
              wanted={wanted}
            />
          )}
        </>
      )}
      <ListPrintFoot list={list} />
    </div>
  );
}
