using System.Globalization;
using System.Text;

namespace Agentic.Agents.Policy;

/// <summary>Tells the story of one validation from its record.</summary>
internal static class PolicyExplanation
{
    public static string Of(ValidationRecord record)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{record.Caller} validated {record.Type}{(record.Subject is null ? "" : $" of {record.Subject}")} for {record.Environment ?? "no environment"} at {record.At:yyyy-MM-dd HH:mm} UTC. {record.Decision}");
        foreach (var violation in record.Violations.Take(10))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- {violation.Severity} {violation.Rule}: {violation.Message} {violation.Fix}");
        }

        if (record.Violations.Count > 10)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- and {record.Violations.Count - 10} more.");
        }

        foreach (var waived in record.Waived.Take(10))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- not counted ({waived.Kind}): {waived.Violation.Rule} on {waived.Violation.Resource ?? waived.Violation.File}: {waived.Reason}");
        }

        foreach (var missing in record.NotChecked.Take(10))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- not checked: {missing.What}: {missing.Why}");
        }

        return text.ToString();
    }
}
