using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Agentic.Host.Http;

/// <summary>What a client asks for in <c>Prefer</c> (RFC 7240); a preference that makes no sense is ignored, as the standard wants.</summary>
internal static class Preferences
{
    /// <summary>Longer waits would be cut by the gateways in front of us, which give a call about 29 s.</summary>
    public const int LongestWaitSeconds = 25;

    /// <summary><c>wait=N</c>, held to <see cref="LongestWaitSeconds"/>; zero where it is not asked for. The first one counts.</summary>
    public static TimeSpan Wait(StringValues prefer)
    {
        foreach (var preference in prefer.SelectMany(line => (line ?? "").Split(',')))
        {
            var token = preference.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries);
            if (token.Length == 2 && token[0].Equals("wait", StringComparison.OrdinalIgnoreCase))
                return int.TryParse(token[1].Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                    ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWaitSeconds))
                    : TimeSpan.Zero;
        }

        return TimeSpan.Zero;
    }
}
