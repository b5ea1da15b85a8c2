import { PrinterSmallIcon } from '@navikt/aksel-icons';
import type { ReactNode } from 'react';
import type { RecordList } from '../../../backend/contract';
import { Button } from '../../../ds';
import { useTexts } from '../../../i18n/text';
import { ListSentence } from '../../../shared/list/ListSentence';
import { ErrorNote } from '../../../shared/notice/ErrorNote';
import { usePlaces } from '../../../shared/session/places';
import { useRefresh } from '../../../shared/session/queries';

/**
 * Head of a part of a register: title, what the ledger says of the whole list, and a warning when an entry that is not
 * here might belong to this part.
 */
export function PartHead({ title, list, views }: { title: string; list: RecordList; views: ReactNode }) {
  const { t } = useTexts();
  const { go } = usePlaces();
  const refresh = useRefresh(list.register, null);
  const dark = list.rows.filter(({ verdict }) => verdict.verdict === 'withheld' || verdict.verdict === 'altered').length;
  return (
    <>
      <div className="list-head">
        <div>
          <h1>{title}</h1>
          <ListSentence list={list} />
        </div>
        <div className="row no-print">
          <Button icon={<PrinterSmallIcon aria-hidden="true" />} onClick={() => window.print()}>
            {t('app.print')}
          </Button>
        </div>
      </div>
      {views}
      {list.problems
        .filter(({ code }) => code !== 'E31' && code !== 'E32')
        .map((problem, index) => (
          <ErrorNote key={`${problem.code}-${index}`} error={problem} onRetry={() => refresh.mutate()} testId="list-problem" />
        ))}
      {dark > 0 && (
        <div className="note" data-tone="stop" data-testid="part-dark">
          <div>
            <p className="strong">{t('views.dark', { count: dark })}</p>
            <p>{t('views.darkText')}</p>
            <button type="button" className="link" onClick={() => go({ page: 'register', register: list.register })}>
              {t('views.darkShow')}
            </button>
          </div>
        </div>
      )}
    </>
  );
}
