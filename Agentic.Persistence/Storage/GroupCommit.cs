using System.Data.Common;
using System.Threading.Channels;

namespace Agentic.Persistence.Storage;

/// <summary>
/// Lets many callers share one transaction, and so one wait for the disk: what arrives while a batch is being written becomes the next batch.
/// Each caller is answered once its own item is on disk. A batch that fails is written again item by item, so that one bad item fails alone;
/// where the store itself is out of reach all fail at once.
/// </summary>
internal sealed class GroupCommit<T> : IAsyncDisposable
{
    private readonly Channel<Pending> queue = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Func<IReadOnlyList<T>, Task> write;
    private readonly int maxBatch;
    private readonly Task writing;

    /// <param name="write">Writes all items or none; never called twice at once.</param>
    public GroupCommit(int maxBatch, Func<IReadOnlyList<T>, Task> write)
    {
        (this.maxBatch, this.write) = (maxBatch, write);
        writing = Task.Run(WriteAll);
    }

    public Task Append(T item)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!queue.Writer.TryWrite(new Pending(item, done)))
            done.SetException(new ObjectDisposedException(nameof(GroupCommit<T>), "The store is closed; nothing was written."));
        return done.Task;
    }

    /// <summary>Writes what was accepted, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing.ConfigureAwait(false);
    }

    private async Task WriteAll()
    {
        var batch = new List<Pending>(maxBatch);
        while (await queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < maxBatch && queue.Reader.TryRead(out var next))
                batch.Add(next);
            await WriteBatch(batch).ConfigureAwait(false);
        }
    }

    private async Task WriteBatch(List<Pending> batch)
    {
        try
        {
            await write([.. batch.Select(pending => pending.Item)]).ConfigureAwait(false);
            batch.ForEach(pending => pending.Done.TrySetResult());
        }
        catch (Exception exception) when (batch.Count == 1 || exception is DbException { IsTransient: true } or TimeoutException or IOException)
        {
            batch.ForEach(pending => pending.Done.TrySetException(exception));
        }
        catch (Exception)
        {
            foreach (var pending in batch)
                await WriteBatch([pending]).ConfigureAwait(false);
        }
    }

    private readonly record struct Pending(T Item, TaskCompletionSource Done);
}
