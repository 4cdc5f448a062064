namespace Marketplace.Proofs.Split;

/// <summary>What workers do in a proof; recorded in this order.</summary>
public enum ProofPhase
{
    /// <summary>Taking slices.</summary>
    Holding,

    /// <summary>Exchanging blocks.</summary>
    Exchange,

    /// <summary>Committing to rows.</summary>
    Commitments,

    /// <summary>The Gram matrix.</summary>
    InnerProducts,

    /// <summary>Committing to the mask.</summary>
    Mask,

    /// <summary>c = m + Σ z_i·u_i.</summary>
    Combination,

    /// <summary>The transform's columns.</summary>
    Columns,

    /// <summary>The transform's rows, there and back.</summary>
    Rows,

    /// <summary>The transform's columns back.</summary>
    ColumnsBack,

    /// <summary>C_g.</summary>
    Autocorrelation,

    /// <summary>c and g at x and 1/x.</summary>
    Evaluation,

    /// <summary>The division's recurrence from zero.</summary>
    Division,

    /// <summary>The quotient, and W.</summary>
    Opening,

    /// <summary>Forgetting the mask.</summary>
    Releasing,
}
