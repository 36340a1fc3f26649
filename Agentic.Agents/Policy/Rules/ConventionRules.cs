using System.Text.RegularExpressions;
using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>The rules whose values an organisation sets: tags, names, instance types.</summary>
internal static class ConventionRules
{
    /// <summary>Attributes that name an instance type, by resource type.</summary>
    private static readonly Dictionary<string, string> TypeAttributes = new(StringComparer.Ordinal)
    {
        ["aws_instance"] = "instance_type",
        ["aws_launch_template"] = "instance_type",
        ["aws_launch_configuration"] = "instance_type",
        ["aws_spot_instance_request"] = "instance_type",
        ["aws_eks_node_group"] = "instance_types",
        ["aws_db_instance"] = "instance_class",
        ["aws_rds_cluster_instance"] = "instance_class",
        ["aws_elasticache_cluster"] = "node_type",
        ["aws_elasticache_replication_group"] = "node_type",
    };

    public static IEnumerable<ResourceRule> All =>
    [
        new("required-tags", ["*"], Tags),
        new("resource-naming", ["*"], Naming),
        new("instance-type-allowed", [.. TypeAttributes.Keys], InstanceType),
    ];

    private static IEnumerable<Breach> Tags(CloudResource resource, RuleContext context)
    {
        var all = resource.At("tags_all");
        var tags = resource.At("tags");
        if (!TaggableTypes.Contains(resource.Type) || tags.MayHoldMore || (all.MayHoldMore && tags.IsNull))
        {
            yield break;
        }

        // Where a plan says what all the tags will be, the provider's own are among them.
        var byProvider = all.IsNull || all.MayHoldMore ? resource.DefaultTags : CloudValue.Null;
        if (byProvider.MayHoldMore)
        {
            yield break;
        }

        var missing = context.Organisation.RequiredTags.Where(tag => !IsSet(tags, tag) && !IsSet(all, tag) && !IsSet(byProvider, tag)).ToList();
        if (missing.Count > 0)
        {
            yield return new Breach($"lacks the tag{(missing.Count > 1 ? "s" : "")} {string.Join(", ", missing)}.", "tags");
        }
    }

    private static bool IsSet(CloudValue tags, string tag) => !tags.Member(tag).IsEmpty;

    private static IEnumerable<Breach> Naming(CloudResource resource, RuleContext context)
    {
        // A CloudFormation logical id is its whole address, and can be letters and digits only: no pattern of ours may ask for more.
        if (resource.Address != resource.Name && !NamePatterns.Of(context.Organisation.NamePattern).IsMatch(resource.Name))
        {
            yield return new Breach($"has a name that does not match {context.Organisation.NamePattern}.");
        }
    }

    private static IEnumerable<Breach> InstanceType(CloudResource resource, RuleContext context)
    {
        var path = TypeAttributes[resource.Type];
        foreach (var value in resource.At(path).Each())
        {
            if (value.AsText() is { Length: > 0 } type && !context.Organisation.InstanceTypes.Any(allowed => Matches(type, allowed)))
            {
                yield return new Breach($"uses the instance type {type}, which is not on the list of allowed types.", path);
                yield break;
            }
        }
    }

    /// <summary>Databases and caches put their kind in front of the same names.</summary>
    private static bool Matches(string type, string allowed)
    {
        var bare = type.StartsWith("db.", StringComparison.Ordinal) ? type[3..] : type.StartsWith("cache.", StringComparison.Ordinal) ? type[6..] : type;
        var pattern = NamePatterns.Of("^" + Regex.Escape(allowed).Replace("\\*", "[^.]*", StringComparison.Ordinal) + "$");
        return pattern.IsMatch(bare) || pattern.IsMatch(type);
    }

    private static class NamePatterns
    {
        private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Regex> Compiled = new(StringComparer.Ordinal);

        public static Regex Of(string pattern) => Compiled.GetOrAdd(pattern, static text => new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
    }
}
