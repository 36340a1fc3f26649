using System.Globalization;

namespace Agentic.Agents.Planner;

/// <summary>Durations as people write them in plans: <c>250ms</c>, <c>90s</c>, <c>10m</c>, <c>2h</c>, <c>7d</c>.</summary>
internal static class Durations
{
    public static TimeSpan? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var unit = text.AsSpan().TrimStart("0123456789");
        return !long.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            ? null
            : unit switch
            {
                "ms" => TimeSpan.FromMilliseconds(amount),
                "s" => TimeSpan.FromSeconds(amount),
                "m" => TimeSpan.FromMinutes(amount),
                "h" => TimeSpan.FromHours(amount),
                "d" => TimeSpan.FromDays(amount),
                _ => null,
            };
    }
}
