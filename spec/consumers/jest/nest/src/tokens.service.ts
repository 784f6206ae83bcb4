import { Injectable, UnauthorizedException } from '@nestjs/common'
import { AccessToken, TokenError, verify } from 'twilio-tokens'

@Injectable()
export class TokensService {
  private readonly secret = 'the secret of that key'

  generate(identity: string): Promise<string> {
    return new AccessToken('AC123123', 'SK123123', this.secret, { identity })
      .grantVoice({ incomingAllow: true })
      .generate({ expires: 600 })
  }

  async identityOf(token: string): Promise<string | undefined> {
    try {
      const contents = await verify(token, this.secret)
      return contents.kind === 'access' ? contents.identity : undefined
    } catch (error) {
      if (error instanceof TokenError) throw new UnauthorizedException(error.code)
      throw error
    }
  }
}
