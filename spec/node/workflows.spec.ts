// The workflows of the repository's host, read as YAML: what can be checked without running them.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { nodeMajors, root } from '../runtimes/find.mjs'
import { contradictions } from '../scripts/release-check.mjs'

interface Step {
  uses?: string
  run?: string
  with?: Record<string, unknown>
}
interface Job {
  uses?: string
  needs?: string
  'runs-on'?: string
  container?: string
  environment?: string
  'timeout-minutes'?: number
  permissions?: Record<string, string>
  steps?: Step[]
}
interface Workflow {
  on: Record<string, { branches?: string[]; tags?: string[] } | null>
  permissions: Record<string, string>
  jobs: Record<string, Job>
}

const folder = join(root, '.github/workflows')
const text = (file: string) => readFileSync(join(folder, file), 'utf8')
const files = readdirSync(folder)
const workflows = files.map((file) => ({ file, workflow: parse(text(file)) as Workflow }))
const named = (name: string) => {
  const { workflow } = workflows.find(({ file }) => file === name) ?? {}
  if (!workflow) throw new Error(`there is no ${name}`)
  return workflow
}
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ title: `${file}, ${name}`, job })),
)
const commands = ({ steps = [] }: Job) => steps.flatMap(({ run = [] }) => run)

describe('workflows', () => {
  it('are these two', () => {
    expect(files.sort()).toEqual(['ci.yml', 'release.yml'])
  })

  it('are started only by what can be trusted with what they may do', () => {
    expect(Object.keys(named('ci.yml').on).sort()).toEqual([
      'pull_request',
      'push',
      'workflow_call',
    ])
    expect(named('release.yml').on).toEqual({ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } })
  })

  it.each(workflows)('$file gives no permission to all of its jobs', ({ workflow }) => {
    expect(workflow.permissions).toEqual({})
  })

  it('use no stored secret', () => {
    for (const file of files) expect(text(file), file).not.toMatch(/secrets\b|TOKEN|_auth/)
  })

  it('name no address of a registry', () => {
    for (const file of files) expect(text(file), file).not.toMatch(/registry-url|https?:/)
  })
})

describe.each(jobs)('$title', ({ title, job }) => {
  it('may read the repository, and write only its own identity, if it publishes', () => {
    const publishes = commands(job).some((command) => /\bpublish\b/.test(command))
    expect(job.permissions).toEqual(
      publishes ? { contents: 'read', 'id-token': 'write' } : { contents: 'read' },
    )
    if (publishes) expect(job.environment).toBe('release')
    expect(publishes).toBe(/release\.yml, (npm|jsr)/.test(title))
  })

  it('ends', () => {
    if (job.uses === undefined) expect(job['timeout-minutes']).toBeLessThanOrEqual(90)
  })

  it('uses actions by the digest of a commit, with their version in a comment, and no others', () => {
    const uses = (job.steps ?? []).flatMap(({ uses = [] }) => uses)
    for (const action of uses) {
      expect(action).toMatch(/^actions\/(checkout|setup-node)@[0-9a-f]{40}$/)
      const lines = files.flatMap((file) => text(file).split('\n'))
      const comments = lines.flatMap((line) => line.split(`uses: ${action}`)[1] ?? [])
      expect(comments.length).toBeGreaterThan(0)
      for (const comment of comments) expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/)
    }
    if (job.uses !== undefined) expect(job.uses).toBe('./.github/workflows/ci.yml')
  })

  it('runs on a machine and in an image of a stated version', () => {
    if (job.uses !== undefined) return
    expect(job['runs-on']).toMatch(/^ubuntu-\d\d\.\d\d$/)
    if (job.container !== undefined) expect(job.container).toMatch(/^node:\d+\.\d+\.\d+-bookworm/)
  })

  it('leaves no credentials behind and takes nothing from a cache', () => {
    for (const { uses = '', with: inputs } of job.steps ?? []) {
      if (uses.startsWith('actions/checkout'))
        expect(inputs).toEqual({ 'persist-credentials': false })
      if (uses.startsWith('actions/setup-node'))
        expect(inputs).toMatchObject({ 'package-manager-cache': false })
    }
  })

  it('runs no install script, and puts nothing into a shell that somebody else writes', () => {
    for (const command of commands(job)) {
      expect(command).not.toContain('${{')
      if (/\bnpm (ci|install)\b/.test(command)) expect(command).toContain('--ignore-scripts')
    }
  })
})

describe('ci.yml', () => {
  const [job] = Object.values(named('ci.yml').jobs)

  it('calls .ci/run with the oldest Node that is supported', () => {
    expect(commands(job ?? {}).at(-1)).toBe('bash .ci/run')
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      engines: { node: string }
    }
    expect(job?.container).toContain(`node:${engines.node.replace('>=', '')}.`)
  })
})

describe('release.yml', () => {
  const { test, npm, jsr } = named('release.yml').jobs

  it('tests before it publishes', () => {
    expect(test?.uses).toBe('./.github/workflows/ci.yml')
    expect([npm?.needs, jsr?.needs]).toEqual(['test', 'test'])
  })

  it('publishes to npm with provenance, and to JSR with the Deno of the lock file', () => {
    expect(commands(npm ?? {}).at(-1)).toBe('npm publish --provenance --access public')
    expect(commands(jsr ?? {}).at(-1)).toBe(
      'spec/runtimes/node_modules/@deno/linux-x64-glibc/deno publish',
    )
    for (const job of [npm, jsr])
      expect(commands(job ?? {}).at(-2)).toBe(
        'node spec/scripts/release-check.mjs "$GITHUB_REF_NAME"',
      )
  })

  it('uses a Node that is tested', () => {
    const { optionalDependencies } = JSON.parse(
      readFileSync(join(root, 'spec/runtimes/nodes/package.json'), 'utf8'),
    ) as { optionalDependencies: Record<string, string> }
    const tested = nodeMajors.map((major) =>
      optionalDependencies[`node${major}`]?.split('@').at(-1),
    )
    for (const job of [npm, jsr])
      for (const { uses = '', with: inputs } of job?.steps ?? [])
        if (uses.startsWith('actions/setup-node'))
          expect(tested).toContain(inputs?.['node-version'])
  })
})

describe('release-check.mjs', () => {
  it('finds what a tag contradicts', () => {
    const read = (file: string) =>
      file === 'CHANGELOG.md' ? '# Changes\n\n## 1.2.3\n\n## 1.2.2\n' : '{ "version": "1.2.3" }'
    expect(contradictions('v1.2.3', read)).toEqual([])
    expect(contradictions('v1.2.4', read)).toEqual([
      'package.json has the version 1.2.3',
      'jsr.json has the version 1.2.3',
      'CHANGELOG.md begins with 1.2.3',
    ])
  })

  it('finds nothing against the version of package.json', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string
    }
    expect(contradictions(`v${version}`)).toEqual([])
  })
})
