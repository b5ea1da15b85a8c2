import { useTexts } from '../../i18n/text';
import { VerdictIcon } from '../../shared/verdict/VerdictIcon';
import { headline, RESULTS, toneVerdict } from './answers';
import { kindOf, unreadable } from './kinds';
import { fileName, type CheckItem } from './useCheckQueue';

function Result({ item }: { item: CheckItem }) {
  const texts = useTexts();
  const { t } = texts;
  if (item.state === 'waiting') return <span className="second">{t('check.waiting')}</span>;
  if (item.state === 'checking') return <span className="second">{t('check.checking')}</span>;
  const result = RESULTS[item.report ? headline(item.report) : 'INDETERMINATE'];
  const kind = item.report ? kindOf(item.report, texts) : item.error && unreadable(item.error, texts);
  return (
    <span className={`answer-word tone-${result.tone}`}>
      <VerdictIcon verdict={toneVerdict[result.tone]} size={24} />
      <span>
        {t(result.word)}
        {kind && <span className="second block">{kind.title}</span>}
      </span>
    </span>
  );
}

/** Several files: each with its result; one is shown with its answers below. */
export function CheckList(props: { items: CheckItem[]; chosen: CheckItem | null; onChoose: (id: number) => void }) {
  const { t } = useTexts();
  const done = props.items.filter((item) => item.state === 'done' || item.state === 'failed').length;
  return (
    <section className="check-list" aria-labelledby="queue-title" data-testid="check-list">
      <h2 id="queue-title">{t('check.queue')}</h2>
      <p className="second" role="status">
        {t('check.queueProgress', { done, total: props.items.length })}
      </p>
      <ul>
        {props.items.map((item, index) => (
          <li key={item.id} data-on={item.id === props.chosen?.id}>
            <button
              type="button"
              aria-current={item.id === props.chosen?.id}
              onClick={() => props.onChoose(item.id)}
              data-testid={`check-item-${index}`}
              data-state={item.state}
            >
              <bdi className="record-text strong">{fileName(item.path)}</bdi>
              <Result item={item} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
