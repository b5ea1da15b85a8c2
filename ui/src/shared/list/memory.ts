import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../session/queries';
import { NO_FILTER, REGISTER_ORDER, type ListFilter, type ListSort } from './rows';

/** How a list was left. */
export interface ListState {
  filter: ListFilter;
  sort: ListSort;
}

const START: ListState = { filter: NO_FILTER, sort: REGISTER_ORDER };

/** What is remembered of one list while the session lasts. It stands among what is private and goes with it. */
export class ListMemory {
  state: ListState = START;
  scroll = 0;
  /** The row opened last. */
  opened: string | null = null;

  keep(part: Partial<Pick<ListMemory, 'state' | 'scroll' | 'opened'>>): void {
    Object.assign(this, part);
  }
}

/** The state of a list as it was left; a kind asked for is chosen over it. */
export function useListMemory(name: string, kind: string | undefined) {
  const queries = useQueryClient();
  const [memory] = useState(() => {
    const kept = queries.getQueryData<ListMemory>(keys.view(name)) ?? new ListMemory();
    if (kind) kept.keep({ state: { ...START, filter: { ...NO_FILTER, kind } }, scroll: 0 });
    queries.setQueryData(keys.view(name), kept);
    return kept;
  });
  const [state, setState] = useState(memory.state);
  const change = (next: ListState) => {
    memory.keep({ state: next });
    setState(next);
  };
  return { memory, state, change };
}
