using SleapNn.Tasks;

var root = Repository.FindRoot();
return args switch
{
    ["Test"] => TestTask.Run(root),
    ["Demo"] => DemoTask.Run(root),
    ["Package"] => PackageTask.Run(root),
    ["Bench"] => BenchTask.Run(root),
    ["Fuzz"] => FuzzTask.Run(root),
<<<<<<< HEAD
    ["Docs"] => DocsTask.Run(root),
    _ => Repository.Fail("Usage: Tasks Test|Demo|Package|Bench|Fuzz|Docs"),
=======
    ["Survival"] => SurvivalTask.Run(root),
    _ => Repository.Fail("Usage: Tasks Test|Demo|Package|Bench|Fuzz|Survival"),
>>>>>>> 271c833 (Kill training at random moments and compare what goes on with a run that was never interrupted)
};
