using System.Text.Json.Nodes;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Tests.Policy.Kubernetes;

/// <summary>Breaks one thing of a hardened workload, in every kind and container: exactly the rules about that thing fire.</summary>
public sealed class OneFaultManifestTests
{
    private static readonly string[] OfContainer = ["containers", "initContainers"];

    /// <summary>Where in a container, what is put there (null: removed), and the rules that fail.</summary>
    private static readonly (string Path, string? Value, string[] Rules)[] ContainerFaults =
    [
        ("securityContext.privileged", "true", ["k8s-privileged"]),
        ("securityContext.privileged", "false", []),
        ("ports", """[{"containerPort": 80, "hostPort": 80}]""", ["k8s-host-ports"]),
        ("ports", """[{"containerPort": 80, "hostPort": 0}]""", []),
        ("securityContext.capabilities.add", """["SYS_ADMIN"]""", ["k8s-capabilities-baseline", "k8s-capabilities-restricted"]),
        ("securityContext.capabilities.add", """["CHOWN"]""", ["k8s-capabilities-restricted"]),
        ("securityContext.capabilities.add", """["NET_BIND_SERVICE"]""", []),
        ("securityContext.capabilities", null, ["k8s-drop-all"]),
        ("securityContext.capabilities.drop", """["NET_RAW", "SYS_TIME"]""", ["k8s-drop-all"]),
        ("securityContext.procMount", "\"Unmasked\"", ["k8s-proc-mount"]),
        ("securityContext.procMount", "\"Default\"", []),
        ("securityContext.seLinuxOptions", """{"type": "spc_t"}""", ["k8s-selinux-type"]),
        ("securityContext.seLinuxOptions", """{"role": "sysadm_r"}""", ["k8s-selinux-user-role"]),
        ("securityContext.seLinuxOptions", """{"level": "s0:c1,c2"}""", []),
        ("securityContext.seccompProfile", """{"type": "Unconfined"}""", ["k8s-seccomp-baseline", "k8s-seccomp-restricted"]),
        ("securityContext.seccompProfile", """{"type": "Localhost", "localhostProfile": "p.json"}""", []),
        ("securityContext.appArmorProfile", """{"type": "Unconfined"}""", ["k8s-apparmor"]),
        ("securityContext.appArmorProfile", """{"type": "RuntimeDefault"}""", []),
        ("securityContext.allowPrivilegeEscalation", "true", ["k8s-privilege-escalation"]),
        ("securityContext.allowPrivilegeEscalation", null, ["k8s-privilege-escalation"]),
        ("securityContext.runAsNonRoot", "false", ["k8s-run-as-nonroot"]),
        ("securityContext.runAsUser", "0", ["k8s-run-as-user-zero"]),
        ("securityContext.windowsOptions", """{"hostProcess": true}""", ["k8s-host-process"]),
        ("securityContext.readOnlyRootFilesystem", "false", ["k8s-readonly-rootfs"]),
        ("securityContext.readOnlyRootFilesystem", null, ["k8s-readonly-rootfs"]),
        ("securityContext", "{}", ["k8s-drop-all", "k8s-privilege-escalation", "k8s-readonly-rootfs"]),
        ("image", "\"nginx\"", ["k8s-latest-tag"]),
        ("image", "\"localhost:5000/nginx\"", ["k8s-latest-tag"]),
        ("image", "\"nginx:latest\"", ["k8s-latest-tag"]),
        ("image", "\"nginx@sha256:6a\"", []),
        ("image", "\"nginx:latest@sha256:6a\"", []),
        ("resources.requests.cpu", null, ["k8s-cpu-requests"]),
        ("resources.requests.memory", "\"\"", ["k8s-memory-requests"]),
        ("resources.limits.cpu", "\"\"", ["k8s-cpu-limits"]),
        ("resources.limits.memory", null, ["k8s-memory-limits"]),
        ("resources", "{}", ["k8s-cpu-limits", "k8s-cpu-requests", "k8s-memory-limits", "k8s-memory-requests"]),
        ("env", """[{"name": "P", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]""", ["k8s-secrets-in-env"]),
        ("env", """[{"name": "P", "valueFrom": {"configMapKeyRef": {"name": "s", "key": "k"}}}]""", []),
        ("envFrom", """[{"secretRef": {"name": "s"}}]""", ["k8s-secrets-in-env"]),
        ("envFrom", """[{"configMapRef": {"name": "s"}}]""", []),
    ];

