import Frontend
import IR
import Kernels
import Source
import Tensors

/// What `netc diff` finds between two networks.
struct NetworkDifference {
  let old: LoadedNetwork
  let new: LoadedNetwork
  /// A size that both admit; nil where none was asked for or is stated.
  let sizes: Sizes?
  let layers: GraphDifference
  let figures: (old: NetworkFigures, new: NetworkFigures)
  let checkpoint: CheckpointOverlap

  init(
    from old: LoadedNetwork, to new: LoadedNetwork, at asked: Sizes?, weights: String?,
    _ kernels: KernelCatalogue
  ) throws(Diagnostic) {
    (self.old, self.new) = (old, new)
    let sizes = asked ?? Self.size(old, new)
    self.sizes = sizes
    layers = GraphDifference(from: old.graph, to: new.graph)
    figures = (
      try NetworkFigures(old, at: sizes, kernels), try NetworkFigures(new, at: sizes, kernels)
    )
    checkpoint = try CheckpointOverlap(from: old, to: new, file: weights)
  }

  /// The only size of one of them, or a size that one states, if both admit it.
  private static func size(_ old: LoadedNetwork, _ new: LoadedNetwork) -> Sizes? {
    let networks = [old, new]
    let all = networks.compactMap(\.checked.onlySize) + networks.flatMap(\.statedSizes)
    return all.first { size in networks.allSatisfy { $0.checked.admissible.contains(size) } }
  }

  /// Whether anything differs: layers, what they give, sizes, or tensors.
  var isEmpty: Bool {
    layers.isEmpty && layers.resized.isEmpty && checkpoint.isComplete
      && old.checked.admissible == new.checked.admissible
      && figures.old.summary.parameterCount == figures.new.summary.parameterCount
  }
}

extension LoadedNetwork {
  /// The sizes that its file states in expectations.
  var statedSizes: [Sizes] {
    program.elaborate().map { program.statedSizes(elaboration, usual: $0) } ?? []
  }
}
