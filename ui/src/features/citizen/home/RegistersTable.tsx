import { CheckmarkIcon, ExclamationmarkTriangleIcon } from '@navikt/aksel-icons';
import type { RecordList, RegisterId } from '../../../backend/contract';
import { useTexts } from '../../../i18n/text';
import { formatDate, formatDay } from '../../../shared/format';
import { usePlaces } from '../../../shared/session/places';
import { Stick } from '../../../shared/tally/Stick';
import { Scroll } from '../../../shared/Scroll';

export interface RegisterLine {
  register: RegisterId;
  list: RecordList | undefined;
  failed: boolean;
}

/** The entries of a list as notches: held or not. */
function notches(list: RecordList): boolean[] {
  const sealed = list.rows.filter((row) => row.n > 0).sort((a, b) => a.n - b.n);
  const held = sealed.map((row) => row.verdict.verdict !== 'withheld');
  const count = list.ledgerCount ?? sealed.length;
  return [...held, ...Array.from({ length: Math.max(0, count - held.length) }, () => false)];
}

/** Whether everything that the ledger counts is here; unknown while the register has not answered. */
function held(list: RecordList | undefined): 'all' | 'some' | 'unknown' {
  if (!list || list.ledgerCount === null) return 'unknown';
  return list.heldCount >= list.ledgerCount ? 'all' : 'some';
}

function Entries({ line }: { line: RegisterLine }) {
  const { t } = useTexts();
  const { list } = line;
  if (!list || list.ledgerCount === null) {
    const saved = list?.heldCount ?? 0;
    return (
      <>
        <Stick entries={Array.from({ length: Math.min(3, Math.max(1, saved)) }, () => false)} tone="unknown" />
        <span className="second">{t('home.notKnown', { count: saved })}</span>
      </>
    );
  }
  const all = held(list) === 'all';
  return (
    <>
      {list.ledgerCount > 0 && <Stick entries={notches(list)} />}
      <span className={all ? undefined : 'tone-stop strong'}>
        {all ? t('home.all', { count: list.ledgerCount }) : t('home.some', { ledger: list.ledgerCount, held: list.heldCount })}
      </span>
    </>
  );
}

function latest(list: RecordList | undefined): string {
  const dates = (list?.rows ?? []).map((row) => row.date).filter(Boolean);
  return dates.length ? formatDate(dates.reduce((a, b) => (a > b ? a : b))) : '–';
}

/** My registers with their sticks. A silent register never shows 0. */
export function RegistersTable({ lines }: { lines: RegisterLine[] }) {
  const { t } = useTexts();
  const { go } = usePlaces();
  return (
    <Scroll>
      <table className="plain registers">
        <thead>
          <tr>
            <th scope="col">{t('home.col.register')}</th>
            <th scope="col">{t('home.col.entries')}</th>
            <th scope="col" className="right">
              {t('home.col.last')}
            </th>
            <th scope="col">{t('home.col.answers')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => {
            const answered = Boolean(line.list?.answered) && !line.failed;
            return (
              <tr key={line.register} data-testid={`home-register-${line.register}`} data-held={held(line.list)}>
                <th scope="row">
                  <button type="button" className="row-title" onClick={() => go({ page: 'register', register: line.register })}>
                    {t(`nav.${line.register}`)}
                  </button>
                </th>
                <td>
                  <div className="entries">
                    <Entries line={line} />
                  </div>
                </td>
                <td className="right tabular">
                  {answered || !line.list?.asOfMs ? latest(line.list) : t('home.asOf', { date: formatDay(line.list.asOfMs) })}
                </td>
                <td>
                  <span className={`answers ${answered ? '' : 'tone-care strong'}`}>
                    {answered ? <CheckmarkIcon aria-hidden="true" /> : <ExclamationmarkTriangleIcon aria-hidden="true" />}
                    {answered ? t('app.yes') : t('home.silent')}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
