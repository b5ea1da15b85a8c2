import { render, screen } from '@testing-library/react';
import axe from 'axe-core';
import type { ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import { App } from '../app/App';
import { FixtureBackend, type Scenario } from '../backend/fixture/backend';
import type { Language } from '../backend/contract';
import { createTexts } from '../i18n/i18n';
import { useTexts, type Texts } from '../i18n/text';

/** The whole main window on the in-memory backend. */
export async function openApp(scenario: Scenario = {}): Promise<FixtureBackend> {
  const backend = new FixtureBackend(scenario);
  render(<App backend={backend} />);
  await screen.findByTestId('status-line');
  return backend;
}

/** One component with texts of a language. */
export function renderWith(node: ReactNode, language: Language = 'et') {
  return render(<I18nextProvider i18n={createTexts(language)}>{node}</I18nextProvider>);
}

/** Texts outside of a component under test. */
export function textsOf(language: Language): Texts {
  let found: Texts | null = null;
  function Probe() {
    found = useTexts();
    return null;
  }
  const { unmount } = render(
    <I18nextProvider i18n={createTexts(language)}>
      <Probe />
    </I18nextProvider>,
  );
  unmount();
  if (!found) throw new Error('no texts');
  return found;
}

/** Violations that axe can see without a layout; colour contrast needs a real window. */
export async function violations(): Promise<string[]> {
  const result = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  return result.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}
