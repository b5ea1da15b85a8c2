import type { RecordList, RegisterId, Session } from '../../../backend/contract';
import { useTexts } from '../../../i18n/text';
import { formatDate, formatDateTime } from '../../../shared/format';
import { ErrorNote } from '../../../shared/notice/ErrorNote';
import { Waiting } from '../../../shared/notice/Waiting';
import { RowText } from '../../../shared/record/RecordText';
import { heading } from '../../../shared/record/titles';
import { usePlaces } from '../../../shared/session/places';
import { useList } from '../../../shared/session/queries';
import { useToday } from '../../../shared/session/useNow';
import { ahead, changes, doubtful } from './changes';
import { ChangeRow } from './ChangeRow';
import { RegistersTable, type RegisterLine } from './RegistersTable';

const REGISTERS: RegisterId[] = ['health', 'tax', 'business'];

function ComingUp({ lists }: { lists: RecordList[] }) {
  const texts = useTexts();
  const { t } = texts;
  const { go } = usePlaces();
  const items = ahead(lists, useToday());
  return (
    <aside className="home-side" aria-labelledby="ahead-title">
      <h2 id="ahead-title">{t('home.ahead')}</h2>
      {items.length === 0 && <p className="second">{t('home.aheadNone')}</p>}
      <ul className="ahead">
        {items.map(({ date, kind, row }) => {
          const title = heading(row, texts).title;
          return (
            <li key={`${row.id}-${kind}`}>
              <strong className="tabular">{formatDate(date)}</strong>
              <div>
                <button type="button" className="row-title" onClick={() => go({ page: 'record', register: row.register, id: row.id })}>
                  <RowText text={t(kind === 'unbought' ? 'home.unbought' : 'home.vaccineDue', { title })} />
                </button>
                <span className="second block">
                  {kind === 'unbought' ? t('home.unboughtUntil', { date: formatDate(date) }) : t('home.vaccineDueText')}
                </span>
              </div>
            </li>
          );
        })}
      </ul>
    </aside>
  );
}

/** Home: what changed, what could not be verified, what lies ahead, the registers. */
export function HomePage({ session }: { session: Session }) {
  const texts = useTexts();
  const { t } = texts;
  const queries = { health: useList('health', null), tax: useList('tax', null), business: useList('business', null) };
  const lists = REGISTERS.flatMap((register) => queries[register].data ?? []);
  const pending = REGISTERS.filter((register) => queries[register].isPending);
  const lines: RegisterLine[] = REGISTERS.filter((register) => !queries[register].isPending).map((register) => ({
    register,
    list: queries[register].data,
    failed: queries[register].isError,
  }));
  const { rows, fresh } = changes(lists, session);
  const doubts = doubtful(lists);
  const since = session.previousVisitMs;
  const doubtIds = new Set(doubts.map((row) => row.id));
  let lead = t('home.first');
  if (since !== null) lead = fresh ? t('home.since', { time: formatDateTime(since, texts) }) : t('home.nothing');
  return (
    <div className="home">
      <div className="home-main">
        <h1>{t(since === null ? 'home.firstTitle' : 'home.title')}</h1>
        <p className="second home-lead">{lead}</p>
        {session.failed.map((error, index) => (
          <ErrorNote key={`${error.code}-${index}`} error={error} />
        ))}
        {doubts.length > 0 && (
          <section className="home-doubts" aria-labelledby="doubts-title" data-testid="home-problems">
            <h2 id="doubts-title">{t('home.problems')}</h2>
            <ul className="changes">
              {doubts.slice(0, 6).map((row) => (
                <ChangeRow key={row.id} row={row} />
              ))}
            </ul>
          </section>
        )}
        <ul className="changes" data-testid="home-changes">
          {rows
            .filter((row) => !doubtIds.has(row.id))
            .map((row) => (
              <ChangeRow key={row.id} row={row} />
            ))}
        </ul>
        {pending.length > 0 && <Waiting name={pending.map((register) => t(`register.${register}`)).join(', ')} />}
        {pending.length === 0 && rows.length === 0 && <p>{t('home.empty')}</p>}
      </div>
      <ComingUp lists={lists} />
      <section className="home-registers" aria-labelledby="registers-title">
        <h2 id="registers-title">{t('home.registers')}</h2>
        <RegistersTable lines={lines} />
      </section>
    </div>
  );
}
