namespace Agentic.Agents.Policy.Rules;

/// <summary>What an organisation decides for itself: tags, names and sizes.</summary>
internal sealed record OrganisationRules
{
    public static readonly OrganisationRules Default = new();

    public IReadOnlyList<string> RequiredTags { get; init; } = ["Environment", "Owner", "CostCenter"];

    /// <summary>A regular expression resource names (the second label) must match.</summary>
    public string NamePattern { get; init; } = "^[a-z][a-z0-9_-]*$";

    /// <summary>Instance types allowed, with <c>*</c> as a wildcard.</summary>
    public IReadOnlyList<string> InstanceTypes { get; init; } =
    [
        "t*.*", "serverless",
        .. Sizes("m"), .. Sizes("c"), .. Sizes("r"),
    ];

    /// <summary>General families up to 4xlarge: what most services need, without the machines a typing error makes expensive.</summary>
    private static IEnumerable<string> Sizes(string family) =>
        ((string[])["small", "medium", "large", "xlarge", "2xlarge", "4xlarge"]).Select(size => $"{family}*.{size}");
}
