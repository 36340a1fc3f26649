using Agentic.Agents.Operations;

namespace Agentic.Host.Security;

/// <summary>Where API keys are kept: their hashes and rights, never the keys.</summary>
internal interface IApiKeys
{
    /// <summary>Every key, the ended ones too, oldest first.</summary>
    ValueTask<IReadOnlyList<ApiKey>> All(CancellationToken cancellation);

    /// <summary>False where the name is taken, by an ended key too: a name in the audit means one key for ever. Returns once it is on disk.</summary>
    Task<bool> Add(ApiKey key, CancellationToken cancellation);

    /// <summary>The key as revoked; null where there is none with this id.</summary>
    Task<ApiKey?> Revoke(string id, DateTimeOffset at, CancellationToken cancellation);
}

/// <param name="Hash">Hex SHA-256 of the whole key. A key has 256 random bits, so a slow hash would add nothing.</param>
/// <param name="Environments">Null for all of them.</param>
internal sealed record ApiKey(
    string Id, string Name, string Hash, IReadOnlyList<Scope> Scopes, IReadOnlyList<string>? Environments, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    public Caller Caller => new(Name, Scopes, Environments);

    /// <summary>Why it no longer opens anything; null while it does.</summary>
    public string? EndedBecause(DateTimeOffset now) =>
        RevokedAt is not null ? "was revoked" : ExpiresAt <= now ? "has expired" : null;
}
