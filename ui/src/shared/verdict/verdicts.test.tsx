import { screen, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { Language, RecordRow, Verdict } from '../../backend/contract';
import { LANGUAGES } from '../../i18n/i18n';
import { ListIndex } from '../list/ListIndex';
import { RecordTable } from '../list/RecordTable';
import { REGISTER_ORDER } from '../list/rows';
import { renderWith, textsOf } from '../../test/render';
import { verdictLook, VERDICTS } from './verdicts';

const WORDS: Record<Verdict, [et: string, en: string, ru: string]> = {
  proven: ['Tõendatud', 'Proven', 'Доказано'],
  altered: ['Rikutud', 'Altered', 'Искажено'],
  withheld: ['Välja andmata', 'Withheld', 'Не выдано'],
  oldVersion: ['Vana versioon', 'Old version', 'Старая версия'],
  notYetSealed: ['Veel pitseerimata', 'Not yet sealed', 'Ещё без печати'],
  cannotCheck: ['Praegu ei saa kontrollida', 'Cannot check now', 'Сейчас не проверить'],
};
const all = Object.keys(WORDS) as Verdict[];

const rowWith = (verdict: Verdict): RecordRow => ({
  id: 'health-me-7',
  register: 'health',
  n: verdict === 'notYetSealed' ? 0 : 7,
  schema: verdict === 'withheld' ? '' : 'visit',
  version: 1,
  superseded: false,
  date: verdict === 'withheld' ? '' : '2026-11-20',
  fields: verdict === 'withheld' ? {} : { title: { t: 'text', v: 'Visiidi kokkuvõte' } },
  verdict: { verdict, reason: verdict === 'altered' ? 'contentMismatch' : 'gatewaySilent', params: {} },
  sealedMs: Date.parse('2026-11-02T13:17:00Z'),
  receivedMs: null,
});

const show = (verdict: Verdict, language: Language) =>
  renderWith(
    <RecordTable
      caption="Tervis"
      rows={new ListIndex([rowWith(verdict)], textsOf(language)).rows}
      whole
      sort={REGISTER_ORDER}
      onSort={vi.fn()}
      onOpen={vi.fn()}
    />,
    language,
  );

describe('verdicts', () => {
  it.each(all.flatMap((verdict) => LANGUAGES.map((language, index) => [verdict, language, WORDS[verdict][index] ?? ''] as const)))(
    'a row that is %s says so in %s: %s',
    (verdict, language, word) => {
      show(verdict, language);
      const mark = screen.getByTestId('verdict');
      expect(mark).toHaveAttribute('data-verdict', verdict);
      expect(mark).toHaveTextContent(word);
      expect(within(mark).getByText((_text, element) => element?.tagName === 'svg')).toBeInTheDocument();
    },
  );

  it('differ by shape, not by colour alone', () => {
    const shapes = all.map((verdict) => {
      const { container, unmount } = show(verdict, 'et');
      const shape = container.querySelector('[data-testid="verdict"] svg')?.innerHTML;
      unmount();
      return shape;
    });
    expect(new Set(shapes).size).toBe(all.length);
    expect(new Set(all.map((verdict) => VERDICTS[verdict].joint)).size).toBe(all.length);
  });

  it('an unknown verdict is shown as neither good nor bad', () => {
    expect(verdictLook('brandNew' as Verdict)).toBe(VERDICTS.cannotCheck);
  });

  it('a withheld row tells only what the ledger told: number and month', () => {
    show('withheld', 'et');
    expect(screen.getByText('Siin peaks olema kirje')).toBeInTheDocument();
    expect(screen.getByText('11.2026')).toBeInTheDocument();
    expect(screen.getByTestId('list-row-7')).toBeInTheDocument();
  });

  it('an altered row gives its reason under the word', () => {
    show('altered', 'en');
    expect(screen.getByText('The contents do not fit what was sealed.')).toBeInTheDocument();
  });
});
