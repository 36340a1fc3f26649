using System.Globalization;

namespace Agentic.Agents.Migration.Conversion;

/// <summary>Gives Jenkins' <c>H</c> a fixed place: a hash of the project's name picks it, the same on every run.</summary>
internal static class CronSpread
{
    private static readonly (int Low, int High)[] Ranges = [(0, 59), (0, 23), (1, 28), (1, 12), (0, 6)];

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@yearly"] = "H H H H *", ["@annually"] = "H H H H *", ["@monthly"] = "H H H * *", ["@weekly"] = "H H * * H",
        ["@daily"] = "H H * * *", ["@midnight"] = "H H(0-2) * * *", ["@hourly"] = "H * * * *",
    };

    public sealed record Line(string Source, string? Cron, string? TimeZone, string? Parameters);

    /// <summary>The entries of a Jenkins schedule; a line that is not a schedule has no cron.</summary>
    public static IReadOnlyList<Line> Translate(string spec, string project)
    {
        var lines = new List<Line>();
        string? zone = null;
        foreach (var raw in spec.Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.StartsWith("TZ=", StringComparison.Ordinal))
            {
                zone = line[3..];
                continue;
            }

            var percent = line.IndexOf('%');
            var parameters = percent >= 0 ? line[(percent + 1)..].Trim() : null;
            var expression = percent >= 0 ? line[..percent].Trim() : line;
            if (Aliases.TryGetValue(expression, out var alias)) expression = alias;
            lines.Add(new Line(line, Fields(expression, project), zone, parameters));
        }

        return lines;
    }

    private static string? Fields(string expression, string project)
    {
        var fields = expression.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5) return null;
        var result = new string[5];
        for (var i = 0; i < 5; i++)
        {
            var parts = fields[i].Split(',').Select(part => Part(part, i, project)).ToArray();
            if (parts.Any(part => part is null)) return null;
            result[i] = string.Join(',', parts);
        }

        return string.Join(' ', result);
    }

    private static string? Part(string part, int field, string project)
    {
        var (low, high) = Ranges[field];
        if (!part.StartsWith('H'))
        {
            if (part.Length == 0 || part.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('*' or '/' or '-' or '?'))) return null;
            return field == 4 && part == "7" ? "0" : part.Replace('?', '*');
        }

        var rest = part[1..];
        if (rest.StartsWith('('))
        {
            var close = rest.IndexOf(')', StringComparison.Ordinal);
            if (close < 0 || rest[1..close].Split('-') is not [var from, var to] || !Number(from, out low) || !Number(to, out high) || high < low) return null;
            rest = rest[(close + 1)..];
        }

        var hash = Hash(project, field);
        if (rest.Length == 0) return (low + (int)(hash % (uint)(high - low + 1))).ToString(CultureInfo.InvariantCulture);
        if (!rest.StartsWith('/') || !Number(rest[1..], out var every) || every < 1) return null;
        var first = low + (int)(hash % (uint)Math.Min(every, high - low + 1));
        var places = new List<string>();
        for (var at = first; at <= high; at += every) places.Add(at.ToString(CultureInfo.InvariantCulture));
        return string.Join(',', places);
    }

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>FNV-1a: small, and the same on every machine.</summary>
    private static uint Hash(string project, int field)
    {
        var hash = 2166136261u;
        foreach (var c in project) hash = (hash ^ c) * 16777619u;
        hash = (hash ^ (uint)field) * 16777619u;
        hash ^= hash >> 15;
        return hash * 2246822519u >> 3;
    }
}
