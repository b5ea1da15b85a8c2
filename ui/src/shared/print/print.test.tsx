import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../i18n/i18n';
import { openApp } from '../../test/render';
import { listReference, recordReference } from './reference';
import type { ProofView, RecordList } from '../../backend/contract';

const click = async (...ids: string[]) => {
  const user = userEvent.setup({ delay: null });
  for (const id of ids) await user.click(await screen.findByTestId(id));
};
const foot = () => document.querySelector('.print-foot');

describe('a print', () => {
  it.each(
    LANGUAGES.map(
      (language, index) =>
        [
          language,
          [/Kehtis pearaamatu lehel 812\s345/, /Valid on page 812\s345/, /Действительно на листе 812\s345/][index] ?? /^$/,
        ] as const,
    ),
  )('of a list says when it was valid, carries a code and the demonstration line (%s)', async (language, words) => {
    await openApp({ signedIn: true, settings: { language } });
    await click('nav-health');
    await screen.findByTestId('list-row-16');
    expect(foot()).toHaveTextContent(words);
    expect(foot()?.querySelector('[data-testid="qr-code"]')).not.toBeNull();
    expect(foot()?.querySelector('.demo-label')).not.toBeNull();
    expect(document.documentElement.style.getPropertyValue('--print-line')).toContain(
      foot()?.querySelector('.demo-label')?.textContent ?? '?',
    );
  });

  it('of a proven record, its raw proof and a company each have a foot', async () => {
    await openApp({ signedIn: true });
    await click('nav-health', 'list-row-16', 'proof-open', 'proof-raw');
    await screen.findByTestId('raw-proof');
    expect(foot()).toHaveTextContent('Kehtis pearaamatu lehel');
    await click('nav-business', 'company-open-19999012');
    await screen.findByTestId('reports');
    expect(foot()?.querySelector('[data-testid="qr-code"]')).not.toBeNull();
  });

  it('of what is not proven carries no code and says so', async () => {
    await openApp({ signedIn: true, alter: [11] });
    await click('nav-health', 'list-row-11');
    await screen.findByTestId('record');
    expect(foot()).toHaveTextContent('Seda väljatrükki ei saa pearaamatust kontrollida');
    expect(foot()?.querySelector('[data-testid="qr-code"]')).toBeNull();
  });

  it('has a code without anything about the person', () => {
    const numbers = { proofHeight: 812_345, headerHash: 'ab'.repeat(32), commitment: 'cd'.repeat(32) };
    const proof = { id: 'health-47101010033-16', numbers, raw: 'Männik' } as unknown as ProofView;
    const code = recordReference('toend-demo-1', proof) ?? '';
    expect(code).toBe(`toend:check?network=toend-demo-1&page=812345&header=${'ab'.repeat(32)}&record=${'cd'.repeat(32)}`);
    const list = { register: 'tax', ledgerCount: 8, asOfHeight: 812_345, subject: { code: '47101010033', name: 'Männik' } } as RecordList;
    expect(listReference('toend-demo-1', list)).toBe('toend:check?network=toend-demo-1&page=812345&register=tax&entries=8');
    expect(listReference('toend-demo-1', { ...list, ledgerCount: null })).toBeNull();
  });
});
