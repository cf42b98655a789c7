const AGE = { createdAt: 'created_at', updatedAt: 'updated_at' };

/** What the sign-in library calls what; see `server/migrations/0011-people.sql`. */
export const AUTH_TABLES = {
  user: {
    modelName: 'people',
    fields: { ...AGE, emailVerified: 'email_verified' },
    additionalFields: {
      // Required by the database: the library would ask for it before our hook has found it.
      accountId: { type: 'string', required: false, input: false, fieldName: 'account_id' },
    },
    changeEmail: { enabled: true },
  },
  session: {
    modelName: 'sessions',
    fields: {
      ...AGE,
      userId: 'person_id',
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
    },
  },
  account: {
    modelName: 'sign_in_methods',
    fields: {
      ...AGE,
      userId: 'person_id',
      providerId: 'provider',
      accountId: 'subject',
      password: 'password_hash',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
    },
  },
  verification: {
    modelName: 'sign_in_tokens',
    fields: { ...AGE, expiresAt: 'expires_at' },
    storeIdentifier: 'hashed',
  },
} as const;
