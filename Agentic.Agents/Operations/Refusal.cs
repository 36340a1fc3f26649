namespace Agentic.Agents.Operations;

/// <summary>An expected "no". It travels as a value and becomes problem+json, MCP error content or chat text at the door.</summary>
/// <param name="Reason">One or two sentences for the person who asked: what was wrong, where, and what to do.</param>
internal sealed record Refusal(RefusalKind Kind, string Reason)
{
    /// <summary>One entry per member of the input that is wrong; empty where the refusal is not about the input.</summary>
    public IReadOnlyList<MemberError> Errors { get; init; } = [];

    /// <summary>How long to wait before asking again, for <see cref="RefusalKind.Throttled"/> and <see cref="RefusalKind.Unavailable"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Members that are still needed, for an answer that asks for them (a goal that lacks a service name).</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The same request can be right a moment later; every other refusal stays a refusal however often it is repeated.</summary>
    public bool IsTransient => Kind is RefusalKind.Throttled or RefusalKind.Unavailable;

    public static Refusal Malformed(string reason, IReadOnlyList<MemberError>? errors = null) =>
        new(RefusalKind.Malformed, reason) { Errors = errors ?? [] };

    public static Refusal Unauthenticated(string reason) => new(RefusalKind.Unauthenticated, reason);

    public static Refusal Forbidden(string reason) => new(RefusalKind.Forbidden, reason);

    public static Refusal NotFound(string reason) => new(RefusalKind.NotFound, reason);

    public static Refusal Conflict(string reason) => new(RefusalKind.Conflict, reason);

    public static Refusal TooLarge(string reason) => new(RefusalKind.TooLarge, reason);

    public static Refusal Unprocessable(string reason, IReadOnlyList<MemberError>? errors = null) =>
        new(RefusalKind.Unprocessable, reason) { Errors = errors ?? [] };

    public static Refusal Throttled(string reason, TimeSpan retryAfter) =>
        new(RefusalKind.Throttled, reason) { RetryAfter = retryAfter };

    public static Refusal Unavailable(string reason, TimeSpan? retryAfter = null) =>
        new(RefusalKind.Unavailable, reason) { RetryAfter = retryAfter ?? TimeSpan.FromSeconds(5) };
}

/// <param name="Member">JSON path of the member in the caller's own words, e.g. <c>tasks[2].operation</c>.</param>
/// <param name="Message">What is wrong with it and what would be right.</param>
internal sealed record MemberError(string Member, string Message);

/// <summary>The kinds of "no"; the number is the HTTP status of each (RFC 9110).</summary>
internal enum RefusalKind
{
    Malformed = 400,
    Unauthenticated = 401,
    Forbidden = 403,
    NotFound = 404,
    Conflict = 409,
    TooLarge = 413,
    Unprocessable = 422,
    Throttled = 429,
    Unavailable = 503,
}
