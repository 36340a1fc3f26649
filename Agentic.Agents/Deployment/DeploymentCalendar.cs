using System.Globalization;

namespace Agentic.Agents.Deployment;

/// <summary>A time in which nothing new goes out.</summary>
/// <param name="Environment">Null: every environment.</param>
internal sealed record Freeze(string? Environment, DateTimeOffset From, DateTimeOffset To, string Reason);

/// <summary>Hours of the week in which deployments may start; where an environment has none, any time will do. Times are UTC.</summary>
internal sealed record DeploymentWindow(string Environment, IReadOnlyList<DayOfWeek> Days, TimeOnly From, TimeOnly To);

/// <summary>When deployments may start; rollbacks are always possible.</summary>
internal sealed record DeploymentCalendar(IReadOnlyList<Freeze> Freezes, IReadOnlyList<DeploymentWindow> Windows)
{
    public static DeploymentCalendar Always { get; } = new([], []);

    /// <summary>Why nothing may start in this environment now, or null.</summary>
    public string? Objection(string environment, DateTimeOffset now)
    {
        var freeze = Freezes.FirstOrDefault(f => (f.Environment is null || f.Environment == environment) && f.From <= now && now < f.To);
        if (freeze is not null)
        {
            return $"{environment} is frozen until {freeze.To.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}: {freeze.Reason}";
        }

        var windows = Windows.Where(window => window.Environment == environment).ToList();
        if (windows.Count == 0 || windows.Any(window => Contains(window, now.UtcDateTime)))
        {
            return null;
        }

        var open = string.Join("; ", windows.Select(window =>
            string.Create(CultureInfo.InvariantCulture, $"{string.Join(",", window.Days.Select(day => day.ToString()[..3]))} {window.From:HH\\:mm}-{window.To:HH\\:mm} UTC")));
        return $"{environment} takes deployments only in its windows: {open}.";
    }

    /// <summary>A window that ends before it begins runs past midnight and belongs to the day it begins on.</summary>
    private static bool Contains(DeploymentWindow window, DateTime now)
    {
        var time = TimeOnly.FromDateTime(now);
        if (window.From <= window.To)
        {
            return window.Days.Contains(now.DayOfWeek) && time >= window.From && time < window.To;
        }

        return (window.Days.Contains(now.DayOfWeek) && time >= window.From)
            || (window.Days.Contains(now.AddDays(-1).DayOfWeek) && time < window.To);
    }
}
