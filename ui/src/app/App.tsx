import type { Backend } from '../backend/backend';

/** The main window. */
export function App({ backend }: { backend: Backend }) {
  void backend;
  return <main data-testid="welcome">Tõend</main>;
}
