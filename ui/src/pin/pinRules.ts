import type { ErrorInfo, PinContext, PinTries } from '../backend/contract';

/** Digits of what was typed; a PIN has nothing else. */
export const digitsOf = (typed: string): string => typed.replace(/\D/g, '');

/** True when the length is one the card accepts. */
export const lengthFits = (pin: string, context: PinContext): boolean => pin.length >= context.minLength && pin.length <= context.maxLength;

/** The counter of the PIN that is asked for. */
export function triesOf({ pin, card }: PinContext): PinTries {
  return pin === 'pin1' ? card.pin1 : pin === 'pin2' ? card.pin2 : card.puk;
}

/** What the window is in: locked, on the last try (asks twice), after a wrong try, or plain. */
export type PinStage = 'locked' | 'last' | 'fewer' | 'plain';

/** Stage by the tries left, known before anything is typed. */
export function stageOf(tries: PinTries): PinStage {
  if (!tries.usable || tries.left === 0) return 'locked';
  if (tries.left === 1) return 'last';
  return tries.left < tries.max ? 'fewer' : 'plain';
}

/** What a press of *Continue* does. Nothing goes to the card unless the length fits and a last try is confirmed. */
export function onContinue(pin: string, context: PinContext, confirmed: boolean): 'wrongLength' | 'confirm' | 'submit' | 'locked' {
  const stage = stageOf(triesOf(context));
  if (stage === 'locked') return 'locked';
  if (!lengthFits(pin, context)) return 'wrongLength';
  return stage === 'last' && !confirmed ? 'confirm' : 'submit';
}

/** E12, made here: nothing was sent to the card. */
export const wrongLength: ErrorInfo = { code: 'E12', blame: 'user', params: {}, retry: true };
