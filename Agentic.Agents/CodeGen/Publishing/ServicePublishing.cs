using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen.Publishing;

/// <summary>Brings the files of a service to a configured server.</summary>
internal sealed class ServicePublishing(
    GitConnections connections, IEnumerable<IPublisher> publishers, IArtifactStore artifacts, RepositoryReader repositories, TimeProvider time)
{
    public async Task<Outcome<PublishedService>> Publish(PublishService request, CancellationToken cancellation)
    {
        if (ServiceName.Problem(request.ServiceName) is { } problem)
            return Refusal.Unprocessable(problem, [new MemberError("serviceName", problem)]);
        var connection = connections.Find(request.Connection);
        if (connection.IsRefused)
            return connection.Refusal;
        var repository = request.Repository ?? request.ServiceName;
        if (GitConnections.Refuse(repository) is { } refusal)
            return refusal;
        var files = await Files(request, cancellation).ConfigureAwait(false);
        if (files.IsRefused)
            return files.Refusal;

        var publisher = publishers.Single(known => known.Kind == connection.Value.Kind);
        var publication = new Publication(
            request.ServiceName, repository, request.Branch, files.Value, $"Add {request.ServiceName} {request.Version ?? files.Value.Sha256[..12]}",
            request.Review, request.Create, request.Private, time.GetUtcNow());
        var published = await publisher.Publish(connection.Value, publication, cancellation).ConfigureAwait(false);
        return published.Select(done => new PublishedService(
            request.ServiceName, request.Version, $"/artifacts/{files.Value.Sha256}", done.Url, done.Branch, done.Commit, done.Review, done.Found));
    }

    private async Task<Outcome<GeneratedFiles>> Files(PublishService request, CancellationToken cancellation)
    {
        if (request.Version is { } version)
        {
            var digest = await artifacts.Resolve(request.ServiceName, version, cancellation).ConfigureAwait(false);
            var kept = digest is null ? null : await artifacts.Find(digest, cancellation).ConfigureAwait(false);
            return kept is null
                ? Refusal.NotFound($"{request.ServiceName} has no version '{version}' on this host. generate_service answers the version it made.")
                : kept;
        }

        var read = await repositories.Read(new RepositoryPlace(request.ServiceName, null, null, "main"), cancellation).ConfigureAwait(false);
        if (read.IsRefused)
            return read.Refusal;
        var odd = read.Value.Files.FirstOrDefault(file => file.Kind is RepositoryFileKind.Link or RepositoryFileKind.Module || ArtifactPath.Problem(file.Path) is not null);
        if (odd is not null)
            return Refusal.Unprocessable($"The repository of {request.ServiceName} holds {odd.Path}, which cannot be published as a file; push the repository with git instead.");
        var files = new GeneratedFiles(read.Value.Files.Select(file => new GeneratedFile(file.Path, file.Content)));
        await artifacts.Put(files, cancellation).ConfigureAwait(false);
        return files;
    }
}

/// <summary>Publishes to any server that speaks Git over HTTP. Such a server has no common way to make a repository or ask for review.</summary>
internal sealed class GitPublisher(IGitRemotes remotes) : IPublisher
{
    public string Kind => "git";

    public async Task<Outcome<Published>> Publish(GitConnection connection, Publication publication, CancellationToken cancellation)
    {
        var remote = await connection.Remote(publication.Repository, cancellation).ConfigureAwait(false);
        return remote.IsRefused ? remote.Refusal : await remotes.Publish(remote.Value, publication, cancellation).ConfigureAwait(false);
    }

    public Task<Outcome<OpenReview>> AskForReview(GitConnection connection, WantedReview wanted, CancellationToken cancellation) =>
        Task.FromResult<Outcome<OpenReview>>(new OpenReview(null));
}
