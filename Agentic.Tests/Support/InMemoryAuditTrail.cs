using Agentic.Agents.Operations;

namespace Agentic.Tests.Support;

/// <summary>Remembers what was audited, for tests that read it back.</summary>
internal sealed class InMemoryAuditTrail : IAuditTrail
{
    private readonly List<AuditRecord> _records = [];

    public IReadOnlyList<AuditRecord> Records
    {
        get
        {
            lock (_records)
                return [.. _records];
        }
    }

    public Task Append(AuditRecord record, CancellationToken cancellation)
    {
        lock (_records)
            _records.Add(record);
        return Task.CompletedTask;
    }

    public Task<Outcome<Page<AuditLine>>> Read(AuditFilter filter, CancellationToken cancellation)
    {
        var lines = Records
            .Select((record, index) => new AuditLine("test", index + 1, record, "", ""))
            .Where(line => (filter.Operation is null || line.Record.Operation == filter.Operation) && (filter.Caller is null || line.Record.Caller == filter.Caller))
            .Reverse().Take(filter.Limit).ToList();
        return Task.FromResult<Outcome<Page<AuditLine>>>(new Page<AuditLine>(lines, null));
    }

    public Task<AuditVerification> Verify(CancellationToken cancellation) =>
        Task.FromResult(new AuditVerification(true, Records.Count, [], null));
}

/// <summary>Stands in where a test has no planner: durable work is accepted under a fixed id and never run.</summary>
internal sealed class NoDurableRuns : IDurableRuns
{
    public Task<Outcome<Answer>> Start(Operation operation, System.Text.Json.JsonElement input, Call call, CancellationToken cancellation) =>
        Task.FromResult<Outcome<Answer>>(new Answer(
            new System.Text.Json.Nodes.JsonObject { ["workflowId"] = "wf-none", ["status"] = "pending" }, 202, "/workflows/wf-none"));
}
