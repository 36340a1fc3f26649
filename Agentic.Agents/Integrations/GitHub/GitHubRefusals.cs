using System.Globalization;
using System.Net;
using Agentic.Agents.Operations;
using Octokit;

namespace Agentic.Agents.Integrations.GitHub;

/// <summary>GitHub's noes as refusals, each with what to do about it; what is no expected no stays an exception.</summary>
internal static class GitHubRefusals
{
    public static async Task<Outcome<T>> Guard<T>(GitHubAccount account, Func<Task<Outcome<T>>> work, CancellationToken cancellation)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception problem) when (!cancellation.IsCancellationRequested && Of(problem, account) is { } refusal)
        {
            return refusal;
        }
    }

    private static Refusal? Of(Exception problem, GitHubAccount account) => problem switch
    {
        GitHubBusyException busy => Refusal.Throttled(busy.Message, busy.RetryAfter),
        RateLimitExceededException limit => Refusal.Throttled("GitHub's rate limit is used up for this token.", limit.GetRetryAfterTimeSpan()),
        SecondaryRateLimitExceededException or AbuseException => Refusal.Throttled("GitHub asks to slow down.", TimeSpan.FromSeconds(60)),
        NotGitHubException odd => Refusal.Unprocessable(odd.Message),
        AuthorizationException => Refusal.Unprocessable("GitHub does not accept this token; it is wrong, expired or revoked."),
        ForbiddenException forbidden => Refusal.Unprocessable($"GitHub forbids this: {Sentence(forbidden)}"),
        NotFoundException => Refusal.NotFound("GitHub does not know this repository, branch or organisation, or the token may not see it."),
        ApiValidationException invalid => Refusal.Unprocessable($"GitHub refused: {Sentence(invalid)}"),
        ApiException { StatusCode: HttpStatusCode.Conflict } conflict => Refusal.Conflict($"GitHub refused: {Sentence(conflict)}"),
        ApiException { StatusCode: >= HttpStatusCode.InternalServerError } broken => Refusal.Unavailable(string.Create(CultureInfo.InvariantCulture, $"GitHub answered {(int)broken.StatusCode}.")),
        ApiException other => Refusal.Unprocessable(string.Create(CultureInfo.InvariantCulture, $"GitHub answered {(int)other.StatusCode}: {Sentence(other)}")),
        HttpRequestException { InnerException: OutOfReachException reach } => Refusal.Forbidden(reach.Message),
        HttpRequestException unreachable => Refusal.Unavailable($"{account} cannot be reached: {unreachable.Message}"),
        TimeoutException or TaskCanceledException => Refusal.Unavailable($"{account} did not answer in time."),
        _ => null,
    };

    /// <summary>The message with the details GitHub keeps beside it, cut to a length for people.</summary>
    public static string Sentence(ApiException problem)
    {
        var details = problem.ApiError?.Errors?.Select(error => error.Message ?? $"{error.Field} {error.Code}".Trim()).Where(text => text.Length > 0) ?? [];
        var text = string.Join("; ", new[] { problem.ApiError?.Message ?? problem.Message }.Concat(details)).ReplaceLineEndings(" ");
        return (text.Length > 300 ? text[..300] + "..." : text).TrimEnd('.') + ".";
    }
}
