using System.Globalization;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations;

/// <summary>What is said where a change holds more than is read of it.</summary>
internal static class ReviewLimits
{
    public static Refusal TooMany(int read, string what) => Refusal.Unprocessable(string.Create(CultureInfo.InvariantCulture,
        $"There are {read} {what} or more, so what was posted before cannot be told from what is new, and nothing is posted. Open a new one for the same change, or delete what is no longer needed there."));
}