    private static readonly (string Path, string? Value, string[] Rules)[] PodFaults =
    [
        ("hostPID", "true", ["k8s-host-namespaces"]),
        ("hostIPC", "true", ["k8s-host-namespaces"]),
        ("hostNetwork", "true", ["k8s-host-namespaces"]),
        ("hostNetwork", "false", []),
        ("volumes", """[{"name": "v", "hostPath": {"path": "/var/log"}}]""", ["k8s-host-path", "k8s-volume-types"]),
        ("volumes", """[{"name": "v", "hostPath": {"path": "/run/containerd/containerd.sock"}}]""", ["k8s-docker-socket", "k8s-host-path", "k8s-volume-types"]),
        ("volumes", """[{"name": "v", "nfs": {"server": "n", "path": "/"}}]""", ["k8s-volume-types"]),
        ("volumes", """[{"name": "v", "ephemeral": {}}, {"name": "w", "projected": {}}, {"name": "x", "csi": {"driver": "d"}}]""", []),
        ("automountServiceAccountToken", null, ["k8s-service-account-token"]),
        ("automountServiceAccountToken", "true", ["k8s-service-account-token"]),
        ("securityContext.runAsNonRoot", null, ["k8s-run-as-nonroot"]),
        ("securityContext.runAsUser", "0", ["k8s-run-as-user-zero"]),
        ("securityContext.runAsUser", null, []),
        ("securityContext.seccompProfile", null, ["k8s-seccomp-restricted"]),
        ("securityContext.windowsOptions", """{"hostProcess": true}""", ["k8s-host-process"]),
        ("securityContext.sysctls", """[{"name": "kernel.msgmax", "value": "1"}]""", ["k8s-sysctls"]),
        ("securityContext.sysctls", """[{"name": "net.ipv4.tcp_rmem", "value": "1"}, {"name": "net/ipv4/tcp_syncookies", "value": "1"}]""", []),
    ];

    private static IEnumerable<TestCaseData> InContainers() =>
        ContainerFaults.Select(fault => new TestCaseData(fault.Path, fault.Value, fault.Rules).SetArgDisplayNames(fault.Path, fault.Value ?? "absent"));

    private static IEnumerable<TestCaseData> InPods() =>
        PodFaults.Select(fault => new TestCaseData(fault.Path, fault.Value, fault.Rules).SetArgDisplayNames(fault.Path, fault.Value ?? "absent"));

    [TestCaseSource(typeof(HardenedWorkload), nameof(HardenedWorkload.Kinds))]
    public void Finds_nothing_in_a_hardened_workload(string kind) =>
        Assert.That(Rules(HardenedWorkload.Of(kind, HardenedWorkload.PodSpec())), Is.Empty);

    [TestCaseSource(nameof(InContainers))]
    public void Finds_exactly_the_fault_of_a_container(string path, string? value, string[] rules)
    {
        foreach (var kind in HardenedWorkload.Kinds)
        {
            foreach (var list in OfContainer)
            {
                var spec = HardenedWorkload.PodSpec();
                Put((JsonObject)spec[list]![0]!, path, value);
                Assert.That(Rules(HardenedWorkload.Of(kind, spec)), Is.EqualTo(rules), $"{kind}, {list}");
            }
        }
    }

    [TestCaseSource(nameof(InPods))]
    public void Finds_exactly_the_fault_of_a_pod(string path, string? value, string[] rules)
    {
        foreach (var kind in HardenedWorkload.Kinds)
        {
            var spec = HardenedWorkload.PodSpec();
            Put(spec, path, value);
            Assert.That(Rules(HardenedWorkload.Of(kind, spec)), Is.EqualTo(rules), kind);
        }
    }

