import type { AuthorityOffice, EpochOffice, OfficeKey, RegisterOffice } from '../../backend/contract';
import { Unfold } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatInteger } from '../../shared/format';
import { nameOf, since } from './officeWords';

/** One key: what for, its words, and whether it is another one than at the start. */
function KeyLine({ title, value }: { title: string; value: OfficeKey | null }) {
  const { t } = useTexts();
  if (!value) return null;
  return (
    <p>
      {title}: <span lang="et">{value.words.join(' ')}</span>
      {value.replaced && <span className="second"> · {t('offices.newKey')}</span>}
    </p>
  );
}

function usePeriod() {
  const { t } = useTexts();
  return ({ epoch, fromPage, untilPage }: EpochOffice): string => {
    if (untilPage !== null) return t('offices.epochEnded', { from: formatInteger(fromPage), until: formatInteger(untilPage - 1) });
    if (epoch === 1) return t('offices.fromStart');
    return t('offices.epochLasts', { decided: formatInteger(fromPage - 1), from: formatInteger(fromPage) });
  };
}

/** A register's keys: since when in a line, the words on demand. */
export function RegisterKeys({ office }: { office: RegisterOffice }) {
  const texts = useTexts();
  const { t } = texts;
  const period = usePeriod();
  const { sealKey, answerKey, keysSince, epochs } = office;
  const unknown = keysSince === null && [sealKey, answerKey].some((key) => key?.replaced);
  const newest = epochs.at(-1);
  return (
    <div data-testid={`keys-${office.register}`}>
      <p className="second">{t('offices.keysSince', { since: unknown ? t('offices.keysUnknown') : since(keysSince, texts) })}</p>
      {newest && newest.epoch > 1 && (
        <p className="second">
          {t('offices.epochKey', { number: newest.epoch })}: {period(newest)}
        </p>
      )}
      <div className="office-keys">
        <Unfold summary={t('offices.keyWords')}>
          <KeyLine title={t('offices.keySeal')} value={sealKey} />
          <KeyLine title={t('offices.keyAnswer')} value={answerKey} />
          {epochs.map((epoch) => (
            <p key={epoch.epoch}>
              {t('offices.epochKey', { number: epoch.epoch })}: <span lang="et">{epoch.words.join(' ')}</span>
              <span className="second"> · {period(epoch)}</span>
            </p>
          ))}
        </Unfold>
      </div>
    </div>
  );
}

/** The authorities' keys, all on demand. */
export function AuthorityKeys({ authorities }: { authorities: AuthorityOffice[] }) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <div className="office-keys" data-testid="authority-keys">
      <Unfold summary={t('offices.keys')}>
        <p>{t('offices.keysText')}</p>
        <ul className="office-registers">
          {authorities.map((office) => (
            <li key={office.number}>
              <p className="strong">
                <bdi>{nameOf(office, texts)}</bdi>
              </p>
              <KeyLine title={t('offices.keyGoverns')} value={office.governanceKey} />
              <KeyLine title={t('offices.keyValidates')} value={office.validatorKey} />
              {office.gateways.map((gateway) => (
                <KeyLine
                  key={gateway.number}
                  title={
                    gateway.number === office.number
                      ? t('offices.keyGateway')
                      : `${t('offices.otherServer', { number: gateway.number })} · ${t('offices.keyGateway')}`
                  }
                  value={gateway.key}
                />
              ))}
            </li>
          ))}
        </ul>
      </Unfold>
    </div>
  );
}
