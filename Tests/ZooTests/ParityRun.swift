import Frontend
import IR
import Kernels
import Runtime
import Tensors
import Testing

@testable import NetC

/// A change of one line of a spec, or of a file that it shares.
struct Slip: Sendable, CustomTestStringConvertible {
  let network: String
  let name: String
  /// The end of the file's path.
  let file: String
  let pattern: String
  let replacement: String

  var testDescription: String { "\(name) in \(network)" }
}

/// A network of `models` with the random weights of a reference, at its size.
struct ParityRun {
  /// By the names of the reference's taps.
  let distances: [String: Double]
  /// Of the labels that are stored, the share that differs.
  let differingLabels: Double

  var worst: (name: String, distance: Double) {
    let worst = distances.max { $0.value < $1.value }
    return worst.map { ($0.key, $0.value) } ?? ("nothing", .infinity)
  }

  /// By the definitions unless other kernels are given.
  init(
    _ name: String, against reference: ParityReference, with slip: Slip? = nil,
    kernels: KernelCatalogue = .definitions
  ) throws {
    let network = try Self.network(name, reference, slip)
    let graph = network.graph
    let names = TapNames(network)
    let sizes = Sizes(height: reference.height, width: reference.width)
    let shapes = try #require(network.checked.shapes(at: sizes))
    let taps = try reference.taps.map { tap in
      let found = Tap(
        tap.name, as: tap.name, tap.shape.dimensions, names, graph, shapes)
      return try #require(found?.candidates.first, "no `\(tap.name)`")
    }
    let labels = try graph.output(named: "labels")
    let weights = try randomWeights(graph.parameters, seed: reference.seed)
    var session = Session(
      network.checked, WeightStore(weights), outputs: [labels], taps: taps, kernels: kernels)
    let results = try session.run(
      [graph.primaryInput.name: try reference.picture()], at: sizes
    ).results
    var distances: [String: Double] = [:]
    for (tap, result) in zip(reference.taps, results.dropFirst()) {
      distances[tap.name] = tap.distance(of: result)
    }
    self.distances = distances
    let found = results[0].values
    let differing = zip(reference.labelPositions, reference.labels).count {
      !found.indices.contains($0) || found[$0] != $1
    }
    differingLabels = Double(differing) / Double(max(1, reference.labels.count))
  }

  private static func network(
    _ name: String, _ reference: ParityReference, _ slip: Slip?
  ) throws -> LoadedNetwork {
    let path = "\(Zoo.root)/models/\(name).net"
    let read: SourceReader = { path in
      guard let bytes = try? SourceLoader.bytes(path) else { return nil }
      guard let slip, path.hasSuffix("/\(slip.file)") else { return bytes }
      let text = String(decoding: bytes, as: UTF8.self)
      return Array(text.replacing(slip.pattern, with: slip.replacement).utf8)
    }
    let compilation = Compilation(
      path: path, bytes: try #require(read(path)), settings: try Zoo.constants(reference.settings),
      read: read)
    return try #require(
      LoadedNetwork(compilation), "\(compilation.rendered(compilation.diagnostics))")
  }
}
