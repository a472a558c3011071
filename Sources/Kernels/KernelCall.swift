import Tensors

/// What a step of a plan executes: a call, what is done to its result, and how values lie.
package struct KernelCall: Hashable, Sendable {
  package let call: Call
  package let epilogue: Epilogue
  /// The reduction over the channels of every position of the result, which alone is stored then.
  package let reduction: Call?
  /// Layouts of the call's inputs, then of the epilogue's.
  package let inputs: [Layout]
  package let output: Layout

  package init(
    _ call: Call, epilogue: Epilogue = .none, reduction: Call? = nil, inputs: [Layout],
    output: Layout
  ) {
    precondition(inputs.count == call.inputs.count + epilogue.inputs.count, "a layout an input")
    precondition(
      reduction.map { $0.inputs == [call.output] } ?? true, "the reduction is of the result")
    self.call = call
    self.epilogue = epilogue
    self.reduction = reduction
    self.inputs = inputs
    self.output = output
  }

  /// All maps planar.
  package static func planar(
    _ call: Call, epilogue: Epilogue = .none, reduction: Call? = nil
  ) -> KernelCall {
    let count = call.inputs.count + epilogue.inputs.count
    return KernelCall(
      call, epilogue: epilogue, reduction: reduction,
      inputs: [Layout](repeating: .planar, count: count), output: .planar)
  }

  /// Shapes of the call's inputs, then of the epilogue's.
  package var inputShapes: [Shape] { call.inputs + epilogue.inputs }

  /// The shape of what is stored.
  package var result: Shape { reduction?.output ?? call.output }

  /// The call with floats wherever bfloat16 numbers lie.
  package var widened: KernelCall {
    KernelCall(
      call, epilogue: epilogue, reduction: reduction, inputs: inputs.map(\.wide),
      output: output.wide)
  }

  /// The call with the layouts that a kernel asked for.
  package func arranged(_ demand: KernelDemand) -> KernelCall {
    KernelCall(
      call, epilogue: epilogue, reduction: reduction, inputs: demand.inputs, output: demand.output)
  }
}
