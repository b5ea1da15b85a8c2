import { useEffect, useRef, useState } from 'react';
import type { EvidenceAnswer } from '../../backend/contract';
import { useBackend } from '../../shared/session/BackendContext';

/** Evidence on its way to the authorities. It outlives the page that it was begun on. */
export interface HandIn {
  /** Authorities are being asked. */
  running: boolean;
  /** What they have answered; `null` before it was begun. */
  answers: EvidenceAnswer[] | null;
  /** All of them have been asked, and these are all answers. */
  done: boolean;
  /** Why none of them could be asked. */
  error: unknown;
  start: () => void;
}

const NOTHING = { running: false, answers: null, done: false, error: null };

/** Hands in what this computer keeps: once at a time, again as often as one likes. What was answered is forgotten with the attack. */
export function useHandIn(attacked: boolean): HandIn {
  const backend = useBackend();
  const [state, setState] = useState<Omit<HandIn, 'start'>>(NOTHING);
  const running = useRef(false);
  useEffect(
    () =>
      backend.onHandedIn((answer) => {
        if (!running.current) return;
        setState((before) => ({
          ...before,
          answers: [...(before.answers ?? []).filter((one) => one.authority !== answer.authority), answer],
        }));
      }),
    [backend],
  );
  if (!attacked && !state.running && state !== NOTHING) setState(NOTHING);
  const start = () => {
    if (running.current) return;
    running.current = true;
    setState({ running: true, answers: [], done: false, error: null });
    const end = (ending: Partial<HandIn>) => {
      running.current = false;
      setState((before) => ({ ...before, running: false, ...ending }));
    };
    backend.handInEvidence().then(
      (answers) => end({ answers, done: true }),
      (error: unknown) => end({ answers: null, error }),
    );
  };
  return { ...state, start };
}
