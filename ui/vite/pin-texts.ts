import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const ID = 'virtual:pin-texts';
/** Keys of the PIN window: its own, the tries of a card, help codes that a card or its reader can give, two buttons. */
const KEYS = /^(pin\.|card\.tries|errors\.E(0\d|1\d|66|69|72)\.|alarm\.helpCode$|app\.(cancel|close|tryAgain|name)$)/;

const file = (language: string) => fileURLToPath(new URL(`../src/i18n/${language}.json`, import.meta.url));

/** The texts of the PIN window alone: it must not carry those of every list and record. */
export function pinTexts(): Plugin {
  return {
    name: 'toend-pin-texts',
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    load(id) {
      if (id !== `\0${ID}`) return null;
      const texts = ['et', 'en', 'ru'].map((language) => {
        this.addWatchFile(file(language));
        const all = JSON.parse(readFileSync(file(language), 'utf8')) as Record<string, string>;
        return [language, Object.fromEntries(Object.entries(all).filter(([key]) => KEYS.test(key)))];
      });
      return `export default ${JSON.stringify(Object.fromEntries(texts))};`;
    },
  };
}
