using System.Security.Cryptography;
using System.Text;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy.Engines;

namespace Agentic.Agents.Policy;

/// <summary>What is to be judged, and against what.</summary>
/// <param name="Digest">Hex SHA-256 of what was sent.</param>
internal sealed record PolicyCase(PolicyContent Content, string? Environment, string? Subject, string Digest)
{
    public IReadOnlySet<string>? Baseline { get; init; }

    public bool WithPatches { get; init; }

    /// <summary>Only engines that answer in milliseconds: someone waits at the other end.</summary>
    public bool InHaste { get; init; }

    /// <summary>Nothing is kept of it: a trial of the caller's.</summary>
    public bool IsTrial { get; init; }

    /// <summary>What another look at the same thing found (an image, a report, a history); no rule of ours runs then.</summary>
    public ContentResult? Seen { get; init; }

    public EngineAnswers? Answers { get; init; }
}

/// <summary>One judgement from content to record: the built-in rules, the packs, the engines of others, the decision, and what is kept of it.</summary>
internal sealed class PolicyJudge(PolicyBooks books, PolicyEngines engines, IPolicyRecords records, TimeProvider time)
{
    public async Task<Outcome<(PolicyVerdict Verdict, PolicyValidation Validation)>> Judge(PolicyCase asked, Call call, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var book = await books.Book(await records.Exceptions(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        var seen = asked.Seen is { } given ? given : PolicyEvaluation.Look(asked.Content, book);
        if (seen.IsRefused)
        {
            return seen.Refusal;
        }

        var answers = asked.Answers ?? await engines.Ask(asked.Content, seen.Value, asked.InHaste, cancellation).ConfigureAwait(false);
        var verdict = PolicyEvaluation.Decide(asked.Content, seen.Value, answers, asked.Environment, book, now, asked.Baseline, asked.WithPatches);
        var id = "pol-" + Hex($"{call.Effect?.ToString() ?? call.Caller.Name}|{call.IdempotencyKey}|{now.UtcTicks}|{asked.Digest}|{asked.Environment}|{asked.Subject}")[..20];
        if (!asked.IsTrial)
        {
            var record = new ValidationRecord(
                id, now, call.Caller.Name, asked.Content.Type, asked.Environment, asked.Subject, asked.Digest, verdict.Valid, verdict.Blocked, verdict.Mode, verdict.Decision,
                verdict.Violations, verdict.Waived, verdict.Engines, verdict.Rules, verdict.NotChecked);
            await records.Save(record, cancellation).ConfigureAwait(false);
        }

        return (verdict, new PolicyValidation(id, verdict.Valid, verdict.Mode, verdict.Blocked, verdict.Decision, verdict.Violations, verdict.Waived, new PolicyCoverage(verdict.Engines, verdict.Rules, verdict.NotChecked)));
    }

    public static string Hex(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static string Hex(IReadOnlyDictionary<string, string> files) =>
        Hex(string.Join('\n', files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => file.Key + "\0" + file.Value)));
}
