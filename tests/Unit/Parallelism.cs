// torch has one random generator and one count of live tensors a process: tests that seed the one or read the other
// must not run beside others.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
