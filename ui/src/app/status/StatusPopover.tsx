import { XMarkIcon } from '@navikt/aksel-icons';
import { useEffect, useRef } from 'react';
import type { AuthorityStatus, JoinedGateway, Status } from '../../backend/contract';
import { useTexts, type Texts } from '../../i18n/text';
import { authorityName } from '../../shared/authorityName';
import { HelpCode, HelpLink } from '../../shared/help/HelpLink';
import { formatAge, formatDateTime, formatInteger, formatTime, joinNames } from '../../shared/format';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { errorWords } from '../../shared/notice/errorText';
import { LedgerIcon, ledgerLook } from '../../shared/tally/LedgerIcon';
import { Stick } from '../../shared/tally/Stick';
import { Contradictions } from './Contradictions';
import { clockWrong, shownState, signingNow } from './shownState';
import { SyncPart } from './SyncPart';
import { clockOff } from './timeLeft';

/** How a server answers, in words: straight, through another one, or not at all. */
function answersText(server: AuthorityStatus | JoinedGateway, all: AuthorityStatus[], texts: Texts): string {
  const { t } = texts;
  // A server that could not show who it is was reached: that it is silent would be wrong.
  if (!server.answering) return server.error?.code === 'E75' ? errorWords(server.error, texts).what : t('status.serverSilent');
  if (server.through !== null) return t('status.serverThrough', { name: authorityName(server.through, all, texts) });
  return server.latencyMs === null ? t('status.serverOk') : t('status.serverAnswers', { n: formatInteger(Math.round(server.latencyMs)) });
}

interface RowProps {
  authority: AuthorityStatus;
  status: Status;
  now: number;
}

function AuthorityRow({ authority, status, now }: RowProps) {
  const texts = useTexts();
  const { t, language } = texts;
  const missing = authority.recent.length > 0 && !authority.recent.at(-1);
  const signedPages = authority.recent.filter(Boolean).length;
  const contradicts = status.contradictions.some((one) => one.authority === authority.id);
  let signed = t('status.never');
  if (authority.signedLastMs !== null) {
    signed = missing
      ? t('status.missingSince', { time: formatTime(authority.signedLastMs) })
      : formatAge(now - authority.signedLastMs, texts);
  }
  return (
    <tr
      className={missing || !authority.answering || authority.fault || contradicts ? 'care' : undefined}
      data-testid={`authority-${authority.id}`}
    >
      <th scope="row">
        {authority.names[language]}
        {authority.fault && (
          <span className="tone-stop strong block" data-testid="authority-fault">
            {t('status.fault')}
          </span>
        )}
        {contradicts && (
          <span className="tone-stop strong block" data-testid="authority-contradicts">
            {t('contradicts.row')}
          </span>
        )}
      </th>
      <td>
        <Stick entries={authority.recent} />
        <span className="sr-only">{t('status.stickSpoken', { n: signedPages, total: authority.recent.length })}</span>
      </td>
      <td className={missing ? 'tone-care strong' : 'tabular'}>{signed}</td>
      <td className={authority.answering ? 'tabular' : 'tone-care strong'}>{answersText(authority, status.authorities, texts)}</td>
    </tr>
  );
}

/** A gateway that joined by decision: where it is and whether it answers; of its signatures nothing is known here. */
function JoinedRow({ gateway, all }: { gateway: JoinedGateway; all: AuthorityStatus[] }) {
  const texts = useTexts();
  const { t } = texts;
  const isKnown = all.some(({ id }) => id === gateway.authority);
  return (
    <tr className={gateway.answering ? undefined : 'care'} data-testid={`joined-${gateway.gateway}`}>
      <th scope="row">
        {authorityName(gateway.authority, all, texts)}
        <bdi className="second block anywhere">{gateway.address}</bdi>
      </th>
      <td colSpan={2} className="second">
        {isKnown ? t('offices.otherServer', { number: gateway.gateway }) : t('status.joinedPages')}
      </td>
      <td className={gateway.answering ? 'tabular' : 'tone-care strong'}>{answersText(gateway, all, texts)}</td>
    </tr>
  );
}

function clockText(status: Status, texts: Texts): string {
  if (status.clockOffsetMs === null) return texts.t('status.clock.unknown');
  return texts.t(`status.clock.${status.clock}`, { off: clockOff(status.clockOffsetMs, texts) });
}

/** The authorities of these ids by name, as a list in words. */
function namesOf(ids: readonly string[], status: Status, texts: Texts): string {
  const names = ids.map((id) => authorityName(id, status.authorities, texts));
  return joinNames([...new Set(names)], texts.t('company.and'));
}

