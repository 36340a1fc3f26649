namespace Agentic.Agents.Operations;

/// <summary>Who asks, as established by the host; never taken from the input.</summary>
/// <param name="Name">Stable identity for the audit: <c>local</c>, an API key's name, a token's subject.</param>
/// <param name="Scopes">What this caller may do at all.</param>
/// <param name="Environments">The environments this caller may touch; null for all of them.</param>
/// <param name="IsLocal">The person at this machine (Auth:Mode=Local), who may approve a request of their own.</param>
internal sealed record Caller(string Name, IReadOnlyList<Scope> Scopes, IReadOnlyList<string>? Environments = null, bool IsLocal = false)
{
    public static Caller Local { get; } =
        new("local", [Scope.Read, Scope.Operate, Scope.Approve, Scope.Admin], null, IsLocal: true);

    /// <summary>Admin holds every scope; operate and approve include read.</summary>
    public bool Has(Scope scope) => Scopes.Contains(scope)
        || Scopes.Contains(Scope.Admin)
        || (scope == Scope.Read && Scopes.Count > 0);

    public bool MayTouch(string environment) => Environments is null || Environments.Contains(environment, StringComparer.Ordinal);
}

internal enum Scope
{
    Read,
    Operate,
    Approve,
    Admin,
}
