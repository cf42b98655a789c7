import { genericOAuth } from 'better-auth/plugins/generic-oauth';

import { PROVIDER_ID, type IdentityProvider } from './identity-provider.ts';

/** Sign-in by OpenID Connect with PKCE. What the provider says is believed for what its keys have signed. */
export function identityProviderPlugin({ issuer, clientId, clientSecret }: IdentityProvider) {
  return genericOAuth({
    config: [
      {
        providerId: PROVIDER_ID,
        discoveryUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        clientId,
        clientSecret,
        scopes: ['openid', 'email', 'profile'],
        pkce: true,
        requireIdTokenVerification: true,
        mapProfileToUser: () => ({ name: '', image: undefined }),
      },
    ],
  });
}
