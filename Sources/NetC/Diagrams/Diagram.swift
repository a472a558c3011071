import IR
import Tensors

/// A graph as boxes and arrows, before it is laid out.
package struct Diagram: Sendable {
  package struct Box: Sendable {
    package enum Style: Hashable, Sendable { case input, output, block, layer, join }
    package let title: String
    /// Parameters, rates, shape.
    package var details: [String]
    package let style: Style
    /// The output stride that colours it; nil without a grid.
    package let stride: Double?
  }

  package struct Arrow: Hashable, Sendable {
    package let from: Int
    package let to: Int
    /// The shape of what flows.
    package let label: String
  }

  package let name: String
  package private(set) var boxes: [Box] = []
  package private(set) var arrows: [Arrow] = []

  /// A box for a block instance of the network, or with `isExpanded` for a layer.
  package init(_ checked: CheckedGraph, at asked: Sizes?, isExpanded: Bool) {
    let graph = checked.graph
    let shapes = (asked ?? checked.onlySize).flatMap { checked.shapes(at: $0) }
    name = graph.name
    var boxOf: [Int: Int] = [:]

    func label(_ id: ValueID) -> String {
      let type = graph[id].type
      guard let shape = shapes?[id.index] else { return type.text.replacingTimes }
      return type.dimensions(shape).map(String.init).joined(separator: "×")
    }
    func connect(_ inputs: [ValueID], to box: Int) {
      for input in inputs {
        guard let source = boxOf[input.index], source != box else { continue }
        let arrow = Arrow(from: source, to: box, label: label(input))
        if !arrows.contains(where: { $0.from == source && $0.to == box && $0.label == arrow.label })
        {
          arrows.append(arrow)
        }
      }
    }

    for input in graph.inputs {
      boxOf[input.value.index] = boxes.count
      boxes.append(
        Box(
          title: input.name, details: [label(input.value)], style: .input,
          stride: graph[input.value].stride.number))
    }
    let used = Set(graph.reachable(from: graph.outputs.map(\.value)))
    for group in graph.groups(isExpanded: isExpanded) {
      let ids = group.values.filter(used.contains)
      guard let last = ids.last else { continue }
      let nodes = ids.compactMap { graph.node($0) }
      var details = group.details(nodes, graph)
      details.append(label(last))
      let coarsest = ids.compactMap { graph[$0].stride.number }.max()
      let box = boxes.count
      boxes.append(
        Box(
          title: group.title(nodes), details: details, style: group.style(nodes),
          stride: group.isBlock ? coarsest : graph[last].stride.number))
      for id in ids { boxOf[id.index] = box }
      connect(nodes.flatMap(\.inputs), to: box)
    }
    for output in graph.outputs {
      connect([output.value], to: boxes.count)
      boxes.append(
        Box(
          title: output.name, details: [label(output.value)], style: .output,
          stride: graph[output.value].stride.number))
    }
  }
}

extension OutputStride {
  /// The coarser axis as a number.
  fileprivate var number: Double? {
    [height, width].compactMap(\.self).max().map { Double($0.numerator) / Double($0.denominator) }
  }
}

extension String {
  /// `256 x H x W` as `256×H×W`.
  fileprivate var replacingTimes: String {
    split(separator: " x ").joined(separator: "×")
  }
}
