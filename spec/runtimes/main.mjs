// The tests: vitest with all specs on the sources, then those that need no host in every runtime, on the built dist/index.js,
// and in this Node on its CommonJS twin, one runtime for each core at a time.
//
//   node spec/runtimes/main.mjs            vitest, this Node, the CommonJS twin, Deno, Bun, workerd and the edge VM
//   node spec/runtimes/main.mjs --all      also Node 20, 22, 24 and 26, Chromium and Firefox
//   node spec/runtimes/main.mjs bun deno   only those

import { build } from 'esbuild'
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { nodeMajors, programs, root } from './find.mjs'
import { installAll } from './install.mjs'
import { command, exec } from './run.mjs'
import { portableSpecs } from '../support/files.mjs'
import { runInWorkerd } from './workerd.mjs'

process.chdir(root)
const { name } = JSON.parse(await readFile('package.json', 'utf8'))
const out = 'spec/runtimes/out' // not within node_modules, from where Deno refuses to import dist/index.js

const wanted = process.argv.slice(2).filter((arg) => arg !== '--all')
const all = process.argv.includes('--all')

/** One module with vitest, the runner and all spec files in it; importing the package means importing dist/index.js. */
async function bundleSpecs() {
  await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  const files = portableSpecs().map((file) => file.replace(/^spec\//, ''))
  await build({
    stdin: {
      resolveDir: 'spec',
      contents: `import { run } from './runtimes/suite.ts'
        export default () => run({ ${files.map((file) => `'${file}': () => import('./${file}')`).join()} })`,
    },
    outfile: `${out}/spec.js`,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'the package is what was built',
        setup: ({ onResolve }) =>
          onResolve({ filter: RegExp(`^${name}$`) }, () => ({
            path: '../../../dist/index.js',
            external: true,
          })),
      },
    ],
  })
  await build({
    entryPoints: [`${out}/spec.js`],
    outfile: `${out}/edge.js`,
    bundle: true,
    format: 'iife',
    globalName: 'spec',
  })
  await build({
    entryPoints: [`${out}/spec.js`],
    outfile: `${out}/spec.cjs`,
    bundle: true,
    format: 'cjs',
    platform: 'neutral',
    plugins: [
      {
        name: 'the package is the CommonJS twin',
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/dist\/index\.js$/ }, () => ({
            path: '../../../dist/cjs/index.js',
            external: true,
          })),
      },
    ],
  })
  await writeFile(`${out}/package.json`, '{ "type": "module" }')
  await writeFile(
    `${out}/main.js`,
    `import run from './spec.js'\nconsole.log(JSON.stringify(await run()))\n`,
  )
  await writeFile(
    `${out}/main.cjs`,
    `require('./spec.cjs').default().then((result) => console.log(JSON.stringify(result)))\n`,
  )
  await writeFile(
    `${out}/page.html`,
    `<!doctype html><script type="module">
    const run = async () => (await import('./spec.js')).default()
    const result = await run().catch((error) => ({ passed: 0, skipped: 0, failed: [error.stack ?? String(error)] }))
    await fetch('/result', { method: 'POST', body: JSON.stringify(result) })
  </script>`,
  )
}

/** workerd without any flag, at a compatibility date: until 2026-08-04 nothing of Node is there, then process and Buffer are. */
const workerd = (date) => ({
  ...command(programs.workerd()),
  run: () =>
    runInWorkerd(
      out,
      { date, modules: { [`${out}/spec.js`]: `${out}/spec.js`, 'dist/index.js': 'dist/index.js' } },
      {
        name: `${out}/workerd.js`,
        code: `const { default: run } = await import('./spec.js'); console.log(JSON.stringify(await run()))`,
      },
    ),
})

/** A browser, which opens a page that posts the result back; on loopback, since crypto.subtle wants a secure context. */
const browser = (program, args) => ({
  ...command(program),
  async run() {
    const profile = await mkdtemp(join(tmpdir(), 'spec-'))
    const done = new AbortController()
    const server = createServer()
    try {
      const result = new Promise((resolve) => {
        server.on('request', async (request, response) => {
          if (request.method === 'POST') resolve((await request.toArray()).join(''))
          const body =
            request.method === 'GET' &&
            (await readFile(join(root, request.url)).catch(() => undefined))
          response.writeHead(body ? 200 : 404, {
            'content-type': request.url.endsWith('.html') ? 'text/html' : 'text/javascript',
          })
          response.end(body || undefined)
        })
      })
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
      const url = `http://127.0.0.1:${server.address().port}/${out}/page.html`
      const ended = exec(program, [...args(profile), url], { signal: done.signal }).then(
        () => 'no result',
      )
      ended.catch(() => {}) // it is stopped when the result is there
      return JSON.parse(await Promise.race([result, ended]))
    } finally {
      done.abort()
      server.close()
      server.closeAllConnections()
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    }
  },
})

