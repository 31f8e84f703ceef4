namespace Interneuron.Kernels;

/// <summary>
/// Solves circuits of one potential and learns with it. The potential is the type argument of the implementation, <see cref="Engine{TKernel}"/>; everything that does not name it works through this class.
/// An engine has no state of its own and may be used from several threads.
/// </summary>
public abstract class Engine
{
    private protected Engine(LaneWidth width) => Width = LaneWidths.Resolve(width);

    /// <summary>The width of the registers in use.</summary>
    public LaneWidth Width { get; }

    /// <summary>P, the potential's number of activation parameters.</summary>
    public abstract int Parameters { get; }

    /// <summary>An engine for a kernel known by its type only, an emitted one.</summary>
    /// <param name="kernel">A struct that implements <see cref="IPotentialKernel"/>.</param>
    /// <param name="width">The width of the registers.</param>
    /// <returns>The engine.</returns>
    /// <exception cref="ArgumentException">The type is not such a struct.</exception>
    public static Engine Create(Type kernel, LaneWidth width = LaneWidth.Widest)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (!kernel.IsValueType || !typeof(IPotentialKernel).IsAssignableFrom(kernel))
        {
            throw new ArgumentException($"{kernel} is not a struct that implements {nameof(IPotentialKernel)}.", nameof(kernel));
        }

        return (Engine)Activator.CreateInstance(typeof(Engine<>).MakeGenericType(kernel), width)!;
    }

    /// <summary>
    /// The responses r with s = grad phi(r), by safeguarded steps to |s - grad phi(r)|_inf &lt;= tolerance min(1, |s|_inf), or to what rounding leaves of the residual where that is more. At a kink
    /// of phi r is the response if s is in the subdifferential. Large arrays are shared among the processor's cores in tiles of fixed size, so the result has the same bits for any number of them.
    /// </summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="stimuli">n x N, row-major.</param>
    /// <param name="responses">n x N, overwritten. A failed sample has values that are not a number.</param>
    /// <param name="options">Tolerance and limits.</param>
    /// <param name="residuals">n residuals, or null; 0 where a response is at a kink of phi.</param>
    /// <param name="evaluations">How often grad phi was evaluated for each of the n samples, or null.</param>
    /// <returns>Whether all samples converged, else which did not. Stimuli that are not finite do not converge.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit the circuit or each other.</exception>
    public abstract ResponseOutcome Respond(
        CircuitState circuit, ReadOnlyMemory<double> stimuli, Memory<double> responses, ResponseOptions options, double[]? residuals = null, int[]? evaluations = null);

    /// <summary>
    /// The stimuli s = grad phi(r) that drive the circuit to given responses, and log det H(r): what sampling and density need. Shared among the cores like <see cref="Respond"/>.
    /// </summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="responses">n x N, row-major.</param>
    /// <param name="stimuli">n x N, overwritten.</param>
    /// <param name="logDeterminants">n, overwritten; -infinity where H is singular. Or empty.</param>
    /// <param name="threads">The largest number of threads; -1 for all cores.</param>
    /// <exception cref="ArgumentException">Lengths do not fit the circuit or each other.</exception>
    public abstract void Drive(
        CircuitState circuit, ReadOnlyMemory<double> responses, Memory<double> stimuli, Memory<double> logDeterminants, int threads = -1);

    /// <summary>
    /// The terms of the learning rules averaged over a batch, minus their target expectations, without learning: minus the gradient of J.
    /// </summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="target">Where target expectations come from.</param>
    /// <param name="stimuli">n x N, row-major, n at least 1.</param>
    /// <param name="gradient">Overwritten.</param>
    /// <param name="tolerance">The largest residual |s - grad phi(r)|_inf, but for what rounding leaves: in proportion to the stimuli where these are small.</param>
    /// <param name="cancellation">Looked at a few times a second at least.</param>
    /// <returns>Whether all samples converged; if not, the gradient has no meaning.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit the circuit.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for; the gradient has no meaning.</exception>
    public abstract ResponseOutcome Gradient(
        CircuitState circuit, TargetNodes target, ReadOnlySpan<double> stimuli, Gradient gradient, double tolerance = 1e-10, CancellationToken cancellation = default);

    /// <summary>J as a function of the gains over all stimuli, for batch solvers.</summary>
    /// <param name="circuit">The circuit, whose gains are overwritten from now on.</param>
    /// <param name="target">Where target expectations come from.</param>
    /// <param name="stimuli">n x N, row-major, n at least 1; read where they lie.</param>
    /// <param name="tolerance">The largest residual |s - grad phi(r)|_inf, but for what rounding leaves: in proportion to the stimuli where these are small.</param>
    /// <returns>The objective.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit the circuit.</exception>
    public abstract GainObjective Gains(CircuitState circuit, TargetNodes target, ReadOnlyMemory<double> stimuli, double tolerance = 1e-10);

    /// <summary>An online learner that updates a circuit in place.</summary>
    /// <param name="circuit">The circuit, owned by the trainer from now on.</param>
    /// <param name="target">Where target expectations come from.</param>
    /// <param name="rule">Rates and forms of the rules.</param>
    /// <param name="batch">B, samples in a step, at least 1.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="tolerance">The largest residual |s - grad phi(r)|_inf, but for what rounding leaves: in proportion to the stimuli where these are small.</param>
    /// <returns>The trainer, at step 0.</returns>
    /// <exception cref="ArgumentException">The target or the kernel does not fit the circuit.</exception>
    public abstract Trainer Train(CircuitState circuit, TargetNodes target, LearningRule rule, int batch, ulong seed, double tolerance = 1e-10);

    /// <summary>How many circuits of N primary neurons a group learns at once: one a lane for N of 1 and 2; more of them fill the lanes alone.</summary>
    /// <param name="primaries">N, at least 1.</param>
    /// <returns>The number of lanes, or 1.</returns>
    public int Together(int primaries) => primaries <= 2 ? (int)Width : 1;

    /// <summary>An online learner of several circuits of one shape at once.</summary>
    /// <param name="members">The circuits: 1 to <see cref="Together"/>, with one or two primary neurons.</param>
    /// <param name="target">Where the target expectations of all of them come from.</param>
    /// <param name="batch">B, samples of each in a step, at least 1.</param>
    /// <returns>The learner, at step 0.</returns>
    /// <exception cref="ArgumentException">The circuits are too many or too large, are not alike (<see cref="TrainerGroup.AreAlike"/>), or the target or the kernel does not fit them.</exception>
    public abstract TrainerGroup Train(IReadOnlyList<GroupMember> members, TargetNodes target, int batch);
}

