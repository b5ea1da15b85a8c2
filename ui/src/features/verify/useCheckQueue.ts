import { useCallback, useRef, useState } from 'react';
import { toErrorInfo } from '../../backend/backend';
import type { ErrorInfo, FileReport } from '../../backend/contract';
import { useBackend } from '../../shared/session/BackendContext';
import type { Me } from './answers';

/** One file and what was found. `path` is `null` until the file dialog has answered. */
export interface CheckItem {
  id: number;
  path: string | null;
  state: 'waiting' | 'checking' | 'done' | 'failed';
  report: FileReport | null;
  error: ErrorInfo | null;
  /** When it was checked, by this computer's clock. */
  atMs: number;
  /** What the reader said of the audience. */
  me: Me;
}

/** The last part of a path: what a person calls the file. */
export const fileName = (path: string | null): string => path?.split(/[\\/]/).findLast(Boolean) ?? '';

const item = (id: number, path: string | null): CheckItem => ({
  id,
  path,
  state: 'waiting',
  report: null,
  error: null,
  atMs: 0,
  me: null,
});

/** Files to check, one after the other in the order they came; each with its result. */
export function useCheckQueue() {
  const backend = useBackend();
  const [items, setItems] = useState<CheckItem[]>([]);
  const [chosen, setChosen] = useState<number | null>(null);
  const [asking, setAsking] = useState(false);
  const next = useRef(1);
  const line = useRef<Promise<void>>(Promise.resolve());

  const change = (id: number, part: Partial<CheckItem>) =>
    setItems((before) => before.map((one) => (one.id === id ? { ...one, ...part } : one)));

  const result = useCallback(
    (path: string | null): Promise<Partial<CheckItem>> =>
      backend.checkFile(path).then(
        (report) => ({ state: 'done', report, error: null, path: path ?? report.path ?? null, atMs: Date.now() }),
        (reason: unknown) => ({ state: 'failed', report: null, error: toErrorInfo(reason), atMs: Date.now() }),
      ),
    [backend],
  );

  const run = useCallback(
    (id: number, path: string | null) => {
      line.current = line.current.then(async () => {
        change(id, { state: 'checking' });
        change(id, await result(path));
      });
    },
    [result],
  );

  /** Checks these files; they take the place of those before. */
  const check = useCallback(
    (paths: string[]) => {
      const added = paths.map((path) => item(next.current++, path));
      setItems(added);
      setChosen(added[0]?.id ?? null);
      for (const one of added) run(one.id, one.path);
    },
    [run],
  );

  /** Asks for a file with the file dialog. Cancelled, everything stays as it was. */
  const ask = () => {
    setAsking(true);
    void result(null).then((found) => {
      setAsking(false);
      if (found.error?.code === 'E13') return;
      const one = { ...item(next.current++, null), ...found };
      setItems([one]);
      setChosen(one.id);
    });
  };

  return {
    items,
    chosen: items.find((one) => one.id === chosen) ?? null,
    /** The file dialog is open. */
    asking,
    choose: setChosen,
    check,
    ask,
    again: (one: CheckItem) => run(one.id, one.path),
    say: (one: CheckItem, me: Me) => change(one.id, { me }),
    clear: () => setItems([]),
  };
}
