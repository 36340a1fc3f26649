using System.Diagnostics;
using System.Globalization;
using Agentic.Agents.Operations;
using Agentic.Persistence;
using Agentic.Tests.Persistence;
using Agentic.Tests.Support;
using Akka.Actor;

namespace Agentic.Tests.Benchmarks;

/// <summary>
/// How many events a second entities journal, and what one costs: <c>bench journal [entities] [events] [sqlite|postgres]</c>, each writer
/// on each database, beside the rate of plain batched inserts into the same database in the same run.
/// </summary>
internal static class JournalBenchmark
{
    private const int AtOnce = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task<int> Run(string[] args)
    {
        if (args is ["write-until-killed", var by, var folder, var connection])
            return await WriteUntilKilled(Enum.Parse<JournalWriter>(by), folder, connection);
        var entities = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 4000;
        var events = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 7;
        foreach (var kind in args.Length > 2 ? [args[2]] : (string[])["sqlite", "postgres"])
        {
            await using var server = kind == "postgres" ? await PostgresServer.StartAsync(durable: true) : null;
            var raw = await RawInsert.RowsPerSecond(server is null ? null : await server.CreateDatabaseAsync());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}: {raw,9:N0} rows/s by plain inserts of 100 rows (baseline)"));
            foreach (var writer in Enum.GetValues<JournalWriter>())
                await Measure(kind, writer, server is null ? "" : await server.CreateDatabaseAsync(), entities, events, raw);
        }

        return 0;
    }

    /// <summary>Each entity is made, recovers, writes its events one after the other, each after the one before is on disk, and stops.</summary>
    private static async Task Measure(string kind, JournalWriter writer, string connection, int entities, int events, double raw)
    {
        using var place = StorePlace.At(Directory.CreateTempSubdirectory("agentic-journal-").FullName, connection, writer);
        await using var host = await JournalHost.Start(place, new CountingEvents());
        await WriteAll(host, "warm", 400, events);
        var (clock, before) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        var slowest = await WriteAll(host, "run", entities, events);
        var (seconds, busy) = (clock.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds);
        var rate = entities * events / seconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}: {rate,9:N0} events/s by {writer} ({rate / raw:P1} of the baseline), {busy / entities:F2} CPU-ms per entity of {events} events, p50 {slowest[slowest.Length / 2]:F1} ms and p99 {slowest[slowest.Length * 99 / 100]:F1} ms per event with {AtOnce} at once"));
    }

    private static async Task<double[]> WriteAll(JournalHost host, string prefix, int entities, int events)
    {
        var waited = new double[entities * events];
        await Parallel.ForEachAsync(Enumerable.Range(0, entities), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
        {
            var entity = host.Entity($"{prefix}-{number}");
            for (var i = 0; i < events; i++)
            {
                var clock = Stopwatch.GetTimestamp();
                await entity.Ask<JournalHost.Done>(new IJournalled[] { new Happened(i) }, Patience);
                waited[(number * events) + i] = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
            }

            entity.Tell(PoisonPill.Instance);
        });
        Array.Sort(waited);
        return waited;
    }

    /// <summary>Prints each event only once it is acknowledged, so that whoever kills this process knows what must be there.</summary>
    private static async Task<int> WriteUntilKilled(JournalWriter writer, string folder, string connection)
    {
        using var place = StorePlace.At(folder, connection, writer);
        await using var host = await JournalHost.Start(place, new CountingEvents());
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
        {
            var entity = host.Entity($"e{number}");
            for (var state = await entity.Ask<JournalHost.State>(new JournalHost.GetState(), Patience); ;)
            {
                var next = (int)state.LastSequence + 1;
                await entity.Ask<JournalHost.Done>(new IJournalled[] { new Happened(next), new Happened(next + 1) }, Patience);
                state = state with { LastSequence = next + 1 };
                lock (host)
                    Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"e{number} {next + 1}"));
            }
        }));
        return 0;
    }
}