/// <summary>How responses are solved for.</summary>
public readonly record struct ResponseOptions
{
    /// <summary>The defaults.</summary>
    public ResponseOptions()
    {
    }

    /// <summary>The largest residual |s - grad phi(r)|_inf of stimuli of size 1 and above; of smaller ones, in proportion.</summary>
    public double Tolerance { get; init; } = 1e-10;

    /// <summary>The largest number of safeguarded iterations.</summary>
    public int MaxIterations { get; init; } = 200;

    /// <summary>The largest number of threads; -1 for all cores.</summary>
    public int Threads { get; init; } = -1;
}

/// <summary>Averaged terms of the learning rules (theory's dg, dtheta and dW): minus the gradient of J.</summary>
public sealed class Gradient
{
    /// <summary>Zeros for a circuit's shape.</summary>
    /// <param name="circuit">The circuit.</param>
    public Gradient(CircuitState circuit)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        Gains = new double[circuit.Gains.Length];
        Theta = new double[circuit.Theta.Length];
        Synapses = new double[circuit.Synapses.Length];
    }

    /// <summary>dg_i = mean F - E_target F, K values.</summary>
    public double[] Gains { get; }

    /// <summary>dtheta_i = g_i (mean dF/dtheta - E_target dF/dtheta), K x P.</summary>
    public double[] Theta { get; }

    /// <summary>dw_i = mean r n_i - E_target r g_i f, K x N; without the target term where that is parallel to w_i. Zero where N = 1.</summary>
    public double[] Synapses { get; }

    /// <summary>The mean of s . r* - phi(r*) over the batch: its part of J.</summary>
    public double Dual { get; internal set; }

    /// <summary>E_target phi(r) without the leak's part lambda E|r|^2/2: sum_i g_i E_target F.</summary>
    public double TargetPotential { get; internal set; }
}
