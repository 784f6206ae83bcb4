// Makes a capability token from the command line. Secrets come from the environment only: a command line is seen by every process.

import { parseArgs } from 'node:util'
import { TwilioCapability } from '../index.ts'

/** What a command has to say. */
export interface Result {
  status: 0 | 2
  stdout: string
  stderr: string
}

/** The variables that name the account. */
export interface Environment {
  TWILIO_ACCOUNT_SID?: string | undefined
  TWILIO_AUTH_TOKEN?: string | undefined
}

const usage = `Usage: npm run demo -- [--incoming NAME] [--outgoing APPLICATION_SID] [--expires SECONDS]
The account comes from TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN; without them the sample account of Twilio's documentation serves.
`

const sampleAccount = { TWILIO_ACCOUNT_SID: 'AC123123', TWILIO_AUTH_TOKEN: 'XXXXX' }
const sampleArguments = ['--incoming', 'Alice', '--outgoing', 'APabe7650f654fc34655fc81ae71caa3ff', '--expires', '600']

/** Runs the command. */
export async function main(argv: readonly string[], environment: Environment): Promise<Result> {
  const now = Math.floor(Date.now() / 1000)
  try {
    const { incoming, outgoing, expires } = parseArgs({
      args: [...(argv.length > 0 ? argv : sampleArguments)],
      options: { incoming: { type: 'string' }, outgoing: { type: 'string' }, expires: { type: 'string' } },
    }).values
    const isSample = environment.TWILIO_ACCOUNT_SID === undefined && environment.TWILIO_AUTH_TOKEN === undefined
    const account = isSample ? sampleAccount : environment
    const capability = new TwilioCapability(account.TWILIO_ACCOUNT_SID ?? '', account.TWILIO_AUTH_TOKEN ?? '')
    if (incoming !== undefined) capability.allowClientIncoming(incoming)
    if (outgoing !== undefined) capability.allowClientOutgoing(outgoing)
    const options = { now, ...(expires !== undefined && { expires: Number(expires) }) }
    const token = await capability.generate(options)
    const claims = capability.claims(options)
    const lines = [
      token,
      '',
      ...(isSample
        ? ["Made for the sample account of Twilio's documentation: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN for yours.", '']
        : []),
      `account  ${claims.iss}`,
      ...claims.scope.split(' ').map((scope) => `scope    ${scope}`),
      `expires  ${new Date(claims.exp * 1000).toISOString()}, in ${claims.exp - now} seconds`,
      '',
    ]
    return { status: 0, stdout: lines.join('\n'), stderr: '' }
  } catch (error) {
    return { status: 2, stdout: '', stderr: `${(error as Error).message}\n\n${usage}` } // only errors are thrown above
  }
}
