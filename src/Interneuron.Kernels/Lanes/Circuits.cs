global using Circuits4 = Interneuron.Kernels.Lanes4<Interneuron.Kernels.ManyCircuits>;
global using Circuits8 = Interneuron.Kernels.Lanes8<Interneuron.Kernels.ManyCircuits>;
global using Lanes4 = Interneuron.Kernels.Lanes4<Interneuron.Kernels.OneCircuit>;
global using Lanes8 = Interneuron.Kernels.Lanes8<Interneuron.Kernels.OneCircuit>;

namespace Interneuron.Kernels;

/// <summary>The lanes of a register are samples of one circuit, whose numbers are the same in all of them.</summary>
public readonly struct OneCircuit;

/// <summary>The lanes of a register are samples of as many circuits, each with numbers of its own.</summary>
public readonly struct ManyCircuits;
