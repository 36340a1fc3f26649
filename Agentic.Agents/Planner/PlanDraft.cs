using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>
/// Turns drafted tasks into an accepted plan, whoever drafted them: every operation exists, every input fits its schema, every reference
/// and dependency leads to an earlier task, there is no cycle, and the caller may run all of it. All errors at once.
/// </summary>
internal sealed class PlanDraft(OperationCatalogue catalogue)
{
    public const int MaxTasks = 500;

    public Outcome<IReadOnlyList<PlannedTask>> Accept(IReadOnlyList<TaskDraft> drafts, JsonObject parameters, string? environment, Caller caller)
    {
        var errors = new List<MemberError>();
        var ids = Ids(drafts, errors);
        var after = drafts.Select((draft, index) => Dependencies(draft, index, ids, errors)).ToList();
        if (ids.Distinct(StringComparer.Ordinal).Count() == ids.Count && Cycle(ids, after) is { } cycle)
            errors.Add(new MemberError("tasks", $"The plan has a cycle: {string.Join(" → ", cycle)}. Remove one of these dependencies."));
        if (errors.Count > 0)
            return Faulty([.. errors, .. drafts.SelectMany(FaultsOf)]);

        var tasks = new List<PlannedTask>(drafts.Count);
        Refusal? forbidden = null;
        for (var i = 0; i < drafts.Count; i++)
        {
            var task = Accept(drafts[i], ids[i], after[i], i, ids, after, parameters, environment, caller, errors, ref forbidden);
            if (task is not null)
                tasks.Add(task);
        }

        if (forbidden is not null)
            return forbidden;
        return errors.Count > 0 ? Faulty(errors) : Outcome<IReadOnlyList<PlannedTask>>.Of(Prioritised(tasks));
    }

    /// <summary>What can be said of a task although the graph around it is broken.</summary>
    private List<MemberError> FaultsOf(TaskDraft draft, int index)
    {
        var errors = new List<MemberError>();
        if (catalogue.Find(draft.Operation) is not { } operation)
            errors.Add(new MemberError($"tasks[{index}].operation", catalogue.Unknown(draft.Operation).Reason));
        else if (!References.Any(draft.Input))
            CheckInput(operation, draft.Input ?? [], $"tasks[{index}].input", errors);
        return errors;
    }

    private static Refusal Faulty(IReadOnlyList<MemberError> errors) =>
        Refusal.Malformed(errors.Count == 1 ? $"The plan has an error: {errors[0].Message}" : $"The plan has {errors.Count} errors.", errors);

    private PlannedTask? Accept(
        TaskDraft draft, string id, IReadOnlyList<string> dependsOn, int index, IReadOnlyList<string> ids, List<IReadOnlyList<string>> after,
        JsonObject parameters, string? environment, Caller caller, List<MemberError> errors, ref Refusal? forbidden)
    {
        var at = $"tasks[{index}]";
        if (catalogue.Find(draft.Operation) is not { } operation)
        {
            errors.Add(new MemberError($"{at}.operation", catalogue.Unknown(draft.Operation).Reason));
            return null;
        }

        var reachable = Ancestors(index, ids, after);
        var lookup = AtPlanning(parameters, reachable, id);
        var input = ResolveParameters(draft.Input ?? [], lookup, $"{at}.input", errors);
        if (draft.When is { } condition && ConditionProblem(condition, lookup) is { } problem)
            errors.Add(new MemberError($"{at}.when", problem));
        if (input is null)
            return null;

        input = CheckInput(operation, input, $"{at}.input", errors);
        forbidden ??= SecretIn(operation, input, $"{at}.input");
        var aimsAt = Place(input) ?? environment;
        forbidden ??= OperationGate.MayCall(operation, aimsAt, caller);
        var compensation = Compensate(draft, $"{at}.compensate", aimsAt, lookup, caller, errors, ref forbidden);
        return new PlannedTask(id, operation.Agent, operation.Name, input)
        {
            DependsOn = dependsOn,
            When = draft.When,
            Retry = RetryOf(draft.Retry),
            Timeout = Durations.Read(draft.Timeout) ?? operation.Timeout,
            Delay = Durations.Read(draft.Delay) ?? TimeSpan.Zero,
            ActsOnEnvironment = OperationGate.ChangesPlaces(operation),
            NeedsApproval = draft.Approval || OperationGate.NeedsApproval(operation, aimsAt),
            Compensation = compensation,
            EstimatedDuration = operation.EstimatedDuration,
        };
    }

