import TestSupport
import Testing

import Tensors

@Suite struct PoolingTests {
  #if DEBUG
    static let configurations = 150
  #else
    static let configurations = 2_000
  #endif

  private func window(
    _ kind: PoolingSpec.Kind, _ kernel: Int, stride: Int, pad: Int = 0, ceilMode: Bool = false
  ) -> Spec {
    .pooling(
      PoolingSpec(
        kind: kind,
        region: .window(
          kernel: Size2(kernel), stride: Size2(stride), rate: .one,
          padding: .explicit(Insets(pad)), ceilMode: ceilMode)))
  }

  @Test func paddingIsNeverTheMaximum() throws {
    let input = try map(1, 2, 2, [-4, -3, -2, -1])
    #expect(try run(window(.max, 3, stride: 2, pad: 1), [input]).values == [-1])
    // a window of padding alone
    let result = try run(window(.max, 1, stride: 1, pad: 1), [input])
    #expect(result[0, 0, 0, 0] == -.infinity)
    #expect(result[0, 0, 1, 1] == -4)
  }

  @Test func maximaKeepNaN() throws {
    let input = try map(1, 1, 5, [1, .nan, 9, 2, 3])
    let spec = Spec.pooling(
      PoolingSpec(
        kind: .max,
        region: .window(
          kernel: Size2(1, 2), stride: .one, rate: .one, padding: .none, ceilMode: false)))
    let values = try run(spec, [input]).values
    #expect(values[0].isNaN && values[1].isNaN)
    #expect(Array(values[2...]) == [9, 3])
    let global = PoolingSpec(kind: .max, region: .global)
    #expect(try run(.pooling(global), [input]).values[0].isNaN)
  }

  @Test func whatAnAverageCounts() throws {
    let ones = try map(1, 3, 3, [Float](repeating: 1, count: 9))
    let padded = try run(window(.average(countIncludePad: true), 2, stride: 2, pad: 1), [ones])
    #expect(padded.values == [0.25, 0.5, 0.5, 1])
    let inside = try run(window(.average(countIncludePad: false), 2, stride: 2, pad: 1), [ones])
    #expect(inside.values == [1, 1, 1, 1])
    // ceil_mode: the window that hangs over is divided by what lies inside the map
    let hanging = try run(
      window(.average(countIncludePad: true), 2, stride: 2, ceilMode: true), [ones])
    #expect(hanging.values == [1, 1, 1, 1])
    // and its padding: columns -1...1, 2...3 of -1...3
    let clipped = try run(
      window(.average(countIncludePad: true), 3, stride: 3, pad: 1, ceilMode: true), [ones])
    #expect(clipped.shape.dimensions == [1, 1, 2, 2])
    let third: Float = 1 / 3
    #expect(clipped.values == [Float(4.0 / 9), third, third, 0.25])
  }

  /// PyTorch's rounding, its last window decremented where it starts past the map.
  @Test func ceilModeSizes() throws {
    for size in 1...30 {
      for kernel in 1...5 {
        for stride in 1...4 {
          for pad in 0...kernel / 2 {
            var expected =
              floorDivide(size + 2 * pad - kernel + stride - 1, stride) + 1
            if (expected - 1) * stride >= size + pad { expected -= 1 }
            let spec = window(.max, kernel, stride: stride, pad: pad, ceilMode: true)
            let call = try? Call.make(spec, [Shape(1, 1, size, size)!])
            #expect(call?.output.h == (expected >= 1 ? expected : nil))
          }
        }
      }
    }
    let symbolic = try window(.max, 3, stride: 2, ceilMode: true).family.infer([symbolicMap])
    #expect(symbolic.conditions.map(\.set.minimum) == [2, 2])
  }

  @Test func stochastic() throws {
    let input = try map(1, 2, 4, [1, 3, 0, 0, 2, 4, 0, 0])
    let result = try run(window(.stochastic, 2, stride: 2), [input])
    #expect(result.values == [3, 0])
  }

  @Test func global() throws {
    let spec = PoolingSpec(kind: .average(countIncludePad: true), region: .global)
    #expect(try run(.pooling(spec), [counting(2, 2, 2, 2)]).values == [2.5, 6.5, 10.5, 14.5])
    let inferred = try spec.infer([symbolicMap])
    #expect(inferred.type == .map(256, .constant(1), .constant(1)))
    #expect(inferred.conditions.isEmpty)
    #expect(spec.reach == .global)
  }

  /// Against a loop over every number of the result.
  @Test func agreesWithALoopOverPixels() throws {
    var random = RandomNumbers(seed: 11)
    let kinds: [PoolingSpec.Kind] = [
      .max, .average(countIncludePad: true), .average(countIncludePad: false), .stochastic,
    ]
    var checked = 0
    while checked < Self.configurations {
      let insets = random.insets(0...3)
      let (kernel, stride) = (random.size(1...4), random.size(1...3))
      let rate = random.below(4) == 0 ? random.size(1...12) : random.size(1...2)
      let kind = kinds[random.below(4)]
      let spec = Spec.pooling(
        PoolingSpec(
          kind: kind,
          region: .window(
            kernel: kernel, stride: stride, rate: rate, padding: .explicit(insets),
            ceilMode: random.below(2) == 0)))
      let shape = Shape(
        random.integer(in: 1...2), 2, random.integer(in: 1...9), random.integer(in: 1...9))!
      guard let call = try? Call.make(spec, [shape]) else { continue }
      let input = try random.tensor(shape)
      let result = try run(spec, [input])
      for (y, x) in cells(call.output.h, call.output.w) {
        var (inside, count) = ([(Int, Int)](), 0)
        for (i, j) in cells(kernel.height, kernel.width) {
          let h = y * stride.height + i * rate.height - insets.top
          let w = x * stride.width + j * rate.width - insets.left
          if h < shape.h + insets.bottom && w < shape.w + insets.right { count += 1 }
          if h >= 0 && h < shape.h && w >= 0 && w < shape.w { inside.append((h, w)) }
        }
        for (n, c) in cells(shape.n, shape.c) {
          let values = inside.map { Double(input[n, c, $0.0, $0.1]) }
          let sum = values.reduce(0, +)
          let expected: Double =
            switch kind {
            case .max: values.max() ?? -.infinity
            case .average(let padded): sum / Double(max(padded ? count : values.count, 1))
            case .stochastic: sum == 0 ? 0 : values.reduce(0) { $0 + $1 * $1 } / sum
            }
          #expect(result[n, c, y, x] == Float(expected), "\(spec) \(shape)")
        }
      }
      checked += 1
    }
  }
}
