namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>What a RUN really runs: its shell text, its JSON words, or the here-document it is given as a script.</summary>
internal static class RunScript
{
    public static ShellScript Of(Instruction instruction)
    {
        if (instruction.Keyword != "RUN")
        {
            return ShellScript.Empty;
        }

        if (instruction.Exec is { Count: > 0 } words)
        {
            return ShellScript.Exec(words);
        }

        return ShellScript.Of(Text(instruction), instruction.Variables);
    }

    /// <summary>The text a shell reads, without here-documents that are the input of another program.</summary>
    public static string Text(Instruction instruction)
    {
        if (instruction.Heredocs.Count == 0)
        {
            return instruction.Arguments;
        }

        var head = instruction.Arguments[..HeredocStart(instruction.Arguments)].Trim();
        var body = instruction.Heredocs[0].Body;

        if (head.Length == 0)
        {
            return IsShell(body) ? body : "";
        }

        // The call of the shell stays: its flags (-o pipefail) are those of the script.
        return IsShellCall(head) ? $"{head}\n{body}" : instruction.Arguments;
    }

    private static int HeredocStart(string text)
    {
        var at = text.IndexOf("<<", StringComparison.Ordinal);
        return at < 0 ? text.Length : at;
    }

    /// <summary>A shell with flags only reads its script from the here-document.</summary>
    private static bool IsShellCall(string head)
    {
        var words = DockerWords.Split(head);
        return words.Count > 0 && IsShellName(words[0])
            && words.Skip(1).All(word => (word.StartsWith('-') && !word.EndsWith('c')) || word is "pipefail" or "errexit" or "nounset" or "xtrace");
    }

    private static bool IsShell(string body)
    {
        if (!body.StartsWith("#!", StringComparison.Ordinal))
        {
            return true;
        }

        var end = body.IndexOf('\n', StringComparison.Ordinal);
        return DockerWords.Split(body[2..(end < 0 ? body.Length : end)]).Any(IsShellName);
    }

    private static bool IsShellName(string program) => program[(program.LastIndexOf('/') + 1)..] is "sh" or "bash" or "ash" or "dash" or "zsh" or "ksh";
}
