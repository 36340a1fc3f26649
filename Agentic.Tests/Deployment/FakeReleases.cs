using Agentic.Agents.Deployment;

namespace Agentic.Tests.Deployment;

/// <summary>Releases in memory.</summary>
internal sealed class FakeReleases : IReleases
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<(string, string), Revision> _known = new(
        [new((("shop", "1.0.0")), new Revision("1.0.0", ARollout.Digest("shop1.0.0"), "artifacts/shop"))]);

    public void Add(string service, string version) => _known.TryAdd((service, version), new Revision(version, ARollout.Digest(service + version), $"artifacts/{service}/{version}"));

    public Task<Agents.Operations.Outcome<Revision>> Find(string service, string version, string? artifact, CancellationToken cancellation) => Task.FromResult(
        _known.TryGetValue((service, version), out var found)
            ? (Agents.Operations.Outcome<Revision>)found
            : Agents.Operations.Refusal.NotFound($"No artifact is registered for {service} {version}."));
}
