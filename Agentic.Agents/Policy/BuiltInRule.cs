namespace Agentic.Agents.Policy;

/// <summary>The words that belong to a rule written in code; the catalogue adds aliases and framework controls by id.</summary>
/// <param name="Type">What it reads: kubernetes, dockerfile, secret, workflow, dependencies.</param>
/// <param name="FailsWhen">The failing fact, in the catalogue's wording where the catalogue has it.</param>
/// <param name="Fix">What to do about it, for the person who owns the file.</param>
internal sealed record BuiltInRule(string Id, string Type, string Severity, string Topic, string FailsWhen, string Fix);
