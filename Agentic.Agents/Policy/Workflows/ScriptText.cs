using Agentic.Agents.Policy.Dockerfiles;

namespace Agentic.Agents.Policy.Workflows;

/// <summary>Facts about the shell text of a pipeline step that hold for every CI system.</summary>
internal static class ScriptText
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    /// <summary>A download that is run unseen: curl or wget into a shell, through a pipe or a substitution.</summary>
    public static bool RunsADownload(string script)
    {
        foreach (var line in Logical(script))
        {
            var commands = ShellScript.Of(line, Nothing).Commands;
            var downloads = commands.Any(command => command.Program is "curl" or "wget" or "iwr" or "Invoke-WebRequest");
            var shells = commands.Any(command => command.Program is "sh" or "bash" or "zsh" or "python" or "python3" or "node" or "perl" or "ruby" or "eval" or "source" or "iex" or "Invoke-Expression"
                && (command.Words.Count == 0 || command.Words.All(word => ShellCommand.IsFlag(word) || word is "-" or "/dev/stdin" || word.Contains("$()", StringComparison.Ordinal) || !word.Contains('.'))));

            if (downloads && shells && (line.Contains('|') || line.Contains("$(", StringComparison.Ordinal) || line.Contains("<(", StringComparison.Ordinal) || line.Contains('`')))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first line that prints one of <paramref name="marks"/>.</summary>
    public static string? Prints(string script, Func<string, bool> isSecret)
    {
        foreach (var line in Logical(script))
        {
            foreach (var command in ShellScript.Of(line, Nothing).Commands)
            {
                if (command.Program is "printenv" or "env" && command.Words.Count == 0)
                {
                    return line.Trim();
                }

                if (command.Program is "echo" or "printf" or "Write-Host" or "Write-Output" && command.Words.Any(isSecret) && !IsPassedOn(line))
                {
                    return line.Trim();
                }
            }
        }

        return null;
    }

    public static bool SkipsCertificateChecks(string script) => Logical(script).Any(line => ShellScript.Of(line, Nothing).Commands.Any(command =>
        (command.Program == "curl" && (command.HasFlag("insecure") || command.Words.Any(word => word.StartsWith('-') && !word.StartsWith("--", StringComparison.Ordinal) && word.Contains('k'))))
        || (command.Program == "wget" && command.HasFlag("no-check-certificate"))
        || (command.Program == "git" && command.Words.Any(word => word.StartsWith("http.sslVerify=false", StringComparison.OrdinalIgnoreCase)))
        || (command.Program == "npm" && command.HasWord("strict-ssl") && command.HasWord("false"))));

    /// <summary>Lines joined by a backslash are one; the rest stand alone, which is how steps are read by people.</summary>
    private static IEnumerable<string> Logical(string script) => script.Replace("\\\r\n", " ", StringComparison.Ordinal).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n');

    /// <summary>Into a pipe or a file is not into the log.</summary>
    private static bool IsPassedOn(string line) => line.Replace("||", "", StringComparison.Ordinal).Contains('|') || line.Contains('>');
}
