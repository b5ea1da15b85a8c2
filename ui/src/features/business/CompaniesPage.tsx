import type { RecordRow, Session } from '../../backend/contract';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatDate } from '../../shared/format';
import { RecordListView } from '../../shared/list/RecordListView';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { Waiting } from '../../shared/notice/Waiting';
import { RowText } from '../../shared/record/RecordText';
import { codeText, textOf } from '../../shared/record/values';
import { usePlaces } from '../../shared/session/places';
import { useList } from '../../shared/session/queries';
import { useToday } from '../../shared/session/useNow';
import { VerdictMark } from '../../shared/verdict/VerdictMark';
import { companyRef, currentRows, lasts } from './mandates';

function CompanyItem({ row, session, now }: { row: RecordRow; session: Session; now: boolean }) {
  const texts = useTexts();
  const { t } = texts;
  const { go, actFor } = usePlaces();
  const company = companyRef(row);
  const subject = session.subjects.find((candidate) => candidate.kind === 'company' && candidate.code === company.code);
  const until = textOf(row.fields, 'until');
  const role = textOf(row.fields, 'role_text') || codeText('mandate', 'role', textOf(row.fields, 'role'), texts);
  const period = until
    ? t('company.until', { date: formatDate(until) })
    : t('company.since', { date: formatDate(textOf(row.fields, 'since')) });
  const kind = textOf(row.fields, 'representation');
  const power = now && (kind === 'joint' || kind === 'sole') ? t(`company.power.${kind}`) : null;
  return (
    <li className="company-item" data-testid={`company-${company.code}`}>
      <div>
        <h3>
          <RowText text={company.name} />
        </h3>
        <p className="second">
          <RowText text={`${role} · ${t('company.code', { code: company.code })} · ${period}`} />
        </p>
        {power && <p className="strong power">{power}</p>}
        <VerdictMark verdict={row.verdict.verdict} hook={false} />
      </div>
      <div className="row">
        <Button onClick={() => go({ page: 'register', register: 'business', company })} data-testid={`company-open-${company.code}`}>
          {t('company.open')}
        </Button>
        {now && subject && (
          <Button kind="tertiary" onClick={() => actFor(subject)} data-testid={`company-act-${company.code}`}>
            {t('company.actFor')}
          </Button>
        )}
      </div>
    </li>
  );
}

/** Companies the person may act for, from her own proven mandates. */
export function CompaniesPage({ session }: { session: Session }) {
  const { t } = useTexts();
  const { go } = usePlaces();
  const list = useList('business', null);
  const today = useToday();
  if (list.isPending) return <Waiting name={t('register.business')} />;
  if (list.isError) return <ErrorNote error={list.error} onRetry={() => void list.refetch()} testId="list-problem" />;
  const mandates = currentRows(list.data, 'mandate');
  const acting = mandates.filter((row) => lasts(row.fields, today));
  const past = mandates.filter((row) => !lasts(row.fields, today));
  return (
    <RecordListView
      title={t('nav.business')}
      list={list.data}
      subject={null}
      onOpen={(row) => go({ page: 'record', register: 'business', id: row.id })}
    >
      <section className="companies" aria-labelledby="companies-title">
        <h2 id="companies-title">{t('company.mine')}</h2>
        {acting.length === 0 && <p className="second">{t('company.none')}</p>}
        <ul>
          {acting.map((row) => (
            <CompanyItem key={row.id} row={row} session={session} now />
          ))}
        </ul>
        {past.length > 0 && (
          <>
            <h3 className="past-title">{t('company.past')}</h3>
            <ul>
              {past.map((row) => (
                <CompanyItem key={row.id} row={row} session={session} now={false} />
              ))}
            </ul>
          </>
        )}
        <h2>{t('company.history')}</h2>
      </section>
    </RecordListView>
  );
}
