namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>What the image is built from and what it is when it runs.</summary>
internal static class ImageRules
{
    public static IReadOnlyList<DockerfileRule> Rules { get; } =
    [
        DockerfileRule.Of("docker-user-missing", "HIGH", "no USER instruction",
            "Create a user in the last stage and end it with USER <name or number>.",
            file => file.All.Any(each => each.Instruction is { Keyword: "USER", IsOnBuild: false })
                ? [] : [new DockerHit(file.Stages.LastOrDefault(), file.Stages.LastOrDefault()?.From, "the image runs as root: there is no USER instruction")]),

        DockerfileRule.Of("docker-user-root", "HIGH", "last USER is root (or 0)",
            "End the last stage with a USER that is not root.", LastUserIsRoot),

        DockerfileRule.Of("docker-untagged-image", "MEDIUM", "base image without tag or digest (stage aliases, scratch and ARG images excepted)",
            "Name the version of the base image, best with its digest.", file => BaseImages(file).Where(each => each.Tag is "" && !each.HasDigest && !each.Stage.Image.Contains('$'))
                .Select(each => new DockerHit(each.Stage, each.Stage.From, $"the base image {each.Stage.Image} has no tag"))),

        DockerfileRule.Of("docker-latest-tag", "MEDIUM", "base image tagged :latest",
            "Name a released version instead of latest.", file => BaseImages(file).Where(each => each.Tag == "latest" && !each.HasDigest)
                .Select(each => new DockerHit(each.Stage, each.Stage.From, $"the base image is {Expanded(each.Stage)}"))),

        DockerfileRule.Of("docker-healthcheck", "LOW", "no HEALTHCHECK",
            "Add a HEALTHCHECK that asks the service itself.",
            file => file.All.Any(each => each.Instruction is { Keyword: "HEALTHCHECK", IsOnBuild: false })
                ? [] : [new DockerHit(file.Stages.LastOrDefault(), file.Stages.LastOrDefault()?.From, "there is no HEALTHCHECK instruction")]),

        DockerfileRule.Of("docker-alias-unique", "HIGH", "duplicate stage alias",
            "Give every stage a name of its own.", DuplicateAliases),
    ];

    private static IEnumerable<DockerHit> LastUserIsRoot(Dockerfile file)
    {
        if (file.Stages.Count == 0)
        {
            yield break;
        }

        // The last stage is what ships; one without a USER inherits its parent's, and failing that the last word in the file stands.
        var users = file.Stages[^1].Chain().SelectMany(stage => stage.Instructions.AsEnumerable().Reverse().Select(instruction => (stage, instruction)))
            .Concat(file.All.Reverse().Select(each => (stage: each.Stage, instruction: each.Instruction)));
        var (stage, user) = users.FirstOrDefault(each => each.instruction is { Keyword: "USER", IsOnBuild: false });

        if (user is not null && IsRoot(DockerWords.Expand(user.Arguments.Trim('"', '\''), user.Variables)))
        {
            yield return new DockerHit(stage, user, $"the last USER is {user.Arguments}");
        }
    }

    private static bool IsRoot(string user)
    {
        var name = user.Split(':')[0].Trim();
        return name == "root" || (name.Length > 0 && name.All(digit => digit == '0'));
    }

    private static IEnumerable<(Stage Stage, string Tag, bool HasDigest)> BaseImages(Dockerfile file)
    {
        foreach (var stage in file.Stages)
        {
            var image = Expanded(stage);

            if (stage.From is null || stage.Parent is not null || image.Length == 0 || image == "scratch" || image.Contains('$'))
            {
                continue;
            }

            var hasDigest = image.Contains('@');
            var reference = hasDigest ? image[..image.IndexOf('@')] : image;
            var name = reference[(reference.LastIndexOf('/') + 1)..];
            var colon = name.IndexOf(':');
            yield return (stage, colon < 0 ? "" : name[(colon + 1)..], hasDigest);
        }
    }

    /// <summary>With the defaults of the ARGs before it; one without a default stays as it is written.</summary>
    private static string Expanded(Stage stage) => stage.From is { } from && stage.Image.Contains('$') ? DockerWords.Expand(stage.Image, from.Variables) : stage.Image;

    private static IEnumerable<DockerHit> DuplicateAliases(Dockerfile file)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

        foreach (var stage in file.Stages)
        {
            if (stage.Alias is { } alias && !seen.Add(alias))
            {
                yield return new DockerHit(stage, stage.From, $"the stage name {alias} is used twice");
            }
        }
    }
}
