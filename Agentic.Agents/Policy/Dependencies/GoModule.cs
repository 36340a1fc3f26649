namespace Agentic.Agents.Policy.Dependencies;

/// <summary>
/// go.mod: required versions are exact by design, and minimal version selection resolves the rest from them alone, so it is its own lock;
/// go.sum adds digests, not versions. What matters are replacements.
/// </summary>
internal static class GoModule
{
    public static DependencyFile Read(string path, string text)
    {
        var dependencies = new List<Dependency>();
        var sources = new List<SourceStatement>();
        var block = "";
        var number = 0;

        foreach (var raw in text.Split('\n'))
        {
            number++;
            var comment = raw.IndexOf("//", StringComparison.Ordinal);
            var words = (comment < 0 ? raw : raw[..comment]).Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);

            if (words.Length == 0)
            {
                continue;
            }

            if (words[0] == ")")
            {
                block = "";
                continue;
            }

            if (words.Length >= 2 && words[^1] == "(")
            {
                block = words[0];
                continue;
            }

            var (keyword, rest) = block.Length > 0 ? (block, words) : (words[0], words[1..]);

            if (keyword == "require" && rest.Length >= 2)
            {
                dependencies.Add(new Dependency("go", rest[0], rest[1], true, path, number));
            }
            else if (keyword == "replace" && Array.IndexOf(rest, "=>") is > 0 and var arrow && arrow + 1 < rest.Length)
            {
                sources.Add(new SourceStatement(rest[arrow + 1].StartsWith('.') || rest[arrow + 1].StartsWith('/') ? "replace-local" : "replace", $"{rest[0]} by {rest[arrow + 1]}", path, number));
            }
        }

        return new DependencyFile("go", dependencies, sources);
    }
}
