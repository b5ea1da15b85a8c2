import type { Place } from '../session/places';

/** The help articles, in the order of the table of contents. A place of help may also name a failure code. */
export const TOPICS = [
  'proof',
  'limits',
  'verdicts',
  'ledger',
  'who',
  'card',
  'reader',
  'shared',
  'file',
  'access',
  'privacy',
  'keyboard',
] as const;

/** One help article. */
export type Topic = (typeof TOPICS)[number];

/** The article that explains the page one is at. */
export function helpFor(place: Place): Topic {
  switch (place.page) {
    case 'record':
    case 'register':
      return 'verdicts';
    case 'raw':
      return 'proof';
    case 'check':
      return 'file';
    case 'settings':
      return 'shared';
    case 'welcome':
      return 'card';
    case 'help':
      return 'keyboard';
    default:
      return 'proof';
  }
}
