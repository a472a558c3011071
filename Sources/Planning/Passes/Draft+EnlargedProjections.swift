import IR
import Tensors

extension Draft {
  /// Projects a map before it is enlarged rather than after.
  ///
  /// A 1x1 convolution without padding and with stride 1 computes W x + b at each position. The
  /// numbers of a resize R a are means of numbers of the same channel in a, with weights that are
  /// the same for all channels and sum to 1, so that W (R a) + b = R (W a + b). The resize gives
  /// another number of channels on another number of positions, and what follows it is no longer
  /// an ending of the convolution: both count. The sums are the same in another order, and W a + b
  /// is stored as float32.
  mutating func projectBeforeEnlarging() {
    let followed = Set(
      steps.compactMap { step -> ValueID? in
        guard case .pointwise = step.call.spec else { return nil }
        return holder(step.inputs[0])
      })
    replaceSteps { draft, step, makers, uses in
      guard let spec = step.projection, spec.stride == .one,
        let resize = makers[draft.holder(step.inputs[0])], resize.enlargement != nil,
        uses[resize.output] == 1,
        var early = draft.step(
          step.call.spec, [resize.inputs[0]], parameters: step.parameters, step.origin),
        var late = draft.step(resize.call.spec, [early.output], resize.origin),
        late.call.output == step.call.output
      else { return nil }
      var work = Work(early.call, late.call)
      if followed.contains(step.output) {
        work.add(numbers: step.call.output)
        work.add(numbers: step.call.output)
      }
      guard work < Work(resize.call, step.call) else { return nil }
      (early.fused, late.output) = (step.fused, step.output)
      draft.rewrites.append(
        Plan.Rewrite(
          origin: step.origin,
          text: "it runs on \(early.call.output.h)x\(early.call.output.w) positions, before they "
            + "become \(step.call.output.h)x\(step.call.output.w)"))
      return [early, late]
    }
  }
}
