import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { LANGUAGES } from '../i18n/i18n';
import { TOPICS } from '../shared/help/topics';
import { openApp, violations } from './render';

const hand = () => userEvent.setup({ delay: null });
const click = async (...ids: string[]) => {
  const user = hand();
  for (const id of ids) await user.click(await screen.findByTestId(id));
};

describe.each(LANGUAGES)('help in %s', (language) => {
  it('opens every article, with its heading and words', async () => {
    await openApp({ settings: { language } });
    for (const topic of TOPICS) {
      await click('help-open', `help-topic-${topic}`);
      const article = await screen.findByTestId('help-article');
      expect(article.querySelectorAll('p').length).toBeGreaterThan(0);
      expect(article.textContent).not.toMatch(/\{\w+\}|help\.[a-z]|undefined|<b>/);
      if (language === 'et') expect(await violations(), topic).toEqual([]);
    }
  });
});

describe('help', () => {
  it('is searched by code and by word, opens what it finds, and says when it finds nothing', async () => {
    await openApp({ settings: { language: 'en' } });
    await click('help-open');
    const field = screen.getByTestId('help-search');
    await hand().type(field, 'E29');
    await click('help-hit-E29');
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Help code E29');
    expect(screen.getByTestId('help-article')).toHaveTextContent('This is their system, not your card.');
    await click('help-open');
    // what was typed is still there for whoever comes back
    expect(screen.getByTestId('help-search')).toHaveValue('E29');
    await hand().clear(screen.getByTestId('help-search'));
    await hand().type(screen.getByTestId('help-search'), 'puk');
    expect(await screen.findByTestId('help-hit-card')).toBeInTheDocument();
    expect(document.querySelector('mark')).toHaveTextContent(/^PUK$/i);
    expect(await violations()).toEqual([]);
    await hand().type(screen.getByTestId('help-search'), 'qqq');
    expect(screen.getByTestId('help-results')).toHaveTextContent('There is nothing here about “pukqqq”');
  });

  it('is opened at the right place by a help code and by the page one came from', async () => {
    await openApp({ signedIn: true, settings: { language: 'en' }, status: { silent: true } });
    await click('nav-check', 'help-open');
    expect(screen.getByTestId('help-link-file')).toBeInTheDocument();
    await click('status-line', 'help-code-E29');
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Help code E29');
    expect(screen.queryByTestId('status-popover')).toBeNull();
  });

  it('shows the diagnostics before it copies them', async () => {
    const backend = await openApp();
    vi.spyOn(backend, 'diagnostics').mockResolvedValue('Tõend 0.1.0\nnetwork toend-demo-1');
    await click('help-open');
    expect(screen.queryByTestId('copy-diagnostics')).toBeNull();
    await click('show-diagnostics');
    expect(await screen.findByTestId('diagnostics')).toHaveTextContent('network toend-demo-1');
    const user = hand();
    await user.click(screen.getByTestId('copy-diagnostics'));
    expect(await screen.findByText('Kopeeritud')).toBeInTheDocument();
    expect(await window.navigator.clipboard.readText()).toBe('Tõend 0.1.0\nnetwork toend-demo-1');
  });
});
