using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.Integrations.Terraform;

/// <summary>Section <c>Terraform</c>.</summary>
internal sealed class TerraformOptions
{
    /// <summary>The program. Default: <c>terraform</c> from PATH; <c>tofu</c> takes the same arguments.</summary>
    [Required(ErrorMessage = "Terraform:Executable must name the terraform program.")]
    public string Executable { get; set; } = "terraform";

    /// <summary>Where plan files are kept until they are applied. Default: <c>data/terraform</c>.</summary>
    [Required(ErrorMessage = "Terraform:Folder must name a folder for plan files.")]
    public string Folder { get; set; } = "data/terraform";

    /// <summary>
    /// Configurations must lie below this folder. Planning alone already runs programs a configuration names, so whoever could choose any
    /// folder could run anything here. Default: <c>data/infrastructure</c>.
    /// </summary>
    [Required(ErrorMessage = "Terraform:Root must name the folder that holds the configurations this host may run.")]
    public string Root { get; set; } = "data/infrastructure";

    /// <summary>How long init, plan and show may take, each.</summary>
    public TimeSpan PlanLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long an apply may take.</summary>
    public TimeSpan ApplyLimit { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>How long a held state lock is waited for.</summary>
    public TimeSpan LockLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long terraform has to stop in order after an interrupt.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Environment of the commands, for provider credentials; nothing else of the host's environment is passed on.</summary>
    public Dictionary<string, string> Variables { get; set; } = new(StringComparer.Ordinal);
}