    [TestCase("""{"labels": {"app": "web"}}""", "k8s-required-labels")]
    [TestCase("""{"labels": {"app.kubernetes.io/name": "web"}, "annotations": {"container.apparmor.security.beta.kubernetes.io/web": "unconfined"}}""", "k8s-apparmor")]
    [TestCase("""{"labels": {"app.kubernetes.io/name": "web"}, "annotations": {"container.apparmor.security.beta.kubernetes.io/web": "localhost/p"}}""", "")]
    [TestCase("""{"labels": {"app.kubernetes.io/name": "web"}, "annotations": {"container.seccomp.security.alpha.kubernetes.io/web": "unconfined"}}""", "")]
    public void Reads_labels_and_annotations_where_the_pod_gets_them(string metadata, string rules)
    {
        foreach (var kind in HardenedWorkload.Kinds)
        {
            var text = HardenedWorkload.Of(kind, HardenedWorkload.PodSpec(), (JsonObject)JsonNode.Parse(metadata)!);
            Assert.That(string.Join(' ', Rules(text)), Is.EqualTo(rules), kind);
        }
    }

    [Test]
    public void Asks_only_long_running_workloads_for_probes()
    {
        var spec = HardenedWorkload.PodSpec();
        Put((JsonObject)spec["containers"]![0]!, "livenessProbe", null);
        Assert.That(Rules(HardenedWorkload.Of("Deployment", (JsonObject)spec.DeepClone())), Is.Empty, "a readiness probe is left");

        Put((JsonObject)spec["containers"]![0]!, "readinessProbe", null);
        string[] without = [.. HardenedWorkload.Kinds.Where(kind => Rules(HardenedWorkload.Of(kind, (JsonObject)spec.DeepClone())).Count > 0)];
        Assert.That(HardenedWorkload.Kinds.Except(without), Is.EqualTo(new[] { "Job", "CronJob" }));
    }

    [Test]
    public void Asks_a_Windows_pod_for_nothing_that_only_Linux_has()
    {
        var spec = HardenedWorkload.PodSpec();
        Put(spec, "os", """{"name": "windows"}""");
        Put(spec, "securityContext", """{"runAsNonRoot": true}""");

        foreach (var list in OfContainer)
        {
            Put((JsonObject)spec[list]![0]!, "securityContext", null);
        }

        Assert.That(Rules(HardenedWorkload.Of("Deployment", (JsonObject)spec.DeepClone())), Is.Empty);

        Put(spec, "securityContext", null);
        Assert.That(Rules(HardenedWorkload.Of("Deployment", (JsonObject)spec.DeepClone())), Is.EqualTo(new[] { "k8s-run-as-nonroot" }));

        Put(spec, "os", """{"name": "linux"}""");
        Assert.That(Rules(HardenedWorkload.Of("Deployment", spec)), Has.Count.EqualTo(5));
    }

    [Test]
    public void Judges_an_ephemeral_container_by_its_security_alone()
    {
        var spec = HardenedWorkload.PodSpec();
        var debug = (JsonObject)spec["initContainers"]![0]!.DeepClone();
        debug.Remove("resources");
        spec["ephemeralContainers"] = new JsonArray(debug);
        Assert.That(Rules(HardenedWorkload.Of("Pod", (JsonObject)spec.DeepClone())), Is.Empty);

        Put(debug, "securityContext.readOnlyRootFilesystem", null);
        Assert.That(Rules(HardenedWorkload.Of("Pod", spec)), Is.EqualTo(new[] { "k8s-readonly-rootfs" }));
    }

    [Test]
    public void Reads_the_pod_of_a_workload_that_names_no_container() =>
        Assert.That(Rules("""{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "b"}, "spec": {"template": {"spec": {"hostPID": true}}}}"""),
            Does.Contain("k8s-host-namespaces"));

    private static List<string> Rules(string text)
    {
        var result = KubernetesPolicy.Check(text, "manifest.json");
        Assert.That(result.NotChecked, Is.Empty);
        return [.. result.Findings.Select(finding => finding.Rule).Distinct().Order(StringComparer.Ordinal)];
    }

    private static void Put(JsonObject owner, string path, string? value)
    {
        var keys = path.Split('.');

        foreach (var key in keys.SkipLast(1))
        {
            owner = (JsonObject)(owner[key] ??= new JsonObject());
        }

        if (value is null)
        {
            owner.Remove(keys[^1]);
        }
        else
        {
            owner[keys[^1]] = JsonNode.Parse(value);
        }
    }
}
