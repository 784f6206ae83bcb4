// The tasks of the benches: the capability token of the README, 292 bytes to sign, and a webhook with 20 parameters.

export const accountSid = 'AC123123'
export const applicationSid = 'APabe7650f654fc34655fc81ae71caa3ff'
export const clientName = 'Alice'
export const secret = 'XXXXX'
export const expires = 3600
export const now = 4_000_000_000 // in the year 2096, so that no verifier finds the token expired
export const header = { alg: 'HS256', typ: 'JWT' }
export const payload = {
  scope: `scope:client:incoming?clientName=${clientName} scope:client:outgoing?appSid=${applicationSid}&clientName=${clientName}`,
  iss: accountSid,
  exp: now + expires,
}

export const webhookUrl = 'https://app.example/voice?tenant=42'
export const webhookPairs = Array.from({ length: 20 }, (_, i) => [
  `Parameter${(i * 7) % 20}`,
  i % 4 === 0 ? `+1500555${1000 + i}` : `a value, ${i}`,
])
export const webhookBody = String(new URLSearchParams(webhookPairs))
