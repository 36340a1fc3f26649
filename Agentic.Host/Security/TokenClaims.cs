using System.Security.Claims;
using Agentic.Agents.Operations;

namespace Agentic.Host.Security;

/// <summary>Reads a caller's name and rights from the claims of a verified token.</summary>
internal static class TokenClaims
{
    /// <summary>Null where the token has no subject.</summary>
    public static Caller? Caller(ClaimsIdentity claims, JwtOptions options)
    {
        if (claims.FindFirst("sub")?.Value is not { Length: > 0 } subject)
            return null;
        var scopes = options.ScopeClaims
            .SelectMany(name => Words(claims, name))
            .Select(word => word.StartsWith(options.ScopePrefix, StringComparison.Ordinal) ? word[options.ScopePrefix.Length..] : word)
            .Select(word => Enum.GetValues<Scope>().Cast<Scope?>().FirstOrDefault(scope => scope.ToString()!.Equals(word, StringComparison.OrdinalIgnoreCase)))
            .OfType<Scope>()
            .Distinct()
            .ToList();
        var environments = claims.HasClaim(claim => claim.Type == options.EnvironmentClaim)
            ? Words(claims, options.EnvironmentClaim).ToList()
            : [.. options.EnvironmentsWithoutClaim];
        return new Caller(subject, scopes, environments.Contains("*") ? null : environments);
    }

    private static IEnumerable<string> Words(ClaimsIdentity claims, string name) =>
        claims.FindAll(name).SelectMany(claim => claim.Value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries));
}