/** vitest itself, in this Node, on the sources: the one that measures coverage and runs spec/node. */
const vitest = {
  name: 'vitest, on lib/',
  program: join(root, 'node_modules/vitest/vitest.mjs'),
  version: async () =>
    JSON.parse(await readFile('node_modules/vitest/package.json', 'utf8')).version,
  async run() {
    const file = `${out}/vitest.json`
    const args = [
      this.program,
      'run',
      '--reporter=default',
      `--reporter=${join(root, 'spec/runtimes/progress.mjs')}`,
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]
    const child = spawn(process.execPath, args, {
      stdio: 'inherit',
      env: { ...process.env, ...(all && { ALL: 'true' }) },
    })
    const status = await new Promise((resolve) => child.on('close', resolve))
    const { testResults, ...counts } = JSON.parse(await readFile(file, 'utf8'))
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = counts
    const failed = Array(numFailedTests).fill('see above')
    for (const { name, assertionResults } of testResults) {
      const names = assertionResults.map(({ fullName }) => fullName)
      for (const twice of new Set(names.filter((one, i) => names.indexOf(one) !== i)))
        failed.push(`${name}: two tests are named "${twice}"`)
    }
    // Such as a file that cannot be loaded, or a line that is not covered.
    if (status !== 0 && failed.length === 0) failed.push(`vitest ended with ${status}: see above`)
    return { passed: numPassedTests, skipped: numPendingTests + numTodoTests, failed }
  },
}

await installAll(all)
console.log(
  `The specs take about ${all ? '15 minutes' : '3 minutes'} on two cores: vitest first, then the other runtimes`,
)

const edge = command(programs.edge() && process.execPath, [
  'spec/runtimes/edge.mjs',
  `${out}/edge.js`,
])
const runtimes = {
  'this Node': command(process.execPath, [`${out}/main.js`]),
  'CommonJS twin': command(process.execPath, [`${out}/main.cjs`]),
  Deno: command(programs.deno(), ['run', '--no-prompt', '--allow-env', `${out}/main.js`]),
  Bun: command(programs.bun(), [`${out}/main.js`]),
  'workerd at 2024-01-01': workerd('2024-01-01'),
  'workerd at its newest date': workerd(),
  'Vercel edge VM': {
    ...edge,
    version: async () => JSON.parse(await readFile(programs.edge(), 'utf8')).version,
  },
  ...(all && {
    ...Object.fromEntries(
      nodeMajors.map((major) => [
        `Node ${major}`,
        command(programs.node(major), [`${out}/main.js`]),
      ]),
    ),
    Chromium: browser(programs.chromium(), (profile) => [
      '--headless',
      '--no-sandbox', // which root needs
      ...['gpu', 'quic', 'background-networking', 'component-update', 'sync', 'dev-shm-usage'].map(
        (what) => `--disable-${what}`,
      ),
      '--no-first-run',
      `--user-data-dir=${profile}`,
    ]),
    Firefox: browser(programs.firefox(), (profile) => [
      '--headless',
      '--no-remote',
      '--profile',
      profile,
    ]),
  }),
}

const isWanted = (id) =>
  wanted.length === 0 || wanted.some((word) => id.toLowerCase().includes(word.toLowerCase()))

/** The version of a runtime, and what the specs came to in it. */
async function test(id, runtime) {
  if (runtime.program === undefined) {
    console.log(`${id}: NOT TESTED, because it is not installed: see spec/runtimes/README.md`)
    return { id, version: 'NOT TESTED', passed: 0, failed: 0, skipped: 0 }
  }
  const start = performance.now()
  let version = ''
  let result
  try {
    version = await runtime.version()
    result = await runtime.run()
  } catch (error) {
    result = { passed: 0, failed: [error.stack], skipped: 0 }
  }
  const { passed, failed, skipped } = result
  if (passed === 0 && failed.length === 0) failed.push('no test passed')
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(
    `${id} ${version}: ${passed} passed, ${failed.length} failed, ${skipped} skipped, in ${seconds} s`,
  )
  for (const failure of failed) console.log(failure.replace(/^/gm, '    '))
  return { id, version, passed, failed: failed.length, skipped }
}

await bundleSpecs()
const results = []
if (isWanted(vitest.name)) results.push(await test(vitest.name, vitest)) // which uses every core itself
const waiting = Object.entries(runtimes)
  .filter(([id]) => isWanted(id))
  .entries()
const others = []
const testNext = async () => {
  for (const [i, [id, runtime]] of waiting) others[i] = await test(id, runtime)
}
await Promise.all(Array.from({ length: availableParallelism() }, testNext))
results.push(...others)

const total = (key) => results.reduce((sum, result) => sum + result[key], 0)
const rows = [
  ['runtime', 'version', 'passed', 'failed', 'skipped'],
  ...results.map((result) => [
    result.id,
    result.version,
    ...[result.passed, result.failed, result.skipped].map(String),
  ]),
]
const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
const line = (row) =>
  `| ${row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`
const rule = `| ${widths.map((width, i) => (i < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
console.log(['', line(rows[0]), rule, ...rows.slice(1).map(line), ''].join('\n'))
console.log(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`)
const missing = results.filter(({ version }) => version === 'NOT TESTED').map(({ id }) => id)
if (missing.length > 0) console.log(`Not a pass: ${missing.join(', ')} NOT TESTED`)
process.exitCode = total('failed') + missing.length > 0 ? 1 : 0
