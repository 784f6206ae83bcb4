// The variables of worker.ts and capability.ts, as `wrangler types` declares them.

declare module 'cloudflare:workers' {
  export const env: {
    TWILIO_ACCOUNT_SID: string
    TWILIO_AUTH_TOKEN: string // for capability.ts alone
    TWILIO_API_KEY: string
    TWILIO_API_SECRET: string
    TWILIO_APPLICATION_SID: string
    SESSION_SECRET: string
  }
}
