namespace Marketplace.Proofs.Split;

/// <summary>When all workers exchange elements with all.</summary>
public enum Exchange
{
    /// <summary>The combination c, from ranges into columns.</summary>
    RangesToColumns,

    /// <summary>Transformed columns into rows.</summary>
    ColumnsToRows,

    /// <summary>Correlated rows back into columns.</summary>
    RowsToColumns,

    /// <summary>The autocorrelation g, from columns back into ranges: place n + 1 becomes g_n.</summary>
    ColumnsToRanges,
}
