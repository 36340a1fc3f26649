using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy.Engines;
using Agentic.Agents.Policy.Rules;
using Agentic.Agents.Policy.Secrets;

namespace Agentic.Agents.Policy;

/// <summary>What an evaluation is measured against.</summary>
internal sealed record PolicyBook(
    PolicyCatalogue Catalogue,
    OrganisationRules Organisation,
    IReadOnlyList<PolicyException> Exceptions,
    IReadOnlyList<RulePack> Packs)
{
    public static PolicyBook BuiltIn { get; } = new(PolicyCatalogue.BuiltIn, OrganisationRules.Default, [], []);

    /// <summary>Packs that were asked for and could not be read: their rules did not look.</summary>
    public IReadOnlyList<NotChecked> NotLoaded { get; init; } = [];

    /// <summary>The least severity that blocks where policy is enforced; where it is strict, medium blocks whatever this says.</summary>
    public string BlocksFrom { get; init; } = "medium";
}

/// <summary>What came of one validation.</summary>
/// <param name="Valid">No violation is open.</param>
/// <param name="Blocked">What was validated may not go on in its environment.</param>
/// <param name="Decision">One sentence saying why.</param>
internal sealed record PolicyVerdict(
    bool Valid,
    bool Blocked,
    PolicyMode Mode,
    string Decision,
    IReadOnlyList<Violation> Violations,
    IReadOnlyList<WaivedViolation> Waived,
    IReadOnlyList<string> Engines,
    int Rules,
    IReadOnlyList<NotChecked> NotChecked);

/// <summary>Content in, verdict out: runs the checks, describes what they found, and applies what the organisation agreed on.</summary>
internal static class PolicyEvaluation
{
    /// <summary>More than anyone reads; what is decided counts them all.</summary>
    public const int MostListed = 10_000;

    private const string LeastBlocking = "medium";

    /// <summary>The built-in rules and the organisation's packs over one input; a refusal says what is wrong with the input.</summary>
    public static Outcome<ContentResult> Look(PolicyContent content, PolicyBook book)
    {
        var (checks, refusal) = ContentChecks.Run(content, book.Organisation);
        if (checks is null)
        {
            return Refusal.Unprocessable(refusal!, [new MemberError("content", refusal!)]);
        }

        if (book.Packs.Count == 0)
        {
            return checks;
        }

        var findings = new List<Finding>(checks.Findings);
        var notChecked = new List<NotChecked>(checks.NotChecked);
        foreach (var pack in book.Packs)
        {
            var (found, unclear) = RulePackCheck.Run(pack, content, checks);
            findings.AddRange(found);
            notChecked.AddRange(unclear);
        }

        return checks with { Findings = findings, NotChecked = notChecked };
    }

    /// <summary>Looks and decides, for callers without engines of others.</summary>
    public static Outcome<PolicyVerdict> Evaluate(
        PolicyContent content, string? environment, PolicyBook book, DateTimeOffset now, IReadOnlySet<string>? baseline = null, bool withPatches = false)
    {
        var seen = Look(content, book);
        return seen.IsRefused ? seen.Refusal : Decide(content, seen.Value, EngineAnswers.None, environment, book, now, baseline, withPatches);
    }

    /// <summary>What follows from what was seen: exceptions, suppressions, baseline and the mode of the environment.</summary>
    public static PolicyVerdict Decide(
        PolicyContent content,
        ContentResult seen,
        EngineAnswers engines,
        string? environment,
        PolicyBook book,
        DateTimeOffset now,
        IReadOnlySet<string>? baseline = null,
        bool withPatches = false)
    {
        var merged = EngineMerge.Merge(new Checked(seen.Findings, [.. content.NotChecked, .. book.NotLoaded, .. seen.NotChecked]), engines.Answers);
        var notChecked = new List<NotChecked>(merged.NotChecked);
        var waived = new List<WaivedViolation>();
        var open = new List<(Violation Violation, Finding Finding)>();
        var suppressions = new SuppressionIndex(content, seen, book.Catalogue);
        foreach (var finding in merged.Findings.DistinctBy(found => (found.Rule, found.Resource, found.File, found.Line, found.Fingerprint)))
        {
            if (book.Catalogue.Find(finding.Rule) is { Disabled: true })
            {
                continue;
            }

            var violation = Describe(finding, book.Catalogue);
            if (Waive(violation, finding, environment, book, now, baseline, suppressions, notChecked) is { } why)
            {
                waived.Add(why);
            }
            else
            {
                open.Add((violation, finding));
            }
        }

        open.Sort(static (left, right) => Order(left.Violation, right.Violation));
        var mode = Environments.ModeOf(environment);
        var (blocked, decision) = Decide(mode, [.. open.Select(each => each.Violation)], waived.Count, notChecked, book);
        if (open.Count > MostListed)
        {
            notChecked.Add(new NotChecked("violations", string.Create(CultureInfo.InvariantCulture, $"{open.Count:N0} are open; the {MostListed:N0} most severe are listed.")) { IsLimit = true });
            open.RemoveRange(MostListed, open.Count - MostListed);
        }

        var violations = withPatches
            ? SecretLines.HoldBack(TerraformFix.Offer(PatchOffer.Offer(open, content, book.Catalogue), seen, content, book.Organisation), seen.Findings)
            : [.. open.Select(each => each.Violation)];
        return new PolicyVerdict(
            violations.Count == 0, blocked, mode, decision, violations, waived, [.. seen.Engines.Concat(engines.Names).Distinct(StringComparer.Ordinal)], RulesFor(content.Type, book.Catalogue), [.. notChecked.Distinct()]);
    }

