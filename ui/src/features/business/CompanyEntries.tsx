import type { SubjectRef } from '../../backend/contract';
import { Crumbs } from '../../ds';
import { useTexts } from '../../i18n/text';
import { RecordListView } from '../../shared/list/RecordListView';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { Waiting } from '../../shared/notice/Waiting';
import { usePlaces } from '../../shared/session/places';
import { useList } from '../../shared/session/queries';

/** All entries of a company's public list. */
export function CompanyEntries({ company }: { company: SubjectRef }) {
  const { t } = useTexts();
  const { go } = usePlaces();
  const list = useList('business', company);
  const crumbs = (
    <Crumbs
      steps={[
        { label: t('nav.business'), onOpen: () => go({ page: 'register', register: 'business' }) },
        { label: company.name, onOpen: () => go({ page: 'register', register: 'business', company }) },
      ]}
    />
  );
  if (list.isPending) return <Waiting name={t('register.business')} />;
  if (list.isError) return <ErrorNote error={list.error} onRetry={() => void list.refetch()} testId="list-problem" />;
  return (
    <RecordListView
      title={company.name}
      list={list.data}
      subject={company}
      crumbs={crumbs}
      onOpen={(row) => go({ page: 'record', register: 'business', id: row.id, company })}
    />
  );
}
