import type { Language, TextSize, Theme } from '../backend/contract';

/** Language, colours and text size on the document itself. */
export function showSettings({ language, theme, textSize }: { language: Language; theme: Theme; textSize: TextSize }): void {
  const root = document.documentElement;
  root.lang = language;
  root.dataset.colorScheme = theme;
  root.dataset.textSize = textSize;
}
