import type { NextRequest } from 'next/server'
import { dial } from '../../twiml.mjs'
import { answerWebhook, TWILIO_NUMBER } from '../../twilio'

export async function POST(request: NextRequest): Promise<Response> {
  return answerWebhook(request, (params) => {
    const twiml = dial(params.get('To'), TWILIO_NUMBER)
    return new Response(twiml, { headers: { 'Content-Type': 'text/xml' } })
  })
}
