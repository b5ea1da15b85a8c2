import { createContext, useContext } from 'react';
import type { Backend } from '../../backend/backend';

const Context = createContext<Backend | null>(null);

/** Gives every screen the backend. */
export const BackendProvider = Context.Provider;

/** The backend of this window. */
export function useBackend(): Backend {
  const backend = useContext(Context);
  if (!backend) throw new Error('BackendProvider is missing above this component');
  return backend;
}
