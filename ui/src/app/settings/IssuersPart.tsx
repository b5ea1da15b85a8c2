import type { AuthorityOffice, GatewayOffice, IssuerOffice } from '../../backend/contract';
import { Unfold } from '../../ds';
import { useTexts } from '../../i18n/text';
import { HelpLink } from '../../shared/help/HelpLink';
import { nameOf, since } from './officeWords';

/** A fingerprint in groups of four, as people read it to each other. */
const grouped = (fingerprint: string): string => fingerprint.replace(/(.{4})(?=.)/g, '$1 ');

interface IssuerProps {
  name: string;
  gateway: GatewayOffice;
  issuer: IssuerOffice;
}

/** Whose certificates count for one server, who says so, and what can be compared. */
function IssuerItem({ name, gateway, issuer }: IssuerProps) {
  const texts = useTexts();
  const { t } = texts;
  const { fingerprint, words, byLedger } = issuer;
  return (
    <li data-testid={`issuer-${gateway.number}`}>
      <p className="strong">
        <bdi>{name}</bdi>
      </p>
      {fingerprint === null ? (
        <p>{t('offices.issuerSystem')}</p>
      ) : (
        <p>
          {t('offices.issuerWords')}: <span lang="et">{words.join(' ')}</span>
        </p>
      )}
      <p className="second">{byLedger ? since(gateway.since, texts) : t('offices.issuerFile')}</p>
      {fingerprint !== null && (
        <div className="issuer-print">
          <Unfold summary={t('offices.issuerPrint')}>
            <p className="second">SHA-256</p>
            <code className="fingerprint">{grouped(fingerprint)}</code>
          </Unfold>
        </div>
      )}
    </li>
  );
}

/** By whose certificates the servers are known. Nothing where no server has any. */
export function IssuersPart({ authorities }: { authorities: AuthorityOffice[] }) {
  const texts = useTexts();
  const { t } = texts;
  const items = authorities.flatMap((office) =>
    office.gateways.flatMap((gateway) => {
      if (!gateway.issuer) return [];
      const other = gateway.number === office.number ? '' : ` · ${t('offices.otherServer', { number: gateway.number })}`;
      return [<IssuerItem key={gateway.number} name={nameOf(office, texts) + other} gateway={gateway} issuer={gateway.issuer} />];
    }),
  );
  if (items.length === 0) return null;
  return (
    <>
      <h3>{t('offices.issuers')}</h3>
      <p>
        {t('offices.issuersText')} <HelpLink topic="who" />
      </p>
      <ul className="office-registers" data-testid="issuers">
        {items}
      </ul>
    </>
  );
}
