namespace Agentic.Agents.Policy.Resources;

/// <summary>
/// Notes what a rule asked of values that are not known while it looked at a resource, so that its silence is told from a pass. What a
/// provider will compute (the id of another resource) is not noted: nobody could have written anything else there.
/// </summary>
internal sealed class UnknownReads : IDisposable
{
    // A rule is a plain function that runs on one thread; a notebook handed through every read would stand in the way of all of them.
    [ThreadStatic]
    private static UnknownReads? current;

    private readonly SortedSet<string> seen = new(StringComparer.Ordinal);
    private string place = "";

    private UnknownReads()
    {
    }

    /// <summary>Attributes that were asked for and are not known, with the inputs they come from where these are known.</summary>
    public IReadOnlyCollection<string> Seen => seen;

    public static UnknownReads Begin() => current = new UnknownReads();

    public void Dispose() => current = null;

    public void Clear() => seen.Clear();

    /// <summary>What is asked from here on stands at this attribute.</summary>
    public static void At(string path)
    {
        if (current is { } notebook)
        {
            notebook.place = path;
        }
    }

    public static void Saw(CloudValue value)
    {
        if (current is not { } notebook || value.PartialText is not null || (value.Origins.Count > 0 && !value.Origins.Any(IsInput)))
        {
            return;
        }

        var inputs = value.Origins.Where(IsInput).ToList();
        notebook.seen.Add(inputs.Count == 0 ? notebook.place : $"{notebook.place} ({string.Join(", ", inputs)})");
    }

    /// <summary>var.x and data.x.y, in any module.</summary>
    private static bool IsInput(string origin) =>
        origin.StartsWith("var.", StringComparison.Ordinal) || origin.StartsWith("data.", StringComparison.Ordinal)
        || origin.Contains(".var.", StringComparison.Ordinal) || origin.Contains(".data.", StringComparison.Ordinal);
}
