using Agentic.Agents.Integrations;
using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Agentic.Tests.Integrations;

internal sealed partial class GitHubRepositoriesTests
{
    [Test]
    public async Task Refuses_a_wrong_token_without_repeating_it()
    {
        var seen = await Test("ghp_1111111111111111111111111111111111bb");

        Assert.That(seen.Refusal!.Kind, Is.EqualTo(RefusalKind.Unprocessable));
        Assert.That(seen.Refusal.Reason, Is.EqualTo("GitHub does not accept this token; it is wrong, expired or revoked."));
    }

    [TestCase(403, "Retry-After", "17", RefusalKind.Throttled, 17)]
    [TestCase(429, "Retry-After", "5", RefusalKind.Throttled, 5)]
    [TestCase(429, "X-None", "", RefusalKind.Throttled, 60)]
    public async Task Waits_as_long_as_GitHub_asks(int status, string header, string value, RefusalKind kind, int seconds)
    {
        _github.Instead = Always(status, "application/json", """{"message":"You have exceeded a secondary rate limit."}""", (header, value));

        var seen = await Test(Token);

        Assert.That(seen.Refusal!.Kind, Is.EqualTo(kind));
        Assert.That(seen.Refusal.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [Test]
    public async Task Knows_a_used_up_rate_limit_by_its_headers()
    {
        var reset = TimeProvider.System.GetUtcNow().AddSeconds(100).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        _github.Instead = Always(403, "application/json", """{"message":"API rate limit exceeded for user ID 1."}""", ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", reset));

        var seen = await Test(Token);

        Assert.That(seen.Refusal!.Reason, Is.EqualTo("GitHub's rate limit is used up for this token."));
        Assert.That(seen.Refusal.RetryAfter!.Value.TotalSeconds, Is.InRange(1, 101));
    }

    [Test]
    public async Task Says_that_single_sign_on_is_missing_and_where_to_give_it()
    {
        _github.Instead = Always(403, "application/json", """{"message":"Resource protected by organization SAML enforcement."}""", ("X-GitHub-SSO", "required; url=https://github.com/orgs/acme/sso?authorization_request=1"));

        var seen = await Test(Token);

        Assert.That(seen.Refusal!.Reason, Does.Contain("single sign-on").And.Contain("https://github.com/orgs/acme/sso?authorization_request=1"));
    }

    [Test]
    public async Task Reads_again_after_a_passing_error_and_never_writes_twice()
    {
        _github.AddRepository("acme/shop");
        var failures = 0;
        _github.Instead = async http =>
        {
            if (http.Request.Method == "GET" ? failures++ > 0 : http.Request.Path != "/api/v3/repos/acme/shop/git/trees")
                return false;
            http.Response.StatusCode = 502;
            await http.Response.WriteAsync("<html>Bad gateway</html>");
            return true;
        };

        var commit = await Commit("b", [Text("x", "x")]);

        Assert.That(commit.Refusal!.Kind, Is.EqualTo(RefusalKind.Unavailable));
        Assert.That(commit.Refusal.Reason, Is.EqualTo("GitHub answered 502."));
        Assert.That(_github.Requests.Count(request => request.EndsWith("/git/trees", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Takes_no_web_page_for_an_answer()
    {
        _github.Instead = Always(200, "text/html", "<html>Sign in</html>");

        Assert.That((await Test(Token)).Refusal!.Reason, Does.Contain("answered text/html, not JSON"));
    }

    [Test]
    public async Task Follows_a_renamed_repository_and_no_redirect_to_another_server()
    {
        _github.AddRepository("acme/new");
        _github.Instead = async http =>
        {
            if (!http.Request.Path.Value!.StartsWith("/api/v3/repos/acme/old", StringComparison.Ordinal) && http.Request.Path != "/api/v3/user")
                return false;
            http.Response.StatusCode = 301;
            http.Response.Headers.Location = http.Request.Path == "/api/v3/user" ? "http://127.0.0.2:9/login" : _github.Url + "repos/acme/new";
            await http.Response.CompleteAsync();
            return true;
        };

        var renamed = await Ensure("acme/old");
        var elsewhere = await Test(Token);

        Assert.That(renamed.Value?.Name, Is.EqualTo("acme/new"), renamed.Refusal?.Reason);
        Assert.That(elsewhere.Refusal!.Reason, Does.Contain("redirects to http://127.0.0.2:9"));
    }

    [Test]
    public async Task Gives_up_on_a_server_that_does_not_answer_or_does_not_exist()
    {
        var quick = new GitHubRepositories(Options.Create(new GitHubOptions { RequestTimeoutSeconds = 1 }), TimeProvider.System);
        _github.Instead = async http =>
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };

        var slow = await quick.Test(_account, null, CancellationToken.None);
        await _github.DisposeAsync();
        var gone = await quick.Test(_account, null, CancellationToken.None);

        Assert.That(slow.Refusal!.Kind, Is.EqualTo(RefusalKind.Unavailable));
        Assert.That(slow.Refusal.Reason, Does.EndWith("did not answer in time."));
        Assert.That(gone.Refusal!.Kind, Is.EqualTo(RefusalKind.Unavailable));
        Assert.That(gone.Refusal.Reason, Does.Contain("cannot be reached"));
    }

    [Test]
    public void Stops_when_the_work_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        _github.Instead = async http =>
        {
            await cancelled.CancelAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };

        Assert.That(async () => await _repositories.Test(_account, null, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private static Func<HttpContext, Task<bool>> Always(int status, string media, string body, params (string Name, string Value)[] headers) => async http =>
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = media;
        foreach (var (name, value) in headers)
            http.Response.Headers[name] = value;
        await http.Response.WriteAsync(body);
        return true;
    };
}
