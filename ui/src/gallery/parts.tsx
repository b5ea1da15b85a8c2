import { FloppydiskIcon } from '@navikt/aksel-icons';
import { useState, type ComponentType } from 'react';
import type { Verdict } from '../backend/contract';
import { BalanceChart } from '../charts/BalanceChart';
import { SeriesChart } from '../charts/SeriesChart';
import { ShareBar } from '../charts/ShareBar';
import { Sparkline } from '../charts/Sparkline';
import { Button, CheckField, ChoiceChips, Crumbs, Dialog, Flyout, RadioList, SearchField, SelectField, Unfold } from '../ds';
import { HELP_CODES } from '../i18n/codes';
import { useTexts } from '../i18n/text';
import { ErrorNote } from '../shared/notice/ErrorNote';
import { Waiting } from '../shared/notice/Waiting';
import { QrCode } from '../shared/qr/QrCode';
import { Sheet } from '../shared/record/Sheet';
import { LedgerIcon, ledgerLook, type ShownState } from '../shared/tally/LedgerIcon';
import { Stick } from '../shared/tally/Stick';
import { VerdictIcon } from '../shared/verdict/VerdictIcon';
import { VerdictMark } from '../shared/verdict/VerdictMark';
import { VERDICTS } from '../shared/verdict/verdicts';
import { ShortcutTable } from '../app/shortcuts/KeyboardMap';
import { ChainStates } from './ChainStates';

const VERDICT_NAMES = Object.keys(VERDICTS) as Verdict[];
const SIZES = [20, 24, 32, 40, 56] as const;
const STATES: ShownState[] = ['upToDate', 'starting', 'held', 'stale', 'offline', 'paused', 'split', 'attacked', 'expired'];
const SEALED = { height: 812_345, fromMs: Date.parse('2026-02-02T09:00:00Z'), untilMs: Date.parse('2026-02-02T09:00:04Z') };
/** A reason that fits each verdict. */
const REASONS: Record<Verdict, string> = {
  proven: 'ok',
  altered: 'contentMismatch',
  withheld: 'withheld',
  oldVersion: 'headAhead',
  notYetSealed: 'waiting',
  cannotCheck: 'gatewaySilent',
};
const nothing = () => undefined;

function Buttons() {
  const { t } = useTexts();
  return (
    <>
      {([false, true] as const).map((danger) => (
        <div key={String(danger)} className="row">
          {(['primary', 'secondary', 'tertiary'] as const).map((kind) => (
            <Button key={kind} kind={kind} danger={danger}>
              {t('app.print')}
            </Button>
          ))}
          <Button danger={danger} icon={<FloppydiskIcon aria-hidden="true" />}>
            {t('attack.save')}
          </Button>
          <Button danger={danger} busy>
            {t('app.refreshing')}
          </Button>
        </div>
      ))}
    </>
  );
}

function Fields() {
  const { t } = useTexts();
  const [choice, setChoice] = useState<'own' | 'shared'>('own');
  const choices = [
    { value: 'own' as const, label: t('settings.computer.own'), description: t('settings.computer.ownText') },
    { value: 'shared' as const, label: t('settings.computer.shared'), description: t('settings.computer.sharedText') },
  ];
  return (
    <>
      <SearchField label={t('help.search')} placeholder={t('help.search')} value="" onChange={nothing} />
      <ChoiceChips legend={t('settings.computer')} choices={choices} value={choice} onChange={setChoice} />
      <SelectField label={t('settings.computer')} choices={choices} value={choice} onChange={setChoice} />
      <RadioList legend={t('settings.computer')} choices={choices} value={choice} onChange={setChoice} />
      <CheckField label={t('settings.notifications.on')} description={t('settings.notifications.text')} checked onChange={nothing} />
    </>
  );
}

