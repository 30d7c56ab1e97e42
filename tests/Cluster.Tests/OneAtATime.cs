// Each of these tests wants the machine for itself: they wait for what happens in seconds, and start up to six processes.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
