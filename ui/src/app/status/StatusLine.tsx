import { CheckmarkIcon, ChevronDownIcon, ChevronUpIcon, DatabaseIcon, ExclamationmarkTriangleIcon, CardIcon } from '@navikt/aksel-icons';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import type { Status } from '../../backend/contract';
import { useTexts, type Texts } from '../../i18n/text';
import { formatAge, formatTime } from '../../shared/format';
import { useStatus } from '../../shared/session/queries';
import { useNow } from '../../shared/session/useNow';
import { LedgerIcon, ledgerLook } from '../../shared/tally/LedgerIcon';
import { StatusPopover } from './StatusPopover';

interface Item {
  id: string;
  tone: string;
  icon: ReactNode;
  text: ReactNode;
}

/** Authorities that signed the newest verified page. */
export const signingNow = (status: Status): number => status.authorities.filter((authority) => authority.recent.at(-1)).length;

function ledgerText(status: Status, now: number, { t, ...texts }: Texts): ReactNode {
  const { ledger } = status;
  const age = formatAge(now - ledger.timeMs, { t, ...texts });
  if (ledger.state === 'upToDate')
    return (
      <>
        <strong>{t('status.upToDate')}</strong> <span className="age">· {age}</span>
      </>
    );
  return <strong>{t(`status.${ledger.state}`, { age, time: formatTime(ledger.timeMs) })}</strong>;
}

function items(status: Status, now: number, texts: Texts): Item[] {
  const { t } = texts;
  const total = status.authorities.length;
  const signing = signingNow(status);
  const answering = status.registers.filter((register) => register.answering).length;
  const { look, tone } = ledgerLook(status.ledger.state, signing < total);
  const known = status.authorities.some((authority) => authority.recent.length > 0);
  const allSign = signing === total;
  const allAnswer = answering === status.registers.length;
  const demo = status.card.kind === 'ready' && status.card.cards.some((card) => card.demo);
  const cardFine = ['ready', 'noCard', 'noReader', 'reading'].includes(status.card.kind);
  return [
    {
      id: 'ledger',
      tone: tone === 'proof' ? 'fine' : tone,
      icon: <LedgerIcon look={look} size={22} />,
      text: ledgerText(status, now, texts),
    },
    {
      id: 'authorities',
      tone: allSign || !known ? 'fine' : 'care',
      icon: allSign || !known ? <CheckmarkIcon aria-hidden="true" /> : <ExclamationmarkTriangleIcon aria-hidden="true" />,
      text: known ? t('status.signing', { n: signing, total }) : t('status.signingUnknown'),
    },
    {
      id: 'registers',
      tone: allAnswer ? 'fine' : 'care',
      icon: allAnswer ? <DatabaseIcon aria-hidden="true" /> : <ExclamationmarkTriangleIcon aria-hidden="true" />,
      text: t('status.answering', { n: answering, total: status.registers.length }),
    },
    {
      id: 'card',
      tone: cardFine ? 'fine' : 'care',
      icon: <CardIcon aria-hidden="true" />,
      text: t(demo ? 'status.card.demo' : `status.card.${status.card.kind}`),
    },
  ];
}

/** Ledger age · authorities signing · registers answering · card. The whole line is one button. */
export function StatusLine() {
  const texts = useTexts();
  const { t } = texts;
  const status = useStatus().data;
  const now = useNow(1000);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const whole = useRef<HTMLElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !whole.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  const close = () => {
    flushSync(() => setOpen(false));
    button.current?.focus();
  };
  const list = status ? items(status, now, texts) : [];
  return (
    <footer ref={whole} className="status-bar" onKeyDown={(event) => event.key === 'Escape' && open && close()}>
      {open && status && <StatusPopover status={status} now={now} onClose={close} />}
      <button
        ref={button}
        type="button"
        className="status-line"
        aria-expanded={open}
        aria-haspopup="dialog"
        data-testid="status-line"
        data-state={status?.ledger.state}
        onClick={() => setOpen(!open)}
      >
        {list.map((item) => (
          <span key={item.id} className={`status-item status-${item.id} is-${item.tone}`}>
            {item.icon}
            <span>{item.text}</span>
          </span>
        ))}
        <span className="status-details">
          <span>{t('status.details')}</span>
          {open ? <ChevronDownIcon aria-hidden="true" /> : <ChevronUpIcon aria-hidden="true" />}
        </span>
      </button>
      {/* screen readers hear changes of state only, never the ticking age */}
      <span className="sr-only" role="status">
        {status && t(`status.title.${status.ledger.state}`)}
      </span>
    </footer>
  );
}
