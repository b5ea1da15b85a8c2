import type { RecordList } from '../../backend/contract';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatInteger, formatPeriod, isoDay } from '../format';
import { VerdictIcon } from '../verdict/VerdictIcon';

const NAMED_MAX = 8;

/** Alarm: entries withheld. Three numbers in one sentence, two short columns, two buttons. */
export function WithheldAlarm(props: {
  list: RecordList;
  missing: number[];
  onAsk: () => void;
  asking: boolean;
  onShow: (n: number) => void;
}) {
  const texts = useTexts();
  const { t, rich } = texts;
  const { list, missing } = props;
  const numbers = missing.slice(0, NAMED_MAX).map(formatInteger).join(', ') + (missing.length > NAMED_MAX ? ' …' : '');
  // of a single one the month fits into the sentence
  const sealed = missing.length === 1 ? list.rows.find((row) => row.n === missing[0])?.sealedMs : null;
  const named = sealed ? `${numbers}, ${formatPeriod(isoDay(sealed).slice(0, 7), texts)}` : numbers;
  const first = missing[0];
  return (
    <section className="alarm" aria-labelledby="alarm-title" data-testid="list-problem" role="alert">
      <VerdictIcon verdict="withheld" size={56} />
      <div>
        <h2 id="alarm-title" className="h1 tone-stop">
          {t('alarm.withheld', { count: missing.length })}
        </h2>
        <p className="lead">
          {rich('alarm.withheldSentence', {
            ledger: formatInteger(list.ledgerCount ?? 0),
            held: formatInteger(list.heldCount),
            missing: named,
          })}
        </p>
        <div className="alarm-columns">
          <div>
            <h3>{t('alarm.means')}</h3>
            <p>{t('errors.E32.means')}</p>
          </div>
          <div>
            <h3>{t('alarm.do')}</h3>
            <p>{t('errors.E32.do')}</p>
          </div>
        </div>
        <div className="row">
          <Button kind="primary" danger busy={props.asking} onClick={props.onAsk}>
            {props.asking ? t('app.refreshing') : t('alarm.askAgain')}
          </Button>
          {first !== undefined && (
            <Button danger onClick={() => props.onShow(first)}>
              {t('alarm.showMissing')}
            </Button>
          )}
          <span className="caption">{t('alarm.helpCode', { code: 'E32' })}</span>
        </div>
      </div>
    </section>
  );
}
