using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Agentic.Agents.Operations;

/// <summary>Loads YAML that others wrote. Its nesting is counted first, since loading follows it with the stack, and that is finite.</summary>
internal static class BoundedYaml
{
    // A stream and its document count as one level each.
    private const int Around = 2;

    /// <exception cref="YamlException">It is no YAML, or nested deeper than allowed.</exception>
    public static YamlStream Load(string text, int deepest)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext();)
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > deepest + Around)
            {
                throw new YamlException(parser.Current.Start, parser.Current.End, $"it is nested deeper than {deepest} levels.");
            }
        }

        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream;
    }
}