function Openings() {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Crumbs
        steps={[
          { label: t('nav.home'), onOpen: nothing },
          { label: t('nav.health'), onOpen: nothing },
        ]}
      />
      <Unfold summary={t('settings.licences')}>{t('help.lead')}</Unfold>
      <div className="row">
        <Flyout label={t('app.menu')}>{() => t('help.lead')}</Flyout>
        <Button onClick={() => setOpen(true)}>{t('keys.title')}</Button>
      </div>
      {open && (
        <Dialog title={t('keys.title')} onClose={() => setOpen(false)}>
          {t('help.lead')}
        </Dialog>
      )}
    </>
  );
}

function VerdictSigns() {
  return (
    <>
      {VERDICT_NAMES.map((verdict) => (
        <div key={verdict} className={`row tone-${VERDICTS[verdict].tone}`}>
          <VerdictMark verdict={verdict} />
          {SIZES.map((size) => (
            <VerdictIcon key={size} verdict={verdict} size={size} />
          ))}
        </div>
      ))}
    </>
  );
}

function Sheets() {
  const { t } = useTexts();
  return VERDICT_NAMES.map((verdict) => (
    <Sheet
      key={verdict}
      verdict={{ verdict, reason: REASONS[verdict], params: {} }}
      register="health"
      sealed={SEALED}
      checkedAtMs={SEALED.untilMs}
    >
      <p>{t('help.a.proof.4')}</p>
    </Sheet>
  ));
}

function Sticks() {
  const held = (count: number, missing: number[] = []) => Array.from({ length: count }, (_, index) => !missing.includes(index));
  return (
    <>
      <Stick entries={held(30)} />
      <Stick entries={held(30, [22, 23, 24, 25, 26, 27, 28, 29])} />
      <Stick entries={held(14, [10])} />
      <Stick entries={held(120)} />
      <Stick entries={held(8, [0, 1, 2, 3, 4, 5, 6, 7])} tone="unknown" />
    </>
  );
}

function LedgerStates() {
  const { t } = useTexts();
  return STATES.map((state) => {
    const { look, tone } = ledgerLook(state, false);
    return (
      <div key={state} className={`row tone-${tone}`}>
        <LedgerIcon look={look} size={22} />
        <LedgerIcon look={look} size={36} />
        <strong>{t(`status.title.${state}`)}</strong>
      </div>
    );
  });
}

const VALUES = [5.6, 5.9, 6.1, 6.4, 6.1, 6.6];

function Charts() {
  return (
    <>
      <SeriesChart
        summary="HbA1c"
        points={VALUES.map((value, index) => ({
          date: `202${index}-03-0${index + 1}`,
          value,
          label: String(value),
          spoken: String(value),
          outside: value > 6,
        }))}
        low={4}
        high={6}
        lowLabel="4,0"
        highLabel="6,0"
        bandLabel="4,0–6,0"
      />
      <Sparkline values={VALUES} low={4} high={6} />
      <ShareBar parts={[60, 30, 10]} />
      <BalanceChart
        summary="Balance"
        points={[120_00, -40_00, 80_00, 310_50].map((balance, index) => ({
          date: `2026-0${index + 1}-15`,
          balance,
          label: String(balance / 100),
          spoken: String(balance / 100),
        }))}
      />
    </>
  );
}

function Errors() {
  return HELP_CODES.filter((code) => ['E13', 'E29', 'E32'].includes(code)).map((code) => (
    <ErrorNote key={code} error={{ code, blame: 'peer', params: {}, retry: true }} onRetry={nothing} />
  ));
}

function Empty() {
  const { t } = useTexts();
  return (
    <>
      <Waiting name={t('register.health')} />
      <p>{t('help.none', { typed: 'zebra' })}</p>
    </>
  );
}

function Paper() {
  const { t } = useTexts();
  return <QrCode text="toend:network?v=1&chain=toend-demo-1&digest=00" label={t('settings.network.qr')} />;
}

/** What the gallery shows, by name. */
export const PARTS: Record<string, ComponentType> = {
  Buttons,
  Fields,
  Openings,
  Verdicts: VerdictSigns,
  Sheets,
  Sticks,
  Ledger: LedgerStates,
  Chain: ChainStates,
  Charts,
  Errors,
  'Empty and waiting': Empty,
  'QR code': Paper,
  Keyboard: ShortcutTable,
};
