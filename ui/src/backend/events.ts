import { listen } from '@tauri-apps/api/event';
import type { Unsubscribe } from './backend';

/** Subscribes at once although Tauri answers later; an early unsubscribe is honoured when the answer comes. */
export function subscribe<T>(event: string, listener: (payload: T) => void): Unsubscribe {
  let ended = false;
  const registration = listen<T>(event, (message) => {
    if (!ended) listener(message.payload);
  });
  return () => {
    ended = true;
    void registration.then((unlisten) => unlisten());
  };
}
