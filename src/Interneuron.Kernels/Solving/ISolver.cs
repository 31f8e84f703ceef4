namespace Interneuron.Kernels;

/// <summary>How a block of samples (one register wide, starting at lane `at` of the workspace) is solved and learned from; one implementation per range of N.</summary>
internal interface ISolver
{
    /// <summary>Whether <see cref="Improve{TLanes, TKernel}"/> does anything; else solving starts with <see cref="Settle{TLanes, TKernel}"/>.</summary>
    static abstract bool Improves { get; }

    /// <summary>Makes one unsafeguarded third-order step from the responses in the workspace.</summary>
    /// <returns>Bits of the lanes that are expected to need another step.</returns>
    static abstract uint Improve<TLanes, TKernel>(Workspace work, int at)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel;

    /// <summary>
    /// Solves to the tolerance from the responses in the workspace, with safeguards; leaves residuals and what is accepted of them. Lanes that have converged do not change. Where
    /// rounding or a kink of phi keeps the residual above the tolerance, the response is accepted that is as near as the arithmetic allows.
    /// </summary>
    /// <returns>Bits of the lanes that did not converge.</returns>
    static abstract uint Settle<TLanes, TKernel>(Workspace work, int at, int maxIterations)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel;

    /// <summary>Evaluates the learning terms at the responses, and compares the residuals with the tolerance.</summary>
    /// <returns>Bits of the lanes whose residual is above the tolerance.</returns>
    static abstract uint Learn<TLanes, TKernel>(Workspace work, int at)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel;

    /// <summary>The inverse direction: from the responses in the workspace the stimuli s = grad phi(r), and log det H(r) in place of the residuals.</summary>
    static abstract void Drive<TLanes, TKernel>(Workspace work, int at)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IPotentialKernel;
}
