import type { RecordList, RegisterId } from '../../../backend/contract';
import { useTexts } from '../../../i18n/text';
import { RecordListView } from '../../../shared/list/RecordListView';
import { ErrorNote } from '../../../shared/notice/ErrorNote';
import { Waiting } from '../../../shared/notice/Waiting';
import { usePlaces } from '../../../shared/session/places';
import { useList, useSession } from '../../../shared/session/queries';
import { Digest } from './health/Digest';
import { PartHead } from './PartHead';
import { AccountView } from './tax/AccountView';
import { DeclarationsView } from './tax/DeclarationsView';
import { IncomeView } from './tax/IncomeView';
import { Views } from './Views';
import { viewFor, viewsOf } from './parts';
import { WordsView } from './WordsView';

function TaxPart({ view, list, company }: { view: string; list: RecordList; company: string | null }) {
  const subjects = useSession().data?.subjects ?? [];
  if (view === 'income') return <IncomeView list={list} company={company} />;
  if (view === 'account') return <AccountView list={list} company={company} subjects={subjects} />;
  return <DeclarationsView list={list} company={company} />;
}

/**
 * Health and tax, as a whole list and in parts. Both stand in the person's own private list; acting for a company shows
 * that company's tax matters in it.
 */
export function RegisterPage({ register, kind }: { register: RegisterId; kind?: string }) {
  const { t } = useTexts();
  const { go, subject } = usePlaces();
  const list = useList(register, null);
  if (list.isPending) return <Waiting name={t(`register.${register}`)} />;
  if (list.isError) return <ErrorNote error={list.error} onRetry={() => void list.refetch()} testId="list-problem" />;
  const view = viewFor(register, kind);
  const parts = viewsOf(register, list.data.rows);
  const part = parts.find(({ id }) => id === view);
  const views = <Views register={register} views={parts} current={view} />;
  const title = t(`nav.${register}`);
  const company = register === 'tax' ? subject : null;
  if (view === 'words' || (register === 'tax' && view !== 'all')) {
    return (
      <div className="list-page">
        <PartHead title={title} list={list.data} views={views} />
        {view === 'words' ? <WordsView /> : <TaxPart view={view} list={list.data} company={company?.code ?? null} />}
      </div>
    );
  }
  return (
    <RecordListView
      key={view}
      title={title}
      list={list.data}
      subject={null}
      only={part?.schemas.length ? { name: view, schemas: part.schemas } : undefined}
      noKinds={part?.schemas.length !== 2}
      company={company}
      onOpen={(row) => go({ page: 'record', register, id: row.id })}
    >
      {views}
      {register === 'health' && view !== 'all' && <Digest view={view} rows={list.data.rows} />}
    </RecordListView>
  );
}
