// The grants of an access token: under which name each option stands on the wire, and what it must be. The builder checks and
// writes by this table, the reader creates its views by it, and `diagnose` judges by it, so that a new member is one line here.
//
// https://www.twilio.com/docs/iam/access-tokens

/** What a member must be: a type of JSON, or the prefix of a SID. */
export type MemberType =
  'boolean' | 'string' | 'object' | 'AP' | 'CR' | 'IS' | 'IS or default' | 'RL' | 'WS' | 'WK'

/** One member of a grant. */
export interface Member {
  /** Its place in the grant, with a dot between the names of nested objects. */
  readonly path: string
  readonly type: MemberType
  readonly required?: true
}

/** A grant: its name on the wire, and its members by the names of their options. */
export interface Grant {
  readonly name: string
  readonly members: Readonly<Record<string, Member>>
}

// A plain literal without a call or a spread in it, so that bundlers drop it from programs that use no grant.
export const grants = {
  voice: {
    name: 'voice',
    members: {
      incomingAllow: { path: 'incoming.allow', type: 'boolean' },
      outgoingApplicationSid: { path: 'outgoing.application_sid', type: 'AP' },
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
} as const satisfies Record<string, Grant>
