using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Persistence.Sql.Journal;
using Akka.Serialization;
using Akka.Util;

namespace Agentic.Persistence.Journal;

/// <summary>
/// Akka.Persistence.Sql's journal with another way to the disk: writes of many entities share one transaction. Tables, read side and
/// deletes are the plug-in's own, so either can take over from the other at any restart.
/// </summary>
internal class GroupCommitJournal : SqlWriteJournal
{
    private const int ReplayBatch = 1000;
    private readonly ConcurrentDictionary<string, Task> underway = new(StringComparer.Ordinal);
    private readonly JournalTable table;
    private readonly TimeProvider time;
    private readonly Akka.Serialization.Serialization serialization;

    /// <summary>Made by Akka.Persistence; the table comes in the actor system's set-up.</summary>
    public GroupCommitJournal(Config journalConfig)
        : base(journalConfig)
    {
        var setup = Context.System.Settings.Setup.Get<GroupCommitSetup>().Value;
        (table, time, serialization) = (setup.Table, setup.Time, Context.System.Serialization);
    }

    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        // An entity that was restarted while its write was on the way must see that write, if it succeeds.
        if (underway.TryGetValue(persistenceId, out var write))
            await write.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return await table.HighestSequenceNumber(persistenceId).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        var from = Math.Max(1, fromSequenceNr);
        while (max > 0 && from <= toSequenceNr)
        {
            var limit = (int)Math.Min(max, ReplayBatch);
            var rows = await table.Read(persistenceId, from, toSequenceNr, limit, CancellationToken.None).ConfigureAwait(false);
            foreach (var row in rows)
                recoveryCallback(new Persistent(
                    serialization.Deserialize(row.Message, row.Identifier, row.Manifest),
                    row.SequenceNumber,
                    row.PersistenceId,
                    row.Manifest,
                    isDeleted: false,
                    ActorRefs.NoSender,
                    writerGuid: null,
                    row.Created));
            if (rows.Count < limit)
                return;
            max -= rows.Count;
            from = rows[^1].SequenceNumber + 1;
        }
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var rows = new List<JournalRow>();
        var rejections = ImmutableList.CreateBuilder<Exception>();
        string? persistenceId = null;
        foreach (var write in messages)
        {
            persistenceId = write.PersistenceId;
            var kept = rows.Count;
            try
            {
                foreach (var representation in (IImmutableList<IPersistentRepresentation>)write.Payload)
                    rows.Add(RowOf(representation));
                rejections.Add(null!);
            }
            catch (Exception exception)
            {
                rows.RemoveRange(kept, rows.Count - kept);
                rejections.Add(exception);
            }
        }

        return rows.Count == 0
            ? Task.FromResult<IImmutableList<Exception>>(rejections.ToImmutable())
            : Written(persistenceId!, rows, rejections.ToImmutable());
    }

    private async Task<IImmutableList<Exception>> Written(string persistenceId, List<JournalRow> rows, IImmutableList<Exception> rejections)
    {
        var write = table.Append(rows);
        underway[persistenceId] = write;
        try
        {
            await write.ConfigureAwait(false);
            return rejections;
        }
        finally
        {
            underway.TryRemove(KeyValuePair.Create(persistenceId, write));
        }
    }

    private JournalRow RowOf(IPersistentRepresentation representation)
    {
        var (payload, tags) = representation.Payload is Tagged tagged ? (tagged.Payload, TagsOf(tagged.Tags)) : (representation.Payload, "");
        var serializer = serialization.FindSerializerFor(payload);
        var (message, manifest) = serializer is EventSerializer events
            ? (events.ToBinary(payload), events.Manifest(payload))
            // An event that holds an actor reference writes it with this system's address.
            : Akka.Serialization.Serialization.WithTransport(
                serialization.System, (serializer, payload), with => (with.serializer.ToBinary(with.payload), ManifestOf(with.serializer, with.payload)));
        return new JournalRow(
            representation.PersistenceId,
            representation.SequenceNr,
            representation.Timestamp == 0 ? time.GetUtcNow().UtcTicks : representation.Timestamp,
            tags,
            message,
            serializer.Identifier,
            manifest);
    }

    private static string TagsOf(IImmutableSet<string> tags) => tags.Count == 0 ? "" : $";{string.Join(';', tags)};";

    private static string ManifestOf(Serializer serializer, object payload) => serializer switch
    {
        SerializerWithStringManifest named => named.Manifest(payload),
        { IncludeManifest: true } => payload.GetType().TypeQualifiedName(),
        _ => "",
    };
}

/// <summary>Carries the table to the journal, which Akka.Persistence makes by reflection.</summary>
internal sealed class GroupCommitSetup(JournalTable table, TimeProvider time) : Setup
{
    public JournalTable Table { get; } = table;

    public TimeProvider Time { get; } = time;
}
