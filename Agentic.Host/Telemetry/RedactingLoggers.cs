using System.Collections;
using Agentic.Agents.Operations;

namespace Agentic.Host.Telemetry;

/// <summary>Stands in front of every logging provider and takes secrets out of what is about to be written.</summary>
internal sealed class RedactingLoggers(ILoggerFactory inner, Redactor redactor) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new RedactingLogger(inner.CreateLogger(categoryName), redactor);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private sealed class RedactingLogger(ILogger inner, Redactor redactor) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => state is IEnumerable<KeyValuePair<string, object?>> or string
            ? inner.BeginScope(new RedactedState(redactor.Redact(state.ToString() ?? ""), Members(state)))
            : inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel))
                return;
            var redacted = new RedactedState(redactor.Redact(Hide(formatter(state, exception), state)), Members(state));
            inner.Log(logLevel, eventId, redacted, exception is null ? null : Redact(exception), static (written, _) => written.ToString());
        }

        // A template may have put the value of a secret member into the sentence, where nothing names it any more.
        private string Hide<TState>(string text, TState state)
        {
            if (state is not IEnumerable<KeyValuePair<string, object?>> members)
                return text;
            foreach (var (name, value) in members)
            {
                if (name != OriginalFormat && redactor.IsSecret(name) && value?.ToString() is { Length: > 0 } secret)
                    text = text.Replace(secret, Redactor.Mark, StringComparison.Ordinal);
            }

            return text;
        }

        private Exception Redact(Exception exception)
        {
            var text = exception.ToString();
            var redacted = redactor.Redact(text);
            return redacted == text ? exception : new RedactedException(redacted);
        }

        private IReadOnlyList<KeyValuePair<string, object?>> Members<TState>(TState state) => state is IEnumerable<KeyValuePair<string, object?>> members
            ? [.. members.Select(member => KeyValuePair.Create(member.Key, Redact(member.Key, member.Value)))]
            : [];

        private object? Redact(string name, object? value) => value switch
        {
            null => null,
            _ when name != OriginalFormat && redactor.IsSecret(name) => Redactor.Mark,
            string text => redactor.Redact(text),
            _ when value.GetType().IsPrimitive || value is Enum or DateTimeOffset or TimeSpan or Guid => value,
            _ => redactor.Redact(value.ToString() ?? ""),
        };
    }

    // The template itself: constant text, which providers that group by it need unchanged.
    private const string OriginalFormat = "{OriginalFormat}";

    private sealed class RedactedState(string text, IReadOnlyList<KeyValuePair<string, object?>> members) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public KeyValuePair<string, object?> this[int index] => members[index];

        public int Count => members.Count;

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => members.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => text;
    }

    private sealed class RedactedException(string text) : Exception("An exception whose text held a secret")
    {
        public override string ToString() => text;
    }
}
