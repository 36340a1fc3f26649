using System.Text;

namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>
/// Quoted text over several lines may be written further left than YAML asks for: kubectl and most readers take it, ours
/// does not. What stands before the first character of such a line means nothing, so it is moved to the right and read again.
/// </summary>
internal static class YamlContinuations
{
    /// <summary>Moves the lines of the quoted text that begins at <paramref name="start"/>; null where none begins there.</summary>
    public static string? Indented(string text, long start, long column)
    {
        if (start < 0 || start >= text.Length || text[(int)start] is not ('"' or '\''))
        {
            return null;
        }

        var at = (int)start;
        var end = Closing(text, at);
        var indent = new string(' ', (int)Math.Min(column + 1, 1_000));
        var moved = new StringBuilder(text.Length + 1_000).Append(text, 0, at);

        for (var i = at; i < end; i++)
        {
            moved.Append(text[i]);

            if (text[i] == '\n')
            {
                moved.Append(indent);
            }
        }

        return moved.Append(text, end, text.Length - end).ToString();
    }

    private static int Closing(string text, int open)
    {
        var quote = text[open];

        for (var i = open + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && quote == '"')
            {
                i++;
            }
            else if (text[i] == quote)
            {
                if (quote == '"' || i + 1 >= text.Length || text[i + 1] != '\'')
                {
                    return i;
                }

                i++;
            }
        }

        return text.Length;
    }
}
