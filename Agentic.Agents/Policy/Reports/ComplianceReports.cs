using System.Text.Json;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Policy.Reports;

/// <summary>Makes the compliance report of a period from the records, and anchors its evidence in the audit chain.</summary>
internal sealed class ComplianceReports(PolicyBooks books, IPolicyRecords records, IAuditTrail? audit, TimeProvider time)
{
    /// <param name="quarter"><c>2026-Q3</c>, or <c>current</c> for the last 90 days.</param>
    public async Task<MadeReport> Make(string quarter, Call call, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var period = ReportPeriod.Of(quarter, now);
        var (current, previous) = (new ComplianceCount(books.Catalogue), new ComplianceCount(books.Catalogue));
        var latest = new Dictionary<(string? Subject, string Fingerprint), Violation>();
        await foreach (var validation in records.Between(period.From, period.To, newestFirst: false, cancellation).ConfigureAwait(false))
        {
            current.Add(validation);
            foreach (var violation in validation.Violations.Where(violation => latest.Count < SarifLog.MostResults || latest.ContainsKey((validation.Subject, violation.Fingerprint))))
            {
                latest[(validation.Subject, violation.Fingerprint)] = violation;
            }
        }

        await foreach (var validation in records.Between(period.Before, period.From, newestFirst: false, cancellation).ConfigureAwait(false))
        {
            previous.Add(validation);
        }

        var report = ComplianceReport.Of(period, current, previous, await records.Exceptions(cancellation).ConfigureAwait(false), now) with
        {
            Kept = await records.Report(period.Name, cancellation).ConfigureAwait(false),
        };
        return new MadeReport(report with { Anchor = audit is null ? null : await ReportAnchor.Append(audit, report, call, cancellation).ConfigureAwait(false) }, [.. latest.Values]);
    }

    public string Sarif(MadeReport made) => JsonSerializer.Serialize(SarifLog.Write(made.Violations, books.Catalogue), AgenticJson.Options);
}

/// <param name="Violations">Every violation of the period once, as it was last seen; at most <see cref="SarifLog.MostResults"/>.</param>
internal sealed record MadeReport(ComplianceReport Report, IReadOnlyList<Violation> Violations);
