import { notifyManager, QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RegisterId, Session, Settings, Status, SubjectRef } from '../../backend/contract';
import { useBackend } from './BackendContext';

/** Everything under this key is private: it goes the moment the card does. */
const PRIVATE = 'private';
/** How lists were left: what was searched for is private too. */
const VIEW = [PRIVATE, 'view'] as const;

/** Keys of what is kept in memory. */
export const keys = {
  session: ['session'] as const,
  status: ['status'] as const,
  settings: ['settings'] as const,
  lastChange: ['last-change'] as const,
  demoCards: ['demo-cards'] as const,
  storage: ['storage'] as const,
  network: ['network'] as const,
  evidence: ['evidence'] as const,
  about: ['about'] as const,
  private: [PRIVATE] as const,
  register: (register: RegisterId) => [PRIVATE, 'list', register] as const,
  list: (register: RegisterId, subject: SubjectRef | null) => [PRIVATE, 'list', register, subject?.code ?? 'self'] as const,
  record: (id: string) => [PRIVATE, 'record', id] as const,
  proof: (id: string) => [PRIVATE, 'proof', id] as const,
  view: (name: string) => [...VIEW, name] as const,
};

// Listeners hear in the same turn: a pulled card must not wait for a timer.
notifyManager.setScheduler(queueMicrotask);

/** Answers stay until an event says that they changed; the program, not the window, knows whether it is offline. */
export function createQueries(): QueryClient {
  const queries = new QueryClient({
    defaultOptions: {
      queries: { networkMode: 'always', retry: false, staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  queries.setQueryDefaults(VIEW, { gcTime: Infinity });
  return queries;
}

/** Forgets everything private at once; answers still under way are dropped when they come. */
export function forgetPrivate(queries: QueryClient): void {
  void queries.cancelQueries({ queryKey: keys.private });
  queries.removeQueries({ queryKey: keys.private });
  queries.getMutationCache().clear();
}

export function useSession() {
  const backend = useBackend();
  return useQuery<Session | null>({ queryKey: keys.session, queryFn: () => backend.session() });
}

export function useStatus() {
  const backend = useBackend();
  return useQuery<Status>({ queryKey: keys.status, queryFn: () => backend.status() });
}

export function useSettings() {
  const backend = useBackend();
  return useQuery<Settings>({ queryKey: keys.settings, queryFn: () => backend.settings() });
}

/** A change of settings that can be taken back. */
export interface SettingsChange {
  before: Settings;
  after: Settings;
}

function useKeepSettings() {
  const backend = useBackend();
  const queries = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (settings: Settings) => backend.setSettings(settings),
    onSuccess: (settings) => {
      queries.setQueryData(keys.settings, settings);
      void queries.invalidateQueries({ queryKey: keys.storage });
    },
    onError: () => void queries.invalidateQueries({ queryKey: keys.settings }),
  });
  return (settings: Settings) => {
    queries.setQueryData(keys.settings, settings);
    mutate(settings);
  };
}

/** Changes settings: shown at once, kept as the program answers. The change before is remembered, so that it can be taken back. */
export function useChangeSettings() {
  const queries = useQueryClient();
  const keep = useKeepSettings();
  return (change: Partial<Settings>) => {
    const before = queries.getQueryData<Settings>(keys.settings);
    if (!before) return;
    const after = { ...before, ...change };
    queries.setQueryData<SettingsChange>(keys.lastChange, { before, after });
    keep(after);
  };
}

/** The last change of settings and the way to take it back; `undo` tells whether there was one. */
export function useSettingsUndo() {
  const queries = useQueryClient();
  const keep = useKeepSettings();
  const change = useQuery<SettingsChange | null>({ queryKey: keys.lastChange, queryFn: () => null, initialData: null }).data;
  const undo = (): boolean => {
    const last = queries.getQueryData<SettingsChange | null>(keys.lastChange);
    if (!last) return false;
    queries.setQueryData(keys.lastChange, null);
    keep(last.before);
    return true;
  };
  return { change, undo };
}

export function useList(register: RegisterId, subject: SubjectRef | null, enabled = true) {
  const backend = useBackend();
  return useQuery({ queryKey: keys.list(register, subject), queryFn: () => backend.list(register, subject), enabled });
}

/** Asks the register again, past the saved copy. */
export function useRefresh(register: RegisterId, subject: SubjectRef | null) {
  const backend = useBackend();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => backend.refresh(register, subject),
    onSuccess: (list) => {
      if (queries.getQueryData<Session | null>(keys.session)) queries.setQueryData(keys.list(register, subject), list);
    },
  });
}

export function useRecord(id: string) {
  const backend = useBackend();
  return useQuery({ queryKey: keys.record(id), queryFn: () => backend.record(id) });
}

export function useProof(id: string) {
  const backend = useBackend();
  return useQuery({ queryKey: keys.proof(id), queryFn: () => backend.proof(id) });
}
