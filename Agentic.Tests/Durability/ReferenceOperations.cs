using System.Text.Json;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;

namespace Agentic.Tests.Durability;

/// <summary>
/// The operations of the reference workflow. Each effect is a line in a file outside the host, named by its effect key: looked up and
/// adopted before it is made, as an operation that changes an outside system must do.
/// </summary>
internal sealed class ReferenceOperations(string effectsFile, CrashPoints crash) : IOperationSource
{
    private static readonly Lock File = new();

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<LeaveMark, Mark>("leave_mark", "planner", Effect.Changes, Mode.Durable, "Leaves one mark in a file outside the host.", Leave),
    ];

    /// <summary>Two in parallel, one of which needs a second attempt, a timer, an approval, and a last one that uses earlier results.</summary>
    public static IReadOnlyList<TaskDraft> Plan { get; } =
    [
        new("leave_mark", "left", new() { ["name"] = "left" }),
        new("leave_mark", "right", new() { ["name"] = "right", ["failsFirst"] = true }, Retry: new RetryDraft(3, "20ms")),
        new("leave_mark", "timed", new() { ["name"] = "timed" }, ["left"], Delay: "50ms"),
        new("leave_mark", "approved", new() { ["name"] = "after ${tasks.right.result.name}" }, ["left", "right"], Approval: true),
        new("leave_mark", "last", new() { ["name"] = "${tasks.approved.result.name} and ${tasks.timed.result.name}" }, ["timed", "approved"]),
    ];

    public static IReadOnlyList<string> Effects(string file) => System.IO.File.Exists(file) ? System.IO.File.ReadAllLines(file) : [];

    private Task<Outcome<Mark>> Leave(LeaveMark request, Call call, CancellationToken cancellation)
    {
        if (request.FailsFirst && call.Attempt == 1)
            return Task.FromResult<Outcome<Mark>>(Refusal.Unavailable("Not yet.", TimeSpan.FromMilliseconds(20)));
        crash.Pass($"before the effect of {call.Effect!.Task}");
        lock (File)
        {
            var line = JsonSerializer.Serialize(new { key = call.Effect!.Task + "/" + call.Effect.InputDigest, request.Name });
            if (!Effects(effectsFile).Contains(line))
            {
                using var stream = new FileStream(effectsFile, FileMode.Append, FileAccess.Write, FileShare.Read);
                stream.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
                stream.Flush(flushToDisk: true);
            }
        }

        crash.Pass($"after the effect of {call.Effect!.Task}");
        return Task.FromResult<Outcome<Mark>>(new Mark(request.Name));
    }

    internal sealed record LeaveMark(
        [property: System.ComponentModel.Description("What to write.")] string Name,
        [property: System.ComponentModel.Description("True refuses the first attempt.")] bool FailsFirst = false);

    internal sealed record Mark(string Name);
}

/// <summary>Counts the points at which this process may be killed, and kills it (SIGKILL, no clean-up) at the chosen one.</summary>
internal sealed class CrashPoints(int at, string trace)
{
    private int _passed;

    public static CrashPoints? Current { get; set; }

    public void Pass(string where)
    {
        var number = Interlocked.Increment(ref _passed);
        System.IO.File.AppendAllText(trace, $"{number} {where}\n");
        if (number == at)
            System.Diagnostics.Process.GetCurrentProcess().Kill();
        if (at > 0 && number >= at)
            new ManualResetEvent(false).WaitOne();
    }
}
