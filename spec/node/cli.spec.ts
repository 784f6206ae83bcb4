import { decodeJwt, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { main } from '../../lib/cli/main.ts'
import { run } from './run.ts'

const account = { TWILIO_ACCOUNT_SID: 'AC283fefc63f0cd0e873a0000c6d07ef7b', TWILIO_AUTH_TOKEN: '8319002d3167d53e5753dc98fa36a100' }
const sample = ['--incoming', 'Alice', '--outgoing', 'APabe7650f654fc34655fc81ae71caa3ff', '--expires', '600']

describe('demo', () => {
  it('prints a token for the account in the environment, and what it holds', async () => {
    const { status, stdout, stderr } = await main(sample, account)
    const [token = '', ...lines] = stdout.split('\n')
    const { payload } = await jwtVerify(token, new TextEncoder().encode(account.TWILIO_AUTH_TOKEN))
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(payload.iss).toBe(account.TWILIO_ACCOUNT_SID)
    expect(lines).toEqual([
      '',
      `account  ${account.TWILIO_ACCOUNT_SID}`,
      'scope    scope:client:incoming?clientName=Alice',
      'scope    scope:client:outgoing?appSid=APabe7650f654fc34655fc81ae71caa3ff&clientName=Alice',
      `expires  ${new Date((payload.exp ?? 0) * 1000).toISOString()}, in 600 seconds`,
      '',
    ])
    expect(stdout).not.toContain(account.TWILIO_AUTH_TOKEN)
  })

  it('uses the sample account where there is none, and says so; and sample arguments where there are none', async () => {
    const { stdout } = await main([], {})
    expect(stdout).toContain('Made for the sample account')
    expect(decodeJwt(stdout.split('\n')[0] ?? '').iss).toBe('AC123123')
    expect(stdout).toContain('in 600 seconds')
  })

  it('lives for an hour, and allows what is asked for alone', async () => {
    const { stdout } = await main(['--incoming', 'Bob'], account)
    expect(stdout).toContain('in 3600 seconds')
    expect(stdout.match(/^scope/gm)).toHaveLength(1)
    expect((await main(['--outgoing', 'AP1'], account)).stdout.match(/^scope/gm)).toHaveLength(1)
  })

  it.each([
    ['half an account', sample, { TWILIO_ACCOUNT_SID: 'AC1' }, 'Cannot use authToken'],
    ['the other half', sample, { TWILIO_AUTH_TOKEN: 'secret' }, 'Cannot use accountSid'],
    ['a wrong name', ['--incoming', 'Al ice'], account, 'Cannot use clientName'],
    ['a wrong lifetime', ['--incoming', 'Alice', '--expires', '1h'], account, 'Cannot use expires'],
    ['an unknown option', ['--auth-token', 'x'], account, "Unknown option '--auth-token'"],
  ])('refuses %s, with the usage', async (_, args, environment, message) => {
    const { status, stdout, stderr } = await main(args, environment)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toContain('Usage:')
  })

  it('is a program', async () => {
    const good = await run(process.execPath, ['dist/cli.js', ...sample], { env: account })
    expect(good).toMatchObject({ status: 0, stderr: '' })
    expect(good.stdout).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]{43}\n\naccount /)
    const bad = await run(process.execPath, ['dist/cli.js', '--expires', '0'], { env: account })
    expect(bad).toMatchObject({ status: 2, stdout: '' })
  })
})
