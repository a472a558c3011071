/// A spec with concrete shapes: what is hashed, costed, tiled and executed.
package struct Call: Hashable, Sendable {
  package let spec: Spec
  package let inputs: [Shape]
  package let output: Shape

  private init(spec: Spec, inputs: [Shape], output: Shape) {
    self.spec = spec
    self.inputs = inputs
    self.output = output
  }

  /// The call on inputs of rank 4; its output shape is what `infer` says of constant extents.
  package static func make(_ spec: Spec, _ inputs: [Shape]) throws(SpecError) -> Call {
    let types = try types(of: inputs, spec)
    let inferred = try spec.family.infer(types)
    precondition(inferred.conditions.isEmpty, "constant extents hold or throw")
    _ = try spec.family.parameters(types)
    let type = inferred.type
    var (height, width) = (1, 1)
    if let extents = type.extents {
      guard let h = extents.height.constantValue, let w = extents.width.constantValue else {
        preconditionFailure("constant extents give constant extents")
      }
      (height, width) = (h, w)
    }
    let leading = type.leading == .windows ? inputs[inputs.count - 1].n : inputs[0].n
    guard let output = Shape(leading, type.channels, height, width) else { throw .tooLarge }
    return Call(spec: spec, inputs: inputs, output: output)
  }

  /// The parameters of the call, in the order in which `reference` takes them.
  package var parameters: [ParameterShape] {
    do throws(SpecError) {
      return try spec.family.parameters(Call.types(of: inputs, spec))
    } catch {
      preconditionFailure("a call has been made with its parameters")
    }
  }

  package var multiplyAdds: Int? { spec.family.multiplyAdds(inputs: inputs, output: output) }

  /// Every input as a map; what is not one has the extents 1 x 1 and means the same.
  private static func types(of inputs: [Shape], _ spec: Spec) throws(SpecError) -> [TensorType] {
    var types: [TensorType] = []
    for shape in inputs {
      precondition(shape.rank == 4, "tensors of a call have rank 4")
      for (axis, size) in [(Axis.height, shape.h), (.width, shape.w)] where size < 1 {
        throw .nonPositive(axis, size)
      }
      guard shape.n >= 1, shape.c >= 1 else { throw .tooLarge }
      types.append(.map(shape.c, .constant(shape.h), .constant(shape.w)))
    }
    if case .pooling(let pooling) = spec, case .roi = pooling.region, types.count == 2 {
      types[1].kind = .windows
      types[1].leading = .windows
      guard inputs[0].n == 1 else { throw .batchDiffers(inputs[0].n, 1) }
      guard inputs[1].dimensions[1...] == [4, 1, 1] else {
        throw .channels(expected: 4, found: inputs[1].c)
      }
      return types
    }
    for shape in inputs where shape.n != inputs[0].n { throw .batchDiffers(inputs[0].n, shape.n) }
    return types
  }

  /// Runs the reference after checking that the views have the shapes of the call.
  package func reference(
    inputs views: [TensorView], parameters: [TensorView], output view: MutableTensorView
  ) {
    precondition(views.map(\.shape) == inputs && view.shape == output, "the call's shapes")
    precondition(
      parameters.map(\.shape.count) == self.parameters.map(\.shape.count), "the call's parameters")
    spec.family.reference(self, inputs: views, parameters: parameters, output: view)
  }
}
