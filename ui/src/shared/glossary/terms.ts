import { CARE_TERMS } from './terms-care';
import { LAB_TERMS } from './terms-lab';
import { TAX_TERMS } from './terms-tax';
import type { Words } from '../codes/table';

/** One word of the glossary. */
export interface Term {
  id: string;
  /** How it is written in records. `word*` may carry an Estonian ending and begin with a capital. */
  words: readonly string[];
  name: Words;
  text: Words;
}

/** All terms. */
export const TERMS: readonly Term[] = [...CARE_TERMS, ...LAB_TERMS, ...TAX_TERMS];
