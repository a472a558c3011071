import Tensors

/// A layer whose result changes with the output stride although its weights do not.
package struct ApproximatePoint: Sendable {
  package let origin: Origin
  package let reason: String
}

extension Graph {
  /// Where a network at a changed output stride only approximates the one it was trained as.
  package var approximatePoints: [ApproximatePoint] {
    nodes.compactMap { _, node in
      guard node.inputs.contains(where: { self[$0].isRetargeted }),
        case .approximate(let reason) = node.spec.family.retargeting
      else { return nil }
      return ApproximatePoint(origin: node.origin, reason: reason)
    }
  }
}
