using System.Text;
using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen.Updating;

/// <summary>Brings today's templates to a service: reads the repository, finds what the old templates made, merges, and commits beside it.</summary>
internal sealed class ServiceUpdates(
    TemplateCatalogue templates, IArtifactStore artifacts, IServiceRepositories own, IGitRemotes remotes, RepositoryReader repositories,
    GitConnections connections, IEnumerable<IPublisher> publishers, TimeProvider time)
{
    private const int MostDiff = 512 * 1024;
    private const int MostSummarised = 200;

    public async Task<Outcome<UpdatedService>> Update(UpdateService request, CancellationToken cancellation)
    {
        var place = new RepositoryPlace(request.ServiceName, request.Connection, request.Repository, request.Branch);
        var read = await repositories.Read(place, cancellation).ConfigureAwait(false);
        if (read.IsRefused)
            return read.Refusal;
        var ours = read.Value;
        if (request.Commit is { } expected && !ours.Commit.StartsWith(expected, StringComparison.Ordinal))
            return Refusal.Conflict($"The repository of {request.ServiceName} has moved on: {request.Branch} was {expected} and is {ours.Commit[..12]}. Nothing was written; look at the update again.");
        if (Known(request, ours) is { } refusal)
            return refusal;
        var record = ours.Find(Provenance.Path)!.Content;
        var provenance = Provenance.Read(record);
        if (provenance.IsRefused)
            return provenance.Refusal;
        if (provenance.Value.Answers.ServiceName != request.ServiceName)
            return Refusal.Unprocessable($"The repository is that of {provenance.Value.Answers.ServiceName}, not of {request.ServiceName}.", [new MemberError("serviceName", $"The repository says {provenance.Value.Answers.ServiceName}.")]);

        var library = await templates.Current(cancellation).ConfigureAwait(false);
        if (library.IsRefused)
            return library.Refusal;
        var theirs = ServiceGeneration.Generate(provenance.Value.Answers, library.Value);
        if (theirs.IsRefused)
            return theirs.Refusal;
        var original = await Original(provenance.Value, record, ours, theirs.Value, cancellation).ConfigureAwait(false);
        var plan = ServiceUpdate.Plan(original, ours, theirs.Value);
        var now = Provenance.Read(theirs.Value.Find(Provenance.Path)!.Content).Value!;
        var updated = new UpdatedService(request.ServiceName, ours.Commit, Changed(provenance.Value.Templates, now.Templates), plan.Files, plan.Conflicts, null, null, null);
        if (request.Preview)
            return updated with { Diff = Diff(ours, plan) };
        if (plan.Changes.Count == 0)
            return updated;

        // Kept before anything refers to it; the next update finds by it what this one made.
        await artifacts.Put(theirs.Value, cancellation).ConfigureAwait(false);
        var change = new ProposedChange(
            request.Branch, ours.Commit, $"update-{theirs.Value.Sha256[..12]}-{ours.Commit[..8]}", plan.Changes,
            $"Update {request.ServiceName} to the templates of {theirs.Value.Sha256[..12]}{(plan.Conflicts > 0 ? $", {plan.Conflicts} conflict(s) to resolve" : "")}", time.GetUtcNow());
        var proposed = await Propose(place, change, cancellation).ConfigureAwait(false);
        if (proposed.IsRefused)
            return proposed.Refusal;
        var review = await AskForReview(place, change, plan, cancellation).ConfigureAwait(false);
        return review.Select(open => updated with { Artifact = $"/artifacts/{theirs.Value.Sha256}", Repository = proposed.Value, Review = open.Url });
    }

    private static Refusal? Known(UpdateService request, RepositorySnapshot ours)
    {
        if (ours.Find(Provenance.Path) is null)
            return Refusal.Unprocessable($"The repository of {request.ServiceName} has no {Provenance.Path}, so what the templates made of it is not known. Only a service that was made here can be updated.");
        var mark = Encoding.UTF8.GetBytes($"{ThreeWayText.OursMark} {ServiceUpdate.OurName}\n");
        var open = ours.Files.Where(file => file.Content.AsSpan().IndexOf(mark) >= 0).Select(file => file.Path).ToList();
        return open.Count == 0
            ? null
            : Refusal.Conflict($"An earlier update left conflicts that are not resolved yet: {string.Join(", ", open.Take(10))}. Resolve and commit them first.");
    }

    // By the artifact that the record belongs to; else file by file; else made again where that gives the recorded bytes.
    private async Task<Dictionary<string, byte[]?>> Original(Provenance provenance, byte[] record, RepositorySnapshot ours, GeneratedFiles theirs, CancellationToken cancellation)
    {
        var original = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
        if (await artifacts.Find(provenance.ArtifactOf(record), cancellation).ConfigureAwait(false) is { } whole)
        {
            foreach (var file in whole.Files)
                original[file.Path] = file.Content;
            return original;
        }

        var held = ours.Files.ToDictionary(file => file.Path, file => file.Content, StringComparer.Ordinal);
        foreach (var (path, sha256) in provenance.Files)
        {
            original[path] = await artifacts.FindContent(sha256, cancellation).ConfigureAwait(false)
                ?? (theirs.Find(path) is { } again && again.Sha256 == sha256 ? again.Content : null)
                ?? (held.TryGetValue(path, out var content) && new GeneratedFile(path, content).Sha256 == sha256 ? content : null);
        }

        return original;
    }

    private async Task<Outcome<ClonedFrom>> Propose(RepositoryPlace place, ProposedChange change, CancellationToken cancellation)
    {
        if (place.Connection is null)
            return await own.Propose(place.Service, change, cancellation).ConfigureAwait(false);
        var remote = await repositories.Remote(place, cancellation).ConfigureAwait(false);
        if (remote.IsRefused)
            return remote.Refusal;
        var pushed = await remotes.Propose(remote.Value, change, cancellation).ConfigureAwait(false);
        return pushed.Select(published => new ClonedFrom(published.Url, published.Branch, published.Commit!));
    }

    // The branch is pushed by now. Asked again, it is found and only the review is missing.
    private async Task<Outcome<OpenReview>> AskForReview(RepositoryPlace place, ProposedChange change, UpdatePlan plan, CancellationToken cancellation)
    {
        if (place.Connection is null)
            return new OpenReview(null);
        var connection = connections.Find(place.Connection);
        if (connection.IsRefused)
            return connection.Refusal;
        var publisher = publishers.Single(known => known.Kind == connection.Value.Kind);
        var wanted = new WantedReview(place.Repository ?? place.Service, change.Branch, place.Branch, change.Message, Summary(plan));
        var review = await publisher.AskForReview(connection.Value, wanted, cancellation).ConfigureAwait(false);
        return review.Refusal is { } refusal
            ? refusal with { Reason = $"The update was pushed to the branch {change.Branch}, and no review of it could be asked for: {refusal.Reason}" }
            : review;
    }

    // Paths come from a repository that others write to; between backticks they are no markup.
    private static string Summary(UpdatePlan plan)
    {
        var text = new StringBuilder("What the templates changed, merged with what this repository changed since.\n\n");
        foreach (var file in plan.Files.Take(MostSummarised))
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"- `{file.Path.Replace('`', '_')}`: {Words(file)}\n");
        if (plan.Files.Count > MostSummarised)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"- and {plan.Files.Count - MostSummarised} more\n");
        return text.ToString();

        static string Words(FileUpdate file) => file.Change switch
        {
            UpdateKind.Conflicted => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"**{file.Conflicts} conflict(s) to resolve**, marked in the file"),
            UpdateKind.StaysDeleted => "stays deleted",
            _ => file.Change.ToString().ToLowerInvariant() + (file.Note is null ? "" : $". {file.Note}"),
        };
    }

    private static List<string> Changed(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var old = before.Select(text => text.Split(' ', 2)).Where(parts => parts.Length == 2).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        var now = after.Select(text => text.Split(' ', 2)).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        return [.. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Where(name => old.GetValueOrDefault(name) != now.GetValueOrDefault(name))
            .Select(name => $"{name} {old.GetValueOrDefault(name, "(new)")} -> {now.GetValueOrDefault(name, "(gone)")}")];
    }

    private static string Diff(RepositorySnapshot ours, UpdatePlan plan)
    {
        var diff = new StringBuilder();
        foreach (var change in plan.Changes)
        {
            var part = UnifiedDiff.Of(change.Path, ours.Find(change.Path)?.Content, change.Content);
            if (diff.Length + part.Length > MostDiff)
                return diff.Append(System.Globalization.CultureInfo.InvariantCulture, $"The rest is left out, since the whole is longer than {MostDiff} characters.\n").ToString();
            diff.Append(part);
        }

        return diff.ToString();
    }
}
