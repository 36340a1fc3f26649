using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Policy.Reports;

/// <summary>The record of the audit chain that holds a report's evidence: who changes the records later can no longer make the same report.</summary>
/// <param name="Hash">Hash of that record, which every later record of the chain builds on.</param>
internal sealed record ReportAnchor(string Chain, long Number, string Hash)
{
    public static async Task<ReportAnchor?> Append(IAuditTrail audit, ComplianceReport report, Call call, CancellationToken cancellation)
    {
        var subject = $"report {report.Period.Name} {report.Evidence[..16]}";
        var detail = new JsonObject { ["evidence"] = report.Evidence, ["validations"] = report.Validations, ["from"] = report.Period.From, ["to"] = report.Period.To };
        await audit.Append(new AuditRecord(report.MadeAt, "decision", call.Caller.Name, call.Door, "compliance_report", null, subject, null, "reported", detail), cancellation).ConfigureAwait(false);
        var kept = await audit.Read(new AuditFilter(null, "compliance_report", subject, 1, null), cancellation).ConfigureAwait(false);
        return kept.IsRefused || kept.Value.Items is not [var line, ..] ? null : new ReportAnchor(line.Chain, line.Number, line.Hash);
    }
}
