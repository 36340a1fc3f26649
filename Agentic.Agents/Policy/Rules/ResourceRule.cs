using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>One rule over resources. What it says about itself (severity, text, controls) is in the catalogue.</summary>
/// <param name="Types">The resource types it looks at; <c>*</c> for every managed one.</param>
/// <param name="Check">Yields what is wrong; nothing where all is well or cannot be known.</param>
internal sealed record ResourceRule(string Id, IReadOnlyList<string> Types, Func<CloudResource, RuleContext, IEnumerable<Breach>> Check)
{
    public CloudResourceMode Mode { get; init; }
}

/// <param name="Fact">Continues "aws_s3_bucket.a …": what is the case, without the name.</param>
/// <param name="Path">The attribute that shows it, for the line.</param>
/// <param name="Remedy">The attribute value that would cure it, where one does.</param>
internal sealed record Breach(string Fact, string Path = "", Remedy? Remedy = null)
{
    /// <summary>The resource at fault, where it is another than the one that shows it: a bucket whose ACL is written beside it.</summary>
    public CloudResource? About { get; init; }
}

/// <summary>Sets one attribute, in nested blocks where the path has dots. The value is HCL.</summary>
internal sealed record Remedy(string Path, string Value);

/// <summary>What a rule may look at beyond the resource itself.</summary>
internal sealed record RuleContext(ResourceGraph Graph, OrganisationRules Organisation);
