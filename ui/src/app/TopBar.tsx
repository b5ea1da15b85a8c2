import { ChevronDownIcon, CogIcon, MenuHamburgerIcon, PersonIcon, QuestionmarkCircleIcon } from '@navikt/aksel-icons';
import type { Session } from '../backend/contract';
import { Flyout } from '../ds';
import { LANGUAGES } from '../i18n/i18n';
import { useTexts } from '../i18n/text';
import { Mark } from '../shared/Mark';
import { personName } from '../shared/personName';
import { MaskedCode } from '../shared/record/MaskedCode';
import { usePlaces } from '../shared/session/places';
import { useChangeSettings, useStatus } from '../shared/session/queries';
import { SignOutButton } from './SignOutButton';

function WhoseData({ session }: { session: Session }) {
  const { t } = useTexts();
  const { subject, actFor } = usePlaces();
  const name = personName(session);
  const whose = subject ? t('who.company', { name: subject.name }) : t('who.self');
  const companies = session.subjects.filter((candidate) => candidate.kind === 'company');
  return (
    <Flyout
      className="whose"
      testId="whose-data"
      label={
        <>
          <PersonIcon aria-hidden="true" className="icon" />
          <span className="whose-words">
            <strong>{name}</strong>
            <span className="whose-data"> · {whose}</span>
          </span>
          <ChevronDownIcon aria-hidden="true" className="icon small-icon" />
        </>
      }
    >
      {(close) => (
        <div className="stack">
          <p className="caption">{t('who.switch')}</p>
          <ul className="menu-list">
            {[null, ...companies].map((candidate) => (
              <li key={candidate?.code ?? 'self'}>
                <button
                  type="button"
                  aria-current={(subject?.code ?? null) === (candidate?.code ?? null) || undefined}
                  data-testid={candidate ? `subject-${candidate.code}` : 'subject-self'}
                  onClick={() => {
                    close();
                    actFor(candidate);
                  }}
                >
                  {candidate ? t('who.company', { name: candidate.name }) : `${name} · ${t('who.self')}`}
                </button>
              </li>
            ))}
          </ul>
          <p className="caption">
            {t('card.code')}: <MaskedCode code={session.code} />
          </p>
          <SignOutButton />
        </div>
      )}
    </Flyout>
  );
}

function LanguageSwitch() {
  const { t, language } = useTexts();
  const change = useChangeSettings();
  return (
    <div className="languages" role="group" aria-label={t('app.language')}>
      {LANGUAGES.map((code) => (
        <button
          key={code}
          type="button"
          aria-pressed={code === language}
          aria-label={`${code.toUpperCase()} – ${t(`lang.${code}`)}`}
          lang={code}
          data-testid={`lang-${code}`}
          onClick={() => change({ language: code })}
        >
          {code.toUpperCase()}
        </button>
      ))}
    </div>
  );
}

/** Mark · whose data · demonstration · language · settings · help. */
export function TopBar({ session, menu, onMenu }: { session: Session | null; menu: boolean; onMenu: () => void }) {
  const { t } = useTexts();
  const { go, place } = usePlaces();
  const demonstration = useStatus().data?.demonstration ?? true;
  return (
    <header className="top-bar">
      <button type="button" className="brand" onClick={() => go({ page: session ? 'home' : 'welcome' })}>
        <Mark />
        <span>{t('app.name')}</span>
      </button>
      {session ? <WhoseData session={session} /> : <span />}
      <div className="top-tools">
        {demonstration && (
          <p className="demo-label" data-testid="demo-label">
            <span className="wide-only">{t('app.demo')}</span>
            <span className="narrow-only" aria-hidden="true">
              {t('app.demoShort')}
            </span>
          </p>
        )}
        <div className="menu-only-narrow">
          <LanguageSwitch />
          <button
            type="button"
            className="tool"
            aria-current={place.page === 'settings' ? 'page' : undefined}
            onClick={() => go({ page: 'settings' })}
            data-testid="settings-open"
          >
            <CogIcon aria-hidden="true" className="icon" />
            <span>{t('settings.title')}</span>
          </button>
          <button
            type="button"
            className="tool"
            aria-current={place.page === 'help' ? 'page' : undefined}
            onClick={() => go({ page: 'help' })}
            data-testid="help-open"
          >
            <QuestionmarkCircleIcon aria-hidden="true" className="icon" />
            <span>{t('app.help')}</span>
          </button>
        </div>
        <button type="button" className="tool menu-button" aria-expanded={menu} onClick={onMenu} data-testid="menu">
          <MenuHamburgerIcon aria-hidden="true" className="icon" />
          <span>{t('app.menu')}</span>
        </button>
      </div>
    </header>
  );
}
