// An OpenID provider that is not ours (npm: oidc-provider), for the tests of the relying party.
// Told by one JSON object on the command line: { port, clients, jwks }. Says "ready" when it listens.
import { Provider } from 'oidc-provider';

const { port, clients, jwks } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const people = {
  'ada': { name: 'Ada Example', email: 'ada@example.org', national_number: '9990000000017' },
};

const provider = new Provider(issuer, {
  clients,
  jwks,
  acrValues: ['level:1', 'level:2', 'level:3'],
  claims: {
    openid: ['sub', 'national_number'],
    profile: ['name'],
    email: ['email'],
    acr: null,
    amr: null,
    auth_time: null,
    iss: null,
    sid: null,
  },
  scopes: ['openid', 'profile', 'email'],
  conformIdTokenClaims: false,
  clientBasedCORS: () => false,
  cookies: { keys: ['only for tests'] },
  features: {
    devInteractions: { enabled: false },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true },
    jwtUserinfo: { enabled: true },
    encryption: { enabled: true },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      // Nobody is there to click.
      logoutSource: async (ctx, form) => { ctx.body = `<!doctype html>${form}`; },
    },
    claimsParameter: { enabled: true },
    resourceIndicators: { enabled: false },
  },
  enabledJWA: {
    idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256'],
    userinfoSigningAlgValues: ['RS256', 'PS256', 'ES256'],
    idTokenEncryptionAlgValues: ['RSA-OAEP-256', 'ECDH-ES+A256KW'],
    userinfoEncryptionAlgValues: ['RSA-OAEP-256', 'ECDH-ES+A256KW'],
    clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256'],
    dPoPSigningAlgValues: ['ES256'],
  },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
  interactions: { url: (ctx, interaction) => `/sign-in/${interaction.uid}` },
  // The tests talk over plain HTTP on this machine and to each other: nothing here is a secret.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options).catch((error) => { console.error(String(url), error.cause); throw error; }),
});
provider.proxy = false;

// The sign-in page: everybody is Ada, at level 2.
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/sign-in/')) return next();
  await provider.interactionFinished(ctx.req, ctx.res, {
    login: { accountId: 'ada', acr: 'level:2', amr: ['otp'], ts: Math.floor(Date.now() / 1000) },
  });
  ctx.respond = false;
});
provider.on('server_error', (_, error) => console.error(error));
for (const event of ['authorization.error', 'grant.error', 'pushed_authorization_request.error', 'userinfo.error', 'end_session.error', 'backchannel.error'])
  provider.on(event, (_, error) => console.error(event, error.message, error.error_description, error.error_detail));
provider.listen(port, '127.0.0.1', () => console.log('ready'));
