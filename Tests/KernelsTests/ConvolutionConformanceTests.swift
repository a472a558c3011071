import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Every generated convolution against the naive reference, between guard pages.
struct ConvolutionConformanceTests {
  static let isas = VectorISA.allCases.filter(\.isSupported)

  /// Random configurations: bit for bit on small integers.
  @Test(arguments: [false, true])
  func integersAreExact(isTransposed: Bool) throws {
    var random = RandomNumbers(seed: 1)
    var count = 0
    for index in 0..<RandomConvolution.count {
      let configuration = RandomConvolution(&random, isTransposed: isTransposed)
      guard let call = configuration.call else { continue }
      let inputs = try configuration.tensors(call, &random) { Float($0.integer(in: -8...8)) }
      let trial = KernelTrial(call: call, gap: index % 2 * 5, atEnd: index % 3 != 0)
      let expected = try trial.expected(inputs)
      for isa in Self.isas {
        let result = try #require(try trial.run(DirectConvolution(isa), inputs), "\(call)")
        try #require(result == expected, "\(isa), case \(index): \(call)")
      }
      count += 1
    }
    #expect(count > RandomConvolution.count / 2)
  }

  /// What follows the sums is exact too, whether weights take it in, tiles or a stage of its own.
  @Test(arguments: [false, true])
  func epiloguesAreExact(isTransposed: Bool) throws {
    var random = RandomNumbers(seed: 4)
    for index in 0..<RandomConvolution.count / 4 {
      let configuration = RandomConvolution(&random, isTransposed: isTransposed)
      guard let call = configuration.call else { continue }
      var tensors = try configuration.tensors(call, &random) { Float($0.integer(in: -8...8)) }
      let (epilogue, inputs, parameters) = try configuration.epilogue(of: call, &random)
      tensors.insert(contentsOf: inputs, at: 1)
      tensors += parameters
      let trial = KernelTrial(
        call: call, epilogue: epilogue, gap: index % 2 * 5, atEnd: index % 3 != 0)
      let expected = try trial.expected(tensors)
      for isa in Self.isas {
        let result = try #require(try trial.run(DirectConvolution(isa), tensors), "\(call)")
        try #require(result == expected, "\(isa), case \(index): \(call), \(epilogue)")
      }
    }
  }

  /// Activations that take more registers than the largest tiles leave.
  @Test func smoothActivationsFollow() throws {
    var random = RandomNumbers(seed: 6)
    // x · sigmoid(x), and tanh(x).
    let sigmoid = Scalar.divide(
      .constant(1), .add(.constant(1), .exponential(.negate(.input(0)))))
    for index in 0..<RandomConvolution.count / 20 {
      let configuration = RandomConvolution(&random)
      guard let call = configuration.call else { continue }
      let tensors = try configuration.tensors(call, &random) { $0.float(in: -0.5...0.5) }
      var epilogue = Epilogue.none
      epilogue.stages = [.multiply(.input(0), sigmoid)]
      if index % 2 == 0 { epilogue.second = [.hyperbolicTangent(.input(0))] }
      let trial = KernelTrial(call: call, epilogue: epilogue)
      let expected = try trial.expected(tensors)
      for isa in Self.isas {
        let result = try #require(try trial.run(DirectConvolution(isa), tensors), "\(call)")
        // Sums differ in their last bits, and slopes are at most 1.1.
        for (a, b) in [(result.result, expected.result)]
          + [(result.second, expected.second)]
          .compactMap({ a, b in a.flatMap { a in b.map { (a, $0) } } })
        {
          for (x, y) in zip(a, b) {
            try #require((x - y).magnitude <= 1e-4 + 1e-5 * y.magnitude, "\(isa): \(call)")
          }
        }
      }
    }
  }

  /// A dense layer on a map is a window as large as the map.
  @Test func denseLayersAreExact() throws {
    var random = RandomNumbers(seed: 7)
    for index in 0..<RandomConvolution.count / 10 {
      let input = try #require(
        Shape(
          random.integer(in: 1...3), random.integer(in: 1...40), random.integer(in: 1...7),
          random.integer(in: 1...7)))
      let spec = ProductSpec(
        outputFeatures: random.integer(in: 1...300), hasBias: random.below(2) == 0)
      let call = try Call.make(.product(spec), [input])
      let tensors = try ([input] + call.parameters.map(\.shape)).map { shape in
        try Tensor(shape, (0..<shape.count).map { _ in Float(random.integer(in: -8...8)) })
      }
      let trial = KernelTrial(call: call, gap: index % 2 * 3, atEnd: index % 3 != 0)
      let expected = try trial.expected(tensors)
      for isa in Self.isas {
        let result = try #require(try trial.run(DirectConvolution(isa), tensors), "\(call)")
        try #require(result == expected, "\(isa), case \(index): \(call)")
      }
    }
  }

  /// On floats within the bound of a chain of fused multiply-adds: 8 u (sum of |x w| + |b|), u = 2^-24.
  @Test(arguments: [false, true])
  func floatsStayWithinTheBound(isTransposed: Bool) throws {
    var random = RandomNumbers(seed: 2)
    for index in 0..<RandomConvolution.count / 4 {
      let configuration = RandomConvolution(&random, isTransposed: isTransposed)
      guard let call = configuration.call else { continue }
      let inputs = try configuration.tensors(call, &random) { $0.float(in: -1...1) }
      let trial = KernelTrial(call: call)
      let expected = try trial.expected(inputs).result
      let sizes = try trial.expected(inputs.map { try $0.magnitudes() }).result
      for isa in Self.isas {
        let result = try #require(try trial.run(DirectConvolution(isa), inputs)?.result)
        for place in result.indices {
          let bound = 8 * 0x1p-24 * sizes[place] + expected[place].magnitude * 0x1p-23
          let distance = (result[place] - expected[place]).magnitude
          try #require(distance <= bound, "\(isa), case \(index) at \(place): \(call)")
        }
      }
    }
  }
}

extension Tensor {
  fileprivate func magnitudes() throws -> Tensor { try Tensor(shape, values.map(\.magnitude)) }
}
