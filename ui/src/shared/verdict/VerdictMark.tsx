import type { Verdict, VerdictInfo } from '../../backend/contract';
import { useTexts, type Texts } from '../../i18n/text';
import { VerdictIcon } from './VerdictIcon';
import { verdictLook } from './verdicts';

/** Icon and word of a verdict; all but *Proven* on their tint. */
export function VerdictMark({ verdict, hook = true }: { verdict: Verdict; hook?: boolean }) {
  const { t } = useTexts();
  const look = verdictLook(verdict);
  return (
    <span
      className={`verdict-word tone-${look.tone}${verdict === 'proven' ? '' : ' on-tint'}`}
      {...(hook ? { 'data-testid': 'verdict', 'data-verdict': verdict } : {})}
    >
      <VerdictIcon verdict={verdict} />
      {t(look.word)}
    </span>
  );
}

/** The reason of a verdict in words. A reason this program does not know is named as it came. */
export function reasonText(verdict: VerdictInfo, { t, find }: Texts): string {
  return find(`reason.${verdict.reason}`, verdict.params) ?? t('reason.other', { reason: verdict.reason });
}
