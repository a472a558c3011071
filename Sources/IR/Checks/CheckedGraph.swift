import Source
import Tensors

/// Numbers that stand for the symbols of a graph at run time.
package struct Sizes: Hashable, Sendable {
  package var height: Int
  package var width: Int
  package var batch: Int
  /// Windows of the second input, where the network has one.
  package var windows: Int

  package init(height: Int, width: Int, batch: Int = 1, windows: Int = 1) {
    self.height = height
    self.width = width
    self.batch = batch
    self.windows = windows
  }
}

/// The image sizes that a network admits, an axis.
package struct AdmissibleSizes: Hashable, Sendable {
  package var height: SizeSet
  package var width: SizeSet

  package init(height: SizeSet, width: SizeSet) {
    (self.height, self.width) = (height, width)
  }

  package subscript(axis: Axis) -> SizeSet { axis == .height ? height : width }

  package func contains(_ sizes: Sizes) -> Bool {
    height.contains(sizes.height) && width.contains(sizes.width)
  }
}

/// A graph that passed every check; only `check` makes one.
package struct CheckedGraph: Sendable {
  package let graph: Graph
  package let admissible: AdmissibleSizes
  /// What the author admits, where that is less than the graph does.
  let requirements: [SizeRequirement]

  init(graph: Graph, admissible: AdmissibleSizes, requirements: [SizeRequirement]) {
    self.graph = graph
    self.admissible = admissible
    self.requirements = requirements
  }

  /// The shape of every value (N, C, H, W) at admissible sizes; nil where one passes 2^60 elements.
  package func shapes(at sizes: Sizes) -> [Shape]? {
    var shapes: [Shape] = []
    shapes.reserveCapacity(graph.values.count)
    var last: TensorType?
    for value in graph.values {
      // Most layers keep the type of the one before.
      if value.type == last {
        shapes.append(shapes[shapes.count - 1])
        continue
      }
      guard let shape = value.type.shape(at: sizes) else { return nil }
      shapes.append(shape)
      last = value.type
    }
    return shapes
  }
}

extension TensorType {
  /// The run-time shape: maps N, C, H, W, vectors N, C, 1, 1, labels N, 1, H, W.
  package func shape(at sizes: Sizes) -> Shape? {
    let outer = leading == .batch ? sizes.batch : sizes.windows
    switch kind {
    case .map(let height, let width):
      guard let h = try? height.value(at: sizes.height), let w = try? width.value(at: sizes.width)
      else { return nil }
      return Shape(outer, channels, h, w)
    case .labels(let height, let width):
      guard let h = try? height.value(at: sizes.height), let w = try? width.value(at: sizes.width)
      else { return nil }
      return Shape(outer, 1, h, w)
    case .vector: return Shape(outer, channels, 1, 1)
    case .label: return Shape(outer, 1, 1, 1)
    case .windows: return Shape(sizes.windows, 4, 1, 1)
    }
  }
}
