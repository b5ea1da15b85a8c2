import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const ID = 'virtual:help-codes';
const FILE = fileURLToPath(new URL('../src/i18n/et.json', import.meta.url));

/** The help codes that have a text, without the texts: those of a language are read when it is needed. */
export function helpCodes(): Plugin {
  return {
    name: 'toend-help-codes',
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    load(id) {
      if (id !== `\0${ID}`) return null;
      this.addWatchFile(FILE);
      const keys = Object.keys(JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, string>);
      const codes = keys.flatMap((key) => /^errors\.(E\d\d)\.what$/.exec(key)?.[1] ?? []).sort();
      return `export default ${JSON.stringify(codes)};`;
    },
  };
}
