// A certified OpenID provider with made-up people; what it is like comes from one JSON file.
import { readFileSync } from 'node:fs';
import Provider from 'oidc-provider';

const read = () => JSON.parse(readFileSync(process.argv[2], 'utf8'));
const wanted = read();
const provider = new Provider(wanted.issuer, {
  clients: wanted.clients,
  jwks: wanted.jwks,
  cookies: { keys: ['only for tests'] },
  features: {
    devInteractions: { enabled: true },
    rpInitiatedLogout: { enabled: wanted.farewell },
  },
  pkce: { required: () => true },
  scopes: ['openid', 'email', 'profile', 'groups'],
  claims: {
    openid: ['sub'],
    email: ['email', 'email_verified'],
    profile: ['name', ...wanted.always],
  },
  conformIdTokenClaims: wanted.only_userinfo,
  ttl: { IdToken: wanted.id_token_seconds, Session: 3600, Interaction: 3600, Grant: 3600 },
  // Anew each time: the people may change while it runs.
  findAccount: (_, id) => {
    const { people } = read();
    return people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) };
  },
});
provider.listen(wanted.port, '127.0.0.1', () => console.log('ready'));
