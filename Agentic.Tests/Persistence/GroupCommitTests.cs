using Agentic.Persistence.Storage;

namespace Agentic.Tests.Persistence;

internal sealed class GroupCommitTests
{
    [Test]
    public async Task Puts_what_arrives_during_a_write_into_the_next_batch()
    {
        var gate = new TaskCompletionSource();
        var batches = new List<int[]>();
        await using var commit = new GroupCommit<int>(10, async items =>
        {
            batches.Add([.. items]);
            if (batches.Count == 1)
                await gate.Task;
        });

        var first = commit.Append(1);
        while (batches.Count == 0)
            await Task.Yield();
        var others = Enumerable.Range(2, 12).Select(commit.Append).ToList();
        Assert.That(others.Any(append => append.IsCompleted), Is.False);
        gate.SetResult();
        await Task.WhenAll([first, .. others]);

        Assert.That(batches, Is.EqualTo(new[] { new[] { 1 }, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [12, 13] }));
    }

    [Test]
    public async Task Fails_the_bad_item_alone()
    {
        var gate = new TaskCompletionSource();
        var written = new List<int>();
        await using var commit = new GroupCommit<int>(10, async items =>
        {
            await gate.Task;
            if (items.Contains(3))
                throw new InvalidOperationException("3 is bad");
            written.AddRange(items);
        });

        var appends = Enumerable.Range(1, 5).Select(commit.Append).ToList();
        gate.SetResult();
        await Task.WhenAll(appends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Assert.That(appends.Select(append => append.IsFaulted), Is.EqualTo(new[] { false, false, true, false, false }));
        Assert.That(written, Is.EqualTo(new[] { 1, 2, 4, 5 }));
    }

    [Test]
    public async Task Fails_all_at_once_where_the_store_is_out_of_reach()
    {
        var gate = new TaskCompletionSource();
        var calls = 0;
        await using var commit = new GroupCommit<int>(10, async _ =>
        {
            calls++;
            await gate.Task;
            throw new TimeoutException("The database does not answer.");
        });

        var appends = Enumerable.Range(1, 11).Select(commit.Append).ToList();
        gate.SetResult();
        await Task.WhenAll(appends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Assert.That(appends.Select(append => append.IsFaulted), Is.All.True);
        Assert.That(calls, Is.LessThanOrEqualTo(3));
    }

    [Test]
    public async Task Writes_what_it_accepted_before_it_closes()
    {
        var written = new List<int>();
        var commit = new GroupCommit<int>(2, async items =>
        {
            await Task.Yield();
            written.AddRange(items);
        });
        var appends = Enumerable.Range(1, 7).Select(commit.Append).ToList();

        await commit.DisposeAsync();

        Assert.That(appends.Select(append => append.IsCompletedSuccessfully), Is.All.True);
        Assert.That(written, Is.EqualTo(new[] { 1, 2, 3, 4, 5, 6, 7 }));
        Assert.That(async () => await commit.Append(8), Throws.InstanceOf<ObjectDisposedException>());
    }
}
