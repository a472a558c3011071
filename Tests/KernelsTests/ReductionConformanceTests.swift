import Glibc
import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Reductions across channels and neighbours against the naive reference.
struct ReductionConformanceTests {
  /// Few different numbers, so that many are largest; some are missing.
  @Test(arguments: MapConformance.isas, [false, true])
  func labelsAreEqual(isa: VectorISA, isPlanar: Bool) throws {
    let layout = isPlanar ? Layout.planar : isa.layout
    var trials = MapConformance(ArgmaxKernel(isa), layout, seed: 31)
    for index in 0..<MapConformance.count {
      var shape = try trials.shape()
      if index % 4 == 0 { shape = try #require(Shape(shape.n, shape.c, 1, 1)) }
      if index % 4 == 1 { shape = try #require(Shape(2, shape.c, 17, 23)) }
      let call = try Call.make(.reduction(.argmax), [shape])
      try trials.requireEqual(call) { random in
        switch random.below(40) {
        case 0: .nan
        case 1: -.infinity
        default: Float(random.integer(in: -3...3))
        }
      }
    }
    #expect(trials.accepted == MapConformance.count)
  }

  /// The argument of the exponential errs by an ulp of itself, a sum by one a channel.
  @Test func softmaxIsNear() throws {
    var trials = MapConformance(SoftmaxKernel(.portable), .planar, seed: 32)
    for index in 0..<MapConformance.count {
      var shape = try trials.shape()
      if index % 3 == 0 {
        shape = try #require(Shape(shape.n, trials.random.integer(in: 1...300), 1, 1))
      }
      let call = try Call.make(.reduction(.softmax), [shape])
      let range: Float = index % 2 == 0 ? 1 : 30
      guard
        let (observed, expected, _) = try trials.outcome(call, { $0.float(in: -range...range) })
      else { continue }
      let errors = (4 + 2 * range + Float(shape.c)) * 0x1p-24
      for place in observed.indices {
        let allowed = expected[place] * errors + 1e-37
        try #require(
          (observed[place] - expected[place]).magnitude <= allowed,
          "\(observed[place]) not \(expected[place]) at \(place): \(call.inputs)")
      }
    }
    #expect(trials.accepted == MapConformance.count)
  }

  @Test func softmaxKeepsNaN() throws {
    var trials = MapConformance(SoftmaxKernel(.portable), .planar, seed: 33)
    for width in [1, 40] {
      let shape = try #require(Shape(1, 5, 1, width))
      let call = try Call.make(.reduction(.softmax), [shape])
      let result = try trials.outcome(call) { random in
        random.below(10) == 0 ? .nan : random.below(5) == 0 ? -.infinity : 0
      }
      let (observed, expected, _) = try #require(result)
      #expect(observed.map(\.isNaN) == expected.map(\.isNaN))
    }
  }

  /// Exponentials of all sizes, against the C library's in double.
  @Test func exponentialsAreAccurate() {
    var worst = 0.0
    for step in 0..<20_000 {
      let x = -Float(step) * 0.0043
      let value = Double(RowVector(repeating: x).exponential()[step % 16])
      worst = max(worst, (value / exp(Double(x)) - 1).magnitude)
    }
    #expect(worst < 3 * 0x1p-24)
    #expect(RowVector(repeating: 0).exponential()[3] == 1)
    #expect(RowVector(repeating: -.infinity).exponential()[0] == 0)
    #expect(RowVector(repeating: .nan).exponential()[0].isNaN)
  }

  @Test func normalizedResponsesAreNear() throws {
    var trials = MapConformance(NormalizationKernel(.portable), .planar, seed: 34)
    for index in 0..<MapConformance.count {
      let shape = try trials.shape()
      let spec = ResponseNormalization(
        size: trials.random.integer(in: 1...7), alpha: index % 5 == 0 ? 2 : 1e-2,
        beta: index % 3 == 0 ? 0.6 : 0.75, k: index % 2 == 0 ? 1 : 2,
        acrossChannels: trials.random.below(3) > 0, scaling: index % 7 == 0 ? .paper : .caffe)
      let call = try Call.make(.reduction(.responseNormalization(spec)), [shape])
      // Up to 49 squares of one sign and a few operations, on numbers of at most 1.
      try trials.requireNear(call, MapConformance.float) { _, place in 32 * 0x1p-24 }
    }
    #expect(trials.accepted == MapConformance.count)
  }
}
