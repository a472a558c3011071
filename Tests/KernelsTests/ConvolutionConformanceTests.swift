import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Every generated convolution against the naive reference, between guard pages.
struct ConvolutionConformanceTests {
  static let isas = VectorISA.allCases.filter { $0.isSupported && $0.isGenerated }

  /// Random configurations: bit for bit on small integers.
  @Test(arguments: isas, [false, true])
  func integersAreExact(isa: VectorISA, isTransposed: Bool) throws {
    var random = RandomNumbers(seed: 1)
    var accepted = 0
    for index in 0..<RandomConvolution.count {
      let configuration = RandomConvolution(&random, isTransposed: isTransposed)
      guard let call = configuration.call else { continue }
      let inputs = try configuration.tensors(call, &random) { Float($0.integer(in: -8...8)) }
      let trial = KernelTrial(call: call, gap: index % 2 * 5, atEnd: index % 3 != 0)
      let result = try trial.run(Self.kernel(isa, isTransposed), inputs)
      guard let result else { continue }
      accepted += 1
      try #require(try result == trial.expected(inputs), "case \(index): \(call)")
    }
    #expect(accepted > RandomConvolution.count / 2)
  }

  /// On floats within the bound of a chain of fused multiply-adds: 8 u (sum of |x w| + |b|), u = 2^-24.
  @Test(arguments: isas, [false, true])
  func floatsStayWithinTheBound(isa: VectorISA, isTransposed: Bool) throws {
    var random = RandomNumbers(seed: 2)
    for index in 0..<RandomConvolution.count / 4 {
      let configuration = RandomConvolution(&random, isTransposed: isTransposed)
      guard let call = configuration.call else { continue }
      let inputs = try configuration.tensors(call, &random) { $0.float(in: -1...1) }
      let trial = KernelTrial(call: call)
      guard let result = try trial.run(Self.kernel(isa, isTransposed), inputs)?.result else {
        continue
      }
      let expected = try trial.expected(inputs).result
      let sizes = try trial.expected(inputs.map { try $0.magnitudes() }).result
      for place in result.indices {
        let bound = 8 * 0x1p-24 * sizes[place] + expected[place].magnitude * 0x1p-23
        let distance = (result[place] - expected[place]).magnitude
        try #require(distance <= bound, "case \(index) at \(place): \(call)")
      }
    }
  }

  static func kernel(_ isa: VectorISA, _ isTransposed: Bool) -> any KernelImplementation {
    isTransposed ? TransposedConvolution(isa) : DirectConvolution(isa)
  }
}

extension Tensor {
  fileprivate func magnitudes() throws -> Tensor { try Tensor(shape, values.map(\.magnitude)) }
}
