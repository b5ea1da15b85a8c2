import type { Plugin } from 'vite';

/** Stops a build that would ship the in-memory backend: the program must never show an invented record. */
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
        const invented = chunk.type === 'chunk' && chunk.moduleIds.find((id) => id.includes('/backend/fixture/'));
        if (invented) this.error(`${invented} would be shipped in ${chunk.fileName}`);
      }
    },
  };
}
