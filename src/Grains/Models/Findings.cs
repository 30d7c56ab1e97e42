using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;

namespace Assize.Grains.Models;

/// <summary>What a silo's calls brought since its last report to the endpoint.</summary>
internal sealed class Findings(string holder)
{
    private int served;
    private int limited;
    private int failed;
    private string? failure;
    private TimeSpan? retryAfter;
    private bool? probe;

    /// <summary>Whether a probe is in flight.</summary>
    public bool Probing { get; set; }

    /// <summary>Passing failures after which the provider gave no other answer.</summary>
    public int FailedSince { get; private set; }

    public void Learn(Attempt attempt, bool probed)
    {
        var works = true;
        switch (attempt.Completion)
        {
            case Completion.Failed { Reason: Reason.RateLimited } when attempt.Transient:
                limited++;
                retryAfter = attempt.RetryAfter > (retryAfter ?? TimeSpan.Zero) ? attempt.RetryAfter : retryAfter;
                break;
            case Completion.Failed broken when attempt.Transient:
                works = false;
                (failed, failure) = (failed + 1, broken.Detail);
                break;
            default:
                served++;
                break;
        }

        FailedSince = works ? 0 : FailedSince + 1;
        if (probed)
        {
            (Probing, probe) = (false, works);
        }
    }

    /// <summary>Takes in a call that ended without an answer of any kind: it says nothing of the provider, but a probe is over, and did not come through.</summary>
    public void Lose(bool probed)
    {
        if (probed)
        {
            (Probing, probe) = (false, false);
        }
    }

    /// <summary>Begins a new report with what was found for the last one.</summary>
    public LeaseRequest Take()
    {
        var report = new LeaseRequest
        {
            Holder = holder, Served = served, Limited = limited, Failed = failed, FailedSince = FailedSince, Failure = failure, RetryAfter = retryAfter, Probing = Probing, Probe = probe,
        };
        (served, limited, failed, FailedSince, failure, retryAfter, probe) = (0, 0, 0, 0, null, null, null);
        return report;
    }

    /// <summary>Takes back what no endpoint heard.</summary>
    public void Restore(LeaseRequest unheard)
    {
        FailedSince = served + limited > 0 ? FailedSince : unheard.FailedSince + failed;
        (served, limited, failed) = (served + unheard.Served, limited + unheard.Limited, failed + unheard.Failed);
        failure ??= unheard.Failure;
        retryAfter = retryAfter > (unheard.RetryAfter ?? TimeSpan.Zero) ? retryAfter : unheard.RetryAfter;
        probe ??= unheard.Probe;
    }
}
