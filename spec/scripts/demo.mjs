// `npm run demo`: generates a capability token and an access token, and inspects both, with the package's own command. Arguments
// are those of `twilio-tokens capability`. What the environment does not have is a sample.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const application = 'APabe7650f654fc34655fc81ae71caa3ff'
const given = process.argv.slice(2)

const demos = [
  {
    title: 'A capability token, which Twilio has deprecated',
    args: [
      'capability',
      ...(given.length > 0
        ? given
        : ['--incoming', 'Alice', '--outgoing', application, '--expires', '10m']),
    ],
    names: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'],
    sample: { TWILIO_ACCOUNT_SID: 'AC123123', TWILIO_AUTH_TOKEN: 'XXXXX' },
    variables: 'TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN',
  },
  {
    title: 'An access token, which new applications need',
    args: [
      'access',
      ...['--identity', 'alice', '--voice-incoming', '--voice-outgoing', application],
      ...['--expires', '10m'],
    ],
    names: ['TWILIO_API_KEY', 'TWILIO_API_KEY_SID', 'TWILIO_API_SECRET', 'TWILIO_API_KEY_SECRET'],
    sample: {
      TWILIO_ACCOUNT_SID: 'AC123123',
      TWILIO_API_KEY: 'SK123123',
      TWILIO_API_SECRET: 'the secret of that API key',
    },
    variables: 'TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET',
  },
]

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

/** Runs the command, and returns its exit status and what it printed. */
const run = (env, args, options) =>
  spawnSync(process.execPath, [cli, ...args], { env, encoding: 'utf8', ...options })

/** Generates one token and inspects it; returns the exit status. */
function show({ title, args, names, sample, variables }) {
  const isSample = names.every((name) => !process.env[name]) // an empty variable counts as missing
  const env = { ...process.env, ...(isSample && sample) }
  const { status, stdout, stderr } = run(env, args)
  const isToken = stdout.startsWith('ey')
  if (isToken) {
    const account = isSample
      ? `for a sample account: set ${variables} for yours`
      : `for the account in TWILIO_ACCOUNT_SID`
    process.stderr.write(`${title}, ${account}.\n\n`)
  }
  process.stdout.write(isToken ? `${stdout}\n` : stdout)
  process.stderr.write(stderr)
  if (status !== 0 || !isToken) return status
  return run(env, ['inspect'], { input: stdout, stdio: ['pipe', 'inherit', 'inherit'] }).status
}

for (const [i, demo] of demos.entries()) {
  if (i > 0) process.stdout.write('\n')
  const status = show(demo)
  process.exitCode = status
  if (status !== 0 || given.some((arg) => ['-h', '--help'].includes(arg))) break
}
