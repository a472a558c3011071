import IR
import Source
import Tensors

/// A network at another output stride than its default: what stays and what changes.
package struct RetargetingReport: Sendable {
  package struct Approximation: Sendable {
    /// `image pooling`, `resize`
    package let op: String
    package let reason: String
    package var places: [String]
  }

  /// Whether every tensor has the same name and shape.
  package let hasSameWeights: Bool
  /// Rates that changed, with the number of layers, in the order they appear.
  package private(set) var rates: [(from: Size2, to: Size2, layers: Int)] = []
  /// Layers that compute another function of the image.
  package private(set) var approximations: [Approximation] = []

  /// Compares the graphs of one network; they differ in strides, rates and pads only.
  package init(from base: Graph, to graph: Graph, _ sources: SourceMap) {
    hasSameWeights =
      base.parameters.map(\.name) == graph.parameters.map(\.name)
      && base.parameters.map(\.shape) == graph.parameters.map(\.shape)
    guard base.values.count == graph.values.count else { return }
    for (id, node) in graph.nodes {
      if let from = base.node(id)?.spec.family.window, let to = node.spec.family.window,
        from.rate != to.rate, to.kernel != .one
      {
        count(from.rate, to.rate)
      }
      if let input = node.inputs.first, base[input].stride != graph[input].stride,
        case .approximate(let reason) = node.spec.family.retargeting
      {
        note(node.origin, reason, sources)
      }
    }
  }

  private mutating func count(_ from: Size2, _ to: Size2) {
    if let index = rates.firstIndex(where: { $0.from == from && $0.to == to }) {
      rates[index].layers += 1
    } else {
      rates.append((from, to, 1))
    }
  }

  private mutating func note(_ origin: Origin, _ reason: String, _ sources: SourceMap) {
    let op = origin.op == "avgpool" ? "image pooling" : origin.op
    let place = sources.location(origin.calls.first?.span ?? origin.span)
    if let index = approximations.firstIndex(where: { $0.op == op }) {
      approximations[index].places.append(place)
    } else {
      approximations.append(Approximation(op: op, reason: reason, places: [place]))
    }
  }
}
