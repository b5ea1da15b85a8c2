import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Session } from '../../backend/contract';
import { useBackend } from './BackendContext';
import { forgetPrivate, keys } from './queries';

/** Puts the program's events into the window. Card out: everything private is forgotten before anything else happens. */
export function useBackendEvents(): void {
  const backend = useBackend();
  const queries = useQueryClient();
  useEffect(() => {
    const ends = [
      backend.onStatus((status) => queries.setQueryData(keys.status, status)),
      backend.onSession((session) => {
        const before = queries.getQueryData<Session | null>(keys.session);
        if (!session || (before && before.code !== session.code)) forgetPrivate(queries);
        queries.setQueryData(keys.session, session);
      }),
      backend.onNetworkChanged(() => {
        forgetPrivate(queries);
        void queries.invalidateQueries();
      }),
      backend.onListChanged(({ register }) => void queries.invalidateQueries({ queryKey: keys.register(register) })),
    ];
    return () => ends.forEach((end) => end());
  }, [backend, queries]);
}
