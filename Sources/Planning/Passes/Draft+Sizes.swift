import IR
import Tensors

extension Draft {
  /// Replaces `like` by numbers: at one size, an input that is read for its extents alone need not be
  /// there any more.
  mutating func resolveSizes() {
    for index in steps.indices {
      let call = steps[index].call
      guard let spec = call.sized, call.inputs.count == 2,
        let sized = try? Call.make(spec, [call.inputs[0]]), sized.output == call.output
      else { continue }
      steps[index].call = sized
      steps[index].inputs = [steps[index].inputs[0]]
    }
  }
}

extension Call {
  /// The same spec without a second input for its extents; nil where there is none.
  fileprivate var sized: Spec? {
    let (source, target) = (inputs[0], output)
    switch spec {
    case .movement(.cropLike(let anchor)): return .movement(.crop(margins(anchor, source, target)))
    case .movement(.padLike(let anchor)):
      return .movement(.pad(margins(anchor, target, source), value: 0))
    case .resize(var spec) where spec.target == .like:
      spec.target = .fixed(Size2(target.h, target.w))
      return .resize(spec)
    default: return nil
    }
  }

  /// What lies around the smaller map in the larger one.
  private func margins(
    _ anchor: MovementSpec.Anchor, _ larger: Shape, _ smaller: Shape
  ) -> Insets {
    let top = anchor.before(.height, larger: larger.h, smaller: smaller.h)
    let left = anchor.before(.width, larger: larger.w, smaller: smaller.w)
    return Insets(
      top: top, bottom: larger.h - smaller.h - top, left: left,
      right: larger.w - smaller.w - left)
  }
}
