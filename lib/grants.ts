// The grants of an access token: their options, under which name each of these is on the wire, and what it must be. The builder
// checks and writes by the table `grants` below, the reader creates its views by it, and `diagnose` judges by it. A new member is
// one line in that table, and one in the type of its options.
//
// https://www.twilio.com/docs/iam/access-tokens

import { isJson, isObject, own } from './claims.ts'
import { isSid } from './names.ts'

/** A value that JSON can represent. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** An object that JSON can represent; members that are `undefined` are omitted. */
export interface JsonObject {
  /** A member by its name. */
  readonly [name: string]: Json | undefined
}

/** The voice grant: what the Voice SDKs may do. */
export interface VoiceGrant {
  /** Whether the client may receive incoming calls as the token's identity; defaults to `false`. */
  incomingAllow?: boolean
  /** The TwiML application through which the client may make outgoing calls, `AP…`. */
  outgoingApplicationSid?: string
  /** Values that the application's webhook receives with each call. */
  outgoingApplicationParams?: JsonObject
  /** The credential for push notifications of calls to mobile phones, `CR…`. */
  pushCredentialSid?: string
  /** Identifies one of several devices that share an identity. */
  endpointId?: string
}

/** The video grant: which room the client may join. */
export interface VideoGrant {
  /** The name or SID of the room; any room if omitted. */
  room?: string
}

/** The chat grant, for Conversations. */
export interface ChatGrant {
  /** The Conversations service, `IS…`. */
  serviceSid?: string
  /** Identifies one of several devices that share an identity; Twilio calls it obsolete. */
  endpointId?: string
  /** The role that the user receives, `RL…`. */
  deploymentRoleSid?: string
  /** The credential for push notifications, `CR…`. */
  pushCredentialSid?: string
}

/** The Sync grant. */
export interface SyncGrant {
  /** The Sync service, `IS…`, or `default`, the service that every account has. */
  serviceSid: string
  /** Identifies one of several devices that share an identity. */
  endpointId?: string
}

/** The TaskRouter grant, for TaskRouter.js version 2. */
export interface TaskRouterGrant {
  /** The workspace, `WS…`. */
  workspaceSid: string
  /** The worker, `WK…`. */
  workerSid?: string
  /** The role of the worker, such as `worker` or `supervisor`. */
  role?: string
}

/** What a member must be: a type of JSON, or the prefix of a SID. */
export type MemberType =
  'boolean' | 'string' | 'object' | 'AP' | 'CR' | 'IS' | 'IS or default' | 'RL' | 'WS' | 'WK'

/** One member of a grant. */
export interface Member {
  /** Its place in the grant, with a dot between the names of nested objects. */
  readonly path: string
  readonly type: MemberType
  readonly required?: true
  /** An option that may not be given without this one. */
  readonly requiredBy?: string
}

/** A grant: its name on the wire, and its members by the names of their options. */
export interface Grant<Option extends string = string> {
  readonly name: string
  readonly members: Readonly<Record<Option, Member>>
}

interface Options {
  voice: VoiceGrant
  video: VideoGrant
  chat: ChatGrant
  sync: SyncGrant
  taskRouter: TaskRouterGrant
}

/** The name by which a program knows a grant. */
export type GrantName = keyof Options

// A plain literal without a call or a spread in it, so that bundlers drop it from programs that use no grant.
export const grants: { readonly [K in GrantName]: Grant<keyof Options[K] & string> } = {
  voice: {
    name: 'voice',
    members: {
      incomingAllow: { path: 'incoming.allow', type: 'boolean' },
      outgoingApplicationSid: {
        path: 'outgoing.application_sid',
        type: 'AP',
        requiredBy: 'outgoingApplicationParams',
      },
      outgoingApplicationParams: { path: 'outgoing.params', type: 'object' },
      pushCredentialSid: { path: 'push_credential_sid', type: 'CR' },
      endpointId: { path: 'endpoint_id', type: 'string' },
    },
  },
  video: {
    name: 'video',
    members: {
      room: { path: 'room', type: 'string' },
    },
  },
  chat: {
    name: 'chat',
    members: {
      serviceSid: { path: 'service_sid', type: 'IS' },
      endpointId: { path: 'endpoint_id', type: 'string' },
      deploymentRoleSid: { path: 'deployment_role_sid', type: 'RL' },
      pushCredentialSid: { path: 'push_credential_sid', type: 'CR' },
    },
  },
  sync: {
    name: 'data_sync',
    members: {
      serviceSid: { path: 'service_sid', type: 'IS or default', required: true },
      endpointId: { path: 'endpoint_id', type: 'string' },
    },
  },
  taskRouter: {
    name: 'task_router',
    members: {
      workspaceSid: { path: 'workspace_sid', type: 'WS', required: true },
      workerSid: { path: 'worker_sid', type: 'WK' },
      role: { path: 'role', type: 'string' },
    },
  },
}

/**
 * The members of a grant by the names of their options. Each is an object without a prototype, because most have no `required`
 * and no `requiredBy`, which a polluted Object.prototype would add.
 */
export function membersOf({ members }: Grant): [option: string, member: Member][] {
  return Object.entries(members).map(([option, member]) => [
    option,
    { __proto__: null, ...member } as Member,
  ])
}

/** The views of an access token's grants: what has the right type, by the names of the options. */
export interface Views {
  /** The voice grant. */
  voice?: VoiceGrant
  /** The video grant. */
  video?: VideoGrant
  /** The chat grant, for Conversations. */
  chat?: ChatGrant
  /** The Sync grant. */
  sync?: Partial<SyncGrant>
  /** The TaskRouter grant. */
  taskRouter?: Partial<TaskRouterGrant>
}

/** Reads the views. They contain only what the methods of `AccessToken` accept. */
export function readViews(received: Readonly<Record<string, unknown>>): Views {
  const views: Record<string, object> = {}
  for (const [key, table] of Object.entries<Grant>(grants)) {
    const grant = own(received, table.name)
    if (!isObject(grant)) continue
    const members = membersOf(table)
    const found = members
      .map(([option, { path, type }]) => [option, memberAt(grant, path), type] as const)
      .filter(([, value, type]) => isMember(type, value))
    const view = Object.fromEntries<unknown>(found.map(([option, value]) => [option, value]))
    for (const [option, { requiredBy = option }] of members) {
      // What no option requires is by default the option itself, which is not there.
      if (!Object.hasOwn(view, option)) Reflect.deleteProperty(view, requiredBy)
    }
    views[key] = view
  }
  return views // each by the table
}

function memberAt(grant: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((object, name) => (isObject(object) ? own(object, name) : undefined), grant)
}

// A `switch` and not a table of functions: a function that is called by a name stops bundlers from dropping the others.
function isMember(type: MemberType, value: unknown): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean'
    case 'string':
      return typeof value === 'string' && value !== '' && isJson(value)
    case 'object':
      return isObject(value) && isJson(value)
    case 'IS or default':
      return value === 'default' || isSid(value, 'IS')
    default:
      return isSid(value, type)
  }
}
