using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.Integrations.Terraform;

/// <summary>Section <c>Terraform</c>.</summary>
internal sealed class TerraformOptions
{
    /// <summary>The program. Default: <c>terraform</c> from PATH; <c>tofu</c> takes the same arguments.</summary>
    [Required(ErrorMessage = "Terraform:Executable must name the terraform program.")]
    public string Executable { get; set; } = "terraform";

    /// <summary>Where plan files are kept until they are applied. Default: <c>terraform</c> below the data folder.</summary>
    [Required(ErrorMessage = "Terraform:Folder must name a folder for plan files.")]
    public string Folder { get; set; } = "";

    /// <summary>
    /// Configurations must lie below this folder. Planning alone already runs programs a configuration names, so whoever could choose any
    /// folder could run anything here. Default: <c>infrastructure</c> below the data folder.
    /// </summary>
    [Required(ErrorMessage = "Terraform:Root must name the folder that holds the configurations this host may run.")]
    public string Root { get; set; } = "";

    /// <summary>How long init, plan and show may take, each.</summary>
    public TimeSpan PlanLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long an apply may take.</summary>
    public TimeSpan ApplyLimit { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>How long a held state lock is waited for.</summary>
    public TimeSpan LockLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long terraform has to stop in order after an interrupt.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Runs on Terraform Cloud or Enterprise instead of on this machine.</summary>
    public TerraformCloudOptions Cloud { get; set; } = new();

    /// <summary>Environment of the commands, for provider credentials; nothing else of the host's environment is passed on.</summary>
    public Dictionary<string, string> Variables { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>Section <c>Terraform:Cloud</c>.</summary>
internal sealed class TerraformCloudOptions
{
    /// <summary>Organisation; empty (default): Terraform runs on this machine.</summary>
    public string Organization { get; set; } = "";

    /// <summary>Default: Terraform Cloud; name your own server for Terraform Enterprise.</summary>
    public string Url { get; set; } = "https://app.terraform.io";

    /// <summary>Token of a team or user that may plan and apply.</summary>
    public string Token { get; set; } = "";

    /// <summary>Name of the workspace; <c>{folder}</c> and <c>{environment}</c> stand for the configuration's folder and the environment.</summary>
    public string Workspace { get; set; } = "{folder}-{environment}";

    /// <summary>How often a run is looked at.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(3);

    public TimeSpan RequestLimit { get; set; } = TimeSpan.FromSeconds(30);
}
