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

        if (head is "" or "sh" or "bash" or "ash" or "/bin/sh" or "/bin/bash" || head.EndsWith("bash -e", StringComparison.Ordinal) || head.EndsWith("sh -e", StringComparison.Ordinal))
        {
            return IsShell(body) ? body : "";
        }

        return instruction.Arguments;
    }

    private static int HeredocStart(string text)
    {
        var at = text.IndexOf("<<", StringComparison.Ordinal);
        return at < 0 ? text.Length : at;
    }

    private static bool IsShell(string body) =>
        !body.StartsWith("#!", StringComparison.Ordinal) || body.AsSpan(0, Math.Max(0, body.IndexOf('\n'))).TrimEnd().EndsWith("sh", StringComparison.Ordinal);
}
