import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';

/** Characters that each module takes in a built script, by its source map. */
export function modulesIn(script: string, map: string): Map<string, number> {
  const origins = new SourceMap(JSON.parse(readFileSync(map, 'utf8')) as SourceMapPayload);
  const sizes = new Map<string, number>();
  readFileSync(script, 'utf8')
    .split('\n')
    .forEach((line, number) => {
      for (let column = 0; column < line.length; column++) {
        const entry = origins.findEntry(number, column);
        if (!('originalSource' in entry) || !entry.originalSource) continue;
        const name = plainName(entry.originalSource);
        sizes.set(name, (sizes.get(name) ?? 0) + 1);
      }
    });
  return sizes;
}

/** `yjs/dist/yjs.mjs`, `src/replica/page/replica.svelte.ts`. */
const plainName = (source: string): string =>
  source
    .replace(/^.*\/node_modules\//, '')
    .replace(/^.*?(src\/)/, '$1')
    .replace(/^(\.\.\/)+/, '');
