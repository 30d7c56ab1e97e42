using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Tests.Suites;

public sealed class CasePlanTests
{
    [Theory]
    [InlineData(-1, 64)]
    [InlineData(0, 64)]
    [InlineData(1, 1)]
    [InlineData(128, 1)]
    [InlineData(129, 2)]
    [InlineData(10_000_000, 8192)]
    [InlineData(long.MaxValue, 8192)]
    public void ThereIsAPartitionForEvery128AnnouncedCases(long announced, int partitions) => Assert.Equal(partitions, CasePlan.PartitionsFor(announced));

    [Theory]
    [InlineData(0, 65_536)]
    [InlineData(1, 1024)]
    [InlineData(1280, 10_240)]
    [InlineData(10_000_000, 10_000_000)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void EightTimesAsManyCasesAsArePlannedForMayCome(long announced, long most) => Assert.Equal(most, CasePlan.MostCases(announced));
}