    internal static Violation Describe(Finding finding, PolicyCatalogue catalogue)
    {
        var rule = catalogue.Find(finding.Rule);
        return new Violation(
            rule?.Severity ?? finding.Severity ?? "medium",
            finding.Rule,
            rule?.Aliases ?? [],
            rule?.Category ?? "security",
            finding.Resource,
            finding.File,
            finding.Line,
            finding.Message,
            finding.Fix ?? rule?.Fix ?? "See the rule's documentation.",
            rule?.Frameworks ?? [],
            FingerprintOf(finding, rule))
        {
            EndLine = finding.EndLine,
            Engine = finding.Engine,
        };
    }

    /// <summary>Resources are known by their address alone, so that HCL and plan agree; everything else by file and place.</summary>
    private static string FingerprintOf(Finding finding, RuleDescription? rule)
    {
        var identity = finding.Fingerprint
            ?? (rule?.Type == "terraform" && finding.Resource is not null ? $"{finding.Rule}|{finding.Resource}" : $"{finding.Rule}|{finding.File}|{finding.Resource}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..20];
    }

    private static WaivedViolation? Waive(
        Violation violation, Finding finding, string? environment, PolicyBook book, DateTimeOffset now, IReadOnlySet<string>? baseline, SuppressionIndex suppressions, List<NotChecked> notChecked)
    {
        foreach (var exception in book.Exceptions)
        {
            if (!exception.Covers(violation, environment, book.Catalogue))
            {
                continue;
            }

            if (!exception.IsExpired(now))
            {
                return new WaivedViolation(violation, "exception", exception.Reason, exception.Id, exception.ExpiresAt);
            }

            notChecked.Add(new NotChecked($"exception {exception.Id}", $"It expired on {exception.ExpiresAt:yyyy-MM-dd} and no longer covers {violation.Rule} for {exception.Scope}; {exception.Owner} owns it."));
        }

        if (suppressions.Find(finding) is { } suppression)
        {
            if (suppression.WhyNot(now) is not { } whyNot)
            {
                return new WaivedViolation(violation, "suppression", suppression.Reason, ExpiresAt: suppression.EndsAt);
            }

            notChecked.Add(new NotChecked($"{finding.File}:{suppression.Line}", whyNot));
        }

        return baseline is not null && baseline.Contains(violation.Fingerprint)
            ? new WaivedViolation(violation, "baseline", "It was there before the baseline was taken.")
            : null;
    }

    private static (bool Blocked, string Decision) Decide(PolicyMode mode, List<Violation> open, int waived, List<NotChecked> notChecked, PolicyBook book)
    {
        // Low and info are advice: they are reported everywhere and stop nobody anywhere.
        var from = mode == PolicyMode.Strict || Rank(book.BlocksFrom) < Rank(LeastBlocking) ? LeastBlocking : book.BlocksFrom;
        var blocking = open.Count(violation => Rank(violation.Severity) >= Rank(from));
        var aside = waived == 0 ? "" : $" {waived} more {(waived == 1 ? "is" : "are")} covered by an exception, a suppression or the baseline.";
        if (mode == PolicyMode.Advisory)
        {
            return (false, open.Count == 0 ? $"Nothing is open.{aside}" : $"{Count(open.Count)} open; policy is advisory here, so nothing is blocked.{aside}");
        }

        if (blocking > 0)
        {
            var worst = open[0];
            return (true, $"Blocked: {Count(blocking)} open where policy is {Name(mode)}, first {worst.Rule} on {worst.Resource ?? worst.File}.{aside}");
        }

        var unseen = notChecked.Where(gap => !gap.IsLimit).ToList();
        if (mode == PolicyMode.Strict && unseen.Count > 0)
        {
            return (true, $"Blocked: {unseen.Count} thing{(unseen.Count == 1 ? " was" : "s were")} not checked where policy is strict, first {unseen[0].What}: {unseen[0].Why}");
        }

        return (false, open.Count == 0 ? $"Nothing is open.{aside}" : $"{Count(open.Count)} open, none of severity {from} or above, so nothing is blocked.{aside}");
    }

    private static string Count(int violations) => violations == 1 ? "1 violation is" : $"{violations} violations are";

    private static string Name(PolicyMode mode) => mode == PolicyMode.Strict ? "strict" : "enforced";

    internal static int Rank(string severity) => Array.IndexOf(PolicyCatalogue.Severities, severity);

    private static int Order(Violation left, Violation right)
    {
        var bySeverity = Rank(right.Severity) - Rank(left.Severity);
        if (bySeverity != 0)
        {
            return bySeverity;
        }

        var byFile = string.CompareOrdinal(left.File, right.File);
        return byFile != 0 ? byFile
            : left.Line != right.Line ? Comparer<int?>.Default.Compare(left.Line, right.Line)
            : string.CompareOrdinal(left.Rule + left.Resource, right.Rule + right.Resource);
    }

    private static int RulesFor(string type, PolicyCatalogue catalogue)
    {
        var types = type switch
        {
            "terraform" or "terraform_plan" or "cloudformation" => (string[])["terraform", "secret"],
            "files" => ["terraform", "kubernetes", "dockerfile", "secret", "workflow", "dependencies"],
            _ => [type, "secret"],
        };
        return catalogue.All.Count(rule => !rule.Disabled && types.Contains(rule.Type, StringComparer.Ordinal));
    }
}
