import type { Plugin } from 'vite';

/** Most bytes of script that the PIN window may load. React and i18next are four fifths of it. */
const MOST = 320_000;
/** What has no business in a window that asks for a PIN. */
const FOREIGN = /\/src\/(app|features|charts|shared\/(record|list|proof|verdict|session))\/|@digdir\/|@tanstack\/|\/i18n\/(et|en|ru)\.json/;

/** Stops a build whose PIN window loads lists, records, the component library or all texts. */
export function leanPin(): Plugin {
  let fixture = false;
  return {
    name: 'toend-lean-pin',
    configResolved(config) {
      fixture = config.mode === 'fixture';
    },
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((entry) => entry.type === 'chunk');
      const start = chunks.find((chunk) => chunk.isEntry && chunk.name === 'pin');
      if (!start || fixture) return;
      const loaded = new Set([start]);
      for (const chunk of loaded)
        for (const name of chunk.imports) {
          const next = chunks.find((other) => other.fileName === name);
          if (next) loaded.add(next);
        }
      let bytes = 0;
      for (const chunk of loaded) {
        bytes += Buffer.byteLength(chunk.code);
        const foreign = Object.keys(chunk.modules).find((id) => FOREIGN.test(id));
        if (foreign) this.error(`the PIN window would load ${foreign}`);
      }
      if (bytes > MOST) this.error(`the PIN window would load ${bytes} bytes of script`);
      this.info(`the PIN window loads ${bytes} bytes of script`);
    },
  };
}
