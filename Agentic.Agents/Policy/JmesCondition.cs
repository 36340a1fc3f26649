using DevLab.JmesPath;

namespace Agentic.Agents.Policy;

/// <summary>A JMESPath condition; what goes wrong in it comes back as a sentence.</summary>
internal static class JmesCondition
{
    /// <summary>Why the expression cannot be read; null where it can.</summary>
    public static string? Problem(string expression)
    {
        try
        {
            new JmesPath().Parse(expression);
            return null;
        }
        catch (Exception problem)
        {
            return FirstLine(problem);
        }
    }

    /// <summary>Whether the condition holds: what JMESPath calls true (not false, null or empty).</summary>
    public static (bool? Holds, string? Problem) Evaluate(string expression, string json)
    {
        try
        {
            var result = new JmesPath().Transform(json, expression);
            return (result is not ("false" or "null" or "" or "\"\"" or "[]" or "{}"), null);
        }
        catch (Exception problem)
        {
            // The library throws whatever its functions throw; a condition that cannot be evaluated is reported, not guessed.
            return (null, FirstLine(problem));
        }
    }

    private static string FirstLine(Exception problem) => problem.Message.Split('\n')[0].Trim();
}
