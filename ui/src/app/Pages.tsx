import type { Session } from '../backend/contract';
import { BusinessPage } from '../features/business/BusinessPage';
import { HomePage } from '../features/citizen/home/HomePage';
import { RegisterPage } from '../features/citizen/register/RegisterPage';
import { WelcomePage } from '../features/citizen/welcome/WelcomePage';
import { CheckPage } from '../features/verify/CheckPage';
import { Crumbs } from '../ds';
import { useTexts } from '../i18n/text';
import { RawProof } from '../shared/proof/RawProof';
import { RecordPage } from '../shared/record/RecordPage';
import { usePlaces, type Place } from '../shared/session/places';
import { HelpPage } from './help/HelpPage';
import { SettingsPage } from './settings/SettingsPage';

function RecordAt({ place }: { place: Extract<Place, { page: 'record' }> }) {
  const { t } = useTexts();
  const { go } = usePlaces();
  const { register, company } = place;
  const crumbs = [
    { label: t(`nav.${register}`), onOpen: () => go({ page: 'register', register }) },
    ...(company ? [{ label: company.name, onOpen: () => go({ page: 'register', register, company }) }] : []),
  ];
  return (
    <RecordPage
      key={place.id}
      id={place.id}
      register={register}
      crumbs={crumbs}
      proofOpen={place.proof ?? false}
      onOpen={(id) => go({ page: 'record', register, id, company })}
      onKind={(kind) => go({ page: 'register', register, kind })}
      onRaw={() => go({ page: 'raw', register, id: place.id, company })}
    />
  );
}

/** Without a session there is no rail: the way back stands above the page. */
function BackToWelcome() {
  const { t } = useTexts();
  const { go } = usePlaces();
  return <Crumbs steps={[{ label: t('nav.home'), onOpen: () => go({ page: 'welcome' }) }]} />;
}

/** The page of a place. Private pages exist only with a session. */
export function Pages({ session }: { session: Session | null }) {
  const { place, go, subject } = usePlaces();
  if (place.page === 'check' || place.page === 'help' || place.page === 'settings') {
    return (
      <>
        {!session && !(place.page === 'help' && place.article) && <BackToWelcome />}
        {place.page === 'check' && <CheckPage opened={place.opened} />}
        {place.page === 'help' && <HelpPage article={place.article} />}
        {place.page === 'settings' && <SettingsPage section={place.section} />}
      </>
    );
  }
  if (place.page === 'welcome' && place.first) return <WelcomePage again />;
  if (!session) return <WelcomePage />;
  switch (place.page) {
    case 'register':
      if (place.register === 'business')
        return <BusinessPage company={place.company ?? subject} entries={place.entries ?? false} session={session} />;
      return <RegisterPage key={`${place.register}-${place.kind ?? ''}`} register={place.register} kind={place.kind} />;
    case 'record':
      return <RecordAt place={place} />;
    case 'raw':
      return <RawProof id={place.id} onBack={() => go({ ...place, page: 'record', proof: true })} />;
    default:
      return <HomePage session={session} />;
  }
}
