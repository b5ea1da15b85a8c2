import type { About } from './types/About';
import type { CardState } from './types/CardState';
import type { DemoCardInfo } from './types/DemoCardInfo';
import type { ErrorInfo } from './types/ErrorInfo';
import type { EvidenceAnswer } from './types/EvidenceAnswer';
import type { EvidenceView } from './types/EvidenceView';
import type { FileReport } from './types/FileReport';
import type { Language } from './types/Language';
import type { NetworkView } from './types/NetworkView';
import type { Offices } from './types/Offices';
import type { OpenTarget } from './types/OpenTarget';
import type { PinContext } from './types/PinContext';
import type { ProofView } from './types/ProofView';
import type { RecordList } from './types/RecordList';
import type { RecordView } from './types/RecordView';
import type { RegisterId } from './types/RegisterId';
import type { SavedFile } from './types/SavedFile';
import type { Session } from './types/Session';
import type { Settings } from './types/Settings';
import type { Status } from './types/Status';
import type { StorageUse } from './types/StorageUse';
import type { SubjectRef } from './types/SubjectRef';

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** A file dragged over the window or dropped on it. */
export type FileDrop = { kind: 'over' } | { kind: 'leave' } | { kind: 'drop'; paths: string[] };

/** What the main window may ask of the program. Every promise rejects with an `ErrorInfo`. */
export interface Backend {
  status(): Promise<Status>;
  session(): Promise<Session | null>;
  settings(): Promise<Settings>;
  setSettings(settings: Settings): Promise<Settings>;
  demoCards(): Promise<DemoCardInfo[]>;
  insertDemoCard(id: string | null): Promise<CardState>;
  /** Opens the PIN window; resolves when signed in. Rejects with E13 when cancelled. */
  signIn(reader: string): Promise<Session>;
  signOut(): Promise<void>;
  /** `subject: null` is the signed-in person. */
  list(register: RegisterId, subject: SubjectRef | null): Promise<RecordList>;
  refresh(register: RegisterId, subject: SubjectRef | null): Promise<RecordList>;
  record(id: string): Promise<RecordView>;
  proof(id: string): Promise<ProofView>;
  /** `fields: null` discloses all fields. */
  saveProof(id: string, fields: string[] | null, language: Language): Promise<SavedFile>;
  /** `path: null` opens the file dialog. Rejects with E13 when cancelled. */
  checkFile(path: string | null): Promise<FileReport>;
  syncPause(paused: boolean): Promise<void>;
  diagnostics(): Promise<string>;
  forgetEverything(): Promise<void>;
  /** What the program keeps on this computer. */
  storage(): Promise<StorageUse>;
  about(): Promise<About>;
  /** The network that is followed. */
  network(): Promise<NetworkView>;
  /** Who runs the ledger, proven at its newest page. Rejects with E20 and its like while there is none. */
  offices(): Promise<Offices>;
  /** Reads and checks a network file; changes nothing. `path: null` opens the file dialog. Rejects with E13, E68, E71. */
  openNetworkFile(path: string | null): Promise<NetworkView>;
  /**
   * Follows the network of the file opened last, whose ten words these are; `null` = the demonstration network.
   * The session ends, everything shown is asked for again (`onNetworkChanged`). Rejects with E68, E70, E71.
   */
  useNetwork(words: string[] | null): Promise<void>;
  /** Saves the network file in use, so that another person can join. */
  saveNetworkFile(): Promise<SavedFile>;
  /** Evidence that the ledger or an authority broke its rules; `null` when there is none. */
  evidence(): Promise<EvidenceView | null>;
  /** Rejects with E70 when there is no evidence. */
  saveEvidence(): Promise<SavedFile>;
  /** Saves what a gateway signed that excludes each other. */
  saveGatewayEvidence(gateway: number): Promise<SavedFile>;
  /** Hands the evidence to every authority; each answer is told by `onHandedIn` when it comes. Rejects with E70, E71, E73. */
  handInEvidence(): Promise<EvidenceAnswer[]>;

  onStatus(listener: (status: Status) => void): Unsubscribe;
  /** `null` the moment the card is pulled. */
  onSession(listener: (session: Session | null) => void): Unsubscribe;
  onListChanged(listener: (change: { register: RegisterId }) => void): Unsubscribe;
  onHandedIn(listener: (answer: EvidenceAnswer) => void): Unsubscribe;
  onFileDrop(listener: (drop: FileDrop) => void): Unsubscribe;
  /** The program was asked to open something; what it was started with comes once, to the first listener. */
  onOpen(listener: (target: OpenTarget) => void): Unsubscribe;
  /** Another network is followed from now on: ask for everything again. */
  onNetworkChanged(listener: () => void): Unsubscribe;
}

/** What the PIN window may ask: read its context, submit, cancel. Nothing else. */
export interface PinBackend {
  pinContext(): Promise<PinContext>;
  /** Rejects with E08 to E12; the window stays open. */
  pinSubmit(pin: string): Promise<void>;
  pinCancel(): Promise<void>;
  onPinChanged(listener: (context: PinContext) => void): Unsubscribe;
}

/** True for what a command of ours rejects with. */
export function isErrorInfo(value: unknown): value is ErrorInfo {
  return typeof value === 'object' && value !== null && typeof (value as ErrorInfo).code === 'string' && 'blame' in value;
}

/** Any thrown thing as an `ErrorInfo`; what is not ours becomes E00 (a fault of this program). */
export function toErrorInfo(value: unknown): ErrorInfo {
  if (isErrorInfo(value)) return { ...value, params: value.params ?? {} };
  return { code: 'E00', blame: 'computer', params: {}, retry: true };
}
