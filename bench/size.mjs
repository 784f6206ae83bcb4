// npm run bench:size: what a program that makes this token carries of each library, minified, gzipped at level 9.

import { build } from 'esbuild'
import { gzipSync } from 'node:zlib'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../spec/runtimes/find.mjs'
import { installContenders } from '../spec/runtimes/install.mjs'
import { loadPrograms } from './contenders/contenders.mjs'

await installContenders()
const out = join(root, 'bench/contenders/out')
await mkdir(out, { recursive: true })
console.log(`${'library'.padEnd(18)}${'minified'.padStart(12)}${'gzipped'.padStart(12)}`)
for (const [name, { imports, uses, needsNode }] of Object.entries(await loadPrograms())) {
  if (uses === undefined) continue // the floor is not a library
  const { outputFiles } = await build({
    stdin: { contents: `${imports}\nglobalThis.used = ${uses}`, resolveDir: out },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
    ...(needsNode ? { platform: 'node' } : { platform: 'neutral', mainFields: ['module', 'main'] }),
  })
  const { contents: code } = outputFiles[0]
  const bytes = (count) => count.toLocaleString('en').padStart(12)
  console.log(
    `${name.padEnd(18)}${bytes(code.length)}${bytes(gzipSync(code, { level: 9 }).length)}${needsNode ? '  needs Node' : ''}`,
  )
}
