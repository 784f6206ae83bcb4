// Calls of every public function and method, with arguments that are mostly of the right form: the wrong ones are sprinkled in by Values.
// A new function belongs into `functions`, a new method into `methods`; spec/fuzz.spec.ts fails until it is there.

import { token } from './tokens.ts'
import type { Values } from './values.ts'
import { signOptions, webhook, webhookOptions } from './webhooks.ts'

/** The module that is tried: the sources or the bundle. */
export type Library = typeof import('../../../lib/index.ts')

/** A call that is tried. */
export interface Call {
  name: string
  args: unknown[]
  run: (...args: unknown[]) => unknown
}

type Arguments = (values: Values) => unknown[]
type Builder = 'TwilioCapability' | 'AccessToken' | 'TaskRouterCapability'

const now = 1400000000
const secrets = (values: Values) =>
  values.chance(0.5) ? [values.secret(), values.secret()] : values.secret()
const secretsOrFunction = (values: Values) => {
  const found = secrets(values)
  // What has a `then` that never calls back would be awaited for ever, as it should be.
  const isThenable = typeof found === 'object' && found !== null && 'then' in found
  return values.chance(0.3) && !isThenable ? () => found : found
}
const clockTolerance = (values: Values) => values.below(100)

const functions: Record<string, (values: Values) => Promise<unknown[]>> = {
  inspect: token,
  verify: async (values) => [
    ...(await token(values)),
    secretsOrFunction(values),
    values.options({
      now: () => now,
      clockTolerance: () => clockTolerance(values),
      kind: () => values.one('capability', 'access', 'taskrouter'),
    }),
  ],
  diagnose: async (values) => [
    ...(await token(values)),
    values.options({
      secret: () => secrets(values),
      now: () => now,
      clockTolerance: () => clockTolerance(values),
    }),
  ],
  verifyWebhook: async (values) => [
    ...(await webhook(values)),
    secretsOrFunction(values),
    webhookOptions(values),
  ],
  signWebhook: async (values) => [...(await webhook(values)), values.secret(), signOptions(values)],
}

const constructors: Record<Builder, Arguments> = {
  TwilioCapability: (values) => [values.sid('AC'), values.secret()],
  AccessToken: (values) => [
    values.sid('AC'),
    values.sid('SK'),
    values.secret(),
    values.options({
      identity: () => values.one('alice', 'Zoë'),
      region: () => values.one('ie1'),
      notBefore: () => now,
    }),
  ],
  TaskRouterCapability: (values) => [
    values.sid('AC'),
    values.secret(),
    values.sid('WS'),
    values.pick([() => values.sid('WK'), () => values.sid('WQ'), () => undefined])(),
  ],
}

const none: Arguments = () => []
const policy =
  (...methods: string[]): Arguments =>
  (values) => [
    values.one('https://taskrouter.twilio.com/v1', `https://x.twilio.com/${values.text()}`),
    values.one(...methods),
    values.options({ queryFilter: () => values.object(), postFilter: () => values.object() }),
  ]
const endpointId = (values: Values) => () => values.one('phone', 'tablet')

const methods: Record<Builder, Record<string, Arguments>> = {
  TwilioCapability: {
    allowClientIncoming: (values) => [values.one('alice', 'bob')],
    allowClientOutgoing: (values) => [values.sid('AP'), values.object()],
    allowEventStream: (values) => [values.object()],
  },
  AccessToken: {
    grantVoice: (values) => [
      values.options({
        incomingAllow: () => true,
        outgoingApplicationSid: () => values.sid('AP'),
        outgoingApplicationParams: () => values.object(),
        pushCredentialSid: () => values.sid('CR'),
        endpointId: endpointId(values),
      }),
    ],
    grantVideo: (values) => [values.options({ room: endpointId(values) })],
    grantChat: (values) => [
      values.options({
        serviceSid: () => values.sid('IS'),
        endpointId: endpointId(values),
        deploymentRoleSid: () => values.sid('RL'),
        pushCredentialSid: () => values.sid('CR'),
      }),
    ],
    grantSync: (values) => [
      values.options({ serviceSid: () => values.sid('IS'), endpointId: endpointId(values) }),
    ],
    grantTaskRouter: (values) => [
      values.options({
        workspaceSid: () => values.sid('WS'),
        workerSid: () => values.sid('WK'),
        role: endpointId(values),
      }),
    ],
    grant: (values) => [values.name(), values.value()],
  },
  TaskRouterCapability: {
    allow: policy('GET', 'POST'),
    deny: policy('GET', 'DELETE'),
    allowFetchSubresources: none,
    allowUpdateSelf: none,
    allowUpdateSubresources: none,
    allowDeleteSelf: none,
    allowDeleteSubresources: none,
    allowUpdateActivities: none,
    allowUpdateReservations: none,
  },
}

/** Makes one call after another; builders are kept and filled by many of them. */
export class Calls {
  readonly #library: Library
  readonly #values: Values
  readonly #builders = new Map<Builder, object>()

  constructor(library: Library, values: Values) {
    this.#library = library
    this.#values = values
  }

  async next(): Promise<Call> {
    const values = this.#values
    if (values.chance(0.5)) return this.#function()
    const type = values.pick(Object.keys(constructors) as Builder[])
    const builder = this.#builders.get(type)
    if (!builder || values.chance(0.05)) return this.#construction(type)
    if (type === 'AccessToken' && values.chance(0.1)) return this.#conversion()
    return this.#method(type, builder)
  }

  async #function(): Promise<Call> {
    const [name, makeArguments] = this.#values.pick(Object.entries(functions))
    const call = this.#library[name as keyof Library] as Call['run']
    const makeFirst: Call['run'] = (first, ...rest) =>
      call(typeof first === 'function' ? (first as () => unknown)() : first, ...rest)
    return {
      name,
      args: await makeArguments(this.#values),
      run: name.endsWith('Webhook') ? makeFirst : call,
    }
  }

  #construction(type: Builder): Call {
    const Maker = this.#library[type] as new (...args: unknown[]) => object
    return {
      name: `new ${type}`,
      args: constructors[type](this.#values),
      run: (...args) => this.#builders.set(type, new Maker(...args)),
    }
  }

  #conversion(): Call {
    return {
      name: 'AccessToken.fromCapability',
      args: [this.#builders.get('TwilioCapability'), this.#values.sid('SK'), this.#values.secret()],
      run: this.#library.AccessToken.fromCapability as Call['run'],
    }
  }

  #method(type: Builder, builder: object): Call {
    const values = this.#values
    const own = methods[type]
    const method = values.chance(0.3)
      ? values.pick(['claims', 'generate'])
      : values.pick(Object.keys(own))
    const right = own[method] ?? generateOptions
    const any = () => values.list(4, () => (values.chance(0.3) ? values.text() : values.value()))
    const run = (builder as Record<string, Call['run']>)[method]
    if (run === undefined) throw new Error(`${type} has no ${method}`)
    return {
      name: `${type}.${method}`,
      args: values.chance(0.1) ? any() : right(values),
      run: run.bind(builder),
    }
  }
}

function generateOptions(values: Values): unknown[] {
  if (values.chance(0.3)) return [undefined]
  return [values.options({ expires: () => 1 + values.below(86400), now: () => now })]
}
