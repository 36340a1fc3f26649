using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>The values of a block's body: attributes as they are, nested blocks as lists of maps, dynamic blocks unfolded.</summary>
internal static class HclBlockValues
{
    public static readonly IReadOnlySet<string> NoMeta = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Names that say how a resource is managed, not what it is.</summary>
    public static readonly IReadOnlySet<string> ResourceMeta = new HashSet<string>(StringComparer.Ordinal)
    {
        "count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection",
    };

    public static CloudValue Evaluate(HclBody body, HclScope scope, IReadOnlySet<string> meta)
    {
        var members = new Dictionary<string, CloudValue>(StringComparer.Ordinal);
        foreach (var attribute in body.Attributes)
        {
            if (!meta.Contains(attribute.Name))
            {
                members[attribute.Name] = HclEvaluation.Evaluate(attribute.Value, scope);
            }
        }

        var blocks = new Dictionary<string, (List<CloudValue> Items, bool Open)>(StringComparer.Ordinal);
        var open = false;
        foreach (var block in body.Blocks)
        {
            if (meta.Contains(block.Type))
            {
                continue;
            }

            if (block is { Type: "dynamic", Labels: [var type] })
            {
                var (items, isOpen) = blocks.TryGetValue(type, out var before) ? before : ([], false);
                isOpen |= Unfold(block, type, scope, items);
                blocks[type] = (items, isOpen);
            }
            else
            {
                var (items, isOpen) = blocks.TryGetValue(block.Type, out var before) ? before : ([], false);
                items.Add(Evaluate(block.Body, scope, NoMeta));
                blocks[block.Type] = (items, isOpen);
            }
        }

        foreach (var (type, (items, isOpen)) in blocks)
        {
            // A dynamic block that unfolds to nothing is as if it were not there.
            if (items.Count > 0 || isOpen)
            {
                members.TryAdd(type, CloudValue.Of(items, isOpen));
            }
        }

        return CloudValue.Of(members, open);
    }

    /// <summary>Adds the blocks a dynamic block makes; true where it may make more.</summary>
    private static bool Unfold(HclBlock block, string type, HclScope scope, List<CloudValue> items)
    {
        if (block.Body.Expression("for_each") is not { } each || block.Body.BlocksOf("content").FirstOrDefault() is not { } content)
        {
            return true;
        }

        var iterator = block.Body.Expression("iterator") switch
        {
            HclName name => name.Name,
            HclTemplate { Parts: [HclText { Value: var text }] } => text,
            _ => type,
        };
        var source = HclEvaluation.Evaluate(each, scope);
        if (source.IsUnknown)
        {
            scope.Budget.HasUnknownBlocks = true;
            if (scope.Budget.UnknownBlocks == UnknownBlocks.Once)
            {
                items.Add(Evaluate(content.Body, scope.With(iterator, CloudValue.Unknown), NoMeta));
            }

            return scope.Budget.UnknownBlocks == UnknownBlocks.Open;
        }

        var isMap = source.Kind == CloudValueKind.Map;
        foreach (var (key, item) in HclEvaluation.Pairs(source))
        {
            var current = new Dictionary<string, CloudValue>(StringComparer.Ordinal) { ["key"] = isMap ? key : item.IsUnknown ? CloudValue.Unknown : key, ["value"] = item };
            items.Add(Evaluate(content.Body, scope.With(iterator, CloudValue.Of(current)), NoMeta));
            if (!scope.Budget.Step())
            {
                return true;
            }
        }

        return source.IsOpen;
    }

    /// <summary>The line of the attribute or block a dotted path names, or of the deepest part of it that is written down.</summary>
    public static int? LineOf(HclBody body, string path)
    {
        int? line = null;
        foreach (var step in path.Split('.'))
        {
            if (body.Attribute(step) is { } attribute)
            {
                return attribute.Span.Line;
            }

            var block = body.Blocks.FirstOrDefault(candidate => candidate.Type == step || (candidate is { Type: "dynamic", Labels: [var label] } && label == step));
            if (block is null)
            {
                return line;
            }

            line = block.Span.Line;
            body = block.Type == "dynamic" && block.Body.BlocksOf("content").FirstOrDefault() is { } content ? content.Body : block.Body;
        }

        return line;
    }
}
