import { createSigner, createVerifier } from 'fast-jwt'
import { payload, secret } from '../task.mjs'

export default (token) => {
  const sign = createSigner({ key: secret, algorithm: 'HS256', noTimestamp: true })
  const verify = createVerifier({ key: secret, algorithms: ['HS256'] })
  return { sign: { 'fast-jwt': () => sign(payload) }, verify: { 'fast-jwt': () => verify(token) } }
}

export const programs = {
  'fast-jwt': {
    imports: "import { createSigner } from 'fast-jwt'",
    uses: 'createSigner',
    makesToken: 'createSigner({ key: secret })(payload)',
    needsNode: true,
  },
}
