using System.ComponentModel.DataAnnotations;

namespace Agentic.Host.Security;

/// <summary>How callers are known.</summary>
internal enum AuthMode
{
    /// <summary>The person at this machine; loopback only.</summary>
    Local,

    /// <summary>Keys of our own, <c>agk_…</c>.</summary>
    ApiKey,

    /// <summary>Tokens of an OpenID Connect issuer.</summary>
    Jwt,
}

/// <summary>Section <c>Auth</c>.</summary>
internal sealed class SecurityOptions
{
    /// <summary>Local, ApiKey or Jwt. Default Local, which listens on loopback only.</summary>
    public AuthMode Mode { get; set; }

    public ApiKeyOptions ApiKey { get; set; } = new();

    public JwtOptions Jwt { get; set; } = new();

    /// <summary>Origins besides our own whose pages may call, e.g. <c>https://portal.example</c>. Default none.</summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>Hours until a console session ends. Default 12.</summary>
    [Range(1, 720, ErrorMessage = "Auth:SessionHours must be between 1 and 720.")]
    public int SessionHours { get; set; } = 12;

    /// <summary>Base64 of at least 32 random bytes that sign console sessions; the same on every node. Default: made once and kept under the data folder.</summary>
    public string? SessionKey { get; set; }
}

/// <summary>Section <c>Auth:ApiKey</c>.</summary>
internal sealed class ApiKeyOptions
{
    /// <summary>The first key, with every scope: <c>agk_</c> and at least 32 characters more. Default none.</summary>
    public string? Bootstrap { get; set; }
}

/// <summary>Section <c>Auth:Jwt</c>.</summary>
internal sealed class JwtOptions
{
    /// <summary>The issuer's address, from which its keys are read. Either this or <see cref="SigningKeys"/>.</summary>
    public string? Authority { get; set; }

    /// <summary>The <c>iss</c> that is accepted. Default: the authority, as its discovery document names it.</summary>
    public string? Issuer { get; set; }

    /// <summary>The <c>aud</c> a token must carry. Required.</summary>
    public string? Audience { get; set; }

    /// <summary>Keys to check signatures with where there is no authority: PEM public keys, or base64 of an HMAC secret of at least 32 bytes.</summary>
    public string[] SigningKeys { get; set; } = [];

    /// <summary>Claims that hold scopes, as words in a string or as a list. Default scope, scp, roles.</summary>
    public string[] ScopeClaims { get; set; } = ["scope", "scp", "roles"];

    /// <summary>Scopes count with and without this in front. Default <c>agentic:</c>.</summary>
    public string ScopePrefix { get; set; } = "agentic:";

    /// <summary>The claim that lists the environments a caller may touch. Default environments.</summary>
    public string EnvironmentClaim { get; set; } = "environments";

    /// <summary>What a token without that claim may touch. Default dev and staging: production has to be granted by name.</summary>
    public string[] EnvironmentsWithoutClaim { get; set; } = ["dev", "staging"];

    /// <summary>Seconds that clocks may differ. Default 60.</summary>
    [Range(0, 300, ErrorMessage = "Auth:Jwt:ClockSkewSeconds must be between 0 and 300.")]
    public int ClockSkewSeconds { get; set; } = 60;

    /// <summary>False lets the authority be plain http, for tests on one machine. Default true.</summary>
    public bool RequireHttps { get; set; } = true;
}
