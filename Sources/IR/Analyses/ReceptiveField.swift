import Tensors

/// The part of the image that one position of a value reads, along the longest path.
package enum ReceptiveField: Hashable, Sendable, CustomStringConvertible {
  case pixels(height: Int, width: Int)
  case wholeImage

  package var description: String {
    switch self {
    case .pixels(let height, let width): height == width ? "\(height)" : "\(height)x\(width)"
    case .wholeImage: "whole image"
    }
  }
}

/// The receptive field of every value: r + (K_eff − 1)·j a window, j the stride of its input
/// (Araujo et al., 2019); joins take the larger side.
package func receptiveFields(_ graph: Graph) -> [ReceptiveField] {
  var fields: [ReceptiveField] = []
  fields.reserveCapacity(graph.values.count)
  for entry in graph.entries {
    guard case .node(let node) = entry else {
      fields.append(.pixels(height: 1, width: 1))
      continue
    }
    fields.append(field(of: node, fields, graph))
  }
  return fields
}

private func field(
  of node: Node, _ fields: [ReceptiveField], _ graph: Graph
) -> ReceptiveField {
  if node.spec.family.reach == .global { return .wholeImage }
  var height = 1
  var width = 1
  for input in node.inputs {
    guard case .pixels(let h, let w) = fields[input.index] else { return .wholeImage }
    height = max(height, h)
    width = max(width, w)
  }
  guard let first = node.inputs.first else { return .pixels(height: height, width: width) }
  let span = node.spec.span
  let stride = graph[first].stride
  return .pixels(
    height: grow(height, span.height, stride.height), width: grow(width, span.width, stride.width))
}

/// r + extra·j rounded up, saturating: a field larger than any image is the same finding.
private func grow(_ field: Int, _ extra: Int, _ jump: Rational?) -> Int {
  let jump = jump ?? .one
  let (product, overflow) = extra.multipliedReportingOverflow(by: jump.numerator)
  guard !overflow else { return Int.max }
  let (sum, carried) = field.addingReportingOverflow(
    product / jump.denominator + (product % jump.denominator == 0 ? 0 : 1))
  return carried ? Int.max : sum
}

extension Spec {
  /// Samples of the input beyond one that a position reads, an axis: K_eff − 1 of a window.
  fileprivate var span: Size2 {
    if let window = family.window {
      if window.isTransposed {
        return Size2(
          (window.kernel.height - 1) * window.rate.height / window.stride.height,
          (window.kernel.width - 1) * window.rate.width / window.stride.width)
      }
      return Size2(
        (window.kernel.height - 1) * window.rate.height,
        (window.kernel.width - 1) * window.rate.width)
    }
    if case .resize(let resize) = self, resize.mode == .bilinear { return Size2(1, 1) }
    return Size2(0, 0)
  }
}
