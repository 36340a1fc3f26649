using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Agentic.Agents.Operations;
using Agentic.Persistence.Journal;
using Agentic.Tests.Support;

namespace Agentic.Tests.Durability;

/// <summary>The real host in a process of its own, which kills itself at a chosen point: arguments are data folder, effects file, crash point, trace file, connection string.</summary>
internal static class CrashingHost
{
    public static async Task<int> Run(string[] args)
    {
        var (data, effects, at, trace) = (args[0], args[1], int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture), args[3]);
        var crash = CrashPoints.Current = new CrashPoints(at, trace);
        await using var host = await AgenticHost.StartAsync(options =>
        {
            options.DataFolder = data;
            options.KeepsData = true;
            options.PostgreSql = args is [_, _, _, _, { Length: > 0 } connection] ? connection : null;
            options.Sources.Add(new ReferenceOperations(effects, crash));
            options.Akka = akka => akka.AddHocon(
                ConfigurationFactory.ParseString($"akka.persistence.journal.sql.class = \"{typeof(CrashingJournal).FullName}, {typeof(CrashingJournal).Assembly.GetName().Name}\""), HoconAddMode.Prepend);
        });
        Console.WriteLine($"ready {host.BaseAddress}");
        await Console.In.ReadLineAsync();
        return 0;
    }
}

/// <summary>The journal as it is by default, with a point to be killed at before and after every write.</summary>
internal sealed class CrashingJournal(Config config) : GroupCommitJournal(config)
{
    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.ToList();
        var what = string.Join(" ", writes.SelectMany(write => (IEnumerable<IPersistentRepresentation>)write.Payload).Select(event_ => event_.Payload is Akka.Persistence.Journal.Tagged tagged ? tagged.Payload.GetType().Name : event_.Payload.GetType().Name));
        CrashPoints.Current!.Pass($"before the journal takes {what}");
        var result = await base.WriteMessagesAsync(writes, cancellationToken);
        CrashPoints.Current!.Pass($"after the journal took {what}");
        return result;
    }
}
