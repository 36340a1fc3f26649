using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Policy.Reports;

/// <summary>
/// Makes the report of a quarter when the quarter has ended and keeps it as an artifact, so that the auditor's report is the one of that day
/// and nobody has to remember to ask for it. A quarter without validations has none.
/// </summary>
internal sealed partial class QuarterlyReport(ComplianceReports reports, IPolicyRecords records, IPolicyArtifacts? artifacts, TimeProvider time, ILogger<QuarterlyReport> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private static readonly Caller Clerk = new("schedule:compliance-report", [Scope.Read]);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (artifacts is not null && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await MakeWhereDue(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                LogNotMade(problem.Message);
            }

            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The report of the last quarter that has ended; null where it was kept before or there is nothing to report.</summary>
    internal async Task<KeptReport?> MakeWhereDue(CancellationToken cancellation)
    {
        var quarter = ReportPeriod.LastFinished(time.GetUtcNow());
        if (artifacts is null || await records.Report(quarter, cancellation).ConfigureAwait(false) is not null || !await IsAnything(quarter, cancellation).ConfigureAwait(false))
        {
            return null;
        }

        var made = await reports.Make(quarter, new Call(Clerk, "schedule"), cancellation).ConfigureAwait(false);
        var artifact = await artifacts.Keep(
            new Dictionary<string, string>
            {
                ["report.json"] = made.Report.ToJson().ToJsonString(AgenticJson.Options),
                ["report.html"] = ComplianceHtml.Write(made.Report),
                ["report.sarif"] = reports.Sarif(made),
            },
            cancellation).ConfigureAwait(false);
        var kept = new KeptReport(quarter, made.Report.MadeAt, artifact, made.Report.Evidence);
        await records.Keep(kept, cancellation).ConfigureAwait(false);
        return kept;
    }

    private async Task<bool> IsAnything(string quarter, CancellationToken cancellation)
    {
        var period = ReportPeriod.Of(quarter, time.GetUtcNow());
        await foreach (var _ in records.Between(period.From, period.To, newestFirst: false, cancellation).ConfigureAwait(false))
        {
            return true;
        }

        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The compliance report of the last quarter was not made and is tried again in an hour: {Reason}")]
    private partial void LogNotMade(string reason);
}
