using SleapNn.Tasks;

var root = Repository.FindRoot();
return args switch
{
    ["Test"] => TestTask.Run(root),
    ["Demo"] => DemoTask.Run(root),
    ["Package"] => PackageTask.Run(root),
    ["Install"] => InstallTask.Run(root),
    ["Bench"] => BenchTask.Run(root),
    ["Fuzz"] => FuzzTask.Run(root),
    ["Survival"] => SurvivalTask.Run(root),
    ["Docs"] => DocsTask.Run(root),
    ["Slurm"] => SlurmTask.Run(root),
    _ => Repository.Fail("Usage: Tasks Test|Demo|Package|Install|Bench|Fuzz|Survival|Docs|Slurm"),
};
