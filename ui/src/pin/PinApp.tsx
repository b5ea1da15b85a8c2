import type { PinBackend } from '../backend/backend';

/** The PIN window. */
export function PinApp({ backend }: { backend: PinBackend }) {
  void backend;
  return <main>PIN1</main>;
}
