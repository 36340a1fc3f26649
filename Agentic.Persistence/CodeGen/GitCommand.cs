using System.Globalization;
using System.Text;
using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.Deployment.Processes;
using Agentic.Agents.Operations;
using Polly;
using Polly.Retry;

namespace Agentic.Persistence.CodeGen;

/// <summary>
/// Runs git against a server. The token goes by the environment of that one process, never by its arguments; no setting of the machine,
/// credential helper or hook takes part; redirects are not followed, since the token would follow them; only HTTP is spoken.
/// </summary>
internal sealed class GitCommand(string folder, GitRemote remote, TimeProvider time)
{
    private const int Shown = 400;

    public string Url => remote.ToString();

    private readonly ResiliencePipeline<CommandResult> _repeated = new ResiliencePipelineBuilder<CommandResult> { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<CommandResult>
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(300),
            BackoffType = DelayBackoffType.Exponential,
            ShouldHandle = new PredicateBuilder<CommandResult>().HandleResult(result => !result.Succeeded && !result.TimedOut && IsPassing(result.Output)),
        }).Build();

    /// <summary>Something that may be done twice without harm; tried again when the server is away for a moment.</summary>
    public Task<CommandResult> Read(CancellationToken cancellation, params string[] arguments) =>
        _repeated.ExecuteAsync(async token => await Write(token, arguments).ConfigureAwait(false), cancellation).AsTask();

    public Task<CommandResult> Write(CancellationToken cancellation, params string[] arguments) =>
        BoundedCommand.Run(["git", .. arguments], folder, Environment(), remote.Timeout, cancellation, grace: TimeSpan.FromSeconds(1), outputLimit: 2 * 1024 * 1024);

    /// <summary>What the server or git said, as something a person can act on.</summary>
    public Refusal Refused(CommandResult result)
    {
        var said = result.Output.Replace(remote.Token.Length > 0 ? remote.Token : "\n\n", Redactor.Mark, StringComparison.Ordinal).Trim();
        if (said.Length > Shown)
            said = said[^Shown..];
        var text = result.Output;
        if (result.ExitCode is null && !result.TimedOut)
            return Refusal.Unavailable("git is not installed on this host; install it to reach Git servers.");
        if (result.TimedOut)
            return Refusal.Unavailable(string.Create(CultureInfo.InvariantCulture, $"{remote} did not answer within {remote.Timeout.TotalSeconds:0} s. Whether anything was written is not known; ask again, what is there already is found."));
        if (Has(text, "Authentication failed", "could not read Username", "could not read Password", "error: 401", "HTTP code 401"))
            return Refusal.Unprocessable($"{remote} does not accept the token of this connection. Ask whoever runs this host for a new one.");
        if (Has(text, "error: 403", "HTTP code 403"))
            return Refusal.Unprocessable($"{remote}: the token of this connection may not do this; it needs the right to read and write the repository.");
        if (Has(text, "not found", "error: 404"))
            return Refusal.NotFound($"{remote} does not exist, or the token may not see it.");
        if (Has(text, "unable to update url base from redirection", "error: 301", "error: 302", "error: 307", "error: 308"))
            return Refusal.Unprocessable($"{remote} redirects elsewhere. Use the address it redirects to.");
        if (Has(text, "pre-receive hook declined", "protected branch", "hook declined", "[remote rejected]"))
            return Refusal.Unprocessable($"{remote} refuses the push: {said}");
        if (Has(text, "[rejected]", "non-fast-forward", "fetch first", "stale info"))
            return Refusal.Conflict($"{remote} has moved on meanwhile. Nothing was written; ask again.");
        return Refusal.Unavailable($"{remote} cannot be used: {said}");
    }

    private static bool IsPassing(string output) =>
        Has(output, "error: 502", "error: 503", "error: 504", "HTTP code 502", "HTTP code 503", "HTTP code 504", "Connection refused", "Connection reset", "Could not resolve host", "Empty reply", "early EOF", "unexpected disconnect");

    private static bool Has(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private Dictionary<string, string> Environment()
    {
        var environment = ScrubbedEnvironment.ForBuild(folder);
        environment["HOME"] = folder;
        environment["LC_ALL"] = "C";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        (string Key, string Value)[] settings =
        [
            ("http.followRedirects", "false"),
            ("http.extraHeader", remote.Token.Length == 0 ? "" : "Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{remote.Username}:{remote.Token}"))),
            ("credential.helper", ""),
            ("core.hooksPath", "/dev/null"),
            ("protocol.allow", "never"),
            ("protocol.http.allow", "always"),
            ("protocol.https.allow", "always"),
            ("transfer.fsckObjects", "true"),
            ("gc.auto", "0"),
        ];
        environment["GIT_CONFIG_COUNT"] = settings.Length.ToString(CultureInfo.InvariantCulture);
        for (var index = 0; index < settings.Length; index++)
        {
            environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_KEY_{index}")] = settings[index].Key;
            environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_VALUE_{index}")] = settings[index].Value;
        }

        return environment;
    }
}
