using System.Globalization;

namespace Agentic.Agents.Policy;

/// <summary>The last violation of a page, newest first: what comes later is older, however many validations arrive in between.</summary>
/// <param name="Index">Place of the violation in its validation, from 0.</param>
internal sealed record ViolationCursor(DateTimeOffset At, string ValidationId, int Index)
{
    /// <summary>Null for text that is no cursor.</summary>
    public static ViolationCursor? Read(string text) =>
        text.Split(':') is [var ticks, var id, var index]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.UtcTicks - TimeSpan.TicksPerDay
        && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? new ViolationCursor(new DateTimeOffset(at, TimeSpan.Zero), id, place)
            : null;

    /// <summary>The first violation of a validation that the page before did not show.</summary>
    public int After(ValidationRecord validation) =>
        validation.Id == ValidationId ? Index + 1
        : validation.At == At && string.CompareOrdinal(validation.Id, ValidationId) > 0 ? int.MaxValue
        : 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}:{ValidationId}:{Index}");
}