function Facts({ status }: { status: Status }) {
  const texts = useTexts();
  const { t } = texts;
  const { ledger } = status;
  const alone = ledger.crossChecked.length === 0;
  return (
    <dl className="status-facts">
      <div>
        <dt>{t('status.page')}</dt>
        <dd className="tabular">{formatInteger(ledger.height)}</dd>
      </div>
      <div>
        <dt>{t('status.time')}</dt>
        <dd className="tabular">{formatTime(ledger.timeMs, true)}</dd>
      </div>
      <div>
        <dt>{t('status.clock')}</dt>
        <dd className={clockWrong(status) ? 'tone-stop' : 'tabular'}>{clockText(status, texts)}</dd>
      </div>
      <div>
        <dt>{t('status.cross')}</dt>
        <dd className={alone ? 'tone-care' : undefined} data-testid="cross-checked">
          {alone ? t('status.crossNone') : namesOf(ledger.crossChecked, status, texts)}
        </dd>
      </div>
    </dl>
  );
}

/** Where pages come from, where trust starts, in which network. */
function Origin({ status }: { status: Status }) {
  const texts = useTexts();
  const { t } = texts;
  const { checkpoint } = status.ledger;
  const sources = status.sync.sources ?? [];
  return (
    <dl className="origin">
      {sources.length > 0 && (
        <div>
          <dt>{t('status.sources')}</dt>
          <dd data-testid="sources">{namesOf(sources, status, texts)}</dd>
        </div>
      )}
      {checkpoint && (
        <div>
          <dt>{t('status.checkpoint')}</dt>
          <dd>{t('status.checkpointText', { page: formatInteger(checkpoint.height), time: formatDateTime(checkpoint.timeMs, texts) })}</dd>
        </div>
      )}
      <div>
        <dt>{t('status.network')}</dt>
        <dd>
          <bdi>{status.network}</bdi>
        </dd>
      </div>
    </dl>
  );
}

/** What the status line says, at length: authorities, page, clock, words, silent registers, synchronisation. */
export function StatusPopover(props: { status: Status; now: number; onClose: () => void }) {
  const { status, now } = props;
  const texts = useTexts();
  const { t } = texts;
  const { ledger } = status;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  const signing = signingNow(status);
  const total = status.authorities.length;
  const state = shownState(status);
  const { look, tone } = ledgerLook(state, signing < total);
  const text = state === 'upToDate' && signing < total ? 'status.text.oneMissing' : (`status.text.${state}` as const);
  return (
    <div className="status-popover" role="dialog" aria-labelledby="status-title" data-testid="status-popover" data-state={state}>
      <div className="popover-head">
        <span className={`tone-${tone}`}>
          <LedgerIcon look={look} size={36} />
        </span>
        <div>
          <h2 id="status-title" ref={title} tabIndex={-1}>
            {t(`status.title.${state}`)}
          </h2>
          <p>
            {t(text, { n: signing, total, time: formatTime(ledger.timeMs) })}{' '}
            <span className="nowrap">
              <HelpLink topic="ledger" label={t('status.whatMeans')} />
            </span>
          </p>
        </div>
        <button type="button" className="icon-button" onClick={props.onClose} aria-label={t('app.close')} data-testid="status-close">
          <XMarkIcon aria-hidden="true" className="icon" />
        </button>
      </div>
      {clockWrong(status) && <ErrorNote error={{ code: 'E28', blame: 'computer', params: {}, retry: false }} testId="clock-wrong" />}
      <Contradictions status={status} />
      <SyncPart sync={status.sync} />
      <div className="scroll" role="region" aria-label={t('status.col.authority')} tabIndex={0}>
        <table className="plain authorities">
          <thead>
            <tr>
              <th scope="col">{t('status.col.authority')}</th>
              <th scope="col">{t('status.col.pages')}</th>
              <th scope="col">{t('status.col.signed')}</th>
              <th scope="col">{t('status.col.server')}</th>
            </tr>
          </thead>
          <tbody>
            {status.authorities.map((authority) => (
              <AuthorityRow key={authority.id} authority={authority} status={status} now={now} />
            ))}
            {status.joined.map((gateway) => (
              <JoinedRow key={gateway.gateway} gateway={gateway} all={status.authorities} />
            ))}
          </tbody>
        </table>
      </div>
      {status.registers
        .filter((register) => !register.answering)
        .map((register) => (
          <p key={register.id} className="silent">
            <strong>{t('status.registerSilent', { register: t(`register.${register.id}`) })}</strong> {t('status.registerSilentText')}{' '}
            <span className="caption">
              <HelpCode code={register.error ? errorWords(register.error, texts).code : 'E29'} />
            </span>
          </p>
        ))}
      <Facts status={status} />
      {ledger.words.length > 0 && (
        <div className="words">
          <p className="caption">{t('status.words')}</p>
          <p className="strong" lang="et" data-testid="control-words">
            {ledger.words.join(' · ')}
          </p>
          <p className="caption">{t('status.wordsHint')}</p>
        </div>
      )}
      <Origin status={status} />
    </div>
  );
}
