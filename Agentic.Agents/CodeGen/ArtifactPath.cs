namespace Agentic.Agents.CodeGen;

/// <summary>Which relative paths a generated file may have: nothing that leaves the folder or means something else on another system.</summary>
internal static class ArtifactPath
{
    private const int Longest = 200;

    /// <summary>Null when the path is good, else what is wrong with it.</summary>
    public static string? Problem(string path)
    {
        if (path.Length is 0 or > Longest)
            return $"A path has 1 to {Longest} characters.";
        if (path.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or '/' or '+')))
            return $"The path '{Printable(path)}' may have letters, digits and - _ . + / only.";
        foreach (var segment in path.Split('/'))
        {
            if (segment.Length == 0)
                return $"The path '{path}' is absolute or has an empty segment.";
            if (segment is "." or ".." || segment[^1] == '.')
                return $"The path '{path}' has the segment '{segment}', which leaves its folder or is read differently elsewhere.";
            if (segment.Equals(".git", StringComparison.OrdinalIgnoreCase))
                return $"The path '{path}' reaches into the repository's own .git folder.";
            if (IsDevice(segment))
                return $"The path '{path}' has the segment '{segment}', which is a device name on Windows.";
        }

        return null;
    }

    private static bool IsDevice(string segment)
    {
        var stem = segment.Split('.')[0].ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL" || (stem.Length == 4 && stem[..3] is "COM" or "LPT" && char.IsAsciiDigit(stem[3]));
    }

    private static string Printable(string path) => string.Concat(path.Select(c => char.IsControl(c) ? '?' : c));
}