    private Compensation? Compensate(TaskDraft draft, string at, string? environment, References.Lookup lookup, Caller caller, List<MemberError> errors, ref Refusal? forbidden)
    {
        if (draft.Compensate is not { } undo)
            return null;
        if (catalogue.Find(undo.Operation) is not { } operation)
        {
            errors.Add(new MemberError($"{at}.operation", catalogue.Unknown(undo.Operation).Reason));
            return null;
        }

        var input = CheckInput(operation, undo.Input ?? [], $"{at}.input", errors);
        forbidden ??= SecretIn(operation, input, $"{at}.input");
        var resolved = References.Resolve(input["environment"], lookup);
        var aimsAt = Place(resolved.IsRefused ? input : new JsonObject { ["environment"] = resolved.Value }) ?? environment;
        forbidden ??= OperationGate.MayCall(operation, aimsAt, caller);
        if (OperationGate.NeedsApproval(operation, aimsAt))
            errors.Add(new MemberError($"{at}.operation", $"'{operation.Name}'{(aimsAt is null ? "" : $" in {aimsAt}")} needs a person's approval, and an undo runs without one. Leave it out and start it as a step of its own."));
        return new Compensation(undo.Operation, input);
    }

    /// <summary>What is planned is journalled, and the journal is for ever: a member that holds a credential cannot be part of it.</summary>
    public static Refusal? SecretIn(Operation operation, JsonObject input, string at) =>
        operation.Schema.Secrets.Where(member => input[member] is JsonValue).ToList() is { Count: > 0 } members
            ? Refusal.Unprocessable(
                "A plan is kept in the journal, so it must not hold credentials.",
                [.. members.Select(member => new MemberError($"{at}.{member}", "Configure a connection or a secret on the host and name it instead."))])
            : null;

    public Refusal? SecretIn(string operation, JsonObject input, string at) => catalogue.Find(operation) is { } known ? SecretIn(known, input, at) : null;

    private static string? Place(JsonObject input) => input["environment"] is JsonValue named && named.TryGetValue<string>(out var text) ? text : null;

    /// <summary>An input with references cannot be checked whole: errors at a member that holds one are left to the run, which resolves it.</summary>
    /// <returns>The input with the member names the schema has, where it could be read.</returns>
    private static JsonObject CheckInput(Operation operation, JsonObject input, string at, List<MemberError> errors)
    {
        var read = operation.Schema.Read(JsonSerializer.SerializeToElement(input, AgenticJson.Options));
        if (read.Refusal is not { } refusal)
            return JsonObject.Create(read.Value)!;
        foreach (var error in refusal.Errors)
        {
            var value = References.Follow(input, error.Member.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries), error.Member);
            if (!value.IsRefused && References.Any(value.Value))
                continue;
            errors.Add(new MemberError(error.Member.Length == 0 ? at : $"{at}.{error.Member}", error.Message));
        }

