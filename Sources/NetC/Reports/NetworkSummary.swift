import Frontend
import IR
import Tensors

/// What `check` says of a network that passed.
package struct NetworkSummary: Sendable {
  package struct Output: Sendable {
    package let name: String
    /// `21 x H x W`
    package let type: String
    /// C, H, W at the size asked for.
    package let shape: [Int]?
    package let stride: String
    package let receptiveField: ReceptiveField
  }

  package let name: String
  package let settings: [(name: String, value: Constant)]
  package let admissible: AdmissibleSizes
  /// The coarsest stride of any value that the outputs need, an axis; nil without a grid.
  package let outputStride: OutputStride
  package let parameterCount: Int
  package let outputs: [Output]
  /// The size that shapes and cost are for.
  package let sizes: Sizes?
  package let multiplyAdds: Int?
  /// The kinds of atrous layers, each with its number of layers.
  package let liveTaps: [(row: LiveTapsRow, layers: Int)]
  /// The levels of pyramids by rules with fixed windows.
  package let bins: [BinRow]

  /// Summarises at a size that the network admits; a network of one size needs none.
  package init(_ checked: CheckedGraph, _ elaboration: Elaboration, at asked: Sizes?) {
    let graph = checked.graph
    name = graph.name
    settings = elaboration.settings
    admissible = checked.admissible
    parameterCount = graph.parameterCount
    let ids = graph.outputs.map(\.value)
    outputStride = graph.coarsestStride(of: graph.reachable(from: ids))
    sizes = asked ?? checked.onlySize
    let shapes = sizes.flatMap { checked.shapes(at: $0) }
    multiplyAdds = shapes.flatMap { checked.multiplyAdds($0, outputs: ids) }
    liveTaps = checked.liveTaps(shapes)
    bins = checked.binTables
    let fields = receptiveFields(graph)
    outputs = graph.outputs.map { output in
      let value = graph[output.value]
      return Output(
        name: output.name, type: value.type.text,
        shape: shapes.map { value.type.dimensions($0[output.value.index]) },
        stride: value.stride.text, receptiveField: fields[output.value.index])
    }
  }

  /// The largest field of an output.
  package var receptiveField: ReceptiveField {
    var (height, width) = (1, 1)
    for output in outputs {
      guard case .pixels(let h, let w) = output.receptiveField else { return .wholeImage }
      (height, width) = (max(height, h), max(width, w))
    }
    return .pixels(height: height, width: width)
  }
}

extension CheckedGraph {
  /// The size of a network that takes one only.
  package var onlySize: Sizes? {
    guard graph.isFixedSize else { return nil }
    return Sizes(height: admissible.height.minimum ?? 1, width: admissible.width.minimum ?? 1)
  }
}

extension Graph {
  /// The coarsest stride of some values, an axis.
  fileprivate func coarsestStride(of values: [ValueID]) -> OutputStride {
    OutputStride(
      height: values.compactMap { self[$0].stride.height }.max(),
      width: values.compactMap { self[$0].stride.width }.max())
  }
}

extension TensorType {
  /// What a user counts of a run-time shape: C, H, W of a map, H, W of labels, C of a vector.
  package func dimensions(_ shape: Shape) -> [Int] {
    switch kind {
    case .map: [shape.c, shape.h, shape.w]
    case .labels: [shape.h, shape.w]
    case .vector: [shape.c]
    case .label: [1]
    case .windows: [shape.n, shape.c]
    }
  }
}
