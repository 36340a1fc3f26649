using System.Globalization;
using k8s.Models;

namespace Agentic.Agents.Integrations.Kubernetes;

/// <summary>Why pods do not come up, in the cluster's own words.</summary>
internal static class PodTrouble
{
    private static readonly string[] Hopeless = ["CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError", "ErrImageNeverPull", "RunContainerError"];

    /// <summary>What will not pass by waiting; null where it may.</summary>
    public static string? Final(V1Deployment? deployment, IEnumerable<V1Pod> pods)
    {
        foreach (var pod in pods)
        {
            foreach (var container in (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []))
            {
                if (container.State?.Waiting is { Reason: { } reason } waiting && Hopeless.Contains(reason, StringComparer.Ordinal))
                {
                    return $"pod {pod.Metadata.Name}: {reason}{Exit(container)}{(string.IsNullOrEmpty(waiting.Message) ? "" : $" ({waiting.Message})")}";
                }
            }
        }

        var stalled = deployment?.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "Progressing", Status: "False" } or { Type: "ReplicaFailure", Status: "True" });
        return stalled is null ? null : $"{stalled.Reason}: {stalled.Message}";
    }

    /// <summary>The pod that most likely explains a wait, and what is known about it.</summary>
    public static (string Pod, string Words)? Pending(IEnumerable<V1Pod> pods)
    {
        foreach (var pod in pods.Where(pod => !IsReady(pod)))
        {
            var unplaced = pod.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "PodScheduled", Status: "False" });
            var container = (pod.Status?.ContainerStatuses ?? []).FirstOrDefault(status => !status.Ready);
            var words = unplaced is not null ? $"{unplaced.Reason}: {unplaced.Message}"
                : container?.State?.Waiting is { } waiting ? $"{waiting.Reason}{Exit(container)}"
                : container is not null ? $"runs and is not ready{Exit(container)}"
                : pod.Status?.Phase ?? "has no status";
            return (pod.Metadata.Name, words);
        }

        return null;
    }

    public static bool IsReady(V1Pod pod) => pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    private static string Exit(V1ContainerStatus container) => container.LastState?.Terminated is { } ended
        ? string.Create(CultureInfo.InvariantCulture, $", last exit code {ended.ExitCode}{(ended.Reason is null or "Error" or "Completed" ? "" : $", {ended.Reason}")}")
        : "";
}
