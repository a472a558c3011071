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
