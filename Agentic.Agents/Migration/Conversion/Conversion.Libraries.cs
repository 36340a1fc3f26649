using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private readonly Dictionary<string, Dictionary<string, Method>> _libraries = new(StringComparer.Ordinal);
    private readonly Dictionary<Method, (string Path, SourceText Source)> _libraryOf = new(ReferenceEqualityComparer.Instance);
    private (string Library, Span Call)? _abroad;

    /// <summary>Shared libraries given as sources: every <c>vars/name.groovy</c> is a step called name.</summary>
    private void ReadLibraries()
    {
        foreach (var (path, text) in _request.Libraries)
        {
            if (!path.EndsWith(".groovy", StringComparison.Ordinal) || !path.Contains("vars/", StringComparison.Ordinal)) continue;
            var script = GroovyParser.Parse(text);
            var name = Path.GetFileNameWithoutExtension(path);
            _libraryScripts[path] = script;
            var methods = new Dictionary<string, Method>(StringComparer.Ordinal);
            foreach (var method in script.Statements.OfType<Method>())
            {
                methods[method.Name] = method;
                _libraryOf[method] = (path, script.Source);
            }

            _libraries[name] = methods;
        }

        foreach (var annotation in _script.Statements.OfType<Annotation>().Where(annotation => annotation.Name == "Library"))
            LibraryAccount(annotation.Span);
        foreach (var import in _script.Statements.OfType<Import>())
            Mark(import.Span, Fate.Dropped, "an import; only the calls that use it matter, and they are accounted for themselves");
    }

    private void LibraryAccount(Span span)
    {
        if (_libraries.Count > 0) Mark(span, Fate.Converted, "its steps were given as sources and stand where they are called");
        else Mark(span, Fate.Manual, $"the shared library {Quote(span)} is not in this file: give its sources, or replace the steps that come from it");
    }

    private Method? LibraryMethod(string name, string method) =>
        _libraries.TryGetValue(name, out var methods) && methods.TryGetValue(method, out var found) ? found : null;

    /// <summary>Runs code of another file: its spans mean nothing here, so accounts go to the call.</summary>
    private T Abroad<T>((string Path, SourceText Source) library, Call call, Func<T> run)
    {
        var (source, abroad) = (_source, _abroad);
        _abroad ??= (library.Path, call.Span);
        _source = library.Source;
        try
        {
            return run();
        }
        finally
        {
            (_source, _abroad) = (source, abroad);
        }
    }
}
