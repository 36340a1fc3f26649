using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Persistence.Sql.Query;

namespace Agentic.Persistence.Journal;

/// <summary>Opens once the journal plug-in has made its tables; hands out its read side.</summary>
internal sealed class JournalGate(Func<ActorSystem> system)
{
    // Making the read side asks the write side whether its tables exist, and waits for the answer; it is made once, off the caller's thread.
    private const int Tries = 12;
    private readonly Lock opening = new();
    private Task<SqlReadJournal>? opened;

    public ActorSystem System => system();

    public Task<SqlReadJournal> Opened(CancellationToken cancellation)
    {
        lock (opening)
        {
            if (opened is null || opened.IsFaulted || opened.IsCanceled)
                opened = Task.Run(Open, CancellationToken.None);
            return opened.WaitAsync(cancellation);
        }
    }

    // The plug-in asks for 5 s; a database that is slow to answer at first gets a minute.
    private SqlReadJournal Open()
    {
        for (var tries = Tries; ; tries--)
        {
            try
            {
                return PersistenceQuery.Get(System).ReadJournalFor<SqlReadJournal>(SqlReadJournal.Identifier);
            }
            catch (Exception exception) when (tries > 1 && !System.WhenTerminated.IsCompleted && IsTimeout(exception))
            {
                continue;
            }
        }
    }

    private static bool IsTimeout(Exception? exception) => exception is AskTimeoutException || (exception is not null && IsTimeout(exception.InnerException));
}
