using System.Data.Common;
using Agentic.Persistence.Storage;

namespace Agentic.Persistence.Planner;

/// <summary>Held by the one node that projects. With SQLite there is one host per file, and nothing to hold.</summary>
internal sealed class ProjectionLead(DbConnection? connection) : IAsyncDisposable
{
    private const string Key = "7411, 2";
    private bool isHeld;

    public async Task<bool> TryTake(CancellationToken cancellation)
    {
        isHeld = connection is not null
            && (await connection.Query(null, $"SELECT pg_try_advisory_lock({Key})", row => row.GetBoolean(0), cancellation).ConfigureAwait(false))[0];
        return isHeld;
    }

    /// <summary>Throws where the connection, and with it the lead, is lost.</summary>
    public async Task Check(CancellationToken cancellation)
    {
        if (connection is not null)
            await connection.Execute(null, "SELECT 1", cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is null)
            return;
        // A pooled connection keeps its locks when it is handed back.
        if (isHeld && connection.State == System.Data.ConnectionState.Open)
            await connection.Execute(null, $"SELECT pg_advisory_unlock({Key})", CancellationToken.None).ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }
}
