import type { RecordList } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { formatDateTime, formatInteger } from '../format';
import { listCounts } from './rows';

/** How many the ledger holds, how many are here: never filtered, never 0 for a register that is silent. */
export function ListSentence({ list }: { list: RecordList }) {
  const texts = useTexts();
  const { t, rich } = texts;
  const counts = listCounts(list);
  const held = formatInteger(counts.held);
  const register = t(`register.${list.register}`);
  return (
    <div className="list-sentence">
      <p>
        {counts.ledger === null && rich('list.sentenceUnknown', { held })}
        {counts.ledger === 0 && list.rows.length === 0 && t('list.sentenceEmpty', { register })}
        {counts.ledger !== null &&
          (counts.ledger > 0 || list.rows.length > 0) &&
          rich('list.sentence', { ledger: formatInteger(counts.ledger), held })}
        {counts.old > 0 && ` ${t('list.sentenceOld', { count: counts.old })}`}
        {counts.coming > 0 && ` ${t('list.sentenceComing', { count: counts.coming })}`}
      </p>
      {!list.answered && <p className="second tone-care">{t('list.saved')}</p>}
      {list.asOfMs !== null && list.asOfHeight !== null && (
        <p className="caption">{t('list.asOf', { time: formatDateTime(list.asOfMs, texts), page: formatInteger(list.asOfHeight) })}</p>
      )}
    </div>
  );
}
