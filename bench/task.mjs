// The task of the benches: the capability token of the README, 292 bytes to sign.

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
