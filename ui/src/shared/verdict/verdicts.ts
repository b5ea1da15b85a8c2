import type { Verdict } from '../../backend/contract';
import type { TextKey } from '../../i18n/keys';

/** What colour tells to do: rely, stop, careful, wait, open. */
export type Tone = 'proof' | 'stop' | 'care' | 'wait' | 'unknown';

/** How sheet and strip meet. */
export type Joint = 'fits' | 'apart' | 'stripAlone' | 'newerBehind' | 'sheetAlone' | 'plain';

/** How a verdict looks and reads. */
export interface VerdictLook {
  tone: Tone;
  word: TextKey;
  sentence: TextKey;
  advice: TextKey;
  joint: Joint;
}

/** The six verdicts. Shape and word always go with the colour. */
export const VERDICTS: Record<Verdict, VerdictLook> = {
  proven: look('proven', 'proof', 'fits'),
  altered: look('altered', 'stop', 'apart'),
  withheld: look('withheld', 'stop', 'stripAlone'),
  oldVersion: look('oldVersion', 'care', 'newerBehind'),
  notYetSealed: look('notYetSealed', 'wait', 'sheetAlone'),
  cannotCheck: look('cannotCheck', 'unknown', 'plain'),
};

function look<V extends Verdict>(verdict: V, tone: Tone, joint: Joint): VerdictLook {
  return { tone, joint, word: `verdict.${verdict}`, sentence: `verdict.${verdict}.sentence`, advice: `verdict.do.${verdict}` };
}

/** The look of a verdict; a word this program does not know is never shown as good or bad. */
export const verdictLook = (verdict: Verdict): VerdictLook => VERDICTS[verdict] ?? VERDICTS.cannotCheck;
