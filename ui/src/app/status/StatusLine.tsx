import { CheckmarkIcon, ChevronDownIcon, ChevronUpIcon, DatabaseIcon, ExclamationmarkTriangleIcon, CardIcon } from '@navikt/aksel-icons';
import { useEffect, useRef, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import type { Status } from '../../backend/contract';
import { useTexts, type Texts } from '../../i18n/text';
import { authorityName } from '../../shared/authorityName';
import { formatAge } from '../../shared/format';
import { useStatus } from '../../shared/session/queries';
import { useNow } from '../../shared/session/useNow';
import { LedgerIcon, ledgerLook } from '../../shared/tally/LedgerIcon';
import { clockWrong, shownState, signingNow, stateLine } from './shownState';
import { StatusPopover } from './StatusPopover';

/** A gateway that contradicted itself, on one line; more of them stand in the details. */
function contradictionLine(status: Status, texts: Texts): string | null {
  const [one] = status.contradictions;
  return one ? texts.t('contradicts.line', { name: authorityName(one.authority, status.authorities, texts) }) : null;
}

interface Item {
  id: string;
  tone: string;
  icon: ReactNode;
  text: ReactNode;
}

function ledgerText(status: Status, now: number, texts: Texts): ReactNode {
  if (shownState(status) !== 'upToDate') return <strong>{stateLine(status, now, texts)}</strong>;
  return (
    <>
      <strong>{texts.t('status.upToDate')}</strong> <span className="age">· {formatAge(now - status.ledger.timeMs, texts)}</span>
    </>
  );
}

const CARD_FINE = ['ready', 'noCard', 'noReader', 'reading'];

function items(status: Status, now: number, texts: Texts): Item[] {
  const { t } = texts;
  const total = status.authorities.length;
  const signing = signingNow(status);
  const answering = status.registers.filter((register) => register.answering).length;
  const { look, tone } = ledgerLook(shownState(status), signing < total);
  const known = status.authorities.some((authority) => authority.recent.length > 0);
  const signFine = !known || signing === total;
  const allAnswer = answering === status.registers.length;
  const demo = status.card.kind === 'ready' && status.card.cards.some((card) => card.demo);
  const contradiction = contradictionLine(status, texts);
  const signingText = known ? t('status.signing', { n: signing, total }) : t('status.signingUnknown');
  const warning = <ExclamationmarkTriangleIcon aria-hidden="true" />;
  return [
    {
      id: 'ledger',
      tone: tone === 'proof' ? 'fine' : tone,
      icon: <LedgerIcon look={look} size={22} />,
      text: ledgerText(status, now, texts),
    },
    {
      id: 'authorities',
      tone: contradiction !== null ? 'stop' : signFine ? 'fine' : 'care',
      icon: signFine && contradiction === null ? <CheckmarkIcon aria-hidden="true" /> : warning,
      text: contradiction ?? signingText,
    },
    {
      id: 'registers',
      tone: allAnswer ? 'fine' : 'care',
      icon: allAnswer ? <DatabaseIcon aria-hidden="true" /> : warning,
      text: t('status.answering', { n: answering, total: status.registers.length }),
    },
    {
      id: 'card',
      tone: CARD_FINE.includes(status.card.kind) ? 'fine' : 'care',
      icon: <CardIcon aria-hidden="true" />,
      text: t(demo ? 'status.card.demo' : `status.card.${status.card.kind}`),
    },
  ];
}

/** What a screen reader hears: changes of state only, never the ticking age. */
function announcement(status: Status, texts: Texts): string {
  const { t } = texts;
  const contradiction = contradictionLine(status, texts);
  const total = status.authorities.length;
  const signing = signingNow(status);
  const silent = status.registers.filter((register) => !register.answering);
  return [
    t(`status.title.${shownState(status)}`),
    ...(clockWrong(status) ? [t('errors.E28.what')] : []),
    ...(contradiction !== null ? [contradiction] : []),
    ...(signing < total && status.authorities.some(({ recent }) => recent.length > 0) ? [t('status.signing', { n: signing, total })] : []),
    ...silent.map((register) => t('status.registerSilent', { register: t(`register.${register.id}`) })),
  ]
    .map((sentence) => sentence.replace(/\.?$/, '.'))
    .join(' ');
}

/** Ledger age · authorities signing · registers answering · card. The whole line is one button. */
export function StatusLine({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  const texts = useTexts();
  const { t } = texts;
  const status = useStatus().data;
  const now = useNow(1000);
  const button = useRef<HTMLButtonElement>(null);
  const whole = useRef<HTMLElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !whole.current?.contains(event.target)) onOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open, onOpen]);

  const close = () => {
    flushSync(() => onOpen(false));
    button.current?.focus();
  };
  const list = status ? items(status, now, texts) : [];
  return (
    <footer
      ref={whole}
      className="status-bar"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      {open && status && <StatusPopover status={status} now={now} onClose={close} />}
      <button
        ref={button}
        type="button"
        className="status-line"
        aria-expanded={open}
        aria-haspopup="dialog"
        data-testid="status-line"
        data-state={status && shownState(status)}
        onClick={() => onOpen(!open)}
      >
        {list.map((item) => (
          <span key={item.id} className={`status-item status-${item.id} is-${item.tone}`}>
            {item.icon}
            <span>
              {item.text}
              {/* the button's name is read in one breath otherwise */}
              <span className="sr-only">. </span>
            </span>
          </span>
        ))}
        <span className="status-details">
          <span>{t('status.details')}</span>
          {open ? <ChevronDownIcon aria-hidden="true" /> : <ChevronUpIcon aria-hidden="true" />}
        </span>
      </button>
      <span className="sr-only" role="status" data-testid="status-spoken">
        {status && announcement(status, texts)}
      </span>
    </footer>
  );
}
