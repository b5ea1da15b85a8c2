import type { RecordList, RecordRow, Session, SubjectRef } from '../../backend/contract';
import { PrinterSmallIcon } from '@navikt/aksel-icons';
import { Button, Crumbs, Unfold } from '../../ds';
import { useTexts } from '../../i18n/text';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { Waiting } from '../../shared/notice/Waiting';
import { RecordPrintFoot } from '../../shared/print/PrintFoot';
import { FieldList } from '../../shared/record/FieldList';
import { RecordText } from '../../shared/record/RecordText';
import { Sheet } from '../../shared/record/Sheet';
import { byName, codeText, numberOf, textOf } from '../../shared/record/values';
import { usePlaces } from '../../shared/session/places';
import { useList, useRecord } from '../../shared/session/queries';
import { useToday } from '../../shared/session/useNow';
import { listCounts, needsAttention } from '../../shared/list/rows';
import { isProvenWhole } from './absences';
import { AbsenceList } from './AbsenceList';
import { CARD_SHOWN, CardFacts } from './CardFacts';
import { DeadlineList } from './DeadlineList';
import { deadlinesOf } from './deadlines';
import { currentRows, mandateKind } from './mandates';
import { Owners, Shareholders } from './Owners';
import { ReportFigures } from './ReportFigures';
import { reportsOf } from './reports';
import { WhoSigns } from './WhoSigns';

interface CardProps {
  card: RecordRow;
  company: SubjectRef;
  list: RecordList;
  kind: string;
  own: string;
}

function CardSheet({ card, company, list, kind, own }: CardProps) {
  const texts = useTexts();
  const { t } = texts;
  const { go } = usePlaces();
  const record = useRecord(card.id);
  const today = useToday();
  if (record.isPending) return <Waiting name={t('register.business')} />;
  if (record.isError) return <ErrorNote error={record.error} onRetry={() => void record.refetch()} />;
  const view = record.data;
  const fields = byName(view.fields);
  const deadlines = deadlinesOf(
    { financialYear: textOf(fields, 'financial_year'), vat: textOf(fields, 'vat_no') !== '' },
    reportsOf(list),
    today,
    // a report that is not here may have been filed all the same
  ).filter(({ days }) => days >= 0 || isProvenWhole(list));
  return (
    <>
      <Sheet
        verdict={view.row.verdict}
        register="business"
        sealed={view.sealed}
        checkedAtMs={view.checkedAtMs}
        actions={
          <Button onClick={() => go({ page: 'record', register: 'business', id: card.id, company, proof: true })} data-testid="proof-open">
            {t('proof.open')}
          </Button>
        }
      >
        <div className="company-columns">
          <div>
            <div className="sheet-title notch">
              <h1>
                <RecordText text={textOf(fields, 'name')} />
              </h1>
              <p className="second-title">
                {codeText('registry_card', 'legal_form', textOf(fields, 'legal_form'), texts)} ·{' '}
                {t('company.code', { code: textOf(fields, 'code') })}
              </p>
            </div>
            <CardFacts view={view} fields={fields} />
            <AbsenceList list={list} today={today} />
          </div>
          <div className="company-side">
            <WhoSigns list={list} representation={textOf(fields, 'representation')} kind={kind} today={today} own={own} />
            <Shareholders list={list} capital={numberOf(fields, 'capital')} today={today} />
            <Owners list={list} today={today} />
          </div>
        </div>
        <DeadlineList deadlines={deadlines} />
        <ReportFigures list={list} onOpen={(id) => go({ page: 'record', register: 'business', id, company })} />
        <Unfold summary={t('company.card')}>
          <FieldList schema="registry_card" fields={view.fields} except={CARD_SHOWN} />
        </Unfold>
      </Sheet>
      <RecordPrintFoot view={view} />
    </>
  );
}

/** One company: registry card, who may sign today, shareholders, beneficial owners, annual reports. */
export function CompanyPage({ company, session }: { company: SubjectRef; session: Session }) {
  const { t } = useTexts();
  const { go, actFor, subject } = usePlaces();
  const list = useList('business', company);
  const own = useList('business', null);
  const today = useToday();
  const mayAct = session.subjects.find((candidate) => candidate.kind === 'company' && candidate.code === company.code);
  if (list.isPending) return <Waiting name={t('register.business')} />;
  if (list.isError) return <ErrorNote error={list.error} onRetry={() => void list.refetch()} testId="list-problem" />;
  const card = currentRows(list.data, 'registry_card').at(-1) ?? list.data.rows.find((row) => row.schema === 'registry_card');
  const partial = list.data.rows.some((row) => needsAttention(row.verdict.verdict));
  const { withheld } = listCounts(list.data);
  const entries = () => go({ page: 'register', register: 'business', company, entries: true });
  return (
    <div className="company-page">
      <div className="record-bar no-print">
        {subject ? (
          <span />
        ) : (
          <Crumbs steps={[{ label: t('nav.business'), onOpen: () => go({ page: 'register', register: 'business' }) }]} />
        )}
        <div className="row">
          {!subject && mayAct && <Button onClick={() => actFor(mayAct)}>{t('company.actFor')}</Button>}
          <Button kind="tertiary" onClick={entries} data-testid="company-entries">
            {`${t('company.history')}, ${list.data.rows.length}`}
          </Button>
          <Button kind="tertiary" icon={<PrinterSmallIcon aria-hidden="true" />} onClick={() => window.print()}>
            {t('app.print')}
          </Button>
        </div>
      </div>
      {list.data.problems.map((problem, index) => (
        <ErrorNote key={`${problem.code}-${index}`} error={problem} testId="list-problem" />
      ))}
      {(partial || withheld.length > 0) && <p className="note">{t('company.partial')}</p>}
      {card ? (
        <CardSheet card={card} company={company} list={list.data} kind={mandateKind(own.data, company.code, today)} own={session.code} />
      ) : (
        <p>{t('record.notFound')}</p>
      )}
    </div>
  );
}
