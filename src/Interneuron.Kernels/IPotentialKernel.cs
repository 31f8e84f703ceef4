namespace Interneuron.Kernels;

/// <summary>
/// One potential F(theta, z) and its derived learning rule, as straight-line code over lanes. Implemented by an empty struct, emitted or written by hand;
/// the solvers are generic over it, so that the just-in-time compiler specialises them and inlines it.
/// </summary>
/// <remarks>
/// What depends on theta only is computed by <see cref="Prepare{TLanes}"/>. Layout of the constants: [0] = E_target[F] (the target term of the
/// gain), [1 .. P] = E_target[dF/dtheta_p], then the theta-only sub-expressions of the other three methods, in the emitter's own order. A kernel whose
/// target terms are evaluated on nodes leaves [0 .. P] at 0.
/// </remarks>
public interface IPotentialKernel
{
    /// <summary>P, the number of activation parameters of an interneuron.</summary>
    int Parameters { get; }

    /// <summary>The number of values that <see cref="Prepare{TLanes}"/> writes, at least P + 1.</summary>
    int Constants { get; }

    /// <summary>
    /// The theta-only part, theta[0 .. P - 1] in, the constants out. The solvers call it once an interneuron and step: with one lane, so that both are consecutive numbers, or with a lane a circuit. It is long and
    /// should be compiled on its own and in full: NoInlining and AggressiveOptimization.
    /// </summary>
    void Prepare<TLanes>(ref readonly TLanes theta, ref TLanes constants)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>f = dF/dz and its slope f' at z, for one interneuron's constants, which <see cref="ILanes{TLanes}.Constant"/> reads. This and the next two are inlined into the solvers' loops: AggressiveInlining.</summary>
    void Activate<TLanes>(TLanes z, ref readonly double constants, out TLanes f, out TLanes slope)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>f, f' and f'' at z, for third-order steps.</summary>
    void Curve<TLanes>(TLanes z, ref readonly double constants, out TLanes f, out TLanes slope, out TLanes bend)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>f and f' at z, and the terms of the learning rule: terms[0] = F, terms[1 .. P] = dF/dtheta_p.</summary>
    void Learn<TLanes>(TLanes z, ref readonly double constants, out TLanes f, out TLanes slope, ref TLanes terms)
        where TLanes : struct, ILanes<TLanes>;
}
