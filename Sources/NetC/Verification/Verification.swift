import Frontend
import IR
import Kernels
import Runtime
import Source
import Tensors

/// A network run and held against a recording, value by value.
struct Verification: Sendable {
  /// One recorded array beside the value of the network.
  struct Row: Sendable {
    let name: String
    let value: ValueID
    /// As the network has it.
    let shape: [Int]
    /// As recorded.
    let recorded: [Int]
    /// Nil where the shapes differ.
    let deviation: Deviation?
    let isEqual: Bool
  }

  /// Class indices may fall to either of two classes that tie: the share of pixels that may differ.
  private static let labelTolerance = 1e-3

  /// In the order of the graph.
  let rows: [Row]
  /// Recorded names that nothing of the network has, with the nearest one.
  let unknown: [(name: String, suggestion: String?)]

  var firstDifference: Row? { rows.first { !$0.isEqual } }

  /// Runs the network once.
  init(
    _ network: LoadedNetwork, weights: [Tensor], _ recording: Recording,
    _ input: VerificationInput, _ selection: TapSelection, tolerance: Double, control: RunControl
  ) throws(Diagnostic) {
    let graph = network.graph
    unknown = selection.unknown
    let order = selection.values
    let inputs = try input.tensors()
    var values: [ValueID: Tensor] = [:]
    for port in graph.inputs { values[port.value] = inputs[port.name] }
    if !order.isEmpty {
      // By the definition of each layer, in double sums: what differs is the network.
      var session = Session(
        network.checked, WeightStore(weights), outputs: [], taps: order, kernels: .definitions)
      let results = try session.run(inputs, at: input.sizes, control: control).results
      for (id, result) in zip(order, results) { values[id] = result }
    }
    var rows: [Row] = []
    for tap in selection.taps {
      rows.append(try Self.row(tap, graph, values, recording, tolerance))
    }
    self.rows = rows.sorted { ($0.value.index, $0.name) < ($1.value.index, $1.name) }
  }

  /// What is tolerated of values of a type.
  static func limit(_ type: TensorType, _ tolerance: Double) -> Double {
    type.isLabel ? max(tolerance, labelTolerance) : tolerance
  }

  /// The candidate that agrees, or comes nearest.
  private static func row(
    _ tap: Tap, _ graph: Graph, _ values: [ValueID: Tensor], _ recording: Recording,
    _ tolerance: Double
  ) throws(Diagnostic) -> Row {
    func row(_ id: ValueID, _ shape: Shape, _ deviation: Deviation?) -> Row {
      let limit = limit(graph[id].type, tolerance)
      return Row(
        name: tap.name, value: id, shape: graph[id].type.natural(shape), recorded: tap.dimensions,
        deviation: deviation, isEqual: deviation.map { $0.relative <= limit } ?? false)
    }
    var rows: [Row] = []
    let reference = tap.hasShape ? try recording.read(tap.name) : nil
    for id in tap.candidates {
      guard let found = values[id] else {
        preconditionFailure("every candidate is an input or was a tap of the run")
      }
      let deviation = reference.map { Deviation(found, from: $0, as: graph[id].type) }
      rows.append(row(id, found.shape, deviation))
      if rows[rows.count - 1].isEqual { return rows[rows.count - 1] }
    }
    let nearest = rows.min { a, b in
      (a.deviation?.relative ?? .infinity) < (b.deviation?.relative ?? .infinity)
    }
    return nearest ?? rows[0]
  }
}
