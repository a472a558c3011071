import IR
import Planning
import Tensors

/// A layer of a line, with the arithmetic that is told with it.
struct LineLayer: Sendable {
  let row: LayerRow
  let values: [ValueID]
  /// What the first of them reads.
  let inputs: [ValueID]
  /// `2048x33x33`, `5 of 256x33x33`; with functions of H and W where there is no size.
  let input: String
  /// Cells of padding at the size: top, bottom, left, right; nil without a window.
  let pads: Insets?
  let liveMultiplyAdds: Int?

  /// Nil of no values.
  init?(
    _ values: [ValueID], of graph: Graph, _ fields: [ReceptiveField], _ shapes: [Shape]?,
    _ geometry: NetworkGeometry?
  ) {
    guard let row = LayerRow(values, of: graph, fields, shapes, geometry), let head = values.first,
      let node = graph.node(head)
    else { return nil }
    self.row = row
    self.values = values
    inputs = node.inputs
    input = Self.text(
      node.inputs.map { value in
        let type = graph[value].type
        return shapes.map { type.compactText($0[value.index]) } ?? type.text
      })
    liveMultiplyAdds = shapes.flatMap { node.liveMultiplyAdds($0, output: head) }
    pads = node.spec.family.window.flatMap { window in
      let sides = shapes.map { ($0[node.inputs[0].index], $0[head.index]) }
      return window.insets(sides, isTransposed: window.isTransposed)
    }
  }

  /// Equal ones next to each other are counted.
  private static func text(_ inputs: [String]) -> String {
    var groups: [(text: String, count: Int)] = []
    for input in inputs {
      if groups.last?.text == input {
        groups[groups.count - 1].count += 1
      } else {
        groups.append((input, 1))
      }
    }
    return groups.map { $0.count > 1 ? "\($0.count) of \($0.text)" : $0.text }
      .joined(separator: ", ")
  }
}

extension Window {
  /// The padding of a map of some shape; nil where it follows a size that is not known.
  fileprivate func insets(_ sides: (Shape, Shape)?, isTransposed: Bool) -> Insets? {
    if case .explicit(let insets) = padding { return insets }
    guard let (input, output) = sides else { return nil }
    let (read, written) = isTransposed ? (output, input) : (input, output)
    let rows = axis(.height, input: read.h, output: written.h)
    let columns = axis(.width, input: read.w, output: written.w)
    return Insets(
      top: rows.before, bottom: rows.after, left: columns.before, right: columns.after)
  }
}
