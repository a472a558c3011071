import Source
import Tensors

extension GraphBuilder {
  /// A spec with its strides dropped to fit the open scope, and what is owed after it.
  struct Dense {
    var spec: Spec
    var owed: Size2
    var isRetargeted: Bool
    /// What rates and pads were multiplied by, and the stride that was taken away.
    var multiplier = Size2.one
    var dropped = Size2.one
  }

  /// Values that meet must owe the same; those without a grid owe nothing.
  func checkOwed(_ operands: [Operand], _ call: OpCall) throws(Diagnostic) {
    let grids = operands.filter { graph[$0.value].stride.height != nil }
    guard let first = grids.first else { return }
    for other in grids.dropFirst() where graph[other.value].owed != graph[first.value].owed {
      throw .owedDiffers(call.origin, first, other, graph)
    }
  }

  mutating func retarget(
    _ spec: Spec, _ inputs: [Value], _ operands: [Operand], _ call: OpCall
  ) throws(Diagnostic) -> Dense {
    let family = spec.family
    let window = family.window
    let isGlobal = family.reach == .global
    let owed = inputs.first { $0.stride.height != nil }?.owed ?? .one
    let isRetargeted = inputs.contains(where: \.isRetargeted)
    // A vector has no grid left that could have become denser.
    let readsGrid = inputs.contains { $0.isRetargeted && $0.type.extents != nil }
    if readsGrid, owed == .one, window == nil,
      case .refused(let reason) = family.retargeting
    {
      throw .refusedRetargeting(call.origin, reason, strideSpan: lastRetargeting)
    }
    guard let scope else { return Dense(spec: spec, owed: .one, isRetargeted: isRetargeted) }
    var stride = window?.stride ?? .one
    var owedAfter = isGlobal ? .one : owed
    if let window, !window.isTransposed, let input = inputs.first {
      stride.height = try kept(window.stride.height, input.stride.height, scope, call)
      stride.width = try kept(window.stride.width, input.stride.width, scope, call)
      owedAfter = Size2(
        owed.height * window.stride.height / stride.height,
        owed.width * window.stride.width / stride.width)
    }
    guard owedAfter.height <= 4096, owedAfter.width <= 4096 else {
      throw .strideOutOfRange(max(owedAfter.height, owedAfter.width), at: call.origin.span)
    }
    let dropped = window.map { $0.stride != stride } ?? false
    if dropped { lastRetargeting = scope.span }
    guard dropped || owed != .one else {
      return Dense(spec: spec, owed: .one, isRetargeted: isRetargeted)
    }
    do {
      let dense = try spec.dense(owed: owed, stride: stride, atrousAll: scope.rule == .all)
      let own = window?.stride ?? .one
      return Dense(
        spec: dense, owed: owedAfter, isRetargeted: !isGlobal, multiplier: owed,
        dropped: Size2(own.height / stride.height, own.width / stride.width))
    } catch .refused(let reason) {
      if window?.isTransposed == true {
        throw .upsamplingInside(call.origin, scope: scope.span)
      }
      throw .refusedRetargeting(call.origin, reason, strideSpan: scope.span)
    } catch {
      throw .spec(error, operands, graph, call)
    }
  }

  /// The stride a layer keeps on one axis: its own while the scope's target allows, else 1.
  private func kept(
    _ stride: Int, _ input: Rational?, _ scope: OutputStrideScope, _ call: OpCall
  ) throws(Diagnostic) -> Int {
    guard stride > 1, let input else { return stride }
    let target = Rational(scope.target)
    guard let after = try? input.times(Rational(stride)) else {
      throw .strideOutOfRange(stride, at: call.origin.span)
    }
    if after <= target { return stride }
    if input == target { return 1 }
    throw .unreachableStride(call.origin, input, stride: stride, scope.target, at: scope.span)
  }
}
