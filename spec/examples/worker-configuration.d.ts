// The variables of the Workers, as `wrangler types` declares them.

declare module 'cloudflare:workers' {
  export const env: {
    TWILIO_ACCOUNT_SID: string
    TWILIO_AUTH_TOKEN: string // for capability.ts and backend.ts
    TWILIO_API_KEY: string
    TWILIO_API_SECRET: string
    TWILIO_APPLICATION_SID: string
    TWILIO_NUMBER: string // for backend.ts
    ORIGIN: string // for backend.ts
    SESSION_SECRET: string
  }
}
