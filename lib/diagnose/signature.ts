// Who has signed a token.

export const signatureFix = {
  capability:
    "Sign with the auth token of the account in iss, without white space around it: not with an API key's secret",
  access:
    "Sign with the secret of the API key in iss, without white space around it: not with the account's auth token",
  taskrouter:
    "Sign with the auth token of the account in iss, without white space around it: not with an API key's secret",
  unknown:
    'Sign with the secret of the account or the API key in iss, without white space around it',
}
