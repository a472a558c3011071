import Formats
import Frontend
import IR
import Kernels
import Source
import Tensors

extension ExpectedOutput {
  /// Masks agree in at least this share of pixels: scores that tie may fall to either class on
  /// another processor.
  private static let agreement = 0.999
  /// Tensors agree to this relative L2 distance.
  private static let distance = 1e-4

  /// Runs the network on the input and compares; nil where the result is as expected.
  package func failure(
    in network: LoadedNetwork, _ kernels: KernelCatalogue = .standard
  ) -> Diagnostic? {
    do {
      let input = WeightsChoice.path(self.input, beside: network.path)
      let expected = WeightsChoice.path(self.expected, beside: network.path)
      let kind = OutputKind(path: expected)
      guard let kind, kind != .ppm else {
        throw Diagnostic(
          .expectationFailed, "`\(self.expected)` is neither a mask nor an array", at: span,
          help: "compare with a .pgm or .png of class indices, or with a .npy array")
      }
      let output = try network.graph.output(named: nil)
      let choice = try WeightsChoice(
        given: nil, seed: nil, facts: network.facts, spec: network.path)
      let bound = try network.bind(choice, for: [output.value])
      if let first = bound.diagnostics.all.first(where: { $0.severity == .error }) { throw first }
      var job = try RunJob(
        network, Session(network.checked, bound.store, outputs: [output], kernels: kernels),
        output: output, named: [:], isOverlay: false)
      let folder = FilePath.temporaryFolder
      let made = "\(folder)/netc-\(UInt64.random(in: 0...UInt64.max)).\(kind.rawValue)"
      defer { FilePath.remove(made) }
      _ = try job.run(input, to: Destination(path: made, kind: kind))
      let reason =
        kind == .npy
        ? try arrays(made, expected) : try masks(made, expected)
      return reason.map { reason in
        Diagnostic(
          .expectationFailed, "the output on `\(self.input)` is not `\(self.expected)`: \(reason)",
          at: span, help: "correct the network or the expected file")
      }
    } catch let diagnostic as Diagnostic {
      return diagnostic
    } catch let error as FormatError {
      return Diagnostic(.unreadableInput, error.description, path: expected)
    } catch {
      return Diagnostic(.unreadableInput, "\(error)", path: expected)
    }
  }

  private func masks(_ made: String, _ expected: String) throws -> String? {
    let a = try PictureReader.readIndices(made)
    let b = try PictureReader.readIndices(expected)
    guard a.width == b.width, a.height == b.height else {
      return "it is \(a.height)x\(a.width), expected \(b.height)x\(b.width)"
    }
    let same = zip(a.bytes, b.bytes).count(where: { $0 == $1 })
    if Double(same) >= Self.agreement * Double(a.bytes.count) { return nil }
    return "\(same) of \(a.bytes.count) pixels agree"
  }

  private func arrays(_ made: String, _ expected: String) throws -> String? {
    let a = try NPYReader.read(made)
    let b = try NPYReader.read(expected)
    guard a.shape == b.shape else { return "its shape is \(a.shape), expected \(b.shape)" }
    var (difference, norm) = (0.0, 0.0)
    for (x, y) in zip(a.values, b.values) {
      difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
      norm += Double(y) * Double(y)
    }
    let distance = norm > 0 ? (difference / norm).squareRoot() : difference.squareRoot()
    return distance <= Self.distance ? nil : "its relative L2 distance is \(distance)"
  }
}
