import type { Plugin } from 'vite';

/** What never ships: invented records, invented words, the gallery of parts. */
const DEVELOPMENT = ['/backend/fixture/', '/i18n/pseudo', '/src/gallery/'];

/** Stops a build that would ship what is for development only: the program must never show an invented record. */
export function noFixture(): Plugin {
  let mode = '';
  return {
    name: 'toend-no-fixture',
    configResolved(config) {
      mode = config.mode;
    },
    generateBundle(_options, bundle) {
      if (mode === 'fixture') return;
      for (const chunk of Object.values(bundle)) {
        const invented = chunk.type === 'chunk' && chunk.moduleIds.find((id) => DEVELOPMENT.some((part) => id.includes(part)));
        if (invented) this.error(`${invented} would be shipped in ${chunk.fileName}`);
      }
    },
  };
}
