import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { RecordList, Session } from '../../../backend/contract';
import { keys } from '../../../shared/session/queries';
import { keepDoubts, knownMs, type Doubt } from './changes';

/** What home remembers while the session lasts. It stands among what is private and goes with it. */
interface HomeMemory {
  /** Everything known up to this instant was marked as seen. */
  seenMs: number | null;
  doubts: Doubt[];
}

type Maybe = RecordList | undefined;

const KEY = keys.view('home');

/**
 * What is new since the last visit, or since it was marked as seen; the mark can be taken back. The next visit begins
 * where this one ends, so the mark itself need not be stored.
 */
export function useHomeMemory(health: Maybe, tax: Maybe, business: Maybe, session: Session) {
  const queries = useQueryClient();
  const [seenMs, setSeen] = useState(() => queries.getQueryData<HomeMemory>(KEY)?.seenMs ?? null);
  const lists = useMemo(() => [health, tax, business].filter((list) => list !== undefined), [health, tax, business]);
  const doubts = useMemo(() => keepDoubts(queries.getQueryData<HomeMemory>(KEY)?.doubts ?? [], lists), [queries, lists]);
  useEffect(() => {
    queries.setQueryData<HomeMemory>(KEY, { seenMs, doubts });
  }, [queries, seenMs, doubts]);
  return {
    lists,
    since: seenMs ?? session.previousVisitMs,
    marked: seenMs !== null,
    markSeen: () => setSeen(Math.max(session.previousVisitMs ?? 0, ...lists.flatMap((list) => list.rows).map(knownMs))),
    undo: () => setSeen(null),
    doubts,
  };
}
