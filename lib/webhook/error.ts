// What is wrong with a webhook. In a file of its own, so that the public types need none of the library's inner ones.

/**
 * Why a webhook was rejected, in the order in which `verifyWebhook` checks. The codes are stable, but the messages are not.
 *
 * - `ERR_WEBHOOK_UNSIGNED`: it has no signature
 * - `ERR_WEBHOOK_KEY`: the shared key that it names, or the auth token of its account, is not known
 * - `ERR_WEBHOOK_BODY`: its body cannot be read, is over 1 MiB, or is not covered by the signature
 * - `ERR_WEBHOOK_SIGNATURE`: its signature is wrong
 */
export type WebhookErrorCode =
  'ERR_WEBHOOK_UNSIGNED' | 'ERR_WEBHOOK_KEY' | 'ERR_WEBHOOK_BODY' | 'ERR_WEBHOOK_SIGNATURE'

/**
 * An error about a webhook that was rejected.
 *
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-security
 * @example
 * ```ts
 * import { verifyWebhook, WebhookError } from 'twilio-tokens'
 *
 * const forged = new Request('https://app.example/voice', { method: 'POST' })
 * try {
 *   await verifyWebhook(forged, 'the auth token of that account')
 * } catch (error) {
 *   if (!(error instanceof WebhookError) || error.code !== 'ERR_WEBHOOK_UNSIGNED') throw error
 * }
 * ```
 */
export class WebhookError extends Error {
  /** Distinguishes it from other errors, also if another copy of this library has thrown it. */
  override readonly name = 'WebhookError'
  /** What is wrong, for programs. */
  readonly code: WebhookErrorCode
  /** The mistake behind `ERR_WEBHOOK_SIGNATURE`, or behind `ERR_WEBHOOK_BODY` if a hash is missing or wrong. */
  declare readonly reason?: WebhookReason

  /**
   * Creates an error with a code for programs and a message for people.
   *
   * @param code What is wrong, for programs.
   * @param message What is wrong, for people; without a secret or a signature.
   * @param options The error that led to this one, and the mistake behind it.
   */
  constructor(
    code: WebhookErrorCode,
    message: string,
    options?: { cause?: unknown; reason?: WebhookReason | undefined },
  ) {
    super(message, options)
    this.code = code
    if (options?.reason) this.reason = options.reason
  }

  /**
   * Recognizes an error of another copy of this library too: a process that both imports and requires it has two.
   *
   * @internal
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // A class that extends this one inherits this method, but not every webhook error is an instance of it.
    if (this !== WebhookError) return Function.prototype[Symbol.hasInstance].call(this, value)
    if ({}.toString.call(value) !== '[object Error]') return false
    const { name, code } = value as Partial<WebhookError>
    return name === 'WebhookError' && String(code).startsWith('ERR_WEBHOOK_')
  }
}

/**
 * The mistake behind a webhook that was rejected.
 *
 * - `scheme`, `forwarded-host`: Twilio signed another scheme, or the host that `X-Forwarded-Host` names
 * - `path-slash`, `path-prefix`: the path has a slash too many or too few, or a proxy cut off or rewrote a part of it
 * - `query-missing`, `query-changed`: the query was added, dropped or encoded anew
 * - `params-missing`, `params-changed`: the parameters of the form were lost or changed on the way
 * - `secret-swapped`, `algorithm`: another secret that was passed has signed, or another algorithm
 * - `body-changed`, `json-without-hash`: the body does not have the hash in `bodySHA256`, or there is no such hash
 * - `signature-form`: the signature is not base64 of the right length
 * - `unknown`: none of these
 */
export type WebhookReason =
  | 'scheme'
  | 'forwarded-host'
  | 'path-slash'
  | 'path-prefix'
  | 'query-missing'
  | 'query-changed'
  | 'params-missing'
  | 'params-changed'
  | 'secret-swapped'
  | 'algorithm'
  | 'body-changed'
  | 'json-without-hash'
  | 'signature-form'
  | 'unknown'
