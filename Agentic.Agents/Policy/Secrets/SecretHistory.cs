using System.Globalization;
using System.Text;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>Finds secrets in what the commits of a repository ever added. A secret that was removed later is still known to whoever has a copy.</summary>
internal static class SecretHistory
{
    /// <summary>Reads the output of <c>git log -p --unified=0 --format="commit %H"</c>. Each secret is reported once, where it first came in.</summary>
    public static Checked Read(string patch)
    {
        var found = new Dictionary<string, Finding>(StringComparer.Ordinal);
        var notChecked = new List<NotChecked>();

        foreach (var (commit, path, lines) in Added(patch))
        {
            var text = string.Join('\n', lines.Select(line => line.Text));
            var result = SecretPolicy.Check(text, path);
            notChecked.AddRange(result.NotChecked);

            foreach (var finding in result.Findings)
            {
                var line = lines[Math.Clamp((finding.Line ?? 1) - 1, 0, lines.Count - 1)].Number;

                // The log goes backwards in time: the last one seen is the first that happened.
                found[finding.Fingerprint ?? finding.Rule] = finding with
                {
                    Resource = commit,
                    Line = line,
                    EndLine = line,
                    Message = $"{finding.Message.TrimEnd('.')}, added by commit {Short(commit)}.",
                    Fix = "Revoke the secret first: taking it out of the history does not reach the copies others have.",
                };
            }
        }

        return new Checked([.. found.Values], notChecked);
    }

    private static string Short(string commit) => commit.Length > 12 ? commit[..12] : commit;

    private static List<(string Commit, string Path, List<(int Number, string Text)> Lines)> Added(string patch)
    {
        var added = new List<(string, string, List<(int, string)>)>();
        var commit = "";
        var path = "";
        var isHeader = true;
        var number = 0;
        var lines = new List<(int, string)>();

        foreach (var raw in patch.EnumerateLines())
        {
            // Inside a hunk every line starts with a sign, so these three can only be git's own.
            if (raw.StartsWith("commit ", StringComparison.Ordinal) || raw.StartsWith("diff --git ", StringComparison.Ordinal))
            {
                if (lines.Count > 0)
                {
                    added.Add((commit, path, lines));
                    lines = [];
                }

                isHeader = true;
                commit = raw.StartsWith("commit ", StringComparison.Ordinal) ? raw[7..].Trim().ToString() : commit;
            }
            else if (raw.StartsWith("@@ ", StringComparison.Ordinal))
            {
                isHeader = false;
                number = StartOf(raw);
            }
            else if (isHeader && raw.StartsWith("+++ ", StringComparison.Ordinal))
            {
                path = PathOf(raw[4..]);
            }
            else if (!isHeader && raw.StartsWith('+'))
            {
                lines.Add((number++, raw[1..].ToString()));
            }
        }

        if (lines.Count > 0)
        {
            added.Add((commit, path, lines));
        }

        return added;
    }

    private static string PathOf(ReadOnlySpan<char> header)
    {
        var path = header.Trim().Trim('"');
        return (path.StartsWith("b/", StringComparison.Ordinal) ? path[2..] : path).ToString();
    }

    /// <summary>The first new line of <c>@@ -a,b +c,d @@</c>.</summary>
    private static int StartOf(ReadOnlySpan<char> header)
    {
        var plus = header.IndexOf('+');
        var rest = plus < 0 ? [] : header[(plus + 1)..];
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? rest : rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : 1;
    }
}
