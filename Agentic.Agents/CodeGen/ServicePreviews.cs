using System.Text;
using System.Text.Unicode;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>Shows what a service would be and how that differs from what is there. Reads only.</summary>
internal sealed class ServicePreviews(TemplateCatalogue templates, IArtifactStore artifacts, RepositoryReader repositories)
{
    private const int MostText = 2 * 1024 * 1024;
    private const int MostDiff = 512 * 1024;

    public async Task<Outcome<ServicePreview>> Preview(PreviewService request, Caller caller, CancellationToken cancellation)
    {
        // The difference shows what a repository holds, and a connection may reach more than this host's own services.
        if (request.Connection is not null && !caller.Has(Scope.Operate))
            return Refusal.Forbidden("Comparing with a repository of a connection needs the scope 'operate'. Leave the connection out, or ask an administrator for a key with it.");
        if (request is { Artifact: not null, Connection: not null })
            return Refusal.Unprocessable("Compare with an artifact or with a repository, not with both.", [new MemberError("artifact", "Give artifact or connection.")]);
        var library = await templates.Current(cancellation).ConfigureAwait(false);
        if (library.IsRefused)
            return library.Refusal;
        var made = ServiceGeneration.Generate(request, library.Value);
        if (made.IsRefused)
            return made.Refusal;
        var other = await Other(request, cancellation).ConfigureAwait(false);
        return other.IsRefused ? other.Refusal : Compare(request, made.Value, other.Value);
    }

    private async Task<Outcome<OtherSide>> Other(PreviewService request, CancellationToken cancellation)
    {
        if (request.Artifact is { } artifact)
        {
            var found = await artifacts.Find(artifact[(artifact.LastIndexOf('/') + 1)..], cancellation).ConfigureAwait(false);
            return found is null
                ? Refusal.NotFound("There is no such artifact. Its id is the SHA-256 that generate_service answered.")
                : new OtherSide($"artifact {found.Sha256}", found.Files.ToDictionary(file => file.Path, file => file.Content, StringComparer.Ordinal));
        }

        var read = await repositories.Read(new RepositoryPlace(request.ServiceName, request.Connection, request.Repository, request.Branch), cancellation).ConfigureAwait(false);
        if (read.IsRefused)
            return request.Connection is null && request.Repository is null && read.Refusal.Kind == RefusalKind.NotFound ? new OtherSide(null, []) : read.Refusal;
        return new OtherSide($"{request.Connection ?? "repository"} {read.Value.Branch} {read.Value.Commit}", read.Value.Files.ToDictionary(file => file.Path, file => file.Content, StringComparer.Ordinal));
    }

    private static ServicePreview Compare(PreviewService request, GeneratedFiles made, OtherSide other)
    {
        var (files, diff, isWhole, shown) = (new List<PreviewFile>(), new StringBuilder(), true, 0);
        foreach (var file in made.Files)
        {
            var known = other.Files.GetValueOrDefault(file.Path);
            var change = known is null ? "added" : known.AsSpan().SequenceEqual(file.Content) ? "same" : "changed";
            var text = request.Content && Utf8.IsValid(file.Content) ? file.Text : null;
            if (text is not null && shown + text.Length > MostText)
                (text, isWhole) = (null, false);
            shown += text?.Length ?? 0;
            files.Add(new PreviewFile(file.Path, file.Content.Length, file.Sha256, file.Part, change, text));
            if (other.Name is null || change == "same")
                continue;
            var part = UnifiedDiff.Of(file.Path, known, file.Content);
            if (diff.Length + part.Length <= MostDiff)
                diff.Append(part);
            else
                isWhole = false;
        }

        var removed = other.Files.Keys.Where(path => made.Find(path) is null).Order(StringComparer.Ordinal).ToList();
        return new ServicePreview(request.ServiceName, made.Sha256, files, other.Name, removed, diff.ToString(), isWhole);
    }

    private sealed record OtherSide(string? Name, Dictionary<string, byte[]> Files);
}
