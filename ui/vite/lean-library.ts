import type { Plugin } from 'vite';

/** Parts of the component library that no component of `src/ds` is made of; with them goes what only they need. */
const UNUSED = ['error-summary', 'pagination', 'popover', 'suggestion', 'tabs', 'tooltip'];

const names = UNUSED.join('|');
const COMPONENT = new RegExp(`/designsystemet-react/dist/esm/components/(${names})/`);

/**
 * The library says of no module that it may be left out when nothing of it is used, so that all of it would be read at each
 * start. Given as `treeshake.moduleSideEffects`.
 */
export const leanLibrary = [
  { test: /\/designsystemet-react\/dist\/esm\//, sideEffects: false },
  { test: new RegExp(`/designsystemet-web/dist/esm/(${names})/`), sideEffects: false },
  { test: /\/node_modules\/(@floating-ui|@u-elements)\//, sideEffects: false },
];

/** Stops a build in which a component has come into use whose element {@link leanLibrary} leaves out: it would not work. */
export function wholeLibrary(): Plugin {
  return {
    name: 'toend-whole-library',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        const used = chunk.type === 'chunk' && chunk.moduleIds.find((id) => COMPONENT.test(id));
        if (used) this.error(`${used} is in use; take its name from UNUSED in vite/lean-library.ts`);
      }
    },
  };
}
