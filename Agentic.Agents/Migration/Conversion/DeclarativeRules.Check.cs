using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

internal static partial class DeclarativeRules
{
    public static IReadOnlyList<RuleBreach> Check(GroovyScript script)
    {
        _ = script;
        return [];
    }
}
