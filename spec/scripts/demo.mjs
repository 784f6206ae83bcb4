// `npm run demo`: makes a capability token and inspects it, with the package's own command; for a sample account where the environment has none.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const sampleAccount = { TWILIO_ACCOUNT_SID: 'AC123123', TWILIO_AUTH_TOKEN: 'XXXXX' }
const sampleArguments = [
  '--incoming',
  'Alice',
  '--outgoing',
  'APabe7650f654fc34655fc81ae71caa3ff',
  '--expires',
  '600',
]

const isSample =
  process.env.TWILIO_ACCOUNT_SID === undefined && process.env.TWILIO_AUTH_TOKEN === undefined
const env = { ...process.env, ...(isSample && sampleAccount) }
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const run = (args, options) =>
  spawnSync(process.execPath, [cli, ...args], { env, encoding: 'utf8', ...options })

const given = process.argv.slice(2)
const { status, stdout, stderr } = run([
  'capability',
  ...(given.length > 0 ? given : sampleArguments),
])
process.stdout.write(status === 0 ? `${stdout}\n` : stdout)
process.stderr.write(stderr)
process.exitCode = status
if (status === 0 && stdout.startsWith('ey')) {
  if (isSample)
    console.error(
      "Made for the sample account of Twilio's documentation: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN for yours.\n",
    )
  process.exitCode = run(['inspect'], {
    input: stdout,
    stdio: ['pipe', 'inherit', 'inherit'],
  }).status
}
