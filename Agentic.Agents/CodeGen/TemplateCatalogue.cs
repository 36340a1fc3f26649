using System.Text;
using System.Text.Unicode;
using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;

namespace Agentic.Agents.CodeGen;

/// <summary>
/// The templates in use: the built-in ones, the organisation's folder, the organisation's repository. While a configured repository was
/// never read, nothing is generated: built-in files in place of the organisation's would be another service than the one asked for.
/// </summary>
internal sealed class TemplateCatalogue : IDisposable
{
    private const int MostFiles = 2_000;

    private readonly TemplateRepository _repository;
    private readonly TemplateLibrary _local;
    private readonly IGitRemotes _remotes;
    private readonly GitConnections _connections;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Reading? _last;
    private volatile Failure? _failure;

    public TemplateCatalogue(IOptions<CodeGenOptions> options, IGitRemotes remotes, GitConnections connections, TimeProvider time)
    {
        (_repository, _remotes, _connections, _time) = (options.Value.TemplateRepository, remotes, connections, time);
        _local = TemplateFolder.Extend(TemplateLibrary.BuiltIn, options.Value.TemplateFolder);
    }

    /// <summary>The built-in templates and those of the folder, which others are validated against.</summary>
    public TemplateLibrary Local => _local;

    /// <summary>Why the repository could not be read last; null where it could.</summary>
    public string? Problem => _failure?.Refusal.Reason;

    private bool HasRepository => _repository.Connection.Length > 0;

    public void Dispose() => _turn.Dispose();

    /// <summary>The templates to use now; the repository is read again when its time has come, and what was read before serves while it is away.</summary>
    public async Task<Outcome<TemplateLibrary>> Current(CancellationToken cancellation)
    {
        if (!HasRepository)
            return _local;
        var now = _time.GetUtcNow();
        var isDue = _last is null || now - _last.At >= TimeSpan.FromMinutes(_repository.RefreshMinutes);
        // A repository that is away is not asked for by every request.
        if (isDue && (_failure is not { } failure || now - failure.At >= TimeSpan.FromSeconds(30)))
            await Refresh(cancellation).ConfigureAwait(false);
        return _last is { } last ? last.Library : _failure!.Refusal;
    }

    public string? Source => HasRepository ? $"{_repository.Connection}: {_repository.Repository} {_repository.Branch} {_last?.Commit ?? "(not read yet)"}" : null;

    public async Task<Outcome<RefreshedTemplates>> Refresh(CancellationToken cancellation)
    {
        if (!HasRepository)
            return Refusal.Unprocessable("No repository of templates is configured; set CodeGen:TemplateRepository. A folder is read when the host starts.");
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var read = await Read(cancellation).ConfigureAwait(false);
            if (read.IsRefused)
            {
                _failure = new Failure(_time.GetUtcNow(), read.Refusal);
                return read.Refusal;
            }

            (_last, _failure) = (read.Value, null);
            return new RefreshedTemplates(Source!, read.Value.Library.Templates.Count);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<Outcome<Reading>> Read(CancellationToken cancellation)
    {
        var connection = _connections.Find(_repository.Connection);
        if (connection.IsRefused)
            return connection.Refusal;
        var remote = await connection.Value.Remote(_repository.Repository, cancellation).ConfigureAwait(false);
        if (remote.IsRefused)
            return remote.Refusal;
        var branch = await _remotes.Read(remote.Value, _repository.Branch, cancellation).ConfigureAwait(false);
        if (branch.IsRefused)
            return branch.Refusal with { Reason = $"The organisation's templates cannot be read: {branch.Refusal.Reason}" };
        if (branch.Value.Snapshot is not { } snapshot)
            return Refusal.Unavailable($"The organisation's templates cannot be read: {remote.Value} has no branch '{_repository.Branch}'.");
        var texts = Texts(snapshot);
        return texts.IsRefused ? texts.Refusal : _local.With(texts.Value, snapshot.Commit).Select(library => new Reading(_time.GetUtcNow(), snapshot.Commit, library));
    }

    private Outcome<Dictionary<string, string>> Texts(RepositorySnapshot snapshot)
    {
        var folder = _repository.Folder.Trim('/');
        var prefix = folder.Length == 0 ? "" : folder + "/";
        var files = snapshot.Files.Where(file => file.Path.StartsWith(prefix, StringComparison.Ordinal) && file.Kind is RepositoryFileKind.Regular or RepositoryFileKind.Executable).ToList();
        // Files outside any template's folder, such as a README of the repository, are none of ours.
        var roots = files.Where(file => file.Path == prefix + "template.yaml" || file.Path.EndsWith("/template.yaml", StringComparison.Ordinal)).Select(file => file.Path[..^"template.yaml".Length]).ToList();
        var own = files.Where(file => roots.Exists(root => file.Path.StartsWith(root, StringComparison.Ordinal))).ToList();
        if (own.Count > MostFiles)
            return Refusal.TooLarge($"The organisation's templates are more than {MostFiles} files.");
        var errors = own.Where(file => file.Content.Length > LiquidText.LongestSource || !Utf8.IsValid(file.Content))
            .Select(file => new TemplateError(file.Path, null, $"it is no UTF-8 text of at most {LiquidText.LongestSource} bytes.")).ToList();
        return errors.Count > 0
            ? TemplateError.Refuse(errors)
            : own.ToDictionary(file => file.Path[prefix.Length..], file => Encoding.UTF8.GetString(file.Content).TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal), StringComparer.Ordinal);
    }

    private sealed record Reading(DateTimeOffset At, string Commit, TemplateLibrary Library);

    private sealed record Failure(DateTimeOffset At, Refusal Refusal);
}
