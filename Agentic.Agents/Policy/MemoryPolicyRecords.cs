using System.Collections.Concurrent;

namespace Agentic.Agents.Policy;

/// <summary>Keeps records for as long as the process lives; the host replaces it where records are stored.</summary>
internal sealed class MemoryPolicyRecords : IPolicyRecords
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, ValidationRecord> byId = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> order = new();
    private readonly ConcurrentQueue<PolicyException> exceptions = new();
    private readonly ConcurrentDictionary<string, KeptReport> reports = new(StringComparer.Ordinal);
    private readonly List<PolicyNotice> notices = [];
    private long told;

    public Task Save(ValidationRecord validation, CancellationToken cancellation)
    {
        if (byId.TryAdd(validation.Id, validation))
        {
            lock (notices)
            {
                notices.Add(PolicyEvents.Notice(++told, validation));
                notices.RemoveRange(0, Math.Max(0, notices.Count - Most));
            }

            order.Enqueue(validation.Id);
            while (order.Count > Most && order.TryDequeue(out var oldest))
            {
                byId.TryRemove(oldest, out _);
            }
        }

        return Task.CompletedTask;
    }

    public Task<ValidationRecord?> Find(string id, CancellationToken cancellation) => Task.FromResult(byId.GetValueOrDefault(id));

    public IAsyncEnumerable<ValidationRecord> Between(DateTimeOffset from, DateTimeOffset to, bool newestFirst, CancellationToken cancellation)
    {
        var inOrder = byId.Values.Where(validation => validation.At >= from && validation.At < to).OrderBy(validation => validation.At).ThenBy(validation => validation.Id, StringComparer.Ordinal).ToList();
        return (newestFirst ? Enumerable.Reverse(inOrder) : inOrder).ToAsyncEnumerable();
    }

    public Task Grant(PolicyException exception, CancellationToken cancellation)
    {
        exceptions.Enqueue(exception);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<PolicyException>> Exceptions(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<PolicyException>>([.. exceptions]);

    public Task Keep(KeptReport report, CancellationToken cancellation)
    {
        reports.TryAdd(report.Quarter, report);
        return Task.CompletedTask;
    }

    public Task<KeptReport?> Report(string quarter, CancellationToken cancellation) => Task.FromResult(reports.GetValueOrDefault(quarter));

    public Task<IReadOnlyList<PolicyNotice>> Notices(long after, int limit, CancellationToken cancellation)
    {
        lock (notices)
        {
            return Task.FromResult<IReadOnlyList<PolicyNotice>>([.. notices.Where(notice => notice.Number > after).Take(limit)]);
        }
    }
}