        return input;
    }

    private static JsonObject? ResolveParameters(JsonObject input, References.Lookup lookup, string at, List<MemberError> errors)
    {
        var resolved = References.Resolve(input, lookup, keepEscapes: true);
        if (resolved.Refusal is { } refusal)
        {
            errors.Add(new MemberError(at, refusal.Reason));
            return null;
        }

        return (JsonObject)resolved.Value!;
    }

    /// <summary>At planning time parameters have their value; results of earlier tasks stay references, but must name a task this one waits for.</summary>
    private static References.Lookup AtPlanning(JsonObject parameters, HashSet<string> reachable, string self) => path => path.Split('.') switch
    {
        ["parameters", .. var rest] => References.Follow(parameters, rest, path).Select(References.Escape),
        ["tasks", var id, "result" or "status", ..] when reachable.Contains(id) => JsonValue.Create($"${{{path}}}"),
        ["tasks", var id, ..] when id == self => Refusal.Malformed($"The reference ${{{path}}} is to the task's own result."),
        ["tasks", var id, ..] => Refusal.Malformed($"The reference ${{{path}}} needs '{id}' among the tasks this one depends on."),
        ["workflow", "id" or "environment" or "requestedBy"] => JsonValue.Create($"${{{path}}}"),
        _ => Refusal.Malformed($"The reference ${{{path}}} is not known; use tasks.<id>.result…, parameters… or workflow.id."),
    };

    private static string? ConditionProblem(string condition, References.Lookup lookup) => Condition.Evaluate(condition, lookup).Refusal?.Reason;

    private static List<string> Ids(IReadOnlyList<TaskDraft> drafts, List<MemberError> errors)
    {
        if (drafts.Count > MaxTasks)
            errors.Add(new MemberError("tasks", $"A plan has at most {MaxTasks} tasks; split it into several workflows."));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var ids = drafts.Select((draft, index) => draft.Id ?? $"t{index + 1}").ToList();
        for (var i = 0; i < ids.Count; i++)
            if (!seen.Add(ids[i]))
                errors.Add(new MemberError($"tasks[{i}].id", $"'{ids[i]}' is used twice; ids are unique in a plan."));
        return ids;
    }

    private static IReadOnlyList<string> Dependencies(TaskDraft draft, int index, List<string> ids, List<MemberError> errors)
    {
        var before = (draft.DependsOn ?? []).Distinct(StringComparer.Ordinal).ToList();
        foreach (var id in before)
            if (!ids.Contains(id))
                errors.Add(new MemberError($"tasks[{index}].dependsOn", $"There is no task '{id}' in this plan{(Nearness.Closest(id, ids) is { } near ? $"; did you mean '{near}'" : "")}."));
        return [.. before.Where(ids.Contains)];
    }

    private static List<string>? Cycle(IReadOnlyList<string> ids, List<IReadOnlyList<string>> after)
    {
        var index = ids.Select((id, position) => (id, position)).ToDictionary(pair => pair.id, pair => pair.position, StringComparer.Ordinal);
        var open = after.Select(before => before.Count).ToArray();
        var followers = ids.Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < after.Count; i++)
            foreach (var id in after[i])
                followers[index[id]].Add(i);
        var free = new Queue<int>(Enumerable.Range(0, ids.Count).Where(i => open[i] == 0));
        var done = 0;
        while (free.TryDequeue(out var next))
        {
            done++;
            foreach (var follower in followers[next])
                if (--open[follower] == 0)
                    free.Enqueue(follower);
        }

        if (done == ids.Count)
            return null;
        var path = new List<string>();
        var at = Enumerable.Range(0, ids.Count).First(i => open[i] > 0);
        while (!path.Contains(ids[at]))
        {
            path.Add(ids[at]);
            at = after[at].Select(id => index[id]).First(i => open[i] > 0);
        }

        path.Add(ids[at]);
        return path[path.IndexOf(ids[at])..];
    }

    private static HashSet<string> Ancestors(int index, IReadOnlyList<string> ids, List<IReadOnlyList<string>> after)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(after[index]);
        while (open.TryPop(out var id))
            if (found.Add(id))
                foreach (var before in after[ids.ToList().IndexOf(id)])
                    open.Push(before);
        return found;
    }

    private static List<PlannedTask> Prioritised(List<PlannedTask> tasks)
    {
        var level = new Dictionary<string, int>(StringComparer.Ordinal);
        while (level.Count < tasks.Count)
            foreach (var task in tasks.Where(task => !level.ContainsKey(task.Id) && task.DependsOn.All(level.ContainsKey)))
                level[task.Id] = task.DependsOn.Select(id => level[id]).DefaultIfEmpty(0).Max() + 1;
        return [.. tasks.Select(task => task with { Priority = level[task.Id] })];
    }

    private static RetryPolicy RetryOf(RetryDraft? draft) => draft is null
        ? RetryPolicy.Default
        : RetryPolicy.Default with
        {
            MaxAttempts = draft.MaxAttempts,
            Backoff = draft.Backoff,
            InitialDelay = Durations.Read(draft.InitialDelay) ?? RetryPolicy.Default.InitialDelay,
            MaxDelay = Durations.Read(draft.MaxDelay) ?? RetryPolicy.Default.MaxDelay,
        };
}
