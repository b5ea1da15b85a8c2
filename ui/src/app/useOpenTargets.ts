import { useEffect, useRef, useState } from 'react';
import type { ErrorInfo, OpenTarget, Page } from '../backend/contract';
import { useBackend } from '../shared/session/BackendContext';
import type { Place } from '../shared/session/places';

const PLACES: Record<Exclude<Page, 'status'>, Place> = {
  home: { page: 'home' },
  health: { page: 'register', register: 'health' },
  tax: { page: 'register', register: 'tax' },
  business: { page: 'register', register: 'business' },
  check: { page: 'check' },
  settings: { page: 'settings' },
  help: { page: 'help' },
};

/** Follows what the program was asked to open: a link, a double-clicked file, a second start. Returns what was refused. */
export function useOpenTargets(go: (place: Place) => void, showStatus: () => void): [ErrorInfo | null, () => void] {
  const backend = useBackend();
  const [refused, setRefused] = useState<ErrorInfo | null>(null);
  const follow = useRef<(target: OpenTarget) => void>(() => undefined);
  useEffect(() => {
    follow.current = (target) => {
      setRefused(target.kind === 'refused' ? target.error : null);
      if (target.kind === 'file') go({ page: 'check', opened: { path: target.path, at: Date.now() } });
      if (target.kind !== 'page') return;
      if (target.page === 'status') showStatus();
      else go(PLACES[target.page]);
    };
  });
  useEffect(() => backend.onOpen((target) => follow.current(target)), [backend]);
  return [refused, () => setRefused(null)];
}
