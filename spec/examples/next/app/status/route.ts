import type { NextRequest } from 'next/server'
import { answerWebhook } from '../../twilio'

export async function POST(request: NextRequest): Promise<Response> {
  return answerWebhook(request, (params) => {
    console.log(`${params.get('CallSid')} is ${params.get('CallStatus')}`)
    return new Response(null, { status: 204 })
  })
}
