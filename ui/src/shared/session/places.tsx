import { createContext, useContext } from 'react';
import type { RegisterId, SubjectRef } from '../../backend/contract';

/** Where the person is. `company` is set where a company's public list is looked at. */
export type Place =
  | { page: 'welcome'; first?: boolean }
  | { page: 'home' }
  | { page: 'register'; register: RegisterId; company?: SubjectRef; entries?: boolean; kind?: string }
  | { page: 'record'; register: RegisterId; id: string; company?: SubjectRef; proof?: boolean }
  | { page: 'raw'; register: RegisterId; id: string; company?: SubjectRef }
  | { page: 'check'; opened?: OpenedFile }
  | { page: 'settings'; section?: string }
  | { page: 'help'; article?: string };

/** A file the program was asked to open from outside; `at` tells two requests for the same file apart. */
export interface OpenedFile {
  path: string;
  at: number;
}

/** Moving about, and on whose behalf. */
export interface Places {
  place: Place;
  /** The place left last: a list gives the focus back to the row that was opened. */
  from: Place | null;
  go: (place: Place) => void;
  /** One step back, if there is one. */
  back: () => void;
  /** One step forward again after *back*, if there is one. */
  forward: () => void;
  /** The company acted for, or `null` for the person's own records. */
  subject: SubjectRef | null;
  actFor: (subject: SubjectRef | null) => void;
}

const Context = createContext<Places | null>(null);

export const PlacesProvider = Context.Provider;

export function usePlaces(): Places {
  const places = useContext(Context);
  if (!places) throw new Error('PlacesProvider is missing above this component');
  return places;
}

/** The places of a window that has them; the PIN window has none. */
export const useOptionalPlaces = (): Places | null => useContext(Context);

const OPEN: readonly Place['page'][] = ['check', 'settings', 'help', 'welcome'];

/** True for pages that need no card. */
export const isOpenPlace = (place: Place): boolean => OPEN.includes(place.page);
