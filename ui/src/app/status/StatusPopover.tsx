import { XMarkIcon } from '@navikt/aksel-icons';
import { useEffect, useRef } from 'react';
import type { AuthorityStatus, Status } from '../../backend/contract';
import { useTexts, type Texts } from '../../i18n/text';
import { errorWords } from '../../shared/notice/errorText';
import { formatAge, formatDateTime, formatDecimal, formatInteger, formatTime } from '../../shared/format';
import { LedgerIcon, ledgerLook } from '../../shared/tally/LedgerIcon';
import { Stick } from '../../shared/tally/Stick';
import { signingNow } from './StatusLine';
import { SyncPart } from './SyncPart';

function AuthorityRow({ authority, now }: { authority: AuthorityStatus; now: number }) {
  const texts = useTexts();
  const { t, language } = texts;
  const missing = authority.recent.length > 0 && !authority.recent.at(-1);
  const signedPages = authority.recent.filter(Boolean).length;
  let signed = t('status.never');
  if (authority.signedLastMs !== null) {
    signed = missing
      ? t('status.missingSince', { time: formatTime(authority.signedLastMs) })
      : formatAge(now - authority.signedLastMs, texts);
  }
  const answers =
    authority.latencyMs === null ? t('status.serverOk') : t('status.serverAnswers', { n: formatInteger(Math.round(authority.latencyMs)) });
  return (
    <tr className={missing || !authority.answering ? 'care' : undefined} data-testid={`authority-${authority.id}`}>
      <th scope="row">{authority.names[language]}</th>
      <td>
        <Stick entries={authority.recent} />
        <span className="sr-only">{t('status.stickSpoken', { n: signedPages, total: authority.recent.length })}</span>
      </td>
      <td className={missing ? 'tone-care strong' : 'tabular'}>{signed}</td>
      <td className={authority.answering ? undefined : 'tone-care strong'}>{authority.answering ? answers : t('status.serverSilent')}</td>
    </tr>
  );
}

function clockText(status: Status, { t }: Texts): string {
  if (status.clockOffsetMs === null) return t('status.clock.unknown');
  const n = formatDecimal(Math.round(Math.abs(status.clockOffsetMs) / 100), 1);
  return t(`status.clock.${status.clock}`, { n });
}

/** What the status line says, at length: authorities, page, clock, words, silent registers, synchronisation. */
export function StatusPopover({ status, now, onClose }: { status: Status; now: number; onClose: () => void }) {
  const texts = useTexts();
  const { t } = texts;
  const { ledger } = status;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  const signing = signingNow(status);
  const total = status.authorities.length;
  const { look, tone } = ledgerLook(ledger.state, signing < total);
  const time = formatTime(ledger.timeMs);
  const facts: [string, string][] = [
    [t('status.page'), formatInteger(ledger.height)],
    [t('status.time'), formatTime(ledger.timeMs, true)],
    [t('status.clock'), clockText(status, texts)],
    [t('status.cross'), ledger.crossChecked.length ? t('status.crossN', { count: ledger.crossChecked.length }) : t('status.crossNone')],
  ];
  return (
    <div className="status-popover" role="dialog" aria-labelledby="status-title" data-testid="status-popover">
      <div className="popover-head">
        <span className={`tone-${tone}`}>
          <LedgerIcon look={look} size={36} />
        </span>
        <div>
          <h2 id="status-title" ref={title} tabIndex={-1}>
            {t(`status.title.${ledger.state}`)}
          </h2>
          <p>{t(`status.text.${ledger.state}`, { n: signing, total, time })}</p>
        </div>
        <button type="button" className="icon-button" onClick={onClose} aria-label={t('app.close')}>
          <XMarkIcon aria-hidden="true" className="icon" />
        </button>
      </div>
      <div className="scroll">
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
              <AuthorityRow key={authority.id} authority={authority} now={now} />
            ))}
          </tbody>
        </table>
      </div>
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="tabular">{value}</dd>
          </div>
        ))}
      </dl>
      {ledger.words.length > 0 && (
        <div className="words">
          <p className="caption">{t('status.words')}</p>
          <p className="strong" lang="et" data-testid="control-words">
            {ledger.words.join(' · ')}
          </p>
          <p className="caption">{t('status.wordsHint')}</p>
        </div>
      )}
      <SyncPart sync={status.sync} />
      {ledger.checkpoint && (
        <p className="second">
          {t('status.checkpoint')}:{' '}
          {t('status.checkpointText', {
            page: formatInteger(ledger.checkpoint.height),
            time: formatDateTime(ledger.checkpoint.timeMs, texts),
          })}{' '}
          · {t('status.network')}: {status.network}
        </p>
      )}
      {status.registers
        .filter((register) => !register.answering)
        .map((register) => (
          <p key={register.id}>
            <strong>{t('status.registerSilent', { register: t(`register.${register.id}`) })}</strong> {t('status.registerSilentText')}{' '}
            <span className="caption">
              {t('alarm.helpCode', { code: register.error ? errorWords(register.error, texts).code : 'E29' })}
            </span>
          </p>
        ))}
    </div>
  );
}
