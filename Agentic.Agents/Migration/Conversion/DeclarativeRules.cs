using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

/// <summary>One rule of Jenkins a declarative pipeline breaks, and where.</summary>
internal sealed record RuleBreach(Span Span, string Message);

internal static partial class DeclarativeRules
{
    /// <summary>The <c>pipeline { }</c> call of a statement, if it is one.</summary>
    public static Call? PipelineOf(Stmt statement) => statement switch
    {
        ExpressionStmt { Expression: Call { Callee: Name { Identifier: "pipeline" }, Body: not null } call } when call.Arguments.Count == 1 => call,
        Return { Value: Call { Callee: Name { Identifier: "pipeline" }, Body: not null } call } when call.Arguments.Count == 1 => call,
        _ => null,
    };
}
