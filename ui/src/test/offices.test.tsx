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
    expect(within(offices).getAllByTestId('office-fault')).toHaveLength(1);
    expect(within(offices).getByTestId('office-fault')).toHaveTextContent('801 236');
    expect(within(offices).getByTestId('office-rules')).toHaveTextContent('900 000');
    expect(await violations()).toEqual([]);
  });
});
