import { invoke } from '@tauri-apps/api/core';
import { TauriEvent } from '@tauri-apps/api/event';
import type { Backend, FileDrop, Unsubscribe } from './backend';
import type { OpenTarget } from './types/OpenTarget';
import { subscribe } from './events';

type Dropped = { paths: string[] };

function onFileDrop(listener: (drop: FileDrop) => void): Unsubscribe {
  const ends = [
    subscribe<Dropped>(TauriEvent.DRAG_ENTER, () => listener({ kind: 'over' })),
    subscribe<unknown>(TauriEvent.DRAG_LEAVE, () => listener({ kind: 'leave' })),
    subscribe<Dropped>(TauriEvent.DRAG_DROP, ({ paths }) => listener({ kind: 'drop', paths })),
  ];
  return () => ends.forEach((end) => end());
}

/** Taken for a listener that had ended by then; the next one gets it. */
const untold: OpenTarget[] = [];

/** What waits is taken from the program one by one, so that nothing is told twice; the event only says that something waits. */
function onOpen(listener: (target: OpenTarget) => void): Unsubscribe {
  let ended = false;
  const take = async () => {
    while (!ended) {
      const target = untold.shift() ?? (await invoke<OpenTarget | null>('take_open'));
      if (target === null) return;
      if (ended) untold.push(target);
      else listener(target);
    }
  };
  const end = subscribe<unknown>('open', () => void take());
  void take();
  return () => {
    ended = true;
    end();
  };
}

/** The program itself, through Tauri's bridge. */
export const tauriBackend: Backend = {
  status: () => invoke('status'),
  session: () => invoke('session'),
  settings: () => invoke('settings'),
  setSettings: (settings) => invoke('set_settings', { settings }),
  demoCards: () => invoke('demo_cards'),
  insertDemoCard: (id) => invoke('insert_demo_card', { id }),
  signIn: (reader) => invoke('sign_in', { reader }),
  signOut: () => invoke('sign_out'),
  list: (register, subject) => invoke('list', { register, subject }),
  refresh: (register, subject) => invoke('refresh', { register, subject }),
  record: (id) => invoke('record', { id }),
  proof: (id) => invoke('proof', { id }),
  saveProof: (id, fields, language) => invoke('save_proof', { id, fields, language }),
  checkFile: (path) => invoke('check_file', { path }),
  syncPause: (paused) => invoke('sync_pause', { paused }),
  diagnostics: () => invoke('diagnostics'),
  forgetEverything: () => invoke('forget_everything'),
  storage: () => invoke('storage'),
  about: () => invoke('about'),
  network: () => invoke('network'),
  offices: () => invoke('offices'),
  openNetworkFile: (path) => invoke('open_network_file', { path }),
  useNetwork: (words) => invoke('use_network', { words }),
  saveNetworkFile: () => invoke('save_network_file'),
  evidence: () => invoke('evidence'),
  saveEvidence: () => invoke('save_evidence'),
  saveGatewayEvidence: (gateway) => invoke('save_gateway_evidence', { gateway }),
  handInEvidence: () => invoke('hand_in_evidence'),
  onStatus: (listener) => subscribe('status', listener),
  onSession: (listener) => subscribe('session', listener),
  onListChanged: (listener) => subscribe('list-changed', listener),
  onHandedIn: (listener) => subscribe('handed-in', listener),
  onFileDrop,
  onOpen,
  onNetworkChanged: (listener) => subscribe<unknown>('network-changed', () => listener()),
};
