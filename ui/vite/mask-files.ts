import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const DATA_SVG = /url\((["']?)data:image\/svg\+xml(;base64|;charset=[\w-]+|;utf8)?,(.*?)\1\)(?=[\s,;}])/gs;

/**
 * Turns the component library's `data:` masks into files, because the Content-Security-Policy allows images
 * from the application only.
 */
export function maskFiles(): Plugin {
  return {
    name: 'toend-mask-files',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type !== 'asset' || !asset.fileName.endsWith('.css')) continue;
        asset.source = asset.source.toString().replace(DATA_SVG, (_whole, _quote: string, encoding: string, body: string) => {
          const svg = encoding === ';base64' ? Buffer.from(body, 'base64').toString() : decodeURIComponent(body);
          const name = `assets/mask-${createHash('sha256').update(svg).digest('hex').slice(0, 10)}.svg`;
          this.emitFile({ type: 'asset', fileName: name, source: svg });
          return `url(/${name})`;
        });
        if (asset.source.includes('url(data:') || asset.source.includes('url("data:'))
          this.error('a data: address is left in the style sheet; the Content-Security-Policy would block it');
      }
    },
  };
}
