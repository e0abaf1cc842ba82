// Bundles the browser side into the server's wwwroot/dist; with --tests, the tests for node instead.
import { build } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

if (process.argv.includes('--tests')) {
  rmSync(`${here}../../artifacts/client-tests`, { recursive: true, force: true });
  await build({
    entryPoints: readdirSync(`${here}test`)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `${here}test/${name}`),
    outdir: `${here}../../artifacts/client-tests`,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
} else {
  const out = `${here}../CommuniConnect.Server/wwwroot/dist`;
  rmSync(out, { recursive: true, force: true });
  // No shared chunks: a viewer would wait for them one round trip after the script that asks for them.
  await build({
    entryPoints: [
      { in: `${here}src/site.ts`, out: 'site' },
      { in: `${here}src/live.ts`, out: 'live' },
      { in: `${here}src/studio.ts`, out: 'studio' },
      { in: `${here}src/encoder-worker.ts`, out: 'encoder-worker' },
      { in: `${here}src/sound-worklet.ts`, out: 'sound-worklet' },
      { in: `${here}src/unsent.ts`, out: 'unsent' },
      { in: `${here}src/store-worker.ts`, out: 'store-worker' },
      // What most visits never need is loaded when it is asked for: lib/lazy-part.ts.
      ...readdirSync(`${here}src/parts`).map((name) => ({ in: `${here}src/parts/${name}`, out: name.replace(/\.ts$/, '') })),
      { in: `${here}src/styles/site.css`, out: 'site' },
    ],
    entryNames: '[name]',
    outdir: out,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: true,
    logLevel: 'info',
  });
}
