using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Actor;
using Akka.Event;

namespace Agentic.Agents.Operations;

/// <summary>One attempt of one task, handed to the agent that owns the operation.</summary>
internal sealed record PerformTask(EffectKey Effect, int Attempt, string Operation, JsonNode Input, Caller Caller, string? TraceParent, bool IsApproved = false);

/// <summary>The run no longer wants this attempt's outcome.</summary>
internal sealed record CancelPerform(EffectKey Effect, int Attempt);

/// <param name="Failure">What was thrown, for people; null where <paramref name="Outcome"/> holds the answer.</param>
internal sealed record TaskPerformed(EffectKey Effect, int Attempt, Outcome<JsonNode?> Outcome, string? Failure);

/// <summary>
/// Where an agent's tasks arrive: a bounded number at a time, each effect at most once. What it has been asked and has not confirmed is in
/// the asking workflow's journal, so a lost mailbox loses nothing: the workflow asks again, and the effect ledger makes that harmless.
/// </summary>
internal sealed class AgentMailbox : UntypedActor
{
    private readonly string _agent;
    private readonly int _concurrency;
    private readonly OperationGate _gate;
    private readonly OperationCatalogue _catalogue;
    private readonly IEffectLedger _ledger;
    private readonly Redactor _redactor;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<(PerformTask Task, IActorRef ReplyTo)> _waiting = new();
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);

    public AgentMailbox(string agent, int concurrency, OperationGate gate, OperationCatalogue catalogue, IEffectLedger ledger, Redactor redactor) =>
        (_agent, _concurrency, _gate, _catalogue, _ledger, _redactor) = (agent, concurrency, gate, catalogue, ledger, redactor);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PerformTask task:
                OnPerform(task);
                break;
            case CancelPerform cancel:
                OnCancel(cancel);
                break;
            case Finished finished:
                OnFinished(finished);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        foreach (var running in _running.Values)
            running.Cancellation.Cancel();
    }

    private void OnPerform(PerformTask task)
    {
        var key = task.Effect.ToString();
        if (_running.TryGetValue(key, out var running) && !running.Cancellation.IsCancellationRequested)
        {
            // The same effect is under way already: whoever asks now gets that one's answer under the newer attempt.
            _running[key] = running with { ReplyTo = Sender, Attempt = task.Attempt };
            return;
        }

        // An attempt that was told to stop may answer nothing but that; the next one waits until it is gone.
        if (running is not null || _running.Count >= _concurrency)
        {
            _waiting.Enqueue((task, Sender));
            AgenticTelemetry.QueueDepth(_agent, _waiting.Count);
            return;
        }

        Begin(task, Sender);
    }

    private void OnCancel(CancelPerform cancel)
    {
        if (_running.TryGetValue(cancel.Effect.ToString(), out var running) && running.Attempt == cancel.Attempt)
            running.Cancellation.Cancel();
        for (var left = _waiting.Count; left > 0; left--)
        {
            var (task, replyTo) = _waiting.Dequeue();
            if (task.Effect != cancel.Effect || task.Attempt != cancel.Attempt)
                _waiting.Enqueue((task, replyTo));
        }
    }

    private void OnFinished(Finished finished)
    {
        var key = finished.Effect.ToString();
        if (_running.Remove(key, out var running))
        {
            running.Cancellation.Dispose();
            running.ReplyTo.Tell(new TaskPerformed(finished.Effect, running.Attempt, finished.Outcome, finished.Failure));
        }

        for (var left = _waiting.Count; left > 0 && _running.Count < _concurrency; left--)
        {
            var next = _waiting.Dequeue();
            if (_running.ContainsKey(next.Task.Effect.ToString()))
                _waiting.Enqueue(next);
            else
                Begin(next.Task, next.ReplyTo);
        }

        AgenticTelemetry.QueueDepth(_agent, _waiting.Count);
    }

    private void Begin(PerformTask task, IActorRef replyTo)
    {
        var cancellation = new CancellationTokenSource();
        _running[task.Effect.ToString()] = new Running(replyTo, task.Attempt, cancellation);
        _ = Perform(task, cancellation.Token).PipeTo(Self, Self, success: finished => finished);
    }

    private async Task<Finished> Perform(PerformTask task, CancellationToken cancellation)
    {
        using var activity = AgenticTelemetry.Start($"{_agent} {task.Operation}", task.TraceParent, task.Effect.Workflow, task.Effect.Task);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var leavesTraces = _catalogue.Find(task.Operation) is { Effect: not Effect.Reads };
            if (leavesTraces && await _ledger.Find(task.Effect, cancellation).ConfigureAwait(false) is { } known)
                return new Finished(task.Effect, JsonNode.Parse(known), null);
            var call = new Call(task.Caller, "workflow") { Effect = task.Effect, Attempt = task.Attempt, IsApproved = task.IsApproved, TraceParent = activity?.Id ?? task.TraceParent };
            var outcome = await _gate.Perform(task.Operation, JsonSerializer.SerializeToElement(task.Input, AgenticJson.Options), call, cancellation).ConfigureAwait(false);
            if (outcome.Refusal is { } refusal)
            {
                activity?.SetStatus(ActivityStatusCode.Error, refusal.Kind.ToString());
                AgenticTelemetry.Performed(_agent, task.Operation, "refused", Stopwatch.GetElapsedTime(started));
                return new Finished(task.Effect, refusal with { Reason = _redactor.Redact(refusal.Reason) }, null);
            }

            // What is journalled from here on can be read for ever: no secret passes this line.
            var result = _redactor.Redact(outcome.Value);
            if (leavesTraces)
                await _ledger.Record(task.Effect, result!.ToJsonString(AgenticJson.Options), CancellationToken.None).ConfigureAwait(false);
            AgenticTelemetry.Performed(_agent, task.Operation, "ok", Stopwatch.GetElapsedTime(started));
            return new Finished(task.Effect, result, null);
        }
        catch (Exception problem)
        {
            activity?.SetStatus(ActivityStatusCode.Error, problem.GetType().Name);
            AgenticTelemetry.Performed(_agent, task.Operation, "failed", Stopwatch.GetElapsedTime(started));
            if (problem is not OperationCanceledException)
                _log.Error(problem, "{Operation} for {Effect} failed in attempt {Attempt}", task.Operation, task.Effect, task.Attempt);
            return new Finished(task.Effect, default, problem is OperationCanceledException
                ? "It was cancelled before it finished."
                : $"{task.Operation} failed unexpectedly ({problem.GetType().Name}). The host's log has the details.");
        }
    }

    private sealed record Running(IActorRef ReplyTo, int Attempt, CancellationTokenSource Cancellation);

    private sealed record Finished(EffectKey Effect, Outcome<JsonNode?> Outcome, string? Failure);
}

/// <summary>Makes mailboxes without an expression tree per actor.</summary>
internal sealed class AgentMailboxProducer(string agent, int concurrency, OperationGate gate, OperationCatalogue catalogue, IEffectLedger ledger, Redactor redactor) : IIndirectActorProducer
{
    public Type ActorType => typeof(AgentMailbox);

    public ActorBase Produce() => new AgentMailbox(agent, concurrency, gate, catalogue, ledger, redactor);

    public void Release(ActorBase actor)
    {
    }
}

/// <summary>Remembers what an effect gave, so that a second delivery of the same task changes nothing.</summary>
internal interface IEffectLedger
{
    /// <summary>The JSON result recorded under this key; null where the effect is not known to have happened.</summary>
    Task<string?> Find(EffectKey key, CancellationToken cancellation);

    /// <summary>Keeps the first result for a key; returns once it is on disk.</summary>
    Task Record(EffectKey key, string resultJson, CancellationToken cancellation);
}
