import IR
import Kernels
import Planning
import Source
import Tensors

/// The numbers by which two networks are compared, at a size where there is one.
struct NetworkFigures: Sendable {
  let summary: NetworkSummary
  let layerCount: Int
  let tensorCount: Int
  let liveMultiplyAdds: Int?
  let memory: MemoryDemand?

  /// The network admits the size.
  init(
    _ network: LoadedNetwork, at sizes: Sizes?, _ kernels: KernelCatalogue
  ) throws(Diagnostic) {
    let (checked, graph) = (network.checked, network.graph)
    summary = NetworkSummary(checked, network.elaboration, at: sizes)
    layerCount = graph.nodes.count
    tensorCount = graph.parameters.count
    let shapes = summary.sizes.flatMap { checked.shapes(at: $0) }
    liveMultiplyAdds = shapes.flatMap {
      checked.liveMultiplyAdds($0, outputs: graph.outputs.map(\.value))
    }
    // Nothing is allocated, so that no limit applies.
    memory =
      try summary.sizes.map { (sizes) throws(Diagnostic) in
        try Session.plan(
          checked, at: sizes, outputs: nil, kernels: kernels, memoryLimit: .max
        ).memory
      }
  }
}
