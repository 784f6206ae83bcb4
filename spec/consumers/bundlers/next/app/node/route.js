import { AccessToken } from 'twilio-tokens'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export async function GET(request) {
  const identity = new URL(request.url).searchParams.get('identity')
  const token = await new AccessToken('AC123123', 'SK123123', 'the secret of that key', {
    identity,
  })
    .grantVoice({ incomingAllow: true })
    .generate({ expires: 600 })
  return Response.json({ identity, token, runtime: globalThis.EdgeRuntime ?? 'nodejs' })
}
