import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Convolutions by tiles on maps of bfloat16 numbers against the definition, between guard pages.
@Suite(.enabled(if: Precision.bf16.refusal(.avx512) == nil))
struct WinogradBF16Tests {
  static let (narrow, wide) = (Layout.blockedBF16(16), Layout.blocked(16))

  private static let kernels = WinogradAlgorithm.allCases.flatMap { algorithm in
    algorithm.keepings.map { keepsPoints in
      var kernel = WinogradConvolution(
        .avx512, algorithm, keepsPoints: keepsPoints, precision: .bf16)
      kernel.isForced = true
      return kernel
    }
  }

  /// With the weights as a kernel has them: points that are packed are of floats.
  private static func tensors(
    _ tensors: [Tensor], weight: Int, for kernel: WinogradConvolution
  ) throws -> [Tensor] {
    var tensors = tensors
    if !kernel.keepsPoints {
      tensors[weight] = try tensors[weight].mapped(\.roundedToBFloat16)
    }
    return tensors
  }

  /// Points and sums are of floats: the bound of a tile, the rounding of what is stored, and over the
  /// whole result hardly more than the rounding of weights and results.
  @Test func floatsStayWithinTheBound() throws {
    var random = RandomNumbers(seed: 31)
    var count = 0
    for index in 0..<RandomConvolution.count / 4 {
      guard let call = WinogradTests.call(&random) else { continue }
      var tensors = try WinogradTests.tensors(call, &random)
      // As after an activation in half of the cases.
      tensors[0] = try tensors[0].mapped {
        (index % 2 == 0 ? max($0, 0) : $0).roundedToBFloat16
      }
      let trial = KernelTrial(
        call: call, layout: index % 5 == 0 ? Self.wide : Self.narrow,
        wanted: index % 3 == 0 ? Self.wide : Self.narrow, gap: index % 2 * 8,
        atEnd: index % 3 != 0)
      let exact = try trial.expected(tensors).result
      for kernel in Self.kernels {
        let own = try Self.tensors(tensors, weight: 1, for: kernel)
        let expected = kernel.keepsPoints ? exact : try trial.expected(own).result
        let result = try #require(try trial.run(kernel, tensors)?.result)
        let bounds = try TileBounds(call, kernel, own)
        let last = index % 3 == 0 ? 0 : 0x1p-8
        var (distance, size) = (0.0, 0.0)
        for place in result.indices {
          let (value, wanted) = (Double(result[place]), Double(expected[place]))
          try #require(
            (value - wanted).magnitude <= bounds[place] * (1 + last) + wanted.magnitude * last,
            "\(kernel.name), case \(index) at \(place): \(call)")
          let off = value - Double(exact[place])
          distance += off * off
          size += Double(exact[place]) * Double(exact[place])
        }
        // Few numbers may all be rounded by as much as one may be.
        let share = result.count < 200 ? 0x1p-7 : 4e-3
        try #require(
          distance <= share * share * size, "\(kernel.name), case \(index): \(call)")
      }
      count += 1
    }
    #expect(count > RandomConvolution.count / 16)
  }

  /// The same where stages follow that read maps of both kinds, or write over one.
  @Test func epiloguesFollow() throws {
    var random = RandomNumbers(seed: 32)
    for index in 0..<RandomConvolution.count / 4 {
      guard let call = WinogradTests.call(&random) else { continue }
      var tensors = try WinogradTests.tensors(call, &random)
      tensors[0] = try tensors[0].mapped(\.roundedToBFloat16)
      let convolution = RandomConvolution(&random)
      let (epilogue, inputs, parameters) = try convolution.epilogue(of: call, &random)
      tensors.insert(contentsOf: inputs, at: 1)
      tensors += parameters
      let layouts = ([call.output] + epilogue.inputs).map { _ in
        random.below(3) == 0 ? Self.wide : Self.narrow
      }
      var trial = KernelTrial(
        call: call, epilogue: epilogue, wanted: random.below(3) == 0 ? Self.wide : Self.narrow,
        layouts: layouts, gap: index % 2 * 8, atEnd: index % 3 != 0)
      let exact = try trial.expected(tensors)
      if index % 4 == 0 && epilogue.inputs.last == call.output {
        trial.overwritten = epilogue.inputs.count
      }
      for kernel in Self.kernels {
        // Scales are powers of two, so that weights are rounded the same before and after.
        let own = try Self.tensors(tensors, weight: 1 + inputs.count, for: kernel)
        let expected = kernel.keepsPoints ? exact : try trial.expected(own)
        let result = try #require(try trial.run(kernel, tensors))
        #expect((result.second == nil) == (expected.second == nil))
        for (ours, theirs) in [(result.result, expected.result)]
          + [(result.second, expected.second)]
          .compactMap({ a, b in a.flatMap { a in b.map { (a, $0) } } })
        {
          for (a, b) in zip(ours, theirs) {
            try #require(
              (a - b).magnitude <= 2e-3 + 0x1p-8 * b.magnitude,
              "\(kernel.name), case \(index): \(call), \(epilogue)")
          }
        }
      }
    }
  }
}
