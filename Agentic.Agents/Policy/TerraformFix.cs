using Agentic.Agents.Policy.Resources;
using Agentic.Agents.Policy.Rules;
using Agentic.Agents.Policy.Terraform;

namespace Agentic.Agents.Policy;

/// <summary>Writes the attribute a finding asks for into the block it stands in, and offers it only where the rules then agree.</summary>
internal static class TerraformFix
{
    /// <summary>Each patch is checked by evaluating everything again, so their number is bounded.</summary>
    private const int MostPatches = 40;

    public static List<Violation> Offer(List<Violation> open, ContentResult checks, PolicyContent content, OrganisationRules organisation)
    {
        if (checks.Sources is null)
        {
            return open;
        }

        var before = checks.Findings.Select(found => (found.Rule, found.Resource)).ToHashSet();
        var remaining = MostPatches;
        return [.. open.Select(violation =>
        {
            var found = checks.Resources.FirstOrDefault(candidate => candidate.Finding.Rule == violation.Rule && candidate.Finding.Resource == violation.Resource);
            if (found?.Breach.Remedy is not { } remedy || remaining <= 0)
            {
                return violation;
            }

            var (file, block) = Block(checks.Sources, found.Resource);
            if (file is null || block is null || TerraformSources.IsJson(file.Path))
            {
                return violation;
            }

            remaining--;
            return Patch(file, block, remedy) is { } patch && Cures(patch.Text, file.Path, violation, content, organisation, before)
                ? violation with { Patch = patch.Patch }
                : violation;
        })];
    }

    private static (HclFile? File, HclBlock? Block) Block(TerraformSources sources, CloudResource resource)
    {
        var file = sources.Files.Find(candidate => candidate.Path == resource.File);
        return (file, file?.Body.Blocks.FirstOrDefault(block => block.Span.Line == resource.Line && block.Labels.Contains(resource.Name)));
    }

    private static bool Cures(string text, string path, Violation violation, PolicyContent content, OrganisationRules organisation, HashSet<(string, string?)> before)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, existing) in content.Files)
        {
            files[name] = name == path ? text : existing;
        }

        var (graph, sources) = TerraformConfiguration.Read(files);
        var after = TerraformRules.Check(graph, organisation).Select(found => (found.Finding.Rule, found.Finding.Resource)).ToHashSet();
        return sources.Files.TrueForAll(file => file.Path != path || file.Problems.Count == 0)
            && !after.Contains((violation.Rule, violation.Resource))
            && after.All(before.Contains);
    }

    private static (FixPatch Patch, string Text)? Patch(HclFile file, HclBlock block, Remedy remedy)
    {
        var steps = remedy.Path.Split('.');
        var body = block.Body;
        var line = block.Span.Line;
        for (var i = 0; i < steps.Length; i++)
        {
            if (i == steps.Length - 1 && body.Attribute(steps[i]) is { } attribute)
            {
                return Replace(file, attribute, remedy.Value);
            }

            var nested = i == steps.Length - 1 ? null : body.BlocksOf(steps[i]).FirstOrDefault();
            if (nested is null)
            {
                // A dynamic block or an attribute in its place decides this elsewhere.
                return i < steps.Length - 1 && (body.Attribute(steps[i]) is not null || body.BlocksOf("dynamic").Any(dynamic => dynamic.Labels.Contains(steps[i])))
                    ? null
                    : Insert(file, line, steps[i..], remedy.Value);
            }

            (body, line) = (nested.Body, nested.Span.Line);
        }

        return null;
    }

    private static (FixPatch Patch, string Text)? Replace(HclFile file, HclAttribute attribute, string value)
    {
        if (attribute.Value.Span.Line != attribute.Value.Span.EndLine)
        {
            return null;
        }

        var text = file.Text[..attribute.Value.Span.Start] + value + file.Text[attribute.Value.Span.End..];
        return Describe(file, text, attribute.Span.Line, attribute.Span.Line, LineAt(text, attribute.Span.Line));
    }

    private static (FixPatch Patch, string Text)? Insert(HclFile file, int afterLine, string[] steps, string value)
    {
        var opening = LineAt(file.Text, afterLine);
        if (!opening.TrimEnd().EndsWith('{'))
        {
            return null;
        }

        var indent = opening[..(opening.Length - opening.TrimStart().Length)] + "  ";
        var added = new List<string>();
        for (var i = 0; i < steps.Length; i++)
        {
            var pad = indent + new string(' ', i * 2);
            added.Add(i == steps.Length - 1 ? $"{pad}{steps[i]} = {value}" : $"{pad}{steps[i]} {{");
        }

        for (var i = steps.Length - 2; i >= 0; i--)
        {
            added.Add(indent + new string(' ', i * 2) + "}");
        }

        var at = OffsetAfter(file.Text, afterLine);
        var replacement = string.Join('\n', added);
        return Describe(file, file.Text[..at] + replacement + "\n" + file.Text[at..], afterLine + 1, afterLine, replacement);
    }

    private static (FixPatch Patch, string Text) Describe(HclFile file, string text, int start, int end, string replacement)
    {
        var removed = Enumerable.Range(start, end - start + 1).Select(number => LineAt(file.Text, number)).ToList();
        var added = replacement.Split('\n');
        var from = Math.Max(1, start - 1);
        var context = start > 1 ? " " + LineAt(file.Text, start - 1) + "\n" : "";
        var lead = start > 1 ? 1 : 0;
        var diff = $"--- a/{file.Path}\n+++ b/{file.Path}\n@@ -{from},{removed.Count + lead} +{from},{added.Length + lead} @@\n{context}"
            + string.Concat(removed.Select(line => $"-{line}\n")) + string.Concat(added.Select(line => $"+{line}\n"));
        return (new FixPatch(file.Path, diff, start, end, replacement), text);
    }

    private static int OffsetAfter(string text, int line)
    {
        var at = 0;
        for (var number = 0; number < line; number++)
        {
            var next = text.IndexOf('\n', at);
            if (next < 0)
            {
                return text.Length;
            }

            at = next + 1;
        }

        return at;
    }

    private static string LineAt(string text, int line)
    {
        var from = OffsetAfter(text, line - 1);
        var to = text.IndexOf('\n', from);
        return (to < 0 ? text[from..] : text[from..to]).TrimEnd('\r');
    }
}
