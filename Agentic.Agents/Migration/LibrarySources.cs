using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;
using Call = Agentic.Agents.Migration.Groovy.Call;

namespace Agentic.Agents.Migration;

/// <summary>Finds the sources of the libraries a Jenkinsfile asks for: those the operator configured and those the request names.</summary>
internal sealed class LibrarySources(IOptions<MigrationOptions> configured, ILibrarySource source)
{
    private readonly MigrationOptions _options = configured.Value;

    /// <summary>The choices with the sources of every library whose address is known; what the request gave itself wins.</summary>
    public async Task<Outcome<MigrationChoices?>> Complete(string jenkinsfile, MigrationChoices? choices, CancellationToken cancellation)
    {
        if (_options.Libraries.Count == 0 && choices?.LibraryUrls is not { Count: > 0 }) return choices;
        var found = new Dictionary<string, string>(choices?.Libraries ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (name, revision) in Asked(jenkinsfile))
        {
            LibraryAddress? address = choices?.LibraryUrls?.GetValueOrDefault(name) is { } given ? new LibraryAddress(name, given, Trusted: false)
                : _options.Libraries.TryGetValue(name, out var known) ? new LibraryAddress(name, known.Url, Trusted: true) : null;
            if (address is null) continue;
            var read = await source.Read(address, revision ?? (address.Trusted && _options.Libraries[name].Branch is { Length: > 0 } branch ? branch : null), cancellation);
            if (read.Refusal is { } refusal) return refusal;
            foreach (var (path, text) in read.Value!) found.TryAdd(path, text);
        }

        return (choices ?? new MigrationChoices()) with { Libraries = found };
    }

    /// <summary>Names and revisions of <c>@Library('name@revision')</c>, <c>library 'name'</c> and the libraries section.</summary>
    private static IEnumerable<(string Name, string? Revision)> Asked(string jenkinsfile)
    {
        if (jenkinsfile.Length > JenkinsfileMigration.LargestSource) return [];
        var script = GroovyParser.Parse(jenkinsfile);
        var annotated = script.Statements.OfType<Annotation>().Where(annotation => annotation.Name == "Library").SelectMany(annotation => annotation.Arguments.Select(argument => argument.Value));
        var called = SyntaxWalk.All(script.Statements).OfType<Groovy.Call>().Where(call => call.StepName is "library" or "lib").Select(call => call.Named("identifier") ?? call.Positional.FirstOrDefault()).OfType<Expr>();
        return annotated.Concat(called).SelectMany(value => value is ListLiteral list ? list.Items : [value]).OfType<Text>().Select(text => text.Constant).OfType<string>()
            .Select(text => text.Split('@', 2)).Select(parts => (parts[0], parts.Length > 1 ? parts[1] : null)).Distinct();
    }
}
