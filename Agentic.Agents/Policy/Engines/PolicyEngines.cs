using Microsoft.Extensions.Options;

namespace Agentic.Agents.Policy.Engines;

/// <summary>
/// Every engine of others that takes part, asked side by side and bounded in time and number. What did not answer is said; one that is
/// expected (named in the settings) and did not answer blocks where policy is strict.
/// </summary>
internal sealed class PolicyEngines : IDisposable
{
    private readonly List<(IExternalEngine Engine, bool IsExpected)> engines = [];
    private readonly List<string> absent = [];
    private readonly EngineOptions options;
    private readonly IEngineProcess process;
    private readonly SemaphoreSlim slots;
    private readonly HttpClient http;

    public PolicyEngines(IOptions<EngineOptions> settings, PolicyBooks books, IEngineProcess process)
    {
        options = settings.Value;
        this.process = process;
        slots = new SemaphoreSlim(options.Parallel);
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };
        Aliases = EngineAliases.Of(books.Catalogue);
        if (options.OpaUrl.Length > 0)
        {
            engines.Add((new OpaServer(http, new Uri(options.OpaUrl), options.OpaDecision, options.OpaToken, Limit), true));
        }
        else
        {
            Add("opa", options.OpaExecutable, options.OpaBundle.Length > 0, executable => EngineTools.Opa(executable, options.OpaBundle, options.OpaDecision));
        }

        Add("kyverno", options.KyvernoExecutable, options.KyvernoPolicies.Length > 0, executable => EngineTools.Kyverno(executable, options.KyvernoPolicies));
        Add("trivy", options.TrivyExecutable, false, EngineTools.Trivy);
        Add("checkov", options.CheckovExecutable, false, EngineTools.Checkov);
        Add("gitleaks", options.GitleaksExecutable, false, EngineTools.Gitleaks);
    }

    public EngineAliases Aliases { get; }

    private TimeSpan Limit => TimeSpan.FromSeconds(options.TimeoutSeconds);

    /// <param name="inHaste">Asks servers only; programs take seconds to start.</param>
    public async Task<EngineAnswers> Ask(PolicyContent content, ContentResult seen, bool inHaste, CancellationToken cancellation)
    {
        var asked = engines.Where(each => each.Engine.Reads(content.Type) && !(inHaste && each.Engine is ExecutableEngine)).ToList();
        var missing = new Checked([], [.. absent.Select(name => new NotChecked(name, "It is neither installed nor named in Policy:Engines; only the built-in rules looked.") { IsLimit = true })]);
        if (asked.Count == 0)
        {
            return new EngineAnswers([missing], []);
        }

        var input = new EngineInput(content.Type, content.Files, asked.Exists(each => each.Engine.Name == "opa") ? EngineDocument.Of(content, seen) : null);
        var answers = await Task.WhenAll(asked.Select(each => Ask(each.Engine, each.IsExpected, input, cancellation))).ConfigureAwait(false);
        return new EngineAnswers([.. answers.Select(answer => answer.Answer), missing], [.. answers.Where(answer => answer.Looked).Select(answer => answer.Name)]);
    }

    /// <summary>Vulnerabilities and misconfiguration of one container image; only Trivy can look into one.</summary>
    public async Task<EngineAnswers> AskAboutImage(string image, CancellationToken cancellation)
    {
        var executable = options.TrivyExecutable.Length > 0 ? options.TrivyExecutable : process.Find("trivy");
        if (executable is null)
        {
            return new EngineAnswers([Checked.Unread("trivy", $"It is not installed, so nobody has looked into the image {image}.")], []);
        }

        var engine = new ExecutableEngine(EngineTools.TrivyImage(executable, image), process, Aliases, Limit);
        var (answer, looked, name) = await Ask(engine, true, new EngineInput("image", new Dictionary<string, string>()), cancellation).ConfigureAwait(false);
        return new EngineAnswers([answer], looked ? [name] : []);
    }

    public void Dispose()
    {
        http.Dispose();
        slots.Dispose();
    }

    private void Add(string name, string executable, bool hasPolicies, Func<string, EngineTool> tool)
    {
        var isExpected = executable.Length > 0 || hasPolicies || options.Required.Contains(name, StringComparer.Ordinal);
        var needsPolicies = name is "opa" or "kyverno";
        var path = executable.Length > 0 ? executable
            : isExpected ? name
            : options.Discover && !needsPolicies ? process.Find(name) : null;
        if (path is null)
        {
            absent.Add(name);
        }
        else
        {
            engines.Add((new ExecutableEngine(tool(path), process, Aliases, Limit), isExpected));
        }
    }

    private async Task<(Checked Answer, bool Looked, string Name)> Ask(IExternalEngine engine, bool isExpected, EngineInput input, CancellationToken cancellation)
    {
        var answer = await Bounded(engine, input, cancellation).ConfigureAwait(false);
        return (answer with
        {
            Findings = [.. answer.Findings.Select(finding => finding with { Engine = engine.Name })],
            NotChecked = isExpected ? answer.NotChecked : [.. answer.NotChecked.Select(gap => gap with { IsLimit = true })],
        }, answer.NotChecked.Count == 0, engine.Name);
    }

    private async Task<Checked> Bounded(IExternalEngine engine, EngineInput input, CancellationToken cancellation)
    {
        if (!await slots.WaitAsync(Limit, cancellation).ConfigureAwait(false))
        {
            return Checked.Unread(engine.Name, $"Too many engines were running; it got no turn within {options.TimeoutSeconds} s.");
        }

        try
        {
            return await engine.CheckAsync(input, cancellation).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            return Checked.Unread(engine.Name, $"Its scratch folder could not be written: {broken.Message}");
        }
        finally
        {
            slots.Release();
        }
    }
}
