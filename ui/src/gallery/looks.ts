import tokens from '../theme/tokens.css?raw';

/** The looks that stand side by side. */
export const LOOKS = [
  { id: 'light', scheme: 'light', contrast: false },
  { id: 'dark', scheme: 'dark', contrast: false },
  { id: 'light, more contrast', scheme: 'light', contrast: true },
  { id: 'dark, more contrast', scheme: 'dark', contrast: true },
] as const;

/** One of them. */
export type Look = (typeof LOOKS)[number];

/** The colours of the window are set on the document; here each pane gets them again, with or without more contrast. */
export function wearLooks(): void {
  const at = tokens.indexOf('@media (prefers-contrast: more)');
  const block = (text: string) => /:root\s*\{([^}]*)\}/.exec(text)?.[1] ?? '';
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`.pane{${block(tokens.slice(0, at))}} .pane[data-contrast='more']{${block(tokens.slice(at))}}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
