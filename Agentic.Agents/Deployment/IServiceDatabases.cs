using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>Databases of services that run on this machine: one for each service and environment, made when asked for.</summary>
internal interface IServiceDatabases
{
    /// <summary>Why a service could not have a database here, as a sentence; null when it could.</summary>
    string? Objection(ServiceKey key);

    /// <summary>Makes the database unless it is there. <paramref name="maker"/> is kept with a new one.</summary>
    Task<Outcome<ServiceDatabase>> Provide(ServiceKey key, string maker, CancellationToken cancellation);

    /// <summary>The address a service reaches its database by, password and all; null when it has none here.</summary>
    Task<string?> Address(ServiceKey key, CancellationToken cancellation);

    /// <summary>Removes the database if this maker made it; answers whether it did.</summary>
    Task<Outcome<bool>> Remove(ServiceKey key, string maker, CancellationToken cancellation);
}

/// <param name="Server">Host and port; no credentials.</param>
/// <param name="IsNew">This call made it.</param>
internal sealed record ServiceDatabase(string Engine, string Name, string Server, string Variable, bool IsNew);

/// <summary>Where nothing can make databases.</summary>
internal sealed class NoServiceDatabases : IServiceDatabases
{
    public string? Objection(ServiceKey key) => $"{key.Service} needs a PostgreSQL, and this host makes none; name one as Deployment:Secrets:{key.Environment}:{key.Service}:DATABASE_URL.";

    public Task<Outcome<ServiceDatabase>> Provide(ServiceKey key, string maker, CancellationToken cancellation) => Task.FromResult<Outcome<ServiceDatabase>>(Refusal.Unprocessable(Objection(key)!));

    public Task<string?> Address(ServiceKey key, CancellationToken cancellation) => Task.FromResult<string?>(null);

    public Task<Outcome<bool>> Remove(ServiceKey key, string maker, CancellationToken cancellation) => Task.FromResult<Outcome<bool>>(false);
}
