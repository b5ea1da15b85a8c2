import { useMutation } from '@tanstack/react-query';
import { Fragment } from 'react';
import type { AuthorityOffice, Decided, FaultNote, OfficeKey, Offices, RegisterOffice, RulesOffice } from '../../backend/contract';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatDateTime, formatDay, formatInteger } from '../../shared/format';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { useBackend } from '../../shared/session/BackendContext';
import { IssuersPart } from './IssuersPart';
import { AuthorityKeys, RegisterKeys } from './OfficeKeys';
import { nameOf, since } from './officeWords';
import { Part } from './Part';

/** An address that is too long for its place breaks before the port, not within it. */
function breakable(address: string) {
  return address.split(/(?=:\d)/).map((part) => (
    <Fragment key={part}>
      {part.startsWith(':') && <wbr />}
      {part}
    </Fragment>
  ));
}

function AuthorityRow({ office }: { office: AuthorityOffice }) {
  const texts = useTexts();
  const { t } = texts;
  const duty = (has: boolean, decided: Decided | null, key: OfficeKey | null) => (
    <>
      {has ? t('offices.yes') : t('offices.no')}
      {(has || decided) && <span className="second block">{since(decided, texts)}</span>}
      {key?.replaced && <span className="second block">{t('offices.newKey')}</span>}
    </>
  );
  return (
    <tr>
      <th scope="row">
        <bdi>{nameOf(office, texts)}</bdi>
      </th>
      <td data-label={t('offices.governs')}>{duty(office.governs, office.governsSince, office.governanceKey)}</td>
      <td data-label={t('offices.validates')}>
        {duty(office.validates, office.validatesSince, office.validatorKey)}
        {office.power !== null && <span className="second block">{t('offices.power', { power: formatInteger(office.power) })}</span>}
      </td>
      <td data-label={t('offices.gateway')}>
        {office.gateways.length === 0 && t('offices.no')}
        {office.gateways.map((gateway) => (
          <div key={gateway.number}>
            {gateway.number !== office.number && <span className="block">{t('offices.otherServer', { number: gateway.number })}</span>}
            {duty(gateway.open, gateway.since, gateway.key)}
            {gateway.address && <bdi className="second block anywhere">{breakable(gateway.address)}</bdi>}
            {gateway.rpc && <bdi className="second block anywhere">{breakable(t('offices.pagesAt', { address: gateway.rpc }))}</bdi>}
          </div>
        ))}
      </td>
    </tr>
  );
}

/** The ledger's own proof that an authority's validator broke the rules: what, when, and what it means. */
function FaultItem({ name, fault }: { name: string; fault: FaultNote }) {
  const { t } = useTexts();
  const { last } = fault;
  return (
    <li data-testid="office-fault">
      <p className="tone-stop strong">
        <bdi>{name}</bdi>
      </p>
      <p>
        {t(`offices.fault.${last.sort}`, {
          page: formatInteger(last.page),
          date: formatDay(last.timeMs),
          found: formatInteger(last.foundPage),
        })}{' '}
        {fault.count > 1 && t('offices.faultCount', { count: formatInteger(fault.count) })}
      </p>
      <p className="second">{t('offices.faultMeans')}</p>
    </li>
  );
}

function Rules({ rules }: { rules: RulesOffice }) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <p data-testid="office-rules">
      {t('offices.rules', { version: formatInteger(rules.version), since: since(rules.since, texts) })}{' '}
      {rules.next !== null && t('offices.rulesNext', { version: formatInteger(rules.next), page: formatInteger(rules.nextFromPage ?? 0) })}
    </p>
  );
}

function RegisterItem({ office, authorities }: { office: RegisterOffice; authorities: AuthorityOffice[] }) {
  const texts = useTexts();
  const { t, language } = texts;
  const keeper = authorities.find(({ number }) => number === office.authority)?.names?.[language];
  return (
    <li>
      <p className="strong">
        {t(`register.${office.register}`)}
        {keeper && (
          <span className="second">
            {' · '}
            <bdi>{keeper}</bdi>
          </span>
        )}
      </p>
      <p>{t('offices.sealed', { batches: formatInteger(office.batches), entries: formatInteger(office.entries) })}</p>
      {office.rights.map((right) => (
        <p key={`${right.schema}-${right.fromPage}`}>
          {t(right.untilPage === null ? 'offices.rightLasts' : 'offices.rightEnded', {
            kind: t(`schema.${right.schema}` as Parameters<typeof t>[0]),
            from: formatInteger(right.fromPage),
            until: formatInteger(right.untilPage ?? 0),
          })}
        </p>
      ))}
      <RegisterKeys office={office} />
    </li>
  );
}

function Found({ offices }: { offices: Offices }) {
  const texts = useTexts();
  const { t } = texts;
  const governing = offices.authorities.filter(({ governs }) => governs).length;
  return (
    <div className="offices-found" data-testid="offices">
      <p>{t('offices.proven', { page: formatInteger(offices.page), time: formatDateTime(offices.timeMs, texts) })}</p>
      <ul className="office-registers">
        {offices.authorities.map(
          (office) => office.fault && <FaultItem key={office.number} name={nameOf(office, texts)} fault={office.fault} />,
        )}
      </ul>
      <table className="plain offices">
        <caption className="sr-only">{t('offices.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('settings.network.authorities')}</th>
            <th scope="col">{t('offices.governs')}</th>
            <th scope="col">{t('offices.validates')}</th>
            <th scope="col">{t('offices.gateway')}</th>
          </tr>
        </thead>
        <tbody>
          {offices.authorities.map((office) => (
            <AuthorityRow key={office.number} office={office} />
          ))}
        </tbody>
      </table>
      <p>{t('offices.quorum', { quorum: offices.quorum, all: governing })}</p>
      <AuthorityKeys authorities={offices.authorities} />
      <Rules rules={offices.rules} />
      <IssuersPart authorities={offices.authorities} />
      <h3>{t('offices.registers')}</h3>
      <ul className="office-registers">
        {offices.registers.map((office) => (
          <RegisterItem key={office.register} office={office} authorities={offices.authorities} />
        ))}
      </ul>
    </div>
  );
}

/** Who runs the ledger, as the ledger itself says: asked on request, each answer with its proof. */
export function OfficesPart() {
  const { t } = useTexts();
  const backend = useBackend();
  const ask = useMutation({ mutationFn: () => backend.offices() });
  return (
    <Part id="offices" title={t('offices.title')}>
      <p>{t('offices.text')}</p>
      <div className="row">
        <Button busy={ask.isPending} onClick={() => ask.mutate()} data-testid="offices-ask">
          {t(ask.data ? 'offices.again' : 'offices.ask')}
        </Button>
      </div>
      <div role="status" className="sr-only">
        {ask.data && t('offices.done')}
      </div>
      {ask.isError && <ErrorNote error={ask.error} onRetry={() => ask.mutate()} testId="offices-error" />}
      {ask.data && <Found offices={ask.data} />}
    </Part>
  );
}
