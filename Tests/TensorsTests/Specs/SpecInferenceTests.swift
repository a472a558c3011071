import TestSupport
import Testing

import Tensors

/// Sizes and refusals: symbolic inference agrees with concrete calls, and no field traps.
@Suite struct SpecInferenceTests {
  #if DEBUG
    static let specs = 150
  #else
    static let specs = 3_000
  #endif

  @Test func windows() throws {
    let stem = ConvolutionSpec(
      outputChannels: 64, kernel: Size2(7), stride: Size2(2), padding: .explicit(Insets(3)))
    let halved = try stem.infer([symbolicMap])
    #expect(halved.conditions.isEmpty)
    #expect(try halved.type.extents?.height == Extent.symbol(.height).ceilDivided(by: 2))
    let valid = ConvolutionSpec(outputChannels: 8, kernel: Size2(3), rate: Size2(6, 1))
    let inferred = try valid.infer([symbolicMap])
    #expect(inferred.conditions.map(\.set.minimum) == [13, 3])
    #expect(
      inferred.conditions[0].reason == .windowFits(window: 13, padded: .symbol(.height)))
    #expect(throws: SpecError.windowNeverFits(.height, window: 13, padded: 9)) {
      try valid.infer([.map(8, .constant(9), .constant(9))])
    }
    #expect(throws: SpecError.windowNeverFits(.width, window: 3, padded: 2)) {
      try Call.make(.convolution(valid), [Shape(1, 8, 99, 2)!])
    }
  }

  @Test func sameOfTensorFlow() throws {
    let spec = ConvolutionSpec(
      outputChannels: 8, kernel: Size2(3), stride: Size2(2), padding: .sameTF)
    let inferred = try spec.infer([symbolicMap])
    #expect(try inferred.type.extents?.width == Extent.symbol(.width).ceilDivided(by: 2))
    var up = spec
    up.transposed = true
    #expect(try up.infer([symbolicMap]).type.extents?.width == Extent.symbol(.width).times(2))
  }

  @Test func refusedFields() {
    func error(_ change: (inout ConvolutionSpec) -> Void) -> SpecError? {
      var spec = ConvolutionSpec(outputChannels: 8, kernel: Size2(3))
      change(&spec)
      do throws(SpecError) {
        _ = try spec.infer([symbolicMap])
        return nil
      } catch { return error }
    }
    let positive = 1...Int(Int32.max)
    #expect(error { $0.groups = 3 } == .groups(3, input: 256, output: 8))
    #expect(error { $0.groups = 16 } == .groups(16, input: 256, output: 8))
    #expect(error { $0.stride.width = 0 } == .field("stride", value: 0, allowed: positive))
    #expect(error { $0.rate.height = -1 } == .field("rate", value: -1, allowed: positive))
    #expect(error { $0.kernel.height = .max } == .field("kernel", value: .max, allowed: positive))
    #expect(error { $0.outputChannels = 0 } == .field("channels", value: 0, allowed: positive))
    #expect(
      error { $0.padding = .explicit(Insets(-1)) }
        == .field("pad", value: -1, allowed: 0...Int(Int32.max)))
    #expect(
      error { $0.outputPadding.width = 1 } == .field("output_pad", value: 1, allowed: 0...0))
    let vector = TensorType(channels: 8, kind: .vector)
    #expect(throws: SpecError.kind(input: 0, expected: .map, found: .vector)) {
      try ConvolutionSpec(outputChannels: 8, kernel: .one).infer([vector])
    }
  }

  /// A size is admissible exactly where the call can be made, and has the extents inferred.
  @Test func symbolsAgreeWithCalls() throws {
    var random = RandomNumbers(seed: 51)
    for _ in 0..<Self.specs {
      let spec = random.windowed()
      let map = TensorType.map(4, .symbol(.height), .symbol(.width))
      guard let inferred = try? spec.family.infer([map]) else { continue }
      for size in 1...40 {
        let call = try? Call.make(spec, [Shape(1, 4, size, size)!])
        let admissible = inferred.conditions.allSatisfy { $0.set.contains(size) }
        #expect((call != nil) == admissible, "\(spec) at \(size)")
        guard let call, let extents = inferred.type.extents else { continue }
        #expect(try extents.height.value(at: size) == call.output.h, "\(spec) at \(size)")
        #expect(try extents.width.value(at: size) == call.output.w, "\(spec) at \(size)")
      }
    }
  }

  /// Fields of any size give a type or an error.
  @Test func extremeFieldsThrow() throws {
    var random = RandomNumbers(seed: 52)
    let extremes = [
      Int.min, -1, 0, 1, 2, 3, 1 << 20, Int(Int32.max), Int(Int32.max) + 1, 1 << 62, Int.max,
    ]
    func any() -> Int {
      random.below(4) == 0 ? extremes[random.below(extremes.count)] : 1 << random.below(10)
    }
    func pair() -> Size2 { Size2(any(), any()) }
    func sides() -> Insets { Insets(top: any(), bottom: any(), left: any(), right: any()) }
    let map = TensorType.map(4, .symbol(.height), .symbol(.width))
    let fixed = TensorType.map(Int.max, .constant(1 << 50), .constant(3))
    for _ in 0..<Self.specs / 2 {
      let padding = random.below(4) == 0 ? Padding.sameTF : .explicit(sides())
      let specs: [Spec] = [
        .convolution(
          ConvolutionSpec(
            outputChannels: any(), kernel: pair(), stride: pair(), rate: pair(), padding: padding,
            groups: any(), transposed: random.below(2) == 0, outputPadding: pair())),
        .pooling(
          PoolingSpec(
            kind: .max,
            region: .window(
              kernel: pair(), stride: pair(), rate: pair(), padding: padding,
              ceilMode: random.below(2) == 0))),
        .pooling(PoolingSpec(kind: .max, region: .adaptive(pair()))),
        .pooling(
          PoolingSpec(
            kind: .max,
            region: .spp(bins: [any(), any()], rule: BinRule.allCases[random.below(3)]))),
        .resize(ResizeSpec(target: .fixed(pair()))),
        .resize(ResizeSpec(target: .factor(height: Rational(any()), width: Rational(any())))),
        .product(ProductSpec(outputFeatures: any())),
        .movement(.crop(sides())), .movement(.pad(sides(), value: 0)),
      ]
      for spec in specs {
        for type in [map, fixed] {
          _ = try? spec.family.infer([type])
          _ = try? spec.family.parameters([type])
        }
        _ = try? spec.dense(owed: Size2(1 << 20), stride: .one, atrousAll: true)
        for shape in [Shape(1, 4, 7, 1 << 40)!, Shape(2, 3, 5, 5)!] {
          guard let call = try? Call.make(spec, [shape]) else { continue }
          _ = call.multiplyAdds
        }
      }
      for anchor in [MovementSpec.Anchor.offset(any(), any()), .center] {
        _ = try? MovementSpec.cropLike(anchor).infer([map, map])
        _ = try? MovementSpec.padLike(anchor).infer([fixed, map])
      }
    }
  }
}

extension RandomNumbers {
  /// A window of any kind with fields of moderate size.
  fileprivate mutating func windowed() -> Spec {
    let (kernel, stride, rate) = (size(1...5), size(1...4), size(1...4))
    let padding = below(6) == 0 ? Padding.sameTF : .explicit(insets(0...6))
    switch below(6) {
    case 0, 1:
      return .convolution(
        ConvolutionSpec(
          outputChannels: 4, kernel: kernel, stride: stride, rate: rate, padding: padding))
    case 2:
      return .convolution(
        ConvolutionSpec(
          outputChannels: 4, kernel: kernel, stride: stride, rate: rate, padding: padding,
          transposed: true))
    case 3, 4:
      return .pooling(
        PoolingSpec(
          kind: .max,
          region: .window(
            kernel: kernel, stride: stride, rate: rate, padding: padding,
            ceilMode: below(2) == 0)))
    default:
      return .pooling(
        PoolingSpec(
          kind: .max,
          region: .spp(bins: [integer(in: 1...6)], rule: BinRule.allCases[below(3)])))
    }
  }
}
