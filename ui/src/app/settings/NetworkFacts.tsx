import type { NetworkView } from '../../backend/contract';
import { Unfold } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatDateTime, formatInteger } from '../../shared/format';
import { QrCode } from '../../shared/qr/QrCode';

/** Ten words and their QR code, to be compared with what another person has. */
export function NetworkWords({ network }: { network: NetworkView }) {
  const { t } = useTexts();
  return (
    <div className="network-words">
      <div>
        <h3>{t('settings.network.words')}</h3>
        <ol className="ten-words" lang="et" data-testid="network-words">
          {network.words.map((word, index) => (
            <li key={`${index}-${word}`}>{word}</li>
          ))}
        </ol>
        <p className="second">{t('settings.network.wordsText')}</p>
      </div>
      <QrCode text={network.qr} label={t('settings.network.qr')} />
    </div>
  );
}

/** Who runs a network, where trust starts, and where its servers are. */
export function NetworkFacts({ network }: { network: NetworkView }) {
  const texts = useTexts();
  const { t, language } = texts;
  return (
    <>
      <table className="plain network-authorities">
        <caption className="sr-only">{t('settings.network.authorities')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('settings.network.authorities')}</th>
            <th scope="col">{t('settings.network.keeps')}</th>
          </tr>
        </thead>
        <tbody>
          {network.authorities.map((authority) => (
            <tr key={authority.names.en}>
              <th scope="row">
                <bdi>{authority.names[language]}</bdi>
              </th>
              <td>{authority.registers.map((register) => t(`register.${register}`)).join(', ') || t('settings.network.keepsNone')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="second">
        {t('status.checkpoint')}:{' '}
        {t('status.checkpointText', {
          page: formatInteger(network.checkpointHeight),
          time: formatDateTime(network.checkpointMs, texts),
        })}
      </p>
      <Unfold summary={t('settings.network.servers', { count: network.endpoints.length })}>
        <ul className="addresses">
          {network.endpoints.map((address) => (
            <li key={address}>
              <bdi>{address}</bdi>
            </li>
          ))}
        </ul>
        <p className="second">{t('settings.network.serversText')}</p>
      </Unfold>
    </>
  );
}
