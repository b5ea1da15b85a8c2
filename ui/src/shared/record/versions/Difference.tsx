import type { RecordView } from '../../../backend/contract';
import { useTexts } from '../../../i18n/text';
import { ErrorNote } from '../../notice/ErrorNote';
import { useRecord } from '../../session/queries';
import { RecordText } from '../RecordText';
import { fieldLabel } from '../values';
import { compareVersions, type Change } from './compare';
import type { Run } from './wordDiff';

/** One run: marked by element, sign and line, never by colour alone. */
function RunView({ run }: { run: Run }) {
  const { t } = useTexts();
  if (run.kind === 'same') return <RecordText text={run.text} />;
  const Mark = run.kind === 'added' ? 'ins' : 'del';
  return (
    <Mark>
      <span className="sr-only"> {t(`diff.${run.kind}`)} </span>
      <span className="sign" aria-hidden="true">
        {run.kind === 'added' ? '+' : '−'}
      </span>
      <RecordText text={run.text.trim()} />
      <span className="sr-only"> {t('diff.end')} </span>
    </Mark>
  );
}

function ChangeView({ schema, change }: { schema: string; change: Change }) {
  const texts = useTexts();
  const runs: Run[] = change.runs ?? [
    { kind: 'removed', text: change.before },
    { kind: 'added', text: change.after },
  ];
  return (
    <div className="wide">
      <dt>{fieldLabel(schema, change.name, texts)}</dt>
      <dd data-testid={`diff-${change.name}`}>
        {runs
          .filter((run) => run.text.trim() !== '')
          .map((run, index) => (
            <span key={index}>
              {index > 0 && ' '}
              <RunView run={run} />
            </span>
          ))}
        {change.cut && <span className="caption block">{texts.t('diff.cut')}</span>}
      </dd>
    </div>
  );
}

/** What changed from one version to the next, word by word. Only versions whose contents are proven are compared. */
export function Difference({ view, other }: { view: RecordView; other: string }) {
  const texts = useTexts();
  const { t } = texts;
  const answer = useRecord(other);
  if (answer.isError) return <ErrorNote error={answer.error} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return null;
  const [earlier, later] = [view, answer.data].sort((a, b) => a.row.version - b.row.version) as [RecordView, RecordView];
  if (earlier.fields.length === 0 || later.fields.length === 0) return <p className="second">{t('diff.unproven')}</p>;
  const changes = compareVersions(earlier, later, texts);
  return (
    <div className="difference" data-testid="difference">
      <h3>{t('diff.title', { from: earlier.row.version, to: later.row.version })}</h3>
      {changes.length === 0 ? (
        <p>{t('diff.none')}</p>
      ) : (
        <>
          <p className="caption">
            <span className="sign">−</span> {t('diff.removedKey')} · <span className="sign">+</span> {t('diff.addedKey')}
          </p>
          <dl className="fields">
            {changes.map((change) => (
              <ChangeView key={change.name} schema={later.row.schema} change={change} />
            ))}
          </dl>
        </>
      )}
    </div>
  );
}
