import { Buildings3Icon, CalculatorIcon, FileSearchIcon, HeartIcon, HouseIcon } from '@navikt/aksel-icons';
import type { ComponentType, SVGProps } from 'react';
import type { TextKey } from '../i18n/keys';
import { useTexts } from '../i18n/text';
import { usePlaces, type Place } from '../shared/session/places';

type Icon = ComponentType<SVGProps<SVGSVGElement>>;

interface Item {
  id: string;
  label: TextKey;
  icon: Icon;
  place: Place;
}

const HOME: Item = { id: 'home', label: 'nav.home', icon: HouseIcon, place: { page: 'home' } };
const REGISTERS: Item[] = [
  { id: 'health', label: 'nav.health', icon: HeartIcon, place: { page: 'register', register: 'health' } },
  { id: 'tax', label: 'nav.tax', icon: CalculatorIcon, place: { page: 'register', register: 'tax' } },
  { id: 'business', label: 'nav.business', icon: Buildings3Icon, place: { page: 'register', register: 'business' } },
];
const CHECK: Item = { id: 'check', label: 'nav.check', icon: FileSearchIcon, place: { page: 'check' } };

/** The rail item a place belongs to. */
export function itemOf(place: Place): string {
  if (place.page === 'register' || place.page === 'record' || place.page === 'raw') return place.register;
  return place.page;
}

function RailItem({ item, current }: { item: Item; current: boolean }) {
  const { t } = useTexts();
  const { go } = usePlaces();
  const ItemIcon = item.icon;
  return (
    <li>
      <button
        type="button"
        className="rail-item"
        aria-current={current ? 'page' : undefined}
        data-testid={`nav-${item.id}`}
        onClick={() => go(item.place)}
      >
        <ItemIcon aria-hidden="true" className="icon" />
        {t(item.label)}
      </button>
    </li>
  );
}

/** Left rail with words: home; my registers; work. */
export function Rail() {
  const { t } = useTexts();
  const { place } = usePlaces();
  const here = itemOf(place);
  return (
    <nav className="rail" aria-label={t('nav.main')}>
      <ul>
        <RailItem item={HOME} current={here === 'home'} />
      </ul>
      <h2 className="rail-group" id="rail-registers">
        {t('nav.registers')}
      </h2>
      <ul aria-labelledby="rail-registers">
        {REGISTERS.map((item) => (
          <RailItem key={item.id} item={item} current={here === item.id} />
        ))}
      </ul>
      <h2 className="rail-group" id="rail-work">
        {t('nav.work')}
      </h2>
      <ul aria-labelledby="rail-work">
        <RailItem item={CHECK} current={here === 'check'} />
      </ul>
    </nav>
  );
}
