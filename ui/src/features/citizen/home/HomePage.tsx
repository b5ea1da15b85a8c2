import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import type { RegisterId, Session } from '../../../backend/contract';
import { Button } from '../../../ds';
import { useTexts } from '../../../i18n/text';
import { formatDateTime } from '../../../shared/format';
import { ErrorNote } from '../../../shared/notice/ErrorNote';
import { Waiting } from '../../../shared/notice/Waiting';
import { useBackend } from '../../../shared/session/BackendContext';
import { keys, useList } from '../../../shared/session/queries';
import { useToday } from '../../../shared/session/useNow';
import { isComplete } from '../periods';
import { alertOf, changes } from './changes';
import { ChangeRow } from './ChangeRow';
import { needs, rowsToRead } from './needs';
import { NeedsMe } from './NeedsMe';
import { RegistersTable, type RegisterLine } from './RegistersTable';
import { useHomeMemory } from './useHomeMemory';

const REGISTERS: RegisterId[] = ['health', 'tax', 'business'];
/** Changes shown at first. */
const FIRST = 12;

/** Home: what changed, what waits for me, what could not be verified, the registers. */
export function HomePage({ session }: { session: Session }) {
  const texts = useTexts();
  const { t } = texts;
  const backend = useBackend();
  const today = useToday();
  const [all, setAll] = useState(false);
  const [healthList, taxList, businessList] = [useList('health', null), useList('tax', null), useList('business', null)];
  const { data: health } = healthList;
  const { data: tax } = taxList;
  const { data: business } = businessList;
  const queries = { health: healthList, tax: taxList, business: businessList };
  const pending = REGISTERS.filter((register) => queries[register].isPending);
  const lines: RegisterLine[] = REGISTERS.filter((register) => !queries[register].isPending).map((register) => ({
    register,
    list: queries[register].data,
    failed: queries[register].isError,
  }));
  const read = useQueries({
    queries: rowsToRead(health).map(({ id }) => ({ queryKey: keys.record(id), queryFn: () => backend.record(id) })),
    combine: (answers) => answers.flatMap(({ data }) => (data ? [data] : [])),
  });
  const { lists, since, marked, markSeen, undo, doubts } = useHomeMemory(health, tax, business, session);
  const { rows, fresh } = changes(lists, since);
  const doubtIds = new Set(doubts.map(({ row }) => row.id));
  const news = rows.filter((row) => !doubtIds.has(row.id));
  const shown = all ? news : news.slice(0, FIRST);
  const companies = session.subjects.filter(({ kind }) => kind === 'company');
  const visit = session.previousVisitMs;
  let lead = t('home.first');
  if (visit !== null)
    lead = fresh ? t('home.since', { time: formatDateTime(visit, texts) }) : t('home.nothing', { time: formatDateTime(visit, texts) });
  if (marked) lead = fresh ? t('home.sinceSeen') : t('home.allSeen');
  return (
    <div className="home">
      <div className="home-main">
        <div className="home-head">
          <div>
            <h1>{t(visit === null ? 'home.firstTitle' : 'home.title')}</h1>
            <p className="second home-lead" role="status">
              {lead}
            </p>
          </div>
          {visit !== null && (marked || fresh) && (
            <Button onClick={marked ? undo : markSeen} data-testid={marked ? 'seen-undo' : 'seen-mark'}>
              {t(marked ? 'home.undoSeen' : 'home.markSeen')}
            </Button>
          )}
        </div>
        {session.failed.map((error, index) => (
          <ErrorNote key={`${error.code}-${index}`} error={error} />
        ))}
        {doubts.length > 0 && (
          <section className="home-doubts" aria-labelledby="doubts-title" data-testid="home-problems">
            <h2 id="doubts-title">{t('home.unverified')}</h2>
            <p className="second">{t('home.unverifiedText')}</p>
            <ul className="changes">
              {doubts.map(({ row, gone }) => (
                <ChangeRow key={row.id} row={row} doubt={gone ? 'gone' : 'here'} />
              ))}
            </ul>
          </section>
        )}
        {doubts.length > 0 && <h2>{t(fresh ? 'home.new' : 'home.newest')}</h2>}
        <ul className="changes" data-testid="home-changes">
          {shown.map((row) => (
            <ChangeRow key={row.id} row={row} alert={fresh ? alertOf(row) : null} />
          ))}
        </ul>
        {news.length > FIRST && (
          <button type="button" className="link home-more" aria-expanded={all} onClick={() => setAll(!all)}>
            {t(all ? 'home.fewer' : 'home.more', { count: news.length - FIRST })}
          </button>
        )}
        {pending.length > 0 && <Waiting name={pending.map((register) => t(`register.${register}`)).join(', ')} />}
        {pending.length === 0 && rows.length === 0 && <p>{t('home.empty')}</p>}
      </div>
      <NeedsMe
        items={needs({ health, tax }, read, companies, today)}
        taxUnknown={companies.length > 0 && !taxList.isPending && !(tax && isComplete(tax))}
      />
      <section className="home-registers" aria-labelledby="registers-title">
        <h2 id="registers-title">{t('home.registers')}</h2>
        <RegistersTable lines={lines} />
      </section>
    </div>
  );
}
