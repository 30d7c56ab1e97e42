using System.Collections.Immutable;

namespace Assize.Evaluation.Judges;

public sealed record ContainsJudge : Judge
{
    public override ImmutableArray<Criterion> Criteria => throw new NotSupportedException();

    public override Step Next(Trial trial, Answers soFar) => throw new NotSupportedException();
}
