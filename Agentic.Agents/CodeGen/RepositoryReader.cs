using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>Where the files of a service are read: on a configured server, else in the service's own repository on this host.</summary>
/// <param name="Connection">Null for this host.</param>
/// <param name="Repository">Path on the server; null means the service's name.</param>
internal sealed record RepositoryPlace(string Service, string? Connection, string? Repository, string Branch);

/// <summary>Reads a repository wherever it is.</summary>
internal sealed class RepositoryReader(IServiceRepositories own, IGitRemotes remotes, GitConnections connections)
{
    public async Task<Outcome<RepositorySnapshot>> Read(RepositoryPlace place, CancellationToken cancellation)
    {
        if (place.Connection is null)
            return place.Repository is null
                ? await Own(place, cancellation).ConfigureAwait(false)
                : Refusal.Unprocessable("A repository is read through a connection; name one, or leave the repository out to use the service's own on this host.", [new MemberError("connection", "Name a configured connection.")]);
        var remote = await Remote(place, cancellation).ConfigureAwait(false);
        if (remote.IsRefused)
            return remote.Refusal;
        var read = await remotes.Read(remote.Value, place.Branch, cancellation).ConfigureAwait(false);
        return read.Then<RepositorySnapshot>(branch => branch.Snapshot is { } snapshot ? snapshot : Refusal.NotFound($"{remote.Value} has no branch '{place.Branch}'."));
    }

    public async Task<Outcome<GitRemote>> Remote(RepositoryPlace place, CancellationToken cancellation)
    {
        var connection = connections.Find(place.Connection!);
        if (connection.IsRefused)
            return connection.Refusal;
        var repository = place.Repository ?? place.Service;
        return GitConnections.Refuse(repository) is { } refusal ? refusal : await connection.Value.Remote(repository, cancellation).ConfigureAwait(false);
    }

    private async Task<Outcome<RepositorySnapshot>> Own(RepositoryPlace place, CancellationToken cancellation)
    {
        if (ServiceName.Problem(place.Service) is { } problem)
            return Refusal.Unprocessable(problem, [new MemberError("serviceName", problem)]);
        return await own.Read(place.Service, place.Branch, cancellation).ConfigureAwait(false)
            ?? Refusal.NotFound($"This host has no repository of {place.Service}. Generate it first, or name the connection where it is.");
    }
}
