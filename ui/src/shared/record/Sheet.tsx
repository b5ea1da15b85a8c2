import type { ReactNode } from 'react';
import type { RegisterId, SealedInterval, VerdictInfo } from '../../backend/contract';
import { useTexts, type Texts } from '../../i18n/text';
import { formatMoment, formatSealed } from '../format';
import { useNow } from '../session/useNow';
import { reasonText } from '../verdict/VerdictMark';
import { VerdictIcon } from '../verdict/VerdictIcon';
import { verdictLook } from '../verdict/verdicts';

interface SheetProps {
  verdict: VerdictInfo;
  register: RegisterId;
  sealed: SealedInterval | null;
  checkedAtMs: number;
  /** A newer version stands later in the list. */
  superseded?: boolean;
  /** Actions in the head, for example *Why can I trust this?* */
  actions?: ReactNode;
  children: ReactNode;
}

function sentence({ verdict, register, sealed, checkedAtMs }: SheetProps, nowMs: number, texts: Texts): string {
  const { t } = texts;
  if (verdict.verdict !== 'proven') return t(verdictLook(verdict.verdict).sentence);
  const values = { register: t(`register.${register}`), checked: formatMoment(checkedAtMs, nowMs, texts) };
  return sealed
    ? t('verdict.proven.sentence', { ...values, sealed: formatSealed(sealed.fromMs, sealed.untilMs, texts) })
    : t('verdict.proven.bare', values);
}

/**
 * A record on its strip. Strip, seal and verdict are drawn here, outside the record: nothing a record holds can reach
 * them. How sheet and strip meet is the verdict.
 */
export function Sheet(props: SheetProps) {
  const texts = useTexts();
  const now = useNow(60_000);
  const { verdict } = props.verdict;
  const look = verdictLook(verdict);
  return (
    <article className={`sheet joint-${look.joint} tone-of-${look.tone}`} data-testid="record">
      <div className="strip" aria-hidden="true">
        <i />
        <i />
        <i />
      </div>
      <div className="paper">
        <header className="seal-head">
          <VerdictIcon verdict={verdict} size={40} />
          <div className="seal-words">
            <p className={`seal-word tone-${look.tone}`} data-testid="verdict" data-verdict={verdict}>
              {texts.t(look.word)}
            </p>
            <p className="seal-sentence">
              {sentence(props, now, texts)}
              {verdict !== 'proven' && verdict !== 'notYetSealed' && verdict !== 'withheld' && ` ${reasonText(props.verdict, texts)}`}
              {verdict === 'proven' && props.superseded && <strong> {texts.t('reason.superseded')}</strong>}
            </p>
          </div>
          {props.actions && <div className="seal-actions no-print">{props.actions}</div>}
        </header>
        <div className="paper-body">{props.children}</div>
      </div>
    </article>
  );
}
