import type { TextKey } from '../i18n/keys';
import type { Place } from '../shared/session/places';

/** What a page is called in the title of the document: never the title of a record, which others could read in a list of windows. */
export function pageTitle(place: Place): TextKey {
  switch (place.page) {
    case 'register':
    case 'record':
      return `nav.${place.register}`;
    case 'raw':
      return 'proof.rawTitle';
    case 'check':
      return 'nav.check';
    case 'settings':
      return 'settings.title';
    case 'help':
      return 'help.title';
    default:
      return place.page === 'home' ? 'nav.home' : 'page.welcome';
  }
}
