using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Agentic.Host.Security;

/// <summary>Knows callers by a token of one OpenID Connect issuer, or by the session it was exchanged for.</summary>
internal sealed partial class JwtCallers : ICallerSource
{
    private readonly JsonWebTokenHandler _tokens = new() { MapInboundClaims = false };
    private readonly JwtOptions _options;
    private readonly SessionCookies _sessions;
    private readonly TimeProvider _time;
    private readonly ILogger<JwtCallers> _log;
    private readonly IConfigurationManager<OpenIdConnectConfiguration>? _issuer;
    private readonly IReadOnlyList<SecurityKey> _keys;

    public JwtCallers(IOptions<SecurityOptions> options, SessionCookies sessions, TimeProvider time, ILogger<JwtCallers> log)
    {
        _options = options.Value.Jwt;
        _sessions = sessions;
        _time = time;
        _log = log;
        _keys = [.. _options.SigningKeys.Select(SigningKey.Parse)];
        if (!string.IsNullOrEmpty(_options.Authority))
            _issuer = new ConfigurationManager<OpenIdConnectConfiguration>(
                _options.Authority.TrimEnd('/') + "/.well-known/openid-configuration",
                new OpenIdConnectConfigurationRetriever(),
                new HttpDocumentRetriever { RequireHttps = _options.RequireHttps });
    }

    public async ValueTask<Outcome<Identity>> Identify(HttpContext http)
    {
        if (Credentials.Of(http.Request) is { } token)
        {
            var verified = await Verify(token, http.RequestAborted);
            return verified.IsRefused ? verified.Refusal : new Identity(verified.Value.Caller);
        }

        return _sessions.Read(http) is { Caller: { } caller } ? new Identity(caller) : Identity.None;
    }

    public async Task<Outcome<(Caller Caller, DateTimeOffset ExpiresAt)>> Verify(string token, CancellationToken cancellation)
    {
        var rules = await Rules(cancellation);
        if (rules.IsRefused)
            return rules.Refusal;
        var result = await _tokens.ValidateTokenAsync(token, rules.Value);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException && _issuer is not null)
        {
            // The issuer may have changed its keys since we last read them.
            _issuer.RequestRefresh();
            rules = await Rules(cancellation);
            if (!rules.IsRefused)
                result = await _tokens.ValidateTokenAsync(token, rules.Value);
        }

        if (!result.IsValid)
            return Refusal.Unauthenticated($"The token is not accepted: {Because(result.Exception)}. Get a fresh one from your issuer.");
        var expires = new DateTimeOffset(result.SecurityToken.ValidTo, TimeSpan.Zero);
        return TokenClaims.Caller(result.ClaimsIdentity, _options) is { } caller
            ? (caller, expires)
            : Refusal.Unauthenticated("The token names nobody: it has no 'sub'. Get one for a user or a client.");
    }

    private async Task<Outcome<TokenValidationParameters>> Rules(CancellationToken cancellation)
    {
        var rules = new TokenValidationParameters
        {
            ValidAudience = _options.Audience,
            ValidIssuer = _options.Issuer,
            IssuerSigningKeys = _keys,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = TimeSpan.FromSeconds(_options.ClockSkewSeconds),
            // An HMAC over a public key must not pass for a signature with it: keys decide the algorithm, and none is never one.
            ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256", "HS384", "HS512"],
            LifetimeValidator = (notBefore, expires, _, rule) => IsAlive(notBefore, expires, rule.ClockSkew),
        };
        if (_issuer is null)
            return rules;
        try
        {
            var document = await _issuer.GetConfigurationAsync(cancellation);
            rules.ValidIssuer ??= document.Issuer;
            rules.IssuerSigningKeys = [.. _keys, .. document.SigningKeys];
            return rules;
        }
        catch (InvalidOperationException unreachable)
        {
            IssuerUnreachable(_options.Authority!, unreachable);
            return Refusal.Unavailable("The issuer of tokens cannot be reached, so nobody can be let in. Try again in a moment.");
        }
    }

    private bool IsAlive(DateTime? notBefore, DateTime? expires, TimeSpan skew)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return expires is { } end && end + skew > now && (notBefore is not { } start || start - skew <= now);
    }

    private static string Because(Exception? reason) => reason switch
    {
        SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNoExpirationException => "it has expired or is not valid yet",
        SecurityTokenInvalidAudienceException => "it is meant for another audience",
        SecurityTokenInvalidIssuerException => "it comes from another issuer",
        SecurityTokenInvalidAlgorithmException => "its algorithm is not allowed",
        SecurityTokenMalformedException or ArgumentException => "it is not a JSON web token",
        _ => "its signature cannot be verified",
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "The token issuer {Authority} cannot be reached")]
    private partial void IssuerUnreachable(string authority, Exception failure);
}
