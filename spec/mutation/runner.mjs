// A test runner for Stryker: all specs in one module, which is loaded once. Then each mutant costs only the tests that reach it, those of
// its own file first, then from the fastest on, until one fails. Stryker's own runner for vitest starts a worker and loads the specs anew
// for each mutant, which takes hours.

import { PluginKind, declareClassPlugin } from '@stryker-mutator/api/plugin'
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner'
import { build } from 'esbuild'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { portableSpecs } from '../support/files.mjs'

// The fuzzing and the promises cover every mutant without a look at what comes out.
const left = /^spec\/(fuzz|promises)\.spec\.ts$/
const durations = 'spec/mutation/out/durations.json' // of each test, in the sandbox
const limit = 500 // milliseconds: what takes longer does not pay, since a mutant that hangs costs the time of all its tests

class Runner {
  #tests
  #forgetKeys

  capabilities() {
    return { reloadEnvironment: false } // a mutant that is active while modules load needs a process of its own
  }

  /** Runs all tests once. */
  async dryRun() {
    if (!this.#tests) await this.#load()
    const tests = []
    for (const [name, run] of this.#tests) {
      this.#state.currentTestId = name
      const start = performance.now()
      const failureMessage = await run().then(() => undefined, String)
      const timeSpentMs = performance.now() - start
      const status = failureMessage === undefined ? TestStatus.Success : TestStatus.Failed
      if (timeSpentMs <= limit || failureMessage !== undefined)
        tests.push({ id: name, name, timeSpentMs, status, failureMessage })
    }
    this.#state.currentTestId = undefined
    const { mutantCoverage } = this.#state
    const kept = new Set(tests.map(({ name }) => name))
    for (const name of Object.keys(mutantCoverage.perTest))
      if (!kept.has(name)) delete mutantCoverage.perTest[name]
    const times = tests.map(({ name, timeSpentMs }) => [name, timeSpentMs])
    await writeFile(durations, JSON.stringify(Object.fromEntries(times)))
    return {
      status: DryRunStatus.Complete,
      tests,
      mutantCoverage,
    }
  }

  /** Runs the tests that reach a mutant, until one fails. */
  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }) {
    const state = this.#state
    state.activeMutant = mutantActivation === 'static' ? activeMutant.id : undefined
    state.hitCount = undefined
    try {
      if (!this.#tests) await this.#load()
    } catch (error) {
      return killed('loading the specs', error, 1)
    }
    const times = JSON.parse(await readFile(durations, 'utf8'))
    const [own] = /\w[\w-]*(?=\.ts$)/.exec(activeMutant.fileName)
    const cost = (name) => (name.includes(`/${own}.spec.ts`) ? 0 : limit) + times[name]
    const names = (testFilter ?? [...this.#tests.keys()]).sort((a, b) => cost(a) - cost(b))
    this.#forgetKeys() // those that another mutant has left
    state.hitCount = 0
    state.hitLimit = hitLimit
    state.activeMutant = activeMutant.id
    try {
      for (const [i, name] of names.entries())
        try {
          await this.#tests.get(name)()
        } catch (error) {
          if (state.hitCount > hitLimit) return { status: MutantRunStatus.Timeout }
          return killed(name, error, i + 1)
        }
      return { status: MutantRunStatus.Survived, nrOfTests: names.length }
    } finally {
      state.activeMutant = undefined
      state.hitCount = undefined
    }
  }

  async #load() {
    const outfile = join(process.cwd(), `spec/mutation/out/${process.pid}.js`)
    await mkdir(dirname(outfile), { recursive: true })
    const files = portableSpecs().filter((file) => !left.test(file))
    await build({
      stdin: {
        resolveDir: process.cwd(),
        contents: `export * from './spec/mutation/suite.ts'
          export const files = { ${files.map((file) => `'${file}': () => import('./${file}')`).join()} }`,
      },
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      define: { 'process.env.NODE_ENV': '"production"' },
      alias: { 'twilio-tokens': join(process.cwd(), 'lib/index.ts') },
      logLevel: 'error',
    })
    const { load, files: all, forgetKeys } = await import(pathToFileURL(outfile).href)
    this.#tests = await load(all)
    this.#forgetKeys = forgetKeys
  }

  /** What the instrumented sources read and write. */
  get #state() {
    return (globalThis.__stryker__ ??= {})
  }
}

function killed(name, error, nrOfTests) {
  const failureMessage = String(error)
  return { status: MutantRunStatus.Killed, killedBy: [name], failureMessage, nrOfTests }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'one-module', Runner)]
