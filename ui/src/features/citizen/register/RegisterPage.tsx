import type { RegisterId } from '../../../backend/contract';
import { useTexts } from '../../../i18n/text';
import { RecordListView } from '../../../shared/list/RecordListView';
import { ErrorNote } from '../../../shared/notice/ErrorNote';
import { Waiting } from '../../../shared/notice/Waiting';
import { usePlaces } from '../../../shared/session/places';
import { useList } from '../../../shared/session/queries';

/**
 * Health and tax. Both stand in the person's own private list; acting for a company shows that company's tax matters
 * in it.
 */
export function RegisterPage({ register, kind }: { register: RegisterId; kind?: string }) {
  const { t } = useTexts();
  const { go, subject } = usePlaces();
  const list = useList(register, null);
  if (list.isPending) return <Waiting name={t(`register.${register}`)} />;
  if (list.isError) return <ErrorNote error={list.error} onRetry={() => void list.refetch()} testId="list-problem" />;
  return (
    <RecordListView
      title={t(`nav.${register}`)}
      list={list.data}
      subject={null}
      kind={kind}
      company={register === 'tax' ? subject : null}
      onOpen={(row) => go({ page: 'record', register, id: row.id })}
    />
  );
}
