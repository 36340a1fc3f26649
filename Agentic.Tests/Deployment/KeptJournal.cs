using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using System.Collections.Immutable;
using System.Text.Json;
using Agentic.Agents.Deployment;

namespace Agentic.Tests.Deployment;

/// <summary>A journal in memory that outlives actor systems and keeps events as the JSON they are stored in.</summary>
internal sealed class KeptJournal(Config config) : AsyncWriteJournal
{
    private static readonly ConcurrentDictionary<string, List<(string Id, long Sequence, string Manifest, string Json)>> Journals = new();
    private static readonly Dictionary<Type, Agentic.Agents.Operations.EventType> ByType = new DeploymentEvents().Events.ToDictionary(e => e.Type.Type);
    private static readonly Dictionary<string, Agentic.Agents.Operations.EventType> ByManifest = new DeploymentEvents().Events.ToDictionary(e => e.Manifest, StringComparer.Ordinal);

    private readonly List<(string Id, long Sequence, string Manifest, string Json)> _kept = Journals.GetOrAdd(config.GetString("journal-name"), _ => []);

    public override Task ReplayMessagesAsync(Akka.Actor.IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        List<(string Id, long Sequence, string Manifest, string Json)> rows;
        lock (_kept)
        {
            rows = [.. _kept.Where(row => row.Id == persistenceId && row.Sequence >= fromSequenceNr && row.Sequence <= toSequenceNr)];
        }

        foreach (var row in rows)
        {
            recoveryCallback(new Persistent(JsonSerializer.Deserialize(row.Json, ByManifest[row.Manifest].Type)!, row.Sequence, persistenceId));
        }

        return Task.CompletedTask;
    }

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        lock (_kept)
        {
            return Task.FromResult(_kept.Where(row => row.Id == persistenceId).Select(row => row.Sequence).DefaultIfEmpty(0).Max());
        }
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        lock (_kept)
        {
            foreach (var persistent in messages.SelectMany(message => (IImmutableList<IPersistentRepresentation>)message.Payload))
            {
                var type = ByType[persistent.Payload.GetType()];
                _kept.Add((persistent.PersistenceId, persistent.SequenceNr, type.Manifest, JsonSerializer.Serialize(persistent.Payload, type.Type)));
            }
        }

        return Task.FromResult<IImmutableList<Exception>>(null!);
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) => Task.CompletedTask;
}
