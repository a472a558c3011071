import Tensors

/// What a step of a plan executes: a call, what is done to its result, and how values lie.
package struct KernelCall: Hashable, Sendable {
  /// What computes the call's first input, a part at a time, where that is not stored.
  package let leading: LeadingCall?
  package let call: Call
  package let epilogue: Epilogue
  /// The reduction over the channels of every position of the result, which alone is stored then.
  package let reduction: Call?
  /// Layouts of the call's inputs, the first of which is the leading call's where there is one, then
  /// of the epilogue's.
  package let inputs: [Layout]
  package let output: Layout

  package init(
    _ call: Call, after leading: LeadingCall? = nil, epilogue: Epilogue = .none,
    reduction: Call? = nil, inputs: [Layout], output: Layout
  ) {
    precondition(
      leading.map { $0.call.output == call.inputs[0] } ?? true, "it computes the first input")
    self.leading = leading
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

  /// Shapes of what is read: as `inputs` are listed.
  package var inputShapes: [Shape] {
    (leading?.call.inputs ?? Array(call.inputs.prefix(1))) + call.inputs.dropFirst()
      + epilogue.inputs
  }

  /// Multiply-adds of the call and of what leads; nil where the count overflows.
  package var multiplyAdds: Int? {
    guard let own = call.multiplyAdds, let before = leading.map({ $0.call.multiplyAdds }) ?? 0
    else { return nil }
    let (sum, overflow) = own.addingReportingOverflow(before)
    return overflow ? nil : sum
  }

  /// The shape of what is stored.
  package var result: Shape { reduction?.output ?? call.output }

  /// The call with floats wherever bfloat16 numbers lie.
  package var widened: KernelCall {
    KernelCall(
      call, after: leading, epilogue: epilogue, reduction: reduction, inputs: inputs.map(\.wide),
      output: output.wide)
  }

  /// The call with the layouts that a kernel asked for.
  package func arranged(_ demand: KernelDemand) -> KernelCall {
    KernelCall(
      call, after: leading, epilogue: epilogue, reduction: reduction, inputs: demand.inputs,
      output: demand.output)
  }
}

/// A call of one input that another follows, and what is done to its result before.
package struct LeadingCall: Hashable, Sendable {
  package let call: Call
  /// Without inputs and without a second result.
  package let epilogue: Epilogue

  package init(_ call: Call, epilogue: Epilogue) {
    precondition(call.inputs.count == 1, "it reads one map")
    precondition(epilogue.inputs.isEmpty && epilogue.second == nil, "it reads and stores no other")
    self.call = call
    self.epilogue = epilogue
  }

  /// How many parameters it takes.
  var parameterCount: Int { call.parameters.count + epilogue.parameterCount }
}
