import IR
import Kernels
import Planning
import Runtime
import Source
import Tensors

extension SpecRunner {
  /// Numbers of every output with random weights on a random input: `//! run seed: 1 at: 9x11`.
  func numbers(_ header: SpecHeader, _ checked: CheckedGraph) throws -> String {
    guard let sizes = header.sizes, let seed = UInt64(header.options["seed"] ?? "") else {
      throw SpecFailure(reason: "the header is `//! run seed: 1 at: 9x11`, `batch: 2` may follow")
    }
    let plan = try plan(checked, at: sizes, kernels: kernels)
    let weights = try randomWeights(checked.graph.parameters, seed: seed)
    let inputs = try plan.inputs.map {
      try randomInput(name: $0.name, shape: $0.shape, seed: seed)
    }
    let results = try Executable(plan, weights: weights, catalogue: kernels).run(inputs)
    return zip(plan.outputs, results).map { port, tensor in
      Self.summary(port.name, tensor)
    }.joined()
  }

  /// The plan for an instruction set, whether or not this machine has it.
  func planText(_ header: SpecHeader, _ checked: CheckedGraph) throws -> String {
    guard let sizes = header.sizes, let isa = VectorISA(rawValue: header.options["isa"] ?? "")
    else {
      throw SpecFailure(reason: "the header is `//! plan at: 9x11 isa: avx512`")
    }
    return try plan(checked, at: sizes, kernels: KernelCatalogue(isa)).description
  }

  /// Shape, mean, L2 norm and the first values.
  private static func summary(_ name: String, _ tensor: Tensor) -> String {
    let values = tensor.values.map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let first = values.prefix(6).map { "\(Float($0))" }.joined(separator: " ")
    return "\(name) \(tensor.shape)\n  mean \(Float(mean)) norm \(Float(norm))\n  \(first)\n"
  }

  /// Equal but for numbers within the tolerance, relative to the larger of the number and 1.
  static func agree(_ expected: String, _ observed: String, tolerance: Double) -> Bool {
    let a = expected.split(whereSeparator: \.isWhitespace)
    let b = observed.split(whereSeparator: \.isWhitespace)
    guard a.count == b.count else { return false }
    return zip(a, b).allSatisfy { a, b in
      if a == b { return true }
      guard let x = Double(a), let y = Double(b) else { return false }
      return abs(x - y) <= tolerance * max(1, abs(x))
    }
  }
}

extension SpecHeader {
  /// `at: 9x11 batch: 2`
  var sizes: Sizes? {
    let size = (options["at"] ?? "").split(separator: "x").compactMap { Int($0) }
    guard size.count == 2, let batch = Int(options["batch"] ?? "1") else { return nil }
    return Sizes(height: size[0], width: size[1], batch: batch)
  }
}
