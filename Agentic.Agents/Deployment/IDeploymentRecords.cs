using System.Globalization;
using System.Text;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>Deployments that ended, for as long as records are kept; projected from the journal.</summary>
internal interface IDeploymentRecords
{
    Task<DeploymentRecord?> Find(string id, CancellationToken cancellation);

    /// <summary>Newest first, those after a place in the list.</summary>
    Task<IReadOnlyList<DeploymentRecord>> List(string? service, string? environment, RolloutStatus? status, DeploymentCursor? after, int limit, CancellationToken cancellation);

    /// <summary>What others were told about a deployment, oldest first.</summary>
    Task<IReadOnlyList<OutgoingEvent>> Events(string id, CancellationToken cancellation);
}

/// <summary>A place in the list of deployments, which is ordered by start and then by id.</summary>
internal readonly record struct DeploymentCursor(long StartedAt, string Id) : IComparable<DeploymentCursor>
{
    public static DeploymentCursor Of(DeploymentRecord record) => new(record.StartedAt.ToUnixTimeMilliseconds(), record.DeploymentId);

    public int CompareTo(DeploymentCursor other) => StartedAt != other.StartedAt ? StartedAt.CompareTo(other.StartedAt) : string.CompareOrdinal(Id, other.Id);

    public override string ToString() => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{StartedAt}:{Id}")));

    public static Outcome<DeploymentCursor?> Parse(string? text)
    {
        if (text is null)
        {
            return default(DeploymentCursor?);
        }

        var bytes = new byte[text.Length / 2];
        return Convert.FromHexString(text, bytes, out _, out var written) == System.Buffers.OperationStatus.Done
            && Encoding.UTF8.GetString(bytes, 0, written).Split(':') is [var at, var id] && long.TryParse(at, CultureInfo.InvariantCulture, out var started)
            ? new DeploymentCursor(started, id)
            : Refusal.Malformed("The cursor is not one this list handed out.", [new MemberError("cursor", "Take nextCursor of the page before, or leave it out to start at the newest.")]);
    }
}

/// <summary>Where nothing keeps records: what the agent itself still knows is all there is.</summary>
internal sealed class NoDeploymentRecords : IDeploymentRecords
{
    public Task<DeploymentRecord?> Find(string id, CancellationToken cancellation) => Task.FromResult<DeploymentRecord?>(null);

    public Task<IReadOnlyList<DeploymentRecord>> List(string? service, string? environment, RolloutStatus? status, DeploymentCursor? after, int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<DeploymentRecord>>([]);

    public Task<IReadOnlyList<OutgoingEvent>> Events(string id, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<OutgoingEvent>>([]);
}
