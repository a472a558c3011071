import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Pooling of blocked maps against the naive reference.
struct PoolingConformanceTests {
  /// Windows of every kind: sums of small integers and their quotients are exact.
  @Test(arguments: MapConformance.forms)
  func windowsOfIntegersAreExact(isa: VectorISA, layout: Layout) throws {
    var trials = MapConformance(WindowPooling(isa), layout, seed: 11)
    for _ in 0..<MapConformance.count {
      guard let call = try Self.window(&trials) else { continue }
      try trials.requireEqual(call, MapConformance.smallInteger)
    }
    #expect(trials.accepted > MapConformance.count / 2)
  }

  /// The largest of any numbers is exact; one NaN makes a NaN.
  @Test(arguments: MapConformance.forms)
  func theLargestKeepsNaN(isa: VectorISA, layout: Layout) throws {
    var trials = MapConformance(WindowPooling(isa), layout, seed: 12)
    for _ in 0..<MapConformance.count {
      guard let call = try Self.window(&trials, kind: .max) else { continue }
      try trials.requireEqual(call) { random in
        switch random.below(30) {
        case 0: .nan
        case 1: -.nan
        case 2: random.below(2) == 0 ? .infinity : -.infinity
        default: random.float(in: -1...1).roundedToBFloat16
        }
      }
    }
    #expect(trials.accepted > MapConformance.count / 2)
  }

  /// Sums of numbers of one sign: a chain of additions errs by u a tap at most.
  @Test(arguments: MapConformance.isas)
  func meansOfFloatsAreNear(isa: VectorISA) throws {
    var trials = MapConformance(WindowPooling(isa), isa.layout, seed: 13)
    for index in 0..<MapConformance.count / 2 {
      let kind: PoolingSpec.Kind =
        index % 2 == 0 ? .stochastic : .average(countIncludePad: index % 4 == 1)
      guard let call = try Self.window(&trials, kind: kind) else { continue }
      try trials.requireNear(call) {
        $0.float(in: 0...1)
      } bound: { _, _ in
        8 * 0x1p-24
      }
    }
    #expect(trials.accepted > MapConformance.count / 8)
  }

  /// Bins of every rule, into blocks and planes.
  @Test(arguments: MapConformance.forms)
  func binsOfIntegersAreExact(isa: VectorISA, layout: Layout) throws {
    var trials = MapConformance(BinPooling(isa), layout, seed: 14)
    for index in 0..<MapConformance.count {
      guard let call = try Self.bins(&trials) else { continue }
      let output = index % 2 == 0 ? layout : .planar
      try trials.requireEqual(call, output: output, MapConformance.smallInteger)
    }
    #expect(trials.accepted > MapConformance.count / 2)
  }

  @Test(arguments: MapConformance.isas)
  func meansOfBinsAreNear(isa: VectorISA) throws {
    var trials = MapConformance(BinPooling(isa), isa.layout, seed: 15)
    for index in 0..<MapConformance.count {
      let kind: PoolingSpec.Kind = index % 3 == 0 ? .stochastic : .average(countIncludePad: false)
      guard let call = try Self.bins(&trials, kind: kind) else { continue }
      try trials.requireNear(call) {
        $0.float(in: 0...1)
      } bound: { _, _ in
        8 * 0x1p-24
      }
    }
    #expect(trials.accepted > MapConformance.count / 2)
  }

  /// A chain of additions in single precision would be off by far more.
  @Test(arguments: MapConformance.isas)
  func theMeanOfALargeMapIsAccurate(isa: VectorISA) throws {
    var trials = MapConformance(BinPooling(isa), isa.layout, seed: 16)
    let shape = try #require(Shape(1, 3, 301, 257))
    let spec = PoolingSpec(kind: .average(countIncludePad: false), region: .global)
    let call = try Call.make(.pooling(spec), [shape])
    try trials.requireNear(call) {
      $0.float(in: 0...1)
    } bound: { _, _ in
      2 * 0x1p-24
    }
    #expect(trials.accepted == 1)
  }

  @Test(arguments: MapConformance.isas)
  func infiniteAndMissingNumbersStayInMeans(isa: VectorISA) throws {
    var trials = MapConformance(BinPooling(isa), isa.layout, seed: 17)
    let shape = try #require(Shape(1, 40, 5, 7))
    let spec = PoolingSpec(kind: .average(countIncludePad: false), region: .global)
    try trials.requireEqual(try Call.make(.pooling(spec), [shape])) { random in
      switch random.below(70) {
      case 0: .infinity
      case 1: .nan
      default: Float(random.below(9))
      }
    }
  }

  /// Nil where the rule does not allow the size.
  static func bins(
    _ trials: inout MapConformance, kind: PoolingSpec.Kind? = nil
  ) throws -> Call? {
    var shape = try trials.shape()
    let kinds: [PoolingSpec.Kind] = [
      .max, .average(countIncludePad: true), .average(countIncludePad: false), .stochastic,
    ]
    let levels = (0..<trials.random.integer(in: 1...3)).map { _ in
      trials.random.integer(in: 1...4)
    }
    let region: PoolingSpec.Region
    var windows: [Shape] = []
    switch trials.random.below(4) {
    case 0: region = .global
    case 1:
      region = .adaptive(
        Size2(trials.random.integer(in: 1...9), trials.random.integer(in: 1...9)))
    case 2: region = .spp(bins: levels, rule: BinRule.allCases[trials.random.below(3)])
    default:
      shape = try #require(Shape(1, shape.c, shape.h, shape.w))
      windows = [try #require(Shape(trials.random.integer(in: 1...5), 4, 1, 1))]
      // Coordinates are small integers, on both sides of the map's origin.
      let pixels = try Rational(1, over: trials.random.integer(in: 1...3))
      region = .roi(bins: levels, strideHeight: pixels, strideWidth: pixels, offset: -4)
    }
    let spec = PoolingSpec(kind: kind ?? kinds[trials.random.below(4)], region: region)
    return try? Call.make(.pooling(spec), [shape] + windows)
  }

  /// Nil where the window does not fit.
  static func window(
    _ trials: inout MapConformance, kind: PoolingSpec.Kind? = nil
  ) throws -> Call? {
    let shape = try trials.shape()
    func pair(_ range: ClosedRange<Int>, _ random: inout RandomNumbers) -> Size2 {
      let first = random.integer(in: range)
      return Size2(first, random.below(3) == 0 ? random.integer(in: range) : first)
    }
    let kernel = pair(1...5, &trials.random)
    let rate = trials.random.below(2) == 0 ? Size2(1) : pair(1...9, &trials.random)
    func pad(_ effective: Int, _ random: inout RandomNumbers) -> Int {
      random.below(2) == 0 ? 0 : random.integer(in: 0...effective)
    }
    let (height, width) = (
      (kernel.height - 1) * rate.height + 1, (kernel.width - 1) * rate.width + 1
    )
    let insets = Insets(
      top: pad(height, &trials.random), bottom: pad(height, &trials.random),
      left: pad(width, &trials.random), right: pad(width, &trials.random))
    let kinds: [PoolingSpec.Kind] = [
      .max, .average(countIncludePad: true), .average(countIncludePad: false), .stochastic,
    ]
    let spec = PoolingSpec(
      kind: kind ?? kinds[trials.random.below(4)],
      region: .window(
        kernel: kernel, stride: pair(1...3, &trials.random), rate: rate,
        padding: trials.random.below(5) == 0 ? .sameTF : .explicit(insets),
        ceilMode: trials.random.below(2) == 0))
    return try? Call.make(.pooling(spec), [shape])
  }
}
