import TestSupport
import Testing

import Tensors

/// A chain with its strides taken away, rates and pads multiplied by what is owed, gives every
/// owed-th result of the strided chain, bit for bit.
@Suite struct DensePropertyTests {
  #if DEBUG
    static let chains = 60
  #else
    static let chains = 1_500
  #endif

  struct Layer {
    let spec: Spec
    let parameters: [Tensor]
  }

  @Test func denseChainsSampledAreStridedChains() throws {
    var random = RandomNumbers(seed: 7)
    var (checked, owing) = (0, 0)
    while checked < Self.chains {
      let shape = Shape(1, 2, random.integer(in: 1...40), random.integer(in: 1...40))!
      let image = try random.tensor(shape, largest: 3)
      guard let chain = try random.chain(shape) else { continue }
      var (strided, dense, owed) = (image, image, Size2.one)
      for layer in chain {
        strided = try run(layer.spec, [strided], layer.parameters)
        let spec = try layer.spec.dense(owed: owed, stride: .one, atrousAll: false)
        dense = try run(spec, [dense], layer.parameters)
        if let window = layer.spec.family.window {
          owed = Size2(owed.height * window.stride.height, owed.width * window.stride.width)
        }
      }
      #expect(try sampled(dense, owed).isIdentical(to: strided), "\(chain.map(\.spec))")
      checked += 1
      if owed != .one { owing += 1 }
    }
    #expect(owing > Self.chains / 2)
  }

  /// Keeping a part of a stride, and a stride before the others are lost.
  @Test func partOfAStride() throws {
    let spec = ConvolutionSpec(
      outputChannels: 1, kernel: Size2(3), stride: Size2(4), padding: .explicit(Insets(1)),
      hasBias: false)
    var random = RandomNumbers(seed: 8)
    let image = try random.tensor(Shape(1, 1, 33, 35)!)
    let weight = try random.tensor(Shape(1, 1, 3, 3)!)
    let half = try Spec.convolution(spec).dense(owed: .one, stride: Size2(2), atrousAll: false)
    let strided = try run(.convolution(spec), [image], [weight])
    let denser = try run(half, [image], [weight])
    #expect(try sampled(denser, Size2(2)).isIdentical(to: strided))
  }

  @Test func atrousAllTakesTheLostStrideToo() throws {
    let spec = ConvolutionSpec(
      outputChannels: 1, kernel: Size2(3), stride: Size2(2), padding: .explicit(Insets(1)))
    let dense = try spec.dense(owed: Size2(2), stride: .one, atrousAll: true)
    #expect(dense.rate == Size2(4))
    #expect(dense.padding == .explicit(Insets(4)))
    #expect(dense.stride == .one)
  }

  @Test func refusals() throws {
    func refuses(_ spec: Spec, owed: Size2 = Size2(2)) -> Bool {
      guard case .refused = spec.family.retargeting else { return false }
      do throws(SpecError) {
        _ = try spec.dense(owed: owed, stride: .one, atrousAll: false)
        return false
      } catch {
        if case .refused = error { return true }
        return false
      }
    }
    func pool(_ padding: Padding, ceilMode: Bool) -> Spec {
      .pooling(
        PoolingSpec(
          kind: .max,
          region: .window(
            kernel: Size2(3), stride: Size2(2), rate: .one, padding: padding, ceilMode: ceilMode)))
    }
    #expect(refuses(.movement(.flatten)))
    #expect(refuses(pool(.none, ceilMode: true), owed: .one))
    #expect(refuses(pool(.sameTF, ceilMode: false), owed: .one))
    #expect(!refuses(pool(.none, ceilMode: false)))
    #expect(refuses(.pooling(PoolingSpec(kind: .max, region: .spp(bins: [2], rule: .paper)))))
    let up = ConvolutionSpec(
      outputChannels: 1, kernel: Size2(2), stride: Size2(2), transposed: true)
    #expect(refuses(.convolution(up)))
    // nothing to change is no reason to refuse
    #expect(
      try Spec.convolution(up).dense(owed: .one, stride: Size2(2), atrousAll: false)
        == .convolution(up))
  }

  private func sampled(_ tensor: Tensor, _ step: Size2) throws -> Tensor {
    let (h, w) = (ceilDivide(tensor.shape.h, step.height), ceilDivide(tensor.shape.w, step.width))
    let shape = Shape(tensor.shape.n, tensor.shape.c, h, w)!
    var values: [Float] = []
    for plane in 0..<shape.n * shape.c {
      for (y, x) in cells(h, w) {
        values.append(
          tensor[plane / shape.c, plane % shape.c, y * step.height, x * step.width])
      }
    }
    return try Tensor(shape, values)
  }
}

extension RandomNumbers {
  /// Two to five layers with floor rounding and constant pads, nil where a window does not fit.
  fileprivate mutating func chain(_ image: Shape) throws -> [DensePropertyTests.Layer]? {
    var (shape, layers) = (image, [DensePropertyTests.Layer]())
    for _ in 0..<integer(in: 2...5) {
      let spec = layer()
      guard let call = try? Call.make(spec, [shape]) else { return nil }
      layers.append(
        .init(
          spec: spec,
          parameters: try call.parameters.map {
            try tensor($0.shape, largest: 2)
          }))
      shape = call.output
    }
    return layers
  }

  private mutating func layer() -> Spec {
    let (kernel, stride, rate) = (size(1...4), size(1...3), size(1...2))
    let padding = Padding.explicit(insets(0...3))
    switch below(8) {
    case 0...2:
      return .convolution(
        ConvolutionSpec(
          outputChannels: 2, kernel: kernel, stride: stride, rate: rate, padding: padding,
          groups: integer(in: 1...2)))
    case 3:
      return .convolution(
        ConvolutionSpec(
          outputChannels: 2, kernel: kernel, rate: rate, padding: padding, transposed: true))
    case 4:
      return .convolution(
        ConvolutionSpec(outputChannels: 2, kernel: kernel, rate: rate, padding: .sameTF))
    case 5:
      let insets = insets(0...2)
      return .movement(below(2) == 0 ? .crop(insets) : .pad(insets, value: 3))
    default:
      let kinds: [PoolingSpec.Kind] = [
        .max, .average(countIncludePad: true), .average(countIncludePad: false), .stochastic,
      ]
      let ceilMode = stride == .one && below(2) == 0
      return .pooling(
        PoolingSpec(
          kind: kinds[below(4)],
          region: .window(
            kernel: kernel, stride: stride, rate: rate, padding: padding, ceilMode: ceilMode)))
    }
  }
}
