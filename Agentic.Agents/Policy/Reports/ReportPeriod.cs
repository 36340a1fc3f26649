using System.Globalization;

namespace Agentic.Agents.Policy.Reports;

/// <summary>The span a report covers, and the start of the span before it, for the trend.</summary>
internal sealed record ReportPeriod(string Name, DateTimeOffset Before, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Name of the last quarter that is over, in UTC.</summary>
    public static string LastFinished(DateTimeOffset now)
    {
        var before = now.UtcDateTime.AddMonths(-3);
        return string.Create(CultureInfo.InvariantCulture, $"{before.Year:0000}-Q{((before.Month - 1) / 3) + 1}");
    }

    public static ReportPeriod Of(string quarter, DateTimeOffset now)
    {
        if (quarter == "current")
        {
            return new ReportPeriod("last 90 days", now.AddDays(-180), now.AddDays(-90), now.AddSeconds(1));
        }

        var year = int.Parse(quarter.AsSpan(0, 4), CultureInfo.InvariantCulture);
        var from = new DateTimeOffset(Math.Max(2, year), ((quarter[^1] - '1') * 3) + 1, 1, 0, 0, 0, TimeSpan.Zero);
        return new ReportPeriod(quarter.ToUpperInvariant(), from.AddMonths(-3), from, from.AddMonths(3));
    }
}
