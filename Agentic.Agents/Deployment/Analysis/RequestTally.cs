namespace Agentic.Agents.Deployment.Analysis;

/// <summary>Counts one revision's requests by the second, so that any span since can be asked for. Safe from any thread.</summary>
internal sealed class RequestTally
{
    private const int KeptSeconds = 4 * 3600;

    private readonly Lock _lock = new();
    private readonly Queue<Second> _seconds = new();
    private Second? _current;

    public void Count(DateTimeOffset at, bool isError, TimeSpan took)
    {
        var now = at.ToUnixTimeSeconds();
        lock (_lock)
        {
            if (_current is null || now > _current.Unix)
            {
                _current = new Second(now);
                _seconds.Enqueue(_current);
                while (_seconds.Peek().Unix < now - KeptSeconds)
                {
                    _seconds.Dequeue();
                }
            }

            _current.Requests++;
            _current.Errors += isError ? 1 : 0;
            _current.Latency[LatencyHistogram.BandOf(took.TotalMilliseconds)]++;
        }
    }

    /// <summary>Whole seconds only: the second in which the span begins is left out, since part of it came before.</summary>
    public Sample Since(DateTimeOffset since)
    {
        var from = since.ToUnixTimeMilliseconds();
        var (requests, errors, latency) = (0L, 0L, new long[LatencyHistogram.Bands]);
        lock (_lock)
        {
            foreach (var second in _seconds)
            {
                if (second.Unix * 1000 < from)
                {
                    continue;
                }

                requests += second.Requests;
                errors += second.Errors;
                for (var i = 0; i < latency.Length; i++)
                {
                    latency[i] += second.Latency[i];
                }
            }
        }

        return new Sample(requests, errors, new LatencyHistogram(latency));
    }

    private sealed class Second(long unix)
    {
        public long Unix { get; } = unix;

        public long Requests { get; set; }

        public long Errors { get; set; }

        public int[] Latency { get; } = new int[LatencyHistogram.Bands];
    }
}
