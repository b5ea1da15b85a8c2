import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../i18n/i18n';
import { openApp, violations } from './render';

describe('who runs the ledger', () => {
  it.each(LANGUAGES)('is asked and shown with what changed, in %s', async (language) => {
    await openApp({ signedIn: true, settings: { language } });
    const user = userEvent.setup();
    await user.click(await screen.findByTestId('settings-open'));
    await user.click(await screen.findByTestId('offices-ask'));
    const offices = await screen.findByTestId('offices');
    expect(within(offices).getAllByRole('row')).toHaveLength(6);
    expect(offices).toHaveTextContent('https://tax.example');
    expect(offices).toHaveTextContent('790 112');
    const joined = {
      et: 'Asutus nr 4, liitunud otsusega',
      en: 'Authority no. 4, joined by decision',
      ru: 'Ведомство № 4, присоединилось по решению',
    };
    const row = within(offices).getByRole('row', { name: new RegExp(joined[language]) });
    expect(row).toHaveTextContent('https://fifth.example');
    expect(row).toHaveTextContent('https://fifth.example:26657');
    // an issuer that the ledger names has the decision beside it, one of the network file does not, and no address needs none
    const issuers = within(offices).getByTestId('issuers');
    expect(within(issuers).getAllByRole('listitem')).toHaveLength(4);
    const moved = within(issuers).getByTestId('issuer-1');
    expect(moved).toHaveTextContent('kask meri lubi sepp tuulik rada');
    expect(moved).toHaveTextContent('790 112');
    expect(moved).toHaveTextContent('5e1f 5e1f 5e1f');
    expect(within(issuers).getByTestId('issuer-0')).not.toHaveTextContent('790 112');
    expect(within(issuers).getByTestId('issuer-3')).not.toHaveTextContent('SHA-256');
    expect(within(issuers).queryByTestId('issuer-2')).toBeNull();
    // every key that a decision replaced says so, since when, and its words can be compared
    const newKey = { et: 'uus võti', en: 'new key', ru: 'новый ключ' }[language];
    expect(within(offices).getByRole('table').textContent.split(newKey)).toHaveLength(4);
    const words = 'rada tuulik sepp lubi meri kask';
    expect(within(offices).getByTestId('authority-keys').textContent.split(words)).toHaveLength(4);
    const tax = within(offices).getByTestId('keys-tax');
    expect(tax).toHaveTextContent('790 112');
    expect(tax.textContent.split(words)).toHaveLength(3);
    const health = within(offices).getByTestId('keys-health');
    expect(health).not.toHaveTextContent('790 112');
    expect(health).toHaveTextContent('795 000');
    // in the line that is always there, and beside the folded words
    expect(health.textContent.replace(/\s/g, ' ').split('795 001')).toHaveLength(3);
    expect(health.textContent.split(words)).toHaveLength(2);
    expect(within(offices).getAllByTestId('office-fault')).toHaveLength(1);
    expect(within(offices).getByTestId('office-fault')).toHaveTextContent('801 236');
    expect(within(offices).getByTestId('office-rules')).toHaveTextContent('900 000');
    expect(await violations()).toEqual([]);
  });
});
